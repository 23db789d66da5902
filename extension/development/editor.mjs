/**
 * A real VS Code in the browser: code-server, which is VS Code's own workbench, extension host and built-in extensions,
 * served over HTTP, with the same rules for extensions as the editor that people install. Installing it builds native modules.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { installOnce } from './installs.mjs';
import { pack } from './package.mjs';
import { cached, pins, root } from './pins.mjs';
import { freePort, run, startServer, temporaryFolder, untilReady } from './processes.mjs';
import { restoreProposalGate } from './proposalGate.mjs';

/** Settings without which a fresh profile asks questions or needs an account before the chat answers. */
export const quietSettings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'chat.byokUtilityModelDefault': 'mainAgent',
};

/** Installs the Node.js that the editor runs on into the cache. Gives the path of its program. */
export async function ensureNode() {
  const folder = await installOnce(cached('node', pins.node), `Installing Node.js ${pins.node}`, (empty) =>
    npmInstall(empty, { node: pins.node }, ['node'], process.env),
  );
  return join(folder, 'node_modules', 'node', 'bin', 'node');
}

/** Installs Node.js and code-server into the cache. Gives the paths of the program and its entry file. */
export async function ensureEditor() {
  const node = await ensureNode();
  const editorFolder = await installOnce(
    cached('code-server', `${pins.codeServer}-gated`),
    `Installing the editor (code-server ${pins.codeServer}), some minutes`,
    async (folder) => {
      await npmInstall(folder, { 'code-server': pins.codeServer }, ['code-server', 'argon2'], withNode(node));
      await restoreProposalGate(join(folder, 'node_modules', 'code-server'));
    },
  );
  return { node, entry: join(editorFolder, 'node_modules', 'code-server', 'out', 'node', 'entry.js') };
}

/**
 * Starts the editor on a folder.
 * @param {{
 *   port?: number,
 *   workspace: string,
 *   userDataDir?: string,
 *   extensionsDir?: string,
 *   vsix?: string | string[],
 *   chat?: boolean,
 *   settings?: Record<string, unknown>,
 *   env?: Record<string, string | undefined>,
 *   log?: (text: string) => void,
 * }} options `port`: a free one by default. `userDataDir`, `extensionsDir`: by default new folders that `stop` removes.
 *   `vsix`: packages to install first. `chat`: enable the built-in chat without an account. `settings`: user settings, beside those that keep a fresh profile quiet; the file
 *   is written anew. `env`: added to the environment of the editor and so of its extension host; undefined removes.
 * @returns {Promise<{ url: string, port: number, userDataDir: string, extensionsDir: string, stop: () => Promise<void> }>}
 *   `url` opens the workspace.
 */
export async function startEditor(options) {
  const { node, entry } = await ensureEditor();
  const temporary = await temporaryFolder('editor');
  const userDataDir = options.userDataDir ?? join(temporary.path, 'user-data');
  const extensionsDir = options.extensionsDir ?? join(temporary.path, 'extensions');
  try {
    const settings = { ...quietSettings, ...options.settings };
    await mkdir(join(userDataDir, 'User'), { recursive: true });
    await mkdir(extensionsDir, { recursive: true });
    await writeFile(join(userDataDir, 'User', 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
    // Without a configuration file of its own, code-server would write one with a password into the home folder.
    const configuration = join(temporary.path, 'config.yaml');
    await writeFile(configuration, 'auth: none\n');
    const common = [
      entry,
      '--config',
      configuration,
      '--user-data-dir',
      userDataDir,
      '--extensions-dir',
      extensionsDir,
    ];
    const env = { ...withNode(node), ...options.env };
    const packages = [options.vsix ?? []].flat();
    if (options.chat) packages.push(await packChatEnabler(temporary.path));
    if (packages.length > 0) {
      const installs = packages.flatMap((vsix) => ['--install-extension', vsix]);
      await run(node, [...common, ...installs, '--force'], { env });
    }
    const port = options.port ?? (await freePort());
    const flags = [
      '--auth',
      'none',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
    ];
    const server = startServer(
      node,
      [...common, ...flags, '--bind-addr', `127.0.0.1:${port}`, '--ignore-last-opened', options.workspace],
      { env, ...(options.log && { log: options.log }) },
    );
    await untilReady(server, 'The editor', `http://127.0.0.1:${port}/healthz`, 120_000);
    return {
      url: `http://127.0.0.1:${port}/?folder=${encodeURI(options.workspace)}`,
      port,
      userDataDir,
      extensionsDir,
      stop: async () => {
        await server.stop();
        await temporary.remove();
      },
    };
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

/** Packs the extension that enables the built-in chat. Gives the path of the package. */
export async function packChatEnabler(folder) {
  const file = join(folder, 'chat-enabler.vsix');
  await pack(join(root, 'extension/development/chatEnabler'), file);
  return file;
}

/** Installs npm packages into an empty folder. `scripts` names those whose install scripts must run. */
async function npmInstall(folder, dependencies, scripts, env) {
  const manifest = {
    private: true,
    dependencies,
    allowScripts: Object.fromEntries(scripts.map((name) => [name, true])),
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, env });
}

/**
 * This process's environment with `node` first on the PATH, and without the variables by which an editor's terminal
 * makes programs talk to that editor.
 */
function withNode(node) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_') && !name.startsWith('npm_'));
  return { ...Object.fromEntries(own), PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
}
