// The built counter against Python's tiktoken, on texts of many kinds. `TOKENS_SEED` repeats a run, `TOKENS_TEXTS` makes it
// longer or shorter.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodings } from '../../crates/tokens/generate/compactForm.mjs';
import core from '../wasm/builtCore.mjs';
import { texts } from './texts.mjs';
import { countWithTiktoken } from './tiktoken.mjs';

const seed = Number(process.env.TOKENS_SEED ?? Math.floor(Math.random() * 2 ** 32));
const number = Number(process.env.TOKENS_TEXTS ?? 52_000);

test(`counts equal tiktoken's on ${number} texts of seed ${seed}`, async () => {
  const all = [...texts(seed, number)];
  const expected = await countWithTiktoken(all);
  assert.equal(expected.length, all.length, 'each text has its counts');
  const wrong = [];
  for (const [column, encoding] of Object.keys(encodings).entries()) {
    await core.initTokens(encoding);
    for (const [index, text] of all.entries()) {
      const count = core.countTokens(text, encoding);
      if (count === expected[index][column]) continue;
      wrong.push(`${encoding} has ${count} for ${expected[index][column]} of ${JSON.stringify(text)}`);
    }
  }
  assert.deepEqual(wrong.slice(0, 10), [], `TOKENS_SEED=${seed}: ${wrong.length} are wrong`);
});
