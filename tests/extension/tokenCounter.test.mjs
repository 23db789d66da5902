/** Counts for the editor: of texts and whole messages, by the model's own measure once the gateway has told it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import core from '../wasm/builtCore.mjs';
import { load } from './source.mjs';

const { TokenCounter, vscode } = await load('tokenCounter');
const { LanguageModelDataPart, LanguageModelTextPart, LanguageModelToolCallPart, LanguageModelToolResultPart } = vscode;
const user = (...content) => ({ role: 1, content });

function counterWith(stored = {}, loaded = async () => core) {
  const failures = [];
  const storage = {
    get: (name, otherwise) => stored[name] ?? otherwise,
    update: async (name, value) => {
      stored[name] = structuredClone(value);
    },
  };
  const log = { failure: (what, error) => failures.push([what, error]) };
  return { counter: new TokenCounter({ load: loaded }, log, storage), stored, failures };
}

const prompt = (text) => ({ system: '', messages: [{ role: 'user', content: text }] });
const words = 'many different words of a longer prompt '.repeat(100);

test('a message counts with its calls and results', async () => {
  const { counter } = counterWith();
  await core.initTokens();
  const input = { path: 'src/main.rs' };
  const call = [new LanguageModelTextPart('hello'), new LanguageModelToolCallPart('1', 'read_file', input)];
  const result = user(new LanguageModelToolResultPart('1', [new LanguageModelTextPart('fn main() {}')]));
  const expected = (...texts) => texts.reduce((sum, text) => sum + core.countTokens(text), 3);
  assert.equal(
    await counter.count('m', { role: 2, content: call }),
    expected('hello', 'read_file', JSON.stringify(input)),
  );
  assert.equal(await counter.count('m', result), expected('fn main() {}'));
  assert.equal(await counter.count('m', 'hello'), core.countTokens('hello'));
});

test('a model that counts more is known after one prompt, and after a restart', async () => {
  const { counter, stored } = counterWith();
  const plain = await counter.count('m', words);
  await counter.learn('m', prompt(words), undefined, plain * 1.5);
  assert.ok(Math.abs((await counter.count('m', words)) / plain - 1.5) < 0.02);
  assert.equal(await counter.count('other', words), plain);
  const { counter: later } = counterWith(stored);
  assert.equal(await later.count('m', words), await counter.count('m', words));
});

test('pictures, short prompts and impossible reports teach nothing, and no counter is loaded for them', async () => {
  const { counter, stored } = counterWith({}, () => assert.fail('nobody asked for counts'));
  await counter.learn('m', prompt(words), undefined, 5);
  const { counter: asked } = counterWith(stored);
  const plain = await asked.count('m', words);
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
  const withPicture = { system: '', messages: [{ role: 'user', content: [{ type: 'text', text: words }, picture] }] };
  await asked.learn('m', withPicture, undefined, plain * 1.5);
  await asked.learn('m', prompt('hi'), undefined, 9);
  await asked.learn('m', prompt(words), undefined, plain * 50);
  assert.equal(await asked.count('m', words), plain);
  assert.deepEqual(stored, {});
});

test('tools are part of the prompt', async () => {
  const { counter } = counterWith();
  const plain = await counter.count('m', words);
  const tool = { name: 'read_file', description: words, input_schema: { type: 'object' } };
  await counter.learn('m', prompt(words), [tool], plain * 2);
  assert.ok(Math.abs((await counter.count('m', words)) / plain - 1) < 0.02);
});

test('without the counter an estimate serves, which is said once and teaches nothing', async () => {
  const { counter, stored, failures } = counterWith({}, () => Promise.reject(new Error('gone')));
  assert.equal(await counter.count('m', 'abcd'), 1);
  assert.equal(await counter.count('m', user(new LanguageModelDataPart(new Uint8Array(9), 'image/png'))), 3);
  await counter.learn('m', prompt(words), undefined, 900);
  assert.deepEqual([failures.length, stored], [1, {}]);
});

test('of many models the latest are kept', async () => {
  const { counter, stored } = counterWith();
  const plain = await counter.count('m', words);
  for (let model = 0; model < 203; model++) await counter.learn(`m${model}`, prompt(words), undefined, plain * 1.2);
  const kept = Object.keys(stored.calibrations);
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [200, 'm3', 'm202']);
});
