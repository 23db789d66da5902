/** Failures as the user reads them. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { load } from './source.mjs';

const { presentError, presentSettingsIssue, plainError, vscode } = await load('errors');

const kinds = [
  'settings',
  'connection',
  'timeout',
  'aborted',
  'auth',
  'permission',
  'budget_exceeded',
  'rate_limit',
  'context_length',
  'content_policy',
  'guardrail',
  'unknown_model',
  'provider_auth',
  'invalid_request',
  'server',
  'protocol',
  'truncated',
];

const failure = (kind, fields = {}) => Object.assign(new Error('core words'), { kind, retryable: false, ...fields });

afterEach(() => {
  vscode.l10n.bundle = undefined;
});

test("without translations the core's sentence is shown as it stands", () => {
  const { sentence } = presentError(failure('server', { detail: 'in the message already', status: 500 }));
  assert.equal(sentence, 'core words');
});

test('in another language every kind is a sentence of its own, with nothing left to fill in', () => {
  vscode.l10n.bundle = {};
  const context = { modelId: 'm-1', gateway: 'http://gw.example' };
  const sentences = kinds.map((kind) => presentError(failure(kind), context).sentence);
  assert.equal(new Set(sentences).size, kinds.length);
  for (const sentence of sentences) assert.doesNotMatch(sentence, /\{\d\}|undefined|\[object/);
  for (const kind of kinds) assert.doesNotMatch(presentError(failure(kind)).sentence, /\{\d\}|undefined|\[object/);
});

test('in another language what is known besides follows, in one line and not without end', () => {
  vscode.l10n.bundle = {};
  const said = presentError(
    failure('server', {
      status: 500,
      detail: `upstream
  died ${'x'.repeat(1000)}`,
    }),
  ).sentence;
  assert.match(said, / The gateway says: upstream died x+…$/);
  assert.ok(said.length < 900);
  assert.match(presentError(failure('connection', { detail: 'ECONNREFUSED' })).sentence, / \(ECONNREFUSED\)$/);
});

test('a hint when to try again', () => {
  vscode.l10n.bundle = {};
  assert.match(presentError(failure('rate_limit', { retryAfterMs: 61_200 })).sentence, /in 62 seconds/);
});

test('a wrong key and a wrong setting lead to the settings', () => {
  for (const kind of ['auth', 'settings', 'connection']) {
    assert.equal(presentError(failure(kind)).actions[0], 'openSettings');
  }
});

test('whatever else was thrown is told as a failure of our own', () => {
  for (const thrown of [new TypeError('x is not a function'), 'text', undefined, { a: 1 }]) {
    const { kind, sentence, actions } = presentError(thrown);
    assert.equal(kind, 'internal');
    assert.doesNotMatch(sentence, /\[object Object\]/);
    assert.deepEqual(actions, ['showLog']);
  }
});

test('an error for the chat has no stack', () => {
  const error = plainError('Sentence.');
  assert.equal(error.message, 'Sentence.');
  assert.equal(error.stack, '');
});

test('an issue names its setting', () => {
  const issue = (path, code) => presentSettingsIssue({ path, code, message: 'why', fatal: true });
  for (const code of [
    'invalid_url',
    'unsupported_scheme',
    'insecure_http',
    'wrong_type',
    'out_of_range',
    'unknown_field',
  ]) {
    assert.match(issue('baseUrl', code), /litellm-gateway\.baseUrl/);
  }
  assert.match(issue('apiKey', 'invalid_header'), /"API key"/);
});
