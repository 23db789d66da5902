/** What the page is told of models, free of the page: values with their origins, the user's own words, and the trail. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { load } from './source.mjs';

const { rowOf, fieldsOfModel, overrideOfTexts, textsOfOverride, overrideIssues, overrideNames, trailOf, sourceOf } =
  await load('modelTable', 'modelOverrides', 'modelTrail');

const t = (text, ...values) => text.replace(/\{(\d)\}/g, (_, index) => values[index]);

before(() => core.init());

const listed = {
  id: 'a/b',
  name: 'b',
  family: 'b',
  mode: 'chat',
  maxTokens: 8192,
  contextWindow: 200_000,
  maxInputTokens: 200_000,
  supportsTools: true,
  supportsImages: false,
  priceTiers: [],
  description: 'a/b via LiteLLM',
  inputPrice: 0,
  deployments: 3,
  assumed: ['maxTokens', 'supportsTools'],
};

test('each value of a model comes from somewhere', () => {
  const override = { contextWindow: 1000, outputPrice: 2 };
  const info = { ...listed, contextWindow: 1000, maxInputTokens: 1000, outputPrice: 2 };
  const fields = fieldsOfModel(t, { info, listed, override });
  const origin = (name) => {
    const { text, origin, without } = fields.find((field) => field.name === name);
    return [text, origin, without];
  };
  assert.deepEqual(origin('maxTokens'), ['8,192', 'assumed', '']);
  assert.deepEqual(origin('contextWindow'), ['1,000', 'yours', '200,000']);
  // Of the two a lone one counts for both.
  assert.deepEqual(origin('maxInputTokens'), ['1,000', 'yours', '200,000']);
  assert.deepEqual(origin('inputPrice'), ['free', 'gateway', '']);
  assert.deepEqual(origin('outputPrice'), ['$2.00', 'yours', '']);
  assert.deepEqual(origin('cacheReadsPrice'), ['', 'unknown', '']);
  assert.deepEqual(origin('name'), ['b', 'derived', '']);
  assert.deepEqual(origin('description'), ['a/b via LiteLLM', 'derived', '']);
  assert.deepEqual(origin('supportsTools'), ['true', 'assumed', '']);
  assert.deepEqual(origin('supportsImages'), ['false', 'gateway', '']);
  assert.deepEqual(origin('priceTiers'), ['', 'unknown', '']);
  assert.deepEqual(origin('deployments'), ['3', 'gateway', '']);
  assert.equal(fields.length, overrideNames.length + 1);
});

test('prices of longer prompts are written as prices', () => {
  const priceTiers = [
    { abovePromptTokens: 200_000, inputPrice: 6, outputPrice: 22.5 },
    { abovePromptTokens: 1_000_000 },
  ];
  const fields = fieldsOfModel(t, { info: { ...listed, priceTiers }, listed: { ...listed, priceTiers } });
  const { text } = fields.find(({ name }) => name === 'priceTiers');
  assert.equal(text, 'over 200,000 tokens: $6.00 in · $22.50 out per 1M; over 1,000,000 tokens: –');
});

test('a model that the gateway does not list has nothing of the gateway', () => {
  const fields = fieldsOfModel(t, { info: listed });
  assert.ok(fields.every(({ origin }) => origin !== 'gateway'));
  assert.ok(fields.every(({ name }) => name !== 'deployments'));
  assert.equal(rowOf(t, { info: listed }).isListed, false);
});

test('what is sent for one model stands among its fields, in place of nothing that the gateway says', () => {
  const override = { guardrails: ['pii', 'law'], fallbacks: ['m2', { model: 'm3' }] };
  const fields = fieldsOfModel(t, { info: listed, listed, override });
  const of = (name) => fields.find((field) => field.name === name);
  assert.deepEqual(
    [of('guardrails').text, of('guardrails').origin, of('guardrails').without],
    ['pii, law', 'yours', ''],
  );
  assert.equal(of('fallbacks').text, 'm2, {"model":"m3"}');
  assert.deepEqual(overrideOfTexts({}, textsOfOverride(override)).entry, override);
  assert.deepEqual(overrideOfTexts({}, { fallbacks: 'm2, m3' }).entry, { fallbacks: ['m2', 'm3'] });
  assert.deepEqual(
    overrideIssues(t, core.normalizeSettings, { fallbacks: '[5]' }).map(({ field }) => field),
    ['fallbacks'],
  );
});

test("a row has the user's values only where he has given some", () => {
  const of = (override) => rowOf(t, { info: listed, listed, override }).isOverridden;
  assert.deepEqual([of(undefined), of({}), of({ maxTokens: 5 })], [false, false, true]);
});

test('texts of a gateway are bounded, and ids are whole', () => {
  const long = '😀'.repeat(100_000);
  const info = {
    ...listed,
    id: long,
    name: long,
    provider: long,
    description: long,
    supportedParams: Array(9999).fill(long),
  };
  const row = rowOf(t, { info, listed: info });
  assert.equal(row.id, long);
  assert.ok(row.name.length <= 201 && row.provider.length <= 201);
  assert.ok(row.name.isWellFormed());
  const fields = fieldsOfModel(t, { info, listed: info });
  assert.ok(JSON.stringify(fields).length < 40_000);
});

test('what is typed becomes what the core takes, and comes back as it was', () => {
  const typed = {
    name: ' My model ',
    maxTokens: '64000',
    inputPrice: '2.5',
    supportsTools: 'false',
    reasoningEfforts: 'low, high,\n max ,',
    priceTiers: '[{"abovePromptTokens": 5, "inputPrice": 1}]',
    mode: '',
  };
  const { entry, unreadable } = overrideOfTexts({ surprise: 1, family: 'old' }, typed);
  assert.deepEqual(unreadable, []);
  assert.deepEqual(entry, {
    surprise: 1,
    name: 'My model',
    maxTokens: 64_000,
    inputPrice: 2.5,
    supportsTools: false,
    reasoningEfforts: ['low', 'high', 'max'],
    priceTiers: [{ abovePromptTokens: 5, inputPrice: 1 }],
  });
  assert.deepEqual(overrideOfTexts(entry, textsOfOverride(entry)).entry, entry);
  assert.deepEqual(overrideOfTexts(entry, {}).entry, { surprise: 1 });
  assert.deepEqual(overrideIssues(t, core.normalizeSettings, typed), []);
});

test('a word with a comma, or one that looks like a list, comes back as it was', () => {
  for (const word of ['a,b', '[x]', ' ', '', 'a\nb']) {
    const entry = { supportedParams: ['plain', word] };
    assert.deepEqual(overrideOfTexts({}, textsOfOverride(entry)).entry, entry, JSON.stringify(word));
  }
});

test('a limit of 0 or less is told to who types it, and is not silently none', () => {
  for (const typed of ['0', '-1', '-0.5']) {
    const issues = overrideIssues(t, core.normalizeSettings, { maxTokens: typed });
    assert.deepEqual(issues, [{ field: 'maxTokens', message: 'Type a whole number of at least 1.' }], typed);
  }
});

test("what is wrong stands at its field, in the core's judgement", () => {
  const issues = (texts) => overrideIssues(t, core.normalizeSettings, texts).map(({ field }) => field);
  const wrong = { maxTokens: 'many', inputPrice: '-1', priceTiers: '[{}]', supportsTools: 'maybe' };
  assert.deepEqual(issues(wrong).sort(), ['inputPrice', 'maxTokens', 'priceTiers', 'supportsTools']);
  const [{ message }] = overrideIssues(t, core.normalizeSettings, { priceTiers: '[{]' });
  assert.match(message, /^Line 1, column 3: /);
});

test('the trail names each request, what came, what that means and what to do', () => {
  const steps = trailOf(t, [
    { path: '/v1/model/info', status: 401, error: 'admin only' },
    { path: '/model_group/info', error: 'the connection was lost' },
    { path: '/v1/models', status: 200 },
  ]);
  assert.deepEqual(
    steps.map(({ isGood, came }) => [isGood, came]),
    [
      [false, '401: admin only'],
      [false, 'the connection was lost'],
      [true, '200'],
    ],
  );
  assert.match(steps[0].meaning, /can allow this path for the key\. Without it, limits, prices/);
  assert.match(steps[1].meaning, /^No answer came\. Check that the gateway is running/);
  assert.equal(steps[2].meaning, 'The names that this key may use, aliases among them.');
  const meanings = [404, 429, 500, 200].map(
    (status) => trailOf(t, [{ path: '/v1/models', status, error: 'x' }])[0].meaning,
  );
  assert.equal(new Set(meanings).size, 4);
  assert.ok(meanings.every((meaning) => meaning.endsWith('Aliases that only this key has may be missing.')));
  assert.equal(sourceOf([{ path: '/v1/model/info', error: 'x' }, { path: '/v1/models' }]), '/v1/models');
  assert.equal(sourceOf([]), '');
});
