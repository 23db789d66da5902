/** The built extension in the stand-in for the editor, and the list of models that it keeps. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMain } from '../../../extension/development/processes.mjs';
import { editor, extensionContext, registered } from './editor.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Loads the bundle as an extension host does, which gives it the module `vscode`, and activates it. */
export function activate(storage, secrets) {
  const load = Module._load;
  Module._load = (name, ...others) => (name === 'vscode' ? editor : load(name, ...others));
  const extension = createRequire(import.meta.url)(`${root}dist/extension.js`);
  return extension.activate(extensionContext(root, storage, secrets));
}

/** The editor's question for the models. */
export const list = () => registered.provider.provideLanguageModelChatInformation({ silent: true });

/** The files of the gateway's replies. */
const repliesOf = ['activation.model-info.json', 'activation.models.json'];

/** Lets the gateway answer with these replies, and says how many models they are. */
export function fetchFrom(read) {
  const [modelInfo, models] = repliesOf.map((name) => read(name));
  const replies = { '/v1/model/info': modelInfo, '/v1/models': models };
  globalThis.fetch = async (address) => new Response(replies[new URL(address).pathname]);
  return JSON.parse(models).data.length;
}

/**
 * In another process: the extension lists the models of these replies, and keeps them in a folder below `folder`. Gives that one,
 * and the secrets that were stored.
 */
export function keepList(folder, read) {
  const storage = mkdtempSync(join(folder, 'kept-'));
  for (const name of repliesOf) writeFileSync(join(storage, name), read(name));
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), storage], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The list was not kept: ${stderr}`);
  return { storage, secrets: new Map(JSON.parse(readFileSync(join(storage, 'secrets.json'), 'utf8'))) };
}

if (isMain(import.meta.url)) {
  const [, , folder] = process.argv;
  const key = JSON.stringify({ apiKey: 'sk-bench', origin: 'http://localhost:4000' });
  const secrets = new Map([['litellm-gateway.apiKey.default', key]]);
  fetchFrom((name) => readFileSync(join(folder, name)));
  await activate(folder, secrets);
  await list();
  while (!existsSync(join(folder, 'models', 'default.list'))) await new Promise((resolve) => setTimeout(resolve, 5));
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify([...secrets]));
}
