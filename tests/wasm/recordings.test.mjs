/**
 * Replies of real gateways (LiteLLM 1.106.2, 1.83.0 and 1.74.15) to chat requests, replayed byte for byte with their chunk
 * framing and their broken ends: what comes of each is what tests/recordings/chat/expected.json says, however the bytes are cut.
 *
 * `UPDATE_RECORDINGS=1` writes that file anew; the difference is then to be read against the recordings.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { replay, startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';
import { brokenLaws, joinParts } from './streamLaws.mjs';

const folder = new URL('../recordings/chat/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.http'));
const expectedFile = new URL('expected.json', folder);
const isUpdate = process.env.UPDATE_RECORDINGS === '1';
const expected = isUpdate ? {} : JSON.parse(readFileSync(expectedFile, 'utf8'));

const { LiteLLMHandler } = core;

/** What comes of a recording whose bytes arrive in pieces of a size; undefined is all at once. */
async function outcome(wire, pieceBytes) {
  const when = { method: 'POST', path: '/v1/chat/completions' };
  const gateway = await startScriptedGateway([{ ...replay({ wire }, { pieceBytes }), when }]);
  try {
    const handler = new LiteLLMHandler({
      baseUrl: gateway.baseUrl,
      apiKey: 'sk-test',
      modelId: 'm',
      // Told as the call's id where a reply names none.
      headers: { 'x-litellm-call-id': 'sent' },
      maxRetries: 0,
      modelInfo: { inputPrice: 1, outputPrice: 2 },
    });
    const parts = [];
    try {
      for await (const part of handler.createMessage('', [{ role: 'user', content: 'hi' }])) parts.push(part);
      assert.deepEqual(brokenLaws(parts, 'finished'), []);
      return { parts: joinParts(parts) };
    } catch (error) {
      assert.ok(error instanceof core.LiteLLMError, error);
      assert.deepEqual(brokenLaws(parts, 'failed'), []);
      const { kind, status, retryAfterMs, detail, message } = error;
      return { parts: joinParts(parts), error: { kind, status, retryAfterMs, detail, message } };
    }
  } finally {
    await gateway.stop();
  }
}

/** As JSON keeps it. */
const plain = (value) => JSON.parse(JSON.stringify(value));

test('there are as many recordings as expectations', () => {
  assert.ok(names.length > 200, `${names.length}`);
  if (!isUpdate) assert.deepEqual(names.toSorted(), Object.keys(expected).toSorted());
});

for (const name of names) {
  test(name, async () => {
    const wire = readFileSync(new URL(name, folder));
    const whole = plain(await outcome(wire));
    if (isUpdate) expected[name] = whole;
    assert.deepEqual(whole, expected[name]);
    const isStream = wire.includes('text/event-stream');
    for (const pieceBytes of isStream ? [7, 101] : []) {
      assert.deepEqual(plain(await outcome(wire, pieceBytes)), whole, `in pieces of ${pieceBytes}`);
    }
  });
}

after(() => {
  if (isUpdate) writeFileSync(expectedFile, `${JSON.stringify(expected, null, 1)}\n`);
});
