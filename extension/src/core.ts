/**
 * The core in WebAssembly: the one file that imports it, and the one place that loads it.
 *
 * The wasm file is read through the editor's own file system, so the same code runs in a Node host and in a web worker.
 */
import * as litellm from 'litellm-core';
import * as vscode from 'vscode';

export type {
  Calibration,
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
  TextCounter,
  Tool,
} from 'litellm-core';

/** These need nothing to be loaded. */
export const { calibratedTokens, estimateTokens, messageTokens } = litellm;

/** Everything that the core offers. */
export type LiteLLMCore = typeof litellm;

/** Loads the core once, on first need. A failed load is tried again by the next caller. */
export class Core {
  readonly #files: vscode.Uri;
  #loading: Promise<LiteLLMCore> | undefined;

  /** `extension` is the folder in which the extension is installed. */
  constructor(extension: vscode.Uri) {
    this.#files = vscode.Uri.joinPath(extension, 'dist');
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
    await litellm.init(await this.#file('core_bg.wasm'));
    litellm.readTokenFiles((name) => this.#file(name));
    return litellm;
  }

  async #file(name: string): Promise<Uint8Array<ArrayBuffer>> {
    // The editor's bytes are never shared memory, which its type leaves open.
    return (await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#files, name))) as Uint8Array<ArrayBuffer>;
  }
}
