// The generator makes the files that are committed, out of tokens that have the published hash.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compact, encodings, expand, requirePublished } from '../../crates/tokens/generate/compactForm.mjs';
import { vocabularyFile } from '../../crates/tokens/generate/vocabularies.mjs';

for (const name of Object.keys(encodings)) {
  test(`${name}.bin gives back every rank, and is made of them`, () => {
    const file = readFileSync(vocabularyFile(name));
    const tokens = expand(file);
    requirePublished(name, tokens);
    assert.ok(compact(name, tokens).equals(file));
  });
}
