/** The set-up in the command palette with a scripted gateway: what is asked, what a hostile answer can do, and trying again. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { load } from './source.mjs';

const { setUp, vscode } = await load('firstRun/setUp');

const evil = 'no [free tokens](command:workbench.action.quit) today';
const shownEvil = 'no [free tokens]\u200b(command:workbench.action.quit) today';
const listed = (id) => ({ id, name: id, contextWindow: 1000, assumed: [] });

let answers;
let saved;
let picks;
let inputs;
let stage;

beforeEach(() => {
  vscode.shown.length = 0;
  answers = [];
  saved = [];
  picks = [];
  inputs = [];
  stage = { models: [listed('gpt')], test: async function* () {}, made: [] };
  vscode.warnings.answer = async () => answers.shift();
  vscode.questions.pick = async (items) => {
    picks.push(items);
    return items[0];
  };
  vscode.questions.input = async (options) => {
    inputs.push(options);
    return answers.shift();
  };
  vscode.accounts.push({ label: 'mona' });
});

const issue = (path) => ({ path, code: 'invalid_header', message: 'It can not be sent.', fatal: true });
const litellm = {
  originOf: (address) => new URL(address).origin,
  resolveEndpoints: (root) => ({ root }),
  normalizeSettings: (settings) => ({
    settings,
    issues: settings.apiKey?.includes('\n') ? [issue('apiKey')] : [],
  }),
  LiteLLMHandler: class {
    constructor(settings) {
      stage.made.push(settings);
    }
    listModels() {
      if (stage.fails) throw Object.assign(new Error(stage.fails.shift() ?? ''), { name: 'LiteLLMError' });
      return { models: stage.models };
    }
    testConnection() {
      return stage.test();
    }
  },
};
const profiles = {
  list: async () => [{ id: 'default', name: 'Default' }],
  read: async () => ({ settings: { env: {} } }),
  add: async (profile) => saved.push(profile),
};
const log = { keepOut: () => undefined, info: () => undefined, failure: () => undefined };
const dependencies = { core: { load: async () => litellm }, profiles, globalState: { get: () => undefined }, log };
const known = { baseUrl: 'http://localhost:4000', apiKey: 'sk-local' };

test('a gateway that is known is tried again without a question, and nothing is saved before it works', async () => {
  const failure = { step: 'chat', status: 'failed', error: new Error(evil) };
  const results = [[failure], [failure], []];
  stage.test = async function* () {
    yield* results.shift();
  };
  answers = ['Try Again', 'Try Again'];
  assert.equal(await setUp(dependencies, known), true);
  assert.equal(inputs.length, 0);
  assert.equal(picks.length, 3);
  assert.equal(results.length, 0);
  assert.deepEqual(
    saved.map(({ settings, key }) => [settings, key]),
    [
      [
        { baseUrl: known.baseUrl, modelId: 'gpt' },
        { apiKey: 'sk-local', origin: known.baseUrl },
      ],
    ],
  );
});

test('whoever does not want to try again has saved nothing', async () => {
  stage.test = async function* () {
    yield { step: 'chat', status: 'failed', error: new Error('down') };
  };
  assert.equal(await setUp(dependencies, known), false);
  assert.deepEqual(saved, []);
});

test("a model's id is text in the list and in what tells of progress, and is asked as it is", async () => {
  const id = `$(trash) [x](command:y) \u202e${'z'.repeat(1 << 20)}`;
  stage.models = [listed(id)];
  assert.equal(await setUp(dependencies, known), true);
  const [[row]] = picks;
  assert.ok(row.label.startsWith('$\u200b(trash) ') && row.label.length < 200, row.label.slice(0, 200));
  assert.ok(vscode.shown.some((text) => text.startsWith('Trying $\u200b(trash) [x]\u200b(command:y) ')));
  assert.ok(vscode.shown.every((text) => text.length < 2000));
  assert.equal(stage.made.at(-1).modelId, id);
  assert.equal(saved[0].settings.modelId, id);
});

test("a gateway's words in an error are no button", async () => {
  stage.test = async function* () {
    yield { step: 'chat', status: 'failed', error: new Error(evil) };
  };
  await setUp(dependencies, known);
  assert.equal(
    vscode.shown.some((text) => text.includes('](command')),
    false,
  );
  assert.ok(vscode.shown.some((text) => text.includes(shownEvil)));
});

test('a key that can not be sent is refused as it is typed', async () => {
  answers = ['http://localhost:4000', undefined];
  assert.equal(await setUp(dependencies), false);
  const [, key] = inputs;
  assert.equal(key.password, true);
  assert.match(key.validateInput('sk-\nx'), /./);
  assert.equal(key.validateInput('sk-x'), undefined);
});
