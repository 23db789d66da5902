// The token counter as the public module offers it: when it is loaded, from where, and what is counted.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Module } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = new URL('../../dist/', import.meta.url);
let instances = 0;

/** The public module, loaded anew, and the files of the token counter that were asked for since. */
async function freshModule(reader = (file) => readFile(new URL(file, dist))) {
  instances += 1;
  const core = await import(`${new URL('core.mjs', dist)}?instance=${instances}`);
  const asked = [];
  core.readTokenFiles((file) => {
    asked.push(file);
    return reader(file);
  });
  return { core, asked };
}

const settingsError = (message) => ({ name: 'LiteLLMError', kind: 'settings', retryable: false, message });

test('nothing is loaded before it is wanted, and then once', async () => {
  const { core, asked } = await freshModule();
  await core.init();
  const handler = new core.LiteLLMHandler({});
  assert.throws(
    () => core.countTokens('a'),
    settingsError(/^Tokens can't be counted yet: await initTokens\('o200k_base'\)/),
  );
  assert.deepEqual(asked, []);
  await Promise.all([core.initTokens(), core.initTokens('o200k_base'), handler.countTokens('a')]);
  await core.initTokens();
  assert.deepEqual(asked.sort(), ['o200k_base.bin', 'tokens_bg.wasm']);
  assert.equal(core.countTokens('Hello world'), 2);
  assert.throws(() => core.countTokens('a', 'cl100k_base'), settingsError(/initTokens\('cl100k_base'\)/));
  await core.initTokens('cl100k_base');
  assert.deepEqual(asked.sort(), ['cl100k_base.bin', 'o200k_base.bin', 'tokens_bg.wasm']);
  assert.equal(core.countTokens('!'.repeat(5000), 'cl100k_base'), 625);
  assert.equal(core.countTokens('!'.repeat(5000)), 313);
});

test('it is read from beside the module, without the core', async () => {
  instances += 1;
  const core = await import(`${new URL('core.mjs', dist)}?instance=${instances}`);
  await core.initTokens('cl100k_base');
  assert.equal(core.countTokens('Hello world', 'cl100k_base'), 2);
});

test('in a bundle that is no ES module the host hands the files over', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../crates/wasm/js/core.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    external: ['node:*'],
    logOverride: { 'empty-import-meta': 'silent' },
  });
  const bundle = new Module('bundle.cjs');
  bundle._compile(outputFiles[0].text, 'bundle.cjs');
  const core = bundle.exports;
  await assert.rejects(core.initTokens(), settingsError(/can't be read: .* the host calls readTokenFiles\.$/));
  core.readTokenFiles(async (file) => new Uint8Array(await readFile(new URL(file, dist))));
  await core.initTokens();
  assert.equal(core.countTokens('Hello world'), 2);
});

test('a failure is told, and the next call tries again', async () => {
  let answer = () => Promise.reject(new Error('the disk is gone'));
  const { core, asked } = await freshModule((file) => answer(file));
  const unread = settingsError(/^The file .*, which counts tokens, can't be read: the disk is gone\.$/);
  await assert.rejects(core.initTokens(), unread);
  await core.init();
  await assert.rejects(new core.LiteLLMHandler({}).countTokens('a'), unread);
  answer = async (file) => (file.endsWith('.wasm') ? readFile(new URL(file, dist)) : Buffer.from('<!doctype html>'));
  await assert.rejects(
    core.initTokens(),
    settingsError(/^The file o200k_base\.bin can't be used: it is no vocabulary/),
  );
  answer = async () => Buffer.from('<!doctype html>');
  const other = await freshModule((file) => answer(file));
  await assert.rejects(other.core.initTokens(), settingsError(/^The file tokens_bg\.wasm can't be used: /));
  answer = (file) => readFile(new URL(file, dist));
  await Promise.all([core.initTokens(), other.core.initTokens()]);
  assert.equal(core.countTokens('a'), 1);
  assert.equal(other.core.countTokens('a'), 1);
  assert.ok(asked.length > 4);
});

test('an encoding that is not known is refused', async () => {
  const { core, asked } = await freshModule();
  const unknown = settingsError('There is no encoding "gpt2" here: use one of o200k_base, cl100k_base.');
  await assert.rejects(core.initTokens('gpt2'), unknown);
  assert.throws(() => core.countTokens('a', 'gpt2'), unknown);
  await assert.rejects(core.initTokens('__proto__'), settingsError(/__proto__/));
  assert.deepEqual(asked, []);
});

test('what is no text is refused', async () => {
  const { core } = await freshModule();
  await core.initTokens();
  for (const value of [undefined, null, 5, {}, ['a']])
    assert.throws(() => core.countTokens(value), settingsError(/text/));
});

test('texts of any length and of any characters cross whole', async () => {
  const { core } = await freshModule();
  await core.initTokens();
  const count = core.countTokens;
  const sentence = 'The gateway’s owner didn’t expect that many requests. 你好,世界。Привет, мир 😀!\n';
  const one = count(sentence);
  for (const times of [1, 10, 300, 20_000, 1, 700, 60_000, 2]) {
    assert.equal(count(sentence.repeat(times)), one * times, `${times} sentences`);
  }
  for (const length of [0, 1, 16_383, 16_384, 16_385, 1 << 20, (1 << 20) + 1]) {
    assert.equal(count('1'.repeat(length)), Math.ceil(length / 3), `${length} digits`);
    assert.equal(count('٣'.repeat(length)), length, `${length} Arabic digits`);
  }
  assert.equal(count('a\ud800b\udc00'), count('a\ufffdb\ufffd'));
  assert.equal(count('\ud83d'), count('\ufffd'));
  assert.equal(count(`${'x'.repeat(16_383)}😀`), count('x'.repeat(16_383)) + count('😀'));
});

test('the handler counts the texts of blocks', async () => {
  const { core } = await freshModule();
  await core.init();
  const handler = new core.LiteLLMHandler({});
  await core.initTokens();
  const sum = (...texts) => texts.reduce((total, text) => total + core.countTokens(text), 0);
  const cases = [
    ['Hello world', sum('Hello world')],
    [
      [
        { type: 'text', text: 'Hello' },
        { type: 'text', text: ' world' },
      ],
      sum('Hello', ' world'),
    ],
    [[{ type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' }], sum('Let me see.')],
    [[{ type: 'redacted_thinking', data: 'c2VjcmV0' }], 0],
    [[{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }], 0],
    [[{ type: 'document', source: { type: 'text', data: 'Page one' } }], sum('Page one')],
    [[{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' } }], 0],
    [[{ type: 'tool_use', id: 'a', name: 'read', input: { path: 'b.txt' } }], sum('read', '{"path":"b.txt"}')],
    [[{ type: 'tool_result', tool_use_id: 'a', content: 'done it' }], sum('done it')],
    [[{ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'done' }] }], sum('done')],
    [[{ type: 'tool_result', tool_use_id: 'a' }], 0],
    [[], 0],
  ];
  for (const [content, expected] of cases) assert.equal(await handler.countTokens(content), expected);
});
