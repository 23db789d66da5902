/** The tokens of whole prompts and of messages: of their texts, and of what a model puts around them. */
import { type Calibration, learnCalibration as learn } from '../pkg/litellm_wasm.js';
import { inCore } from './instance.ts';
import type { ContentBlock, Message, Tool } from './messages.ts';
import { countTokens, textsOf } from './tokens.ts';

/** Tokens of the frame that a model puts around each message. */
const tokensOfFrame = 3;

/** Counts the tokens of a text. */
export type TextCounter = (text: string) => number;

/** The tokens of a message with this content: of its texts, calls and results, and of its frame. */
export function messageTokens(content: string | readonly ContentBlock[], count: TextCounter = countTokens): number {
  return textsOf(content).reduce((sum, text) => sum + count(text), tokensOfFrame);
}

/**
 * The tokens of a prompt: of its system text, its messages and the definitions of its tools. Undefined when it holds pictures
 * or documents, which only the model's provider can count. `initTokens` must have loaded `o200k_base`.
 */
export function promptTokens(
  system: string,
  messages: readonly Message[],
  tools: readonly Tool[] = [],
): number | undefined {
  if (messages.some(({ content }) => hasPicture(content))) return undefined;
  const ofMessages = messages.reduce((sum, { content }) => sum + messageTokens(content), 0);
  const ofTools = tools.reduce((sum, tool) => sum + countTokens(JSON.stringify(tool)), 0);
  return (system === '' ? 0 : messageTokens(system)) + ofMessages + ofTools;
}

function hasPicture(content: string | readonly ContentBlock[]): boolean {
  if (typeof content === 'string') return false;
  return content.some(
    (block) =>
      block.type === 'image' ||
      block.type === 'document' ||
      (block.type === 'tool_result' && hasPicture(block.content ?? '')),
  );
}

/**
 * What is known of how a model counts tokens, after a prompt that `promptTokens` counted as `counted` and whose usage said
 * `reported`. Keep what it gives for the next time.
 */
export function learnCalibration(
  known: Calibration | undefined,
  counted: number,
  reported: number,
): Calibration | undefined {
  return inCore(() => learn(known?.factor, known?.weight, counted, reported));
}

/** A model's own number of tokens for one that was counted here. */
export function calibratedTokens(tokens: number, calibration: Calibration | undefined): number {
  return calibration === undefined ? tokens : Math.ceil(tokens * calibration.factor);
}
