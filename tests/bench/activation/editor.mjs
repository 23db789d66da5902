/**
 * A stand-in for the editor, with what `activate` uses of it. It answers at once, so that what is measured is the time of our
 * own code, of WebAssembly and of reading the extension's files.
 */
import { readFile } from 'node:fs/promises';
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
  workspace: { ...vscode.workspace, fs: { readFile: ({ path }) => readFile(path) } },
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

/** What the editor hands to `activate` of the extension in `folder`. */
export function extensionContext(folder) {
  const secrets = {
    get: async () => 'sk-bench',
    store: async () => {},
    delete: async () => {},
    onDidChange: disposable,
  };
  const globalState = { get: (_name, otherwise) => otherwise, update: async () => {} };
  const globalStorageUri = { path: join(folder, 'storage') };
  return { extensionUri: { path: folder }, globalStorageUri, globalState, secrets, subscriptions: [] };
}
