/** An estimate of the tokens of a text, for budgets: an editor asks thousands of times for one prompt and waits for each answer. */
import type * as vscode from 'vscode';
import { plainText } from './messageConversion.ts';

/** Tokens of the frame that a model puts around each message. */
const tokensPerMessage = 3;

/**
 * One token for four bytes of UTF-8: within a fifth for English prose, code and Chinese alike, and never a wait. The
 * gateway's own count, reported after each answer, is the true one.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(utf8Length(text) / 4);
}

/** The estimate for the texts of a whole message. */
export function estimateMessageTokens(message: vscode.LanguageModelChatRequestMessage): number {
  return tokensPerMessage + estimateTokens(plainText(message));
}

/** The bytes of a text in UTF-8, without making them. */
function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair is two of the four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
