/** Failures as the user reads them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { init, normalizeSettings } from '../../dist/core.mjs';
import { load, root } from './source.mjs';

const { presentError, presentSettingsIssue, plainError, MissingPart, vscode } = await load(
  'errors',
  'missingPart',
  'settingsIssues',
);
const chinese = JSON.parse(readFileSync(join(root, 'extension/l10n/bundle.l10n.zh-cn.json'), 'utf8'));
Object.assign(vscode.manifest, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

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

test('a file of the extension that is gone is told without where it was looked for', () => {
  const { sentence } = presentError(
    new MissingPart(new Error("Cannot find module './core.cjs'\nRequire stack:\n- /a/b")),
  );
  assert.equal(
    sentence,
    "A part of LiteLLM Gateway could not be loaded (Cannot find module './core.cjs'). Reload the window; if that does not help, install the extension again.",
  );
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

test('an empty model id and an empty address leave no gap', () => {
  vscode.l10n.bundle = {};
  for (const kind of kinds) {
    const nothing = presentError(failure(kind)).sentence;
    assert.equal(presentError(failure(kind), { modelId: '', gateway: '' }).sentence, nothing);
  }
});

test('a timeout names the limit that was reached, and none when the gateway set it', () => {
  vscode.l10n.bundle = {};
  const said = (fields, context) => presentError(failure('timeout', fields), context).sentence;
  assert.match(said({}, { doing: 'chat' }), /"litellm-gateway\.timeoutMs"/);
  assert.match(said({}, { doing: 'list' }), /"litellm-gateway\.discoveryTimeoutMs"/);
  for (const sentence of [said({ status: 408 }, { doing: 'chat' }), said({}, {})]) assert.doesNotMatch(sentence, /Ms"/);
});

test('a key that may not list models is not told to choose another model', () => {
  vscode.l10n.bundle = {};
  const said = (doing) => presentError(failure('permission'), { doing, modelId: 'm-1' }).sentence;
  assert.match(said('list'), /^This API key may not list the models/);
  assert.match(said('chat'), /^This API key may not use m-1\. Choose another model/);
});

test('a key that was withheld is the reason why a gateway misses one', () => {
  const withheld = { savedFor: 'https://a.example', origin: 'https://b.example' };
  const { sentence, actions } = presentError(failure('auth'), { withheld });
  assert.match(sentence, /is for https:\/\/a\.example and is not sent to https:\/\/b\.example\. Enter the key/);
  assert.equal(actions[0], 'openSettings');
  assert.equal(presentError(failure('server'), { withheld }).sentence, 'core words');
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

test('in English an issue says what was meant', async () => {
  await init();
  const [issue] = normalizeSettings({ modelInfo: { maxToken: 5 } }).issues;
  assert.match(presentSettingsIssue(issue), /"litellm-gateway\.modelInfo\.maxToken".*Did you mean "maxTokens"\?/);
});

test('in Chinese a word that stands in for an address or a model has no gap around it', (context) => {
  const english = vscode.l10n.t;
  context.after(() => {
    vscode.l10n.t = english;
  });
  vscode.l10n.bundle = chinese;
  vscode.l10n.t = (text, ...values) => english(chinese[text] ?? text, ...values);
  for (const kind of kinds) {
    for (const given of [{}, { modelId: '', gateway: '' }]) {
      assert.doesNotMatch(presentError(failure(kind), given).sentence, /\p{Script=Han} +\p{Script=Han}|\{\d\}/u, kind);
    }
  }
  const known = { modelId: 'm-1', gateway: 'http://gw' };
  assert.match(presentError(failure('connection'), known).sentence, /^无法连接到 http:\/\/gw。/);
});

test('in Chinese an issue is Chinese to the last word, and says what the setting takes', async (context) => {
  await init();
  const english = vscode.l10n.t;
  context.after(() => {
    vscode.l10n.t = english;
  });
  vscode.l10n.bundle = chinese;
  vscode.l10n.t = (text, ...values) => english(chinese[text] ?? text, ...values);
  const wrong = {
    baseUrl: 'http:gateway',
    temperature: 'hot',
    topP: 3,
    maxTokens: 0,
    usePromptCache: 'x',
    user: 7,
    tags: 'a',
    metadata: [],
    headers: { 'x-a': '\u0001' },
    modelInfo: { maxToken: 5 },
  };
  const { issues } = normalizeSettings(wrong);
  const sentences = issues.map((issue) => presentSettingsIssue(issue));
  assert.equal(sentences.length, Object.keys(wrong).length);
  for (const sentence of sentences) {
    const ours = sentence.replace(/“[^”]*”|https?:\/\/[\w.]*|\b(?:URL|HTTP|Latin-1|true|false)\b/g, '');
    assert.doesNotMatch(ours, /[A-Za-z]{2,}/, sentence);
  }
  assert.ok(
    sentences.includes('设置“litellm-gateway.topP”超出取值范围，应为 0 到 1 之间的数字。'),
    sentences.join('\n'),
  );
});
