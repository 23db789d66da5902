// The bench's data and the built product agree: no time is taken, and no peer is needed.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { rows } from './rows.mjs';
import { works } from './works.mjs';

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'litellm-gateway-bench-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** One run of a piece of work, in this process. It rejects when the result is not the expected one. */
async function runOnce(name, candidate) {
  const { inputs, measure } = works[name];
  const files = new Map();
  for (const [file, make] of Object.entries(inputs)) {
    // The ranks are a peer's.
    if (!file.endsWith('.tiktoken')) files.set(file, Buffer.from(await make()));
  }
  return measure({ candidate, effort: 'check', folder, read: (file) => files.get(file) });
}

const withoutPeers = {
  'stream-16k': ['ours', 'hand-written', 'bare read'],
  'stream-events': ['ours', 'hand-written', 'bare read'],
  'stream-cold': ['ours', 'hand-written'],
  'models-real-50': ['ours', 'JSON.parse'],
  'models-lean-500': ['ours', 'JSON.parse'],
  conversation: ['ours', 'JSON.stringify'],
  'conversation-image': ['ours', 'JSON.stringify'],
  'tokens-hostile': ['ours'],
  'load-tokens': ['ours'],
  activation: ['ours'],
  'kept-list': ['ours'],
  'size-core': ['ours'],
};

for (const [name, candidates] of Object.entries(withoutPeers)) {
  for (const candidate of candidates) {
    test(`${works[name].title}: ${candidate}`, async () => {
      const figures = await runOnce(name, candidate);
      assert.ok(Object.values(figures).every(Number.isFinite), JSON.stringify(figures));
    });
  }
}

test('a long session of an agent pays at most 15 % more than all before its last turn read from the cache would', async () => {
  const { costRatio } = await runOnce('agent-session', 'ours');
  assert.ok(costRatio <= 1.15, String(costRatio));
  // The figure means something: where nobody marks well, the same session costs much more.
  for (const naive of ['no marks', 'the system prompt alone', 'the last message alone']) {
    const { costRatio: other } = await runOnce('agent-session', naive);
    assert.ok(other > costRatio * 1.2, `${naive}: ${other}`);
  }
});

test('each check of a row compares candidates that its work has', () => {
  for (const { id, checks } of rows) {
    for (const { work, peers } of checks) {
      for (const name of ['ours', ...peers])
        assert.ok(works[work].candidates.includes(name), `${id}: ${name} in ${work}`);
    }
  }
});

test('made data are the same each time', async () => {
  for (const name of ['stream-cold', 'models-real-50', 'conversation']) {
    for (const make of Object.values(works[name].inputs)) assert.equal(await make(), await make());
  }
});
