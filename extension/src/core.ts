/**
 * The core in WebAssembly: the one file that imports it, and the one place that loads it.
 *
 * The wasm file is read through the editor's own file system, so the same code runs in a Node host and in a web worker.
 */
import * as litellm from 'litellm-core';
import * as vscode from 'vscode';

export type {
  Calibration,
  ConnectionStep,
  ContentBlock,
  CreateMessageOptions,
  ErrorKind,
  KeyInfo,
  LiteLLMError,
  LiteLLMHandler,
  McpServer,
  Message,
  ModelCatalog,
  ModelInfo,
  PriceTier,
  ProviderSettings,
  SettingsIssue,
  StepCause,
  StreamPart,
  TextCounter,
  Tool,
} from 'litellm-core';

/** These need nothing to be loaded. */
export const { calibratedTokens, estimateTokens, messageTokens, wideCharacters } = litellm;

/** Everything that the core offers. */
export type LiteLLMCore = typeof litellm;

/** Loads the core once, on first need. What failed is tried again by the next caller. */
export class Core {
  readonly #files: vscode.Uri;
  #reading: Promise<Uint8Array<ArrayBuffer>> | undefined;
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #isLoaded = false;

  /** `extension` is the folder in which the extension is installed. */
  constructor(extension: vscode.Uri) {
    this.#files = vscode.Uri.joinPath(extension, 'dist');
  }

  /** The loaded core. */
  async load(): Promise<LiteLLMCore> {
    await this.read();
    return this.now();
  }

  /** Reads the file of the core. Then `now` can load it for callers that can't wait. */
  async read(): Promise<void> {
    this.#reading ??= this.#file('core_bg.wasm').catch((error: unknown) => {
      this.#reading = undefined;
      throw error;
    });
    this.#bytes = await this.#reading;
  }

  /** The core, which is loaded at once if it is not yet. Throws before `read` is done. */
  now(): LiteLLMCore {
    if (!this.#isLoaded) {
      if (this.#bytes === undefined) throw new Error('The file of the core was not read yet.');
      litellm.initNow(this.#bytes);
      litellm.readTokenFiles((name) => this.#file(name));
      this.#isLoaded = true;
    }
    return litellm;
  }

  async #file(name: string): Promise<Uint8Array<ArrayBuffer>> {
    // The editor's bytes are never shared memory, which its type leaves open.
    return (await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#files, name))) as Uint8Array<ArrayBuffer>;
  }
}
