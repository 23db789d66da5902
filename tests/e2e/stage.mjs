// All that an end-to-end test plays on: the scripted upstream, a real LiteLLM before it, and a real editor with this
// extension in it, which knows the gateway from its environment unless the test wants to tell it.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEditor } from '../../extension/development/editor.mjs';
import { startGateway } from '../../extension/development/gateway.mjs';
import { pack, packThis } from '../../extension/development/package.mjs';
import { root } from '../../extension/development/pins.mjs';
import { gatewayConfiguration } from '../gateway/gatewayConfiguration.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { startScriptedUpstream } from '../gateway/scriptedUpstream.mjs';
import { reply } from '../gateway/upstreamScenarios.mjs';
import { SHARED_GATEWAY, sharedGateway } from './sharedGateway.mjs';
import { openWorkbench } from './workbench.mjs';

/** What `secret.txt` in the workspace holds, which no one can say without reading it. */
export const FILE_CONTENT = 'the lighthouse keeper counts 7341 gulls';

/**
 * Starts everything. `name` begins the names of the pictures; `isConnected: false` leaves it to the test to enter the
 * address and the key, `isInstalled: false` the installation of the extension. `neighbour` is the folder of another extension
 * to install beside it; what it writes into the file that NEIGHBOUR_PORT_FILE names is in `portFile` then. `env` is added to the
 * editor's environment, `settings` to the user's; `isChatEnabled: false` leaves the built-in chat as a fresh profile has it;
 * `configuration` makes another one for LiteLLM of the usual one; `query` ends the base URL that the editor knows; `language` is what extensions are told of the editor's, such as `zh-cn`; `home` writes into the folder that the editor takes for the user's home, which is empty otherwise.
 *
 * LiteLLM is the one of the whole run where there is one and no `configuration` (see sharedGateway.mjs).
 *
 * `relay` is a scripted gateway between the editor and LiteLLM that forwards everything until the test gives it other
 * rules, so that faults of the network and of the gateway can be made at will. `gateway` is LiteLLM itself.
 */
export async function startStage(
  name,
  {
    isConnected = true,
    isInstalled = true,
    neighbour,
    env: given,
    home,
    isChatEnabled = true,
    settings,
    configuration,
    query = '',
    language,
  } = {},
) {
  const ends = [];
  const begin = async (starting) => {
    const part = await starting;
    ends.push(() => part.stop());
    return part;
  };
  const stop = async () => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'litellm-gateway-e2e-'));
    ends.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
    const workspace = await writeWorkspace(folder);
    const vsix = join(folder, 'extension.vsix');
    const neighbourVsix = join(folder, 'neighbour.vsix');
    const portFile = join(folder, 'neighbour-port');
    if (!existsSync(join(root, 'dist/extension.js'))) throw new Error('dist is missing: run "npm run build" first.');

    const shared = configuration ? undefined : sharedGateway();
    const upstream = await begin(startScriptedUpstream({ port: shared?.upstreamPort }));
    answerUtilityRequests(upstream);
    const masterKey = shared?.masterKey ?? `sk-${randomBytes(24).toString('hex')}`;
    const standard = gatewayConfiguration({ upstream: upstream.baseUrl });
    const config = configuration?.(standard) ?? standard;
    const startingGateway = shared ? Promise.resolve(shared) : begin(startGateway({ config, masterKey }));
    // The editor starts beside LiteLLM, which takes longer: what it asks meanwhile waits here.
    const relay = await begin(
      startScriptedGateway([
        {
          forward: startingGateway.then(
            ({ baseUrl }) => baseUrl,
            () => undefined,
          ),
        },
      ]),
    );
    const openEditor = async () => {
      const homeFolder = join(folder, 'home');
      await mkdir(homeFolder);
      await Promise.all([
        packThis(vsix),
        neighbour && pack(join(root, neighbour), neighbourVsix),
        home?.({ folder: homeFolder, relay, masterKey }),
      ]);
      const connection = isConnected
        ? { LITELLM_BASE_URL: relay.baseUrl + query, LITELLM_API_KEY: masterKey }
        : NO_CONNECTION;
      const packages = [...(isInstalled ? [vsix] : []), ...(neighbour ? [neighbourVsix] : [])];
      const env = { ...NO_CONNECTION, ...connection, HOME: homeFolder, NEIGHBOUR_PORT_FILE: portFile, ...given };
      const editor = await begin(startEditor({ workspace, vsix: packages, chat: isChatEnabled, settings, env }));
      const workbench = await openWorkbench(editor.url, name, language);
      ends.push(() => workbench.close());
      return { editor, workbench };
    };
    const [gateway, { editor, workbench }] = await bothOrNone(startingGateway, openEditor());
    relay.setRules([{ forward: gateway.baseUrl }]);
    return { upstream, gateway, relay, editor, workbench, workspace, folder, portFile, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Both results; where one can't be had, its error once the other one has come and can be stopped. */
async function bothOrNone(one, other) {
  const results = await Promise.allSettled([one, other]);
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

/** A test of what is to be seen: it keeps a picture of how things looked when it failed. */
export function scene(title, workbench, play) {
  test(title, async () => {
    try {
      await play();
    } catch (error) {
      await workbench().picture('failed');
      throw error;
    }
  });
}

/** The scene that ends every way to a gateway: its model is in the chat, and answers. */
export function firstAnswer(workbench) {
  scene('brings the models into the chat, and the first answer', workbench, async () => {
    await workbench().chooseModel('text');
    await workbench().hello();
  });
}

const NO_CONNECTION = {
  LITELLM_BASE_URL: undefined,
  LITELLM_API_KEY: undefined,
  LITELLM_MODEL: undefined,
  [SHARED_GATEWAY]: undefined,
};

/** Everything that is in the settings files of an editor: the user's, and this machine's, where the editor keeps ours. */
export function storedSettings(editor) {
  const read = (folder) => {
    const file = join(editor.userDataDir, folder, 'settings.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  };
  return { ...read('User'), ...read('Machine') };
}

/**
 * The editor asks for titles and summaries beside the agent's own requests. These come without tools; each is answered at
 * once, so that scenarios tell of the agent's requests alone.
 */
function answerUtilityRequests(upstream) {
  for (const [name, scenario] of upstream.scenarios) {
    upstream.scenarios.set(name, (request) =>
      request.toolNames.length === 0 ? reply([{ text: 'A title' }]) : scenario(request),
    );
  }
}

async function writeWorkspace(folder) {
  const workspace = join(folder, 'workspace');
  await mkdir(workspace);
  await writeFile(join(workspace, 'secret.txt'), `${FILE_CONTENT}\n`);
  return workspace;
}
