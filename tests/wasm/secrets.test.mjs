/** Secrets among the settings beside the key: a gateway quotes them, and neither an error nor a log shows them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import core from './builtCore.mjs';
import { chat, cleanUpAfterTests, failure, hello, key, textOf, withGateway } from './scriptedHandler.mjs';

cleanUpAfterTests();

const secret = {
  query: 'opensesame-42',
  provider: 'provider-credential-1',
  deep: 'deep-down-password',
  fallback: 'key-of-the-fallback',
};
const settings = {
  extraBody: { openai: { api_key: secret.provider }, model_region: 'north-west-1' },
  metadata: { upstream: [{ password: secret.deep }], author: 'Jane Doe of Elsewhere' },
  fallbacks: [{ model: 'other', authorization: `Bearer ${secret.fallback}` }],
};

test('what a gateway quotes of the address and of the body is cut out of errors, and other texts are not', async (t) => {
  const message = `Bad: ticket=${secret.query} ${JSON.stringify(settings)} (…${secret.provider.slice(8)})`;
  const { gateway } = await withGateway([
    { when: { ...chat, path: `${chat.path}?ticket=${secret.query}` }, status: 400, json: { error: { message } } },
  ]);
  t.after(() => gateway.stop());
  const baseUrl = `${gateway.baseUrl}?ticket=${secret.query}`;
  const handler = new core.LiteLLMHandler({ ...settings, baseUrl, apiKey: key, modelId: 'm', maxRetries: 0 });
  const error = await failure(textOf(handler.createMessage('', hello)));
  const told = `${error.message} ${error.detail}`;
  for (const text of [...Object.values(secret), secret.provider.slice(8)]) assert.ok(!told.includes(text), told);
  for (const text of ['ticket=***', 'north-west-1', 'Jane Doe of Elsewhere']) assert.ok(told.includes(text), told);
});

test('whoever writes a log is told what to keep out', () => {
  const baseUrl = `https://h.example/?ticket=${secret.query}&api-version=2024-10-21`;
  const all = core.secretsOf({
    ...settings,
    baseUrl,
    apiKey: key,
    headers: { 'x-auth': 'header-secret', 'x-a': 'plain-text' },
  });
  assert.deepEqual(all, [
    key,
    'header-secret',
    secret.query,
    secret.provider,
    secret.deep,
    `Bearer ${secret.fallback}`,
    secret.fallback,
  ]);
  for (const nothing of [undefined, null, 7, {}, { baseUrl: 'http://[', extraBody: 'x' }]) {
    assert.deepEqual(core.secretsOf(nothing), []);
  }
});
