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

/** A text or a prompt as it is counted here. */
export interface Counted {
  /** Its `o200k_base` tokens. */
  readonly tokens: number;
  /** Its characters from U+2E80 on, such as Chinese: vocabularies differ most in these. */
  readonly wide: number;
}

/**
 * The tokens of a prompt: of its system text, its messages and the definitions of its tools. Undefined when it holds pictures
 * or documents, which only the model's provider can count. `initTokens` must have loaded `o200k_base`.
 */
export function promptTokens(
  system: string,
  messages: readonly Message[],
  tools: readonly Tool[] = [],
): Counted | undefined {
  if (messages.some(({ content }) => hasPicture(content))) return undefined;
  let wide = 0;
  const count = (text: string) => {
    wide += wideCharacters(text);
    return countTokens(text);
  };
  const ofMessages = messages.reduce((sum, { content }) => sum + messageTokens(content, count), 0);
  const ofTools = tools.reduce((sum, tool) => sum + count(JSON.stringify(tool)), 0);
  return { tokens: (system === '' ? 0 : messageTokens(system, count)) + ofMessages + ofTools, wide };
}

/** The characters of a text from U+2E80 on. */
export function wideCharacters(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) >= 0x2e80) count++;
  return count;
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
 * What is known of how a model counts tokens, after a prompt that `promptTokens` counted and whose usage said `reported`. Keep
 * what it gives for the next time.
 */
export function learnCalibration(
  known: Calibration | undefined,
  counted: Counted,
  reported: number,
): Calibration | undefined {
  const numbers = known && [known.factor, known.wideFactor, known.weight, known.shares, known.squares];
  return inCore(() => learn(new Float64Array(numbers ?? []), counted.tokens, counted.wide, reported));
}

/** A model's own number of tokens for those that were counted here. It has fractions: round what it is summed up to. */
export function calibratedTokens({ tokens, wide }: Counted, calibration: Calibration | undefined): number {
  if (calibration === undefined) return tokens;
  return Math.max(0, tokens * calibration.factor + wide * calibration.wideFactor);
}
