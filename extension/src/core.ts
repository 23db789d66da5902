/**
 * The core in WebAssembly: the one file that imports it, and the one place that loads it.
 *
 * The wasm file is read through the editor's own file system, so the same code runs in a Node host and in a web worker.
 */
import * as litellm from 'litellm-core';
import * as vscode from 'vscode';

export type {
  ContentBlock,
  CreateMessageOptions,
  ErrorKind,
  LiteLLMError,
  LiteLLMHandler,
  Message,
  ModelCatalog,
  ModelInfo,
  PriceTier,
  ProviderSettings,
  SettingsIssue,
  StreamPart,
} from 'litellm-core';

/** Everything that the core offers. */
export type LiteLLMCore = typeof litellm;

/** Loads the core once, on first need. A failed load is tried again by the next caller. */
export class Core {
  readonly #wasm: vscode.Uri;
  #loading: Promise<LiteLLMCore> | undefined;

  /** `extension` is the folder in which the extension is installed. */
  constructor(extension: vscode.Uri) {
    this.#wasm = vscode.Uri.joinPath(extension, 'dist', 'core_bg.wasm');
  }

  /** The loaded core. */
  load(): Promise<LiteLLMCore> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #read(): Promise<LiteLLMCore> {
    const bytes = await vscode.workspace.fs.readFile(this.#wasm);
    await litellm.init(bytes);
    return litellm;
  }
}
