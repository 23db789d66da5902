/**
 * Counts for models with tokenizers of their own. The recording holds texts of this project and the tokens that real tokenizers make
 * of them; Claude's is the one by which LiteLLM's `/utils/token_counter` counts.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import core from '../wasm/builtCore.mjs';
import { load } from './source.mjs';

const { TokenCounter } = await load('tokenCounter');
const texts = JSON.parse(readFileSync(new URL('../recordings/tokens/counts.json', import.meta.url), 'utf8'));
const tokenizers = Object.keys(texts.prose[0].tokens);

/** What the agent's sessions go on with, after a prompt of prose and of schemas of tools. */
const sessions = {
  prose: ['prose'],
  code: ['code'],
  Chinese: ['Chinese'],
  schemas: ['schemas'],
  'code and Chinese': ['code', 'Chinese'],
  everything: ['prose', 'code', 'Chinese', 'schemas'],
};

const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

for (const [title, kinds] of Object.entries(sessions)) {
  for (const tokenizer of tokenizers) {
    test(`${title}: within 3 % of ${tokenizer} after two turns`, async () => {
      const storage = { get: (_, otherwise) => otherwise, update: async () => {} };
      const counter = new TokenCounter({ load: async () => core }, { failure: assert.fail }, storage);
      await counter.count('m', 'the counter is loaded with the first count');
      const pieces = [...texts.prose.slice(0, 4), ...texts.schemas.slice(0, 3)];
      for (let turn = 1; turn <= 6; turn += 1) {
        const kind = texts[kinds[turn % kinds.length]];
        pieces.push(kind[turn % kind.length], kind[(turn + 3) % kind.length]);
        const reported = sum(pieces.map(({ tokens }) => tokens[tokenizer]));
        if (turn > 2) {
          const counts = await Promise.all(pieces.map(({ text }) => counter.count('m', text)));
          const off = sum(counts) / reported - 1;
          assert.ok(Math.abs(off) <= 0.03, `turn ${turn}: ${(off * 100).toFixed(2)} %`);
        }
        const prompt = { system: '', messages: pieces.map(({ text }) => ({ role: 'user', content: text })) };
        await counter.learn('m', prompt, undefined, reported);
      }
    });
  }
}

test('what is rounded for thousands of short texts does not add up', async () => {
  const storage = { get: (_, otherwise) => otherwise, update: async () => {} };
  const counter = new TokenCounter({ load: async () => core }, { failure: assert.fail }, storage);
  await counter.count('m', 'x');
  const words = texts.prose.flatMap(({ text }) => text.split(/(?<= )/)).filter(Boolean);
  const counted = words.map((word) => core.countTokens(word));
  const prompt = { system: '', messages: [{ role: 'user', content: texts.prose.map(({ text }) => text).join('') }] };
  const { tokens } = core.promptTokens(prompt.system, prompt.messages);
  await counter.learn('m', prompt, undefined, tokens * 1.13);
  const counts = await Promise.all(words.map((word) => counter.count('m', word)));
  assert.ok(words.length > 1000);
  assert.ok(counts.every(Number.isInteger));
  assert.ok(Math.abs(sum(counts) / (sum(counted) * 1.13) - 1) < 0.02, `${sum(counts)} for ${sum(counted)}`);
  assert.deepEqual(await Promise.all(words.map((word) => counter.count('m', word))), counts);
});
