/** The question about what was typed in a settings page that was closed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { askAboutUnsaved, vscode } = await load('unsavedSettings');

const profiles = (...names) => ({ list: async () => names.map((name) => ({ id: name.toLowerCase(), name })) });

const texts = (...changed) => ({ baseUrl: 'https://gateway.example.com', modelId: '', more: {}, changed });

/** Asks and presses a button; gives what was said, and whether the page was opened again. */
async function ask(unsaved, listed, button, models = {}) {
  let said;
  let isRestored = false;
  vscode.warnings.answer = async (message, buttons) => {
    said = message;
    assert.ok(button === undefined || buttons.includes(button));
    return button;
  };
  await askAboutUnsaved({ profile: 'work', unsaved, unfolded: [], models, view: 'settings' }, listed, () => {
    isRestored = true;
  });
  return { said, isRestored };
}

test('what was changed is named, and comes back when it is wanted', async () => {
  const unsaved = { work: texts('baseUrl', 'maxTokens') };
  const expected = 'The settings of LiteLLM Gateway were closed before they were saved: URL, Output limit.';
  for (const [button, isRestored] of [
    ['Open Again', true],
    ['Discard', false],
    [undefined, false],
  ]) {
    assert.deepEqual(await ask(unsaved, profiles('Work'), button), { said: expected, isRestored });
  }
});

test('models of which something is typed are named, each in one line', async () => {
  const models = { work: { 'gpt-5': { maxTokens: '5' }, 'a\nb': { name: 'x' } } };
  const { said } = await ask({}, profiles('Work', 'Home'), 'Discard', models);
  assert.equal(said, 'The settings of LiteLLM Gateway were closed before they were saved: gpt-5, a b (Work).');
});

test('what is kept nowhere is said to be typed again', async () => {
  const { said } = await ask({ work: texts('apiKey', 'headers', 'user') }, profiles('Work'), 'Discard');
  assert.match(said, /: API key, Custom headers, User\. To be typed again: API key, Custom headers\.$/);
});

test('of several profiles each is named', async () => {
  const unsaved = { work: texts('modelId'), home: texts('tags') };
  const { said } = await ask(unsaved, profiles('Work', 'Home'), undefined);
  assert.match(said, /: Model ID \(Work\); Tags \(Home\)\.$/);
});

test('nothing is asked where nothing was changed', async () => {
  assert.equal((await ask({}, profiles('Work'))).said, undefined);
  assert.equal((await ask({ work: texts() }, profiles('Work'))).said, undefined);
});
