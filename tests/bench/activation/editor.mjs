/**
 * A stand-in for the editor, with what `activate` uses of it. It answers at once, so that what is measured is the time of our
 * own code, of WebAssembly and of reading the extension's files.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from '../../extension/vscode.mjs';

const nothing = () => {};
const disposable = () => ({ dispose: nothing });
const channel = { info: nothing, warn: nothing, error: nothing, debug: nothing, show: nothing, dispose: nothing };

/** The provider of the models of the profiles. */
export const registered = { provider: undefined };

/** The module `vscode`. */
export const editor = {
  ...vscode,
  Uri: { joinPath: ({ path }, ...parts) => ({ path: join(path, ...parts) }) },
  workspace: {
    ...vscode.workspace,
    fs: {
      readFile: ({ path }) => readFile(path),
      stat: ({ path }) => stat(path),
      readDirectory: async ({ path }) => (await readdir(path)).map((name) => [name]),
      writeFile: ({ path }, bytes) => writeFile(path, bytes),
      createDirectory: ({ path }) => mkdir(path, { recursive: true }),
      delete: ({ path }) => rm(path),
    },
  },
  window: {
    createOutputChannel: () => channel,
    onDidChangeWindowState: disposable,
    registerWebviewPanelSerializer: disposable,
  },
  commands: { registerCommand: disposable, executeCommand: async () => {} },
  lm: {
    registerLanguageModelChatProvider: (vendor, provider) => {
      if (vendor === 'litellm-gateway') registered.provider = provider;
      return disposable();
    },
  },
};

/**
 * What the editor hands to `activate` of the extension in `folder`.
 * @param {string} folder
 * @param {string} [storage] the folder of what is kept, and
 * @param {Map<string, string>} [stored] what is in the storage of secrets; without them nothing is kept
 */
export function extensionContext(folder, storage = join(folder, 'absent'), stored = undefined) {
  const secrets = {
    get: async (name) => (stored ? stored.get(name) : 'sk-bench'),
    store: async (name, value) => void stored?.set(name, value),
    delete: async (name) => void stored?.delete(name),
    onDidChange: disposable,
  };
  const globalState = { get: (_name, otherwise) => otherwise, update: async () => {} };
  return {
    extensionUri: { path: folder },
    globalStorageUri: { path: storage },
    globalState,
    secrets,
    subscriptions: [],
  };
}
