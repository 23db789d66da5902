// What is built stays small: it is loaded whenever the editor starts to use us.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { root } from './repository.mjs';

const built = (file) => readFileSync(join(root, 'dist', file));

function assertAtMost(length, most, what) {
  assert.ok(length <= most, `${what} has ${length} bytes, ${length - most} more than it may`);
}

test('the core keeps to its budget', () => {
  const core = built('core_bg.wasm');
  assertAtMost(core.length, 600 * 1024, 'core_bg.wasm');
  assertAtMost(gzipSync(core, { level: 9 }).length, 248 * 1024, 'core_bg.wasm in gzip');
});

test('the token counter and its vocabulary keep to their budget in the package', () => {
  const packed = ['tokens_bg.wasm', 'o200k_base.bin'].map((file) => deflateRawSync(built(file), { level: 9 }).length);
  assertAtMost(packed[0] + packed[1], 800_000, 'the token counter in the package');
});
