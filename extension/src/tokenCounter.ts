/** The tokens of texts, for the editor's budgets: it asks thousands of times for one prompt and waits for each answer. */
import type * as vscode from 'vscode';
import { type Core, estimateTokens, type LiteLLMCore, messageTokens } from './core.ts';
import type { Log } from './log.ts';
import { plainText } from './messageConversion.ts';

/**
 * Counts exactly, by `o200k_base`. What it takes is loaded with the first count; should that fail, the log says so once and
 * an estimate serves until the editor starts anew.
 */
export class TokenCounter {
  readonly #core: Core;
  readonly #log: Log;
  #loading: Promise<(text: string) => number> | undefined;

  constructor(core: Core, log: Log) {
    this.#core = core;
    this.#log = log;
  }

  /** The tokens of a text, or of the texts of a whole message. */
  async count(text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    this.#loading ??= this.#load();
    const count = await this.#loading;
    return typeof text === 'string' ? count(text) : messageTokens(count(plainText(text)));
  }

  async #load(): Promise<(text: string) => number> {
    try {
      const litellm: LiteLLMCore = await this.#core.load();
      await litellm.initTokens();
      return (text) => litellm.countTokens(text);
    } catch (error) {
      this.#log.failure('Loading the token counter (tokens are estimated from now on)', error);
      return estimateTokens;
    }
  }
}
