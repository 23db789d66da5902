/**
 * The core in WebAssembly: the one file that imports it, and the one place that loads it.
 *
 * The wasm file is read through the editor's own file system, so the same code runs in a Node host and in a web worker.
 */
import * as vscode from 'vscode';
import { MissingPart } from './missingPart.ts';

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

/** Everything that the core offers. */
export type LiteLLMCore = typeof import('litellm-core');

/**
 * The module around the core. `require` is the one way to load it late and yet at once, for callers that can't wait: in Node.js it is
 * a bundle of its own, in the web host's bundle a function that runs with the first call.
 */
function litellm(): LiteLLMCore {
  try {
    loaded ??= require('litellm-core') as LiteLLMCore;
  } catch (error) {
    throw new MissingPart(error);
  }
  return loaded;
}
let loaded: LiteLLMCore | undefined;

/** These need no WebAssembly. */
export const calibratedTokens: LiteLLMCore['calibratedTokens'] = (...given) => litellm().calibratedTokens(...given);
export const estimateTokens: LiteLLMCore['estimateTokens'] = (...given) => litellm().estimateTokens(...given);
export const messageTokens: LiteLLMCore['messageTokens'] = (...given) => litellm().messageTokens(...given);
export const wideCharacters: LiteLLMCore['wideCharacters'] = (...given) => litellm().wideCharacters(...given);

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
    const core = litellm();
    if (!this.#isLoaded) {
      if (this.#bytes === undefined) throw new Error('The file of the core was not read yet.');
      core.initNow(this.#bytes);
      core.readTokenFiles((name) => this.#file(name));
      this.#isLoaded = true;
    }
    return core;
  }

  async #file(name: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      // The editor's bytes are never shared memory, which its type leaves open.
      return (await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#files, name))) as Uint8Array<ArrayBuffer>;
    } catch (error) {
      throw new MissingPart(error);
    }
  }
}
