/**
 * Programs that count the tokens of a text in the encoding `o200k_base`. Each is `(folder) => Promise<(text) => number>`: the
 * outer function loads the program and its vocabulary. What looks like a special token is plain text for all of them.
 */
import { join } from 'node:path';

/** The file of the published ranks, for the program that brings none. */
export const ranksFile = 'o200k_base.tiktoken';

export const counters = {
  /** `countTokens` of the built public module. */
  ours: async () => {
    const { initTokens, countTokens } = await import('../../../dist/core.mjs');
    await initTokens();
    return (text) => countTokens(text);
  },
  tiktoken: async () => {
    const { get_encoding: encodingOf } = await import('tiktoken');
    const encoding = encodingOf('o200k_base');
    return (text) => encoding.encode_ordinary(text).length;
  },
  'gpt-tokenizer': async () => {
    const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
    const plain = { disallowedSpecial: new Set() };
    return (text) => countTokens(text, plain);
  },
  '@microsoft/tiktokenizer': async (folder) => {
    const { createTokenizer, getRegexByEncoder, getSpecialTokensByEncoder } = await import('@microsoft/tiktokenizer');
    const name = 'o200k_base';
    const tokenizer = createTokenizer(
      join(folder, ranksFile),
      getSpecialTokensByEncoder(name),
      getRegexByEncoder(name),
    );
    return (text) => tokenizer.encode(text, []).length;
  },
  'ai-tokenizer': async () => {
    const [{ default: Tokenizer }, encoding] = await Promise.all([
      import('ai-tokenizer'),
      import('ai-tokenizer/encoding/o200k_base'),
    ]);
    const tokenizer = new Tokenizer(encoding);
    return (text) => tokenizer.count(text);
  },
  'js-tiktoken': async () => {
    const [{ Tiktoken }, { default: ranks }] = await Promise.all([
      import('js-tiktoken/lite'),
      import('js-tiktoken/ranks/o200k_base'),
    ]);
    const encoding = new Tiktoken(ranks);
    return (text) => encoding.encode(text, [], []).length;
  },
};
