/** The log, before a gateway that wants to write it itself. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, test } from 'node:test';
import { load } from './source.mjs';

const { Log, LogText, secretName, secretsOf, vscode } = await load('log', 'logText');

const apiKey = 'sk-secret-of-the-user-1234';
const forged = `x\r\n2026-01-01 00:00:00.000 [info] gpt-5: $0.00 \u202e\u001b[2J\u0007${apiKey}\u2028\u0000end`;

let log;
beforeEach(() => {
  vscode.written.length = 0;
  log = new Log();
  log.keepOut(
    secretsOf({
      apiKey,
      headers: { Authorization: 'Bearer tok-9876543', 'x-team': 'search', 'x-api-key': 'zzzz-5555' },
      env: { LITELLM_API_KEY: 'sk-of-the-environment' },
    }),
  );
});

/** Every line is one line, of bounded length, of characters that are seen, and without a secret. */
function assertHarmless() {
  assert.ok(vscode.written.length > 0);
  for (const line of vscode.written) {
    assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\u2028\u2029]/u, line);
    for (const secret of [apiKey, 'tok-9876543', 'zzzz-5555', 'sk-of-the-environment']) {
      assert.ok(!line.includes(secret), line);
    }
    assert.ok(line.length < 10_000, `${line.length} characters`);
  }
}

test('whatever a gateway puts into a reply, it is a value on its line', () => {
  const long = `${forged}${'A'.repeat(100_000)}`;
  const trace = log.request(long, { messages: 1, tools: 1 });
  trace.part({
    type: 'response',
    callId: long,
    model: long,
    modelId: long,
    attemptedRetries: 1,
    attemptedFallbacks: 2,
  });
  trace.part({ type: 'notice', code: 'healed', message: long });
  trace.part({ type: 'usage', inputTokens: 1, outputTokens: 2, totalCost: 0.5, costSource: 'usage' });
  trace.part({ type: 'finish', reason: 'other', raw: long });
  trace.done();
  trace.cancelled();
  const failure = Object.assign(new Error(long), { kind: 'server', status: 500, detail: `d${long}`, callId: long });
  trace.failed(failure);
  trace.failed(long);
  log.failure(`Listing the models of ${forged}`, failure);
  log.failure('Reading', { toString: () => forged });
  log.info(forged);
  log.warn(forged);
  log.models(`http://h/${forged}`, {
    models: [{}],
    attempts: [{ path: '/v1/model/info', error: long }],
    issues: Array.from({ length: 500 }, () => ({ path: forged, message: forged })),
  });
  assertHarmless();
  assert.ok(vscode.written.length < 60, `${vscode.written.length} lines`);
  assert.match(vscode.written.join('\n'), /\\u\{202e\}\\u\{1b\}\[2J/, 'what is not seen is shown');
});

test('what is no secret stays as it is', () => {
  const trace = log.request('gpt-5', { messages: 2, tools: 0 });
  trace.part({ type: 'response', callId: '2f1c-77', model: 'azure/gpt-5', attemptedRetries: 2 });
  trace.part({
    type: 'usage',
    inputTokens: 1200,
    outputTokens: 1,
    cacheReadTokens: 1024,
    totalCost: 0.0123456,
    costSource: 'usage',
  });
  trace.part({ type: 'finish', reason: 'stop', raw: 'end_turn' });
  trace.done();
  log.info('Team search, 思考 ✓ café');
  assert.match(
    vscode.written[1],
    /^info gpt-5: 2 messages, 0 tools · .* · 1200 tokens in \(1024 from the cache\) · 1 out · \$0\.01235 \(by usage\) · answered by azure\/gpt-5 · 2 retries at the gateway · call 2f1c-77 · finish stop \(end_turn\)$/,
  );
  assert.equal(vscode.written[2], 'info Team search, 思考 ✓ café');
});

test('one of anything is one', () => {
  log.models('http://h', { models: [{}], attempts: [{ path: '/v1/model/info', status: 200 }], issues: [] });
  assert.equal(vscode.written[0], 'info http://h offers 1 model (/v1/model/info 200)');
});

test('a secret that holds another goes as a whole, and what is shorter than a secret spoils no line', () => {
  const text = new LogText();
  text.keepOut(['abcd', 'abcdefgh', 'abc', '']);
  assert.equal(text.value('abcdefgh abcd abc'), '*** *** abc');
});

test('every name of a header that the core takes for that of a secret is one here, too', async () => {
  const source = await readFile(new URL('../../crates/core/src/error/secret_settings.rs', import.meta.url), 'utf8');
  const names = /const SECRET_NAMES: [^=]*=\s*\[([^\]]*)\]/u.exec(source)[1].match(/[a-z]+/g);
  assert.ok(names.length > 5, names.join());
  for (const name of names) assert.deepEqual(secretsOf({ headers: { [`X-${name}-1`]: 'abcd' } }), ['abcd'], name);
  assert.ok(!secretName.test('x-team'));
});

test('a key that is not sent is kept out as well, and one that is typed with a word before it', () => {
  const env = { LITELLM_API_KEY: ' sk-of-the-environment ' };
  assert.deepEqual(secretsOf({ apiKey: 'Bearer sk-1234', env }), [
    'Bearer sk-1234',
    'sk-1234',
    'sk-of-the-environment',
  ]);
});
