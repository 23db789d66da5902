/** The tokens of texts, for the editor's budgets: it asks thousands of times for one prompt and waits for each answer. */
import type * as vscode from 'vscode';
import {
  type Calibration,
  type Core,
  calibratedTokens,
  estimateTokens,
  type LiteLLMCore,
  messageTokens,
  type TextCounter,
  type Tool,
  wideCharacters,
} from './core.ts';
import type { Log } from './log.ts';
import { type Conversation, toConversation } from './messageConversion.ts';

/** Where what is known of each model's tokenizer is kept, by model id. */
const storageKey = 'calibrations';
/** More models than anybody asks; the ones that were asked longest ago are forgotten. */
const mostModels = 200;

/**
 * Counts by `o200k_base`, and makes of that the model's own number as far as the gateway's reports have told how it counts.
 * What counts is loaded with the first count; should that fail, the log says so once and an estimate serves until the editor
 * starts anew.
 */
export class TokenCounter {
  readonly #core: Core;
  readonly #log: Log;
  readonly #storage: vscode.Memento;
  readonly #calibrations: Map<string, Calibration>;
  #loading: Promise<TextCounter> | undefined;

  constructor(core: Core, log: Log, storage: vscode.Memento) {
    this.#core = core;
    this.#log = log;
    this.#storage = storage;
    this.#calibrations = new Map(Object.entries(storage.get<Record<string, Calibration>>(storageKey, {})));
  }

  /** The tokens of a text, or of a whole message, for a model. */
  async count(modelId: string, text: string | vscode.LanguageModelChatRequestMessage): Promise<number> {
    this.#loading ??= this.#load();
    const count = await this.#loading;
    const calibration = this.#calibrations.get(modelId);
    if (typeof text === 'string') {
      const tokens = count(text);
      if (calibration === undefined) return tokens;
      return whole(calibratedTokens({ tokens, wide: wideCharacters(text) }, calibration), text);
    }
    if (calibration === undefined) return messageTokensOf(text, count);
    let wide = 0;
    const counting: TextCounter = (piece) => {
      wide += wideCharacters(piece);
      return count(piece);
    };
    const tokens = messageTokensOf(text, counting);
    return Math.round(calibratedTokens({ tokens, wide }, calibration));
  }

  /**
   * The tokens of a whole prompt for a model, or undefined when it has pictures, which only the provider can count. Undefined as
   * well while nobody has asked for counts, unless the number `isNeeded`: what counts is large, and loaded for a use only.
   */
  async countPrompt(
    modelId: string,
    prompt: Conversation,
    tools: readonly Tool[] | undefined,
    { isNeeded = false } = {},
  ): Promise<number | undefined> {
    if (isNeeded) this.#loading ??= this.#load();
    if (this.#loading === undefined || (await this.#loading) === estimateTokens) return undefined;
    const litellm: LiteLLMCore = await this.#core.load();
    const counted = litellm.promptTokens(prompt.system, prompt.messages, tools);
    return counted && Math.round(calibratedTokens(counted, this.#calibrations.get(modelId)));
  }

  /** Learns how a model counts from a prompt and what the gateway reported of it, if anybody has asked for counts. */
  async learn(
    modelId: string,
    prompt: Conversation,
    tools: readonly Tool[] | undefined,
    reported: number,
  ): Promise<void> {
    if (this.#loading === undefined) return;
    if ((await this.#loading) === estimateTokens) return;
    const litellm: LiteLLMCore = await this.#core.load();
    const counted = litellm.promptTokens(prompt.system, prompt.messages, tools);
    if (counted === undefined) return;
    const learned = litellm.learnCalibration(this.#calibrations.get(modelId), counted, reported);
    if (learned === undefined) return;
    // The latest is the last.
    this.#calibrations.delete(modelId);
    this.#calibrations.set(modelId, learned);
    for (const oldest of this.#calibrations.keys()) {
      if (this.#calibrations.size <= mostModels) break;
      this.#calibrations.delete(oldest);
    }
    await this.#storage.update(storageKey, Object.fromEntries(this.#calibrations));
  }

  async #load(): Promise<TextCounter> {
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

/**
 * A whole number of tokens in place of a fraction. The editor sums up the counts of thousands of short texts, so what is rounded
 * must not add up: the fraction is the share of the texts for which it is rounded up, and the same text has the same number each
 * time.
 */
function whole(tokens: number, text: string): number {
  if (tokens === 0) return 0;
  if (tokens > 200) return Math.round(tokens);
  let mixed = text.length;
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return Math.max(1, Math.floor(tokens + ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32));
}

/** The tokens of a message; one of the system's is the text of the prompt, not a message of it. */
function messageTokensOf(message: vscode.LanguageModelChatRequestMessage, count: TextCounter): number {
  const { system, messages } = toConversation([message]);
  return messageTokens(messages[0]?.content ?? system, count);
}
