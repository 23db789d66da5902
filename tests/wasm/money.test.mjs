/** Prices before and budgets after: what is estimated, what a key may spend, and what a failed answer took. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import core from './builtCore.mjs';
import { chat, cleanUpAfterTests, failure, hello, withGateway } from './scriptedHandler.mjs';
import { brokenLaws } from './streamLaws.mjs';

const { estimateCost } = core;

cleanUpAfterTests();

const info = {
  id: 'm',
  inputPrice: 3,
  outputPrice: 15,
  cacheReadsPrice: 0.3,
  priceTiers: [{ abovePromptTokens: 200_000, inputPrice: 6 }],
};

test('a request is priced as its reply would be', async (t) => {
  assert.equal(estimateCost(info, { inputTokens: 1000, outputTokens: 500 }), 0.0105);
  assert.equal(estimateCost(info, { inputTokens: 1000, cacheReadTokens: 1000 }), 0.0003);
  assert.equal(estimateCost(info, { inputTokens: 200_001 }), 1.200006);
  assert.equal(estimateCost({ ...info, inputPrice: 0, outputPrice: 0, priceTiers: [] }, { inputTokens: 5 }), 0);
  assert.equal(estimateCost({ id: 'm' }, { inputTokens: 1 }), undefined);
  for (const value of [undefined, null, 7, 'x', { inputTokens: Number.NaN }, []]) {
    assert.equal(estimateCost(info, value), undefined);
    assert.equal(estimateCost(value, { inputTokens: 1 }), undefined);
  }
  const { gateway, handler } = await withGateway([], { modelInfo: info });
  t.after(() => gateway.stop());
  const usage = { inputTokens: 250_000, outputTokens: 100, cacheReadTokens: 1000 };
  assert.equal(estimateCost(handler.getModel().info, usage), (await handler.calculateCost(usage)).totalCost);
});

test('what a key may spend is read, where the gateway tells it', async (t) => {
  const when = { path: '/key/info' };
  const { gateway, handler } = await withGateway([
    {
      when,
      times: 1,
      json: { key: 'h', info: { spend: 9.5, max_budget: 10, budget_reset_at: '2026-12-01T00:00:00+00:00' } },
    },
    { when, times: 1, status: 404, json: { error: { message: 'Key not found in database', code: '404' } } },
    { when, times: 1, status: 500, json: { error: { message: 'Database not connected.', code: '500' } } },
    { when, status: 503, text: 'busy' },
  ]);
  t.after(() => gateway.stop());
  assert.deepEqual(await handler.keyInfo(), {
    spend: 9.5,
    maxBudget: 10,
    budgetResetAt: '2026-12-01T00:00:00+00:00',
  });
  assert.equal(await handler.keyInfo(), undefined);
  assert.equal(await handler.keyInfo(), undefined);
  const later = await failure(handler.keyInfo());
  assert.deepEqual([later.kind, later.status], ['server', 503]);
  assert.equal((await failure(handler.keyInfo({ signal: AbortSignal.abort() }))).kind, 'aborted');
  assert.equal(gateway.requests[0].method, 'GET');
  assert.equal(gateway.requests[0].path, '/key/info', 'the key is not part of the address');
});

const event = (delta, more = {}) => ({ choices: [{ index: 0, delta, ...more }] });
const usage = { choices: [], usage: { prompt_tokens: 100, completion_tokens: 7 } };

/** The parts of an answer that fails, and its error. */
async function failed(reply, settings) {
  const { gateway, handler } = await withGateway([{ when: chat, ...reply }], settings);
  const parts = [];
  const error = await failure(
    (async () => {
      for await (const part of handler.createMessage('', hello)) parts.push(part);
    })(),
  );
  await gateway.stop();
  assert.deepEqual(brokenLaws(parts, 'failed'), []);
  return { parts, error };
}

test('what a failed answer took is told all the same, with its cost', async () => {
  const call = { index: 0, id: 'c', function: { name: 'f', arguments: '{"a":' } };
  const cut = await failed(
    {
      sse: [
        event({ content: 'half' }),
        event({ tool_calls: [call] }),
        event({}, { finish_reason: 'length' }),
        usage,
        '[DONE]',
      ],
    },
    { modelInfo: info },
  );
  assert.equal(cut.error.kind, 'truncated');
  assert.deepEqual(
    cut.parts.filter(({ type }) => type === 'usage'),
    [{ type: 'usage', inputTokens: 100, outputTokens: 7, totalCost: 0.000405, costSource: 'prices' }],
  );
  const broken = await failed({
    sse: [event({ content: 'half' }), usage, { error: { message: 'gone', code: '500' } }],
  });
  assert.equal(broken.error.kind, 'server');
  assert.deepEqual(
    broken.parts.map(({ type }) => type),
    ['response', 'text', 'usage'],
  );
  const none = await failed({ sse: [event({ content: 'half' })] });
  assert.deepEqual(
    none.parts.map(({ type }) => type),
    ['response', 'text'],
  );
});

test('a guardrail that cuts an answer is named, and what is known of the call comes with its error', async () => {
  const headers = {
    'x-litellm-call-id': 'call-1',
    'x-litellm-model-id': 'deployment-1',
    'x-litellm-model-name': 'openai/gpt-4o',
    'x-litellm-attempted-retries': '1',
    'x-litellm-attempted-fallbacks': '2',
    'x-litellm-applied-guardrails': 'post-block',
  };
  const { error } = await failed({ headers, sse: [event({ content: 'half' })] });
  assert.deepEqual(
    [error.kind, error.guardrail, error.callId, error.modelId, error.model],
    ['truncated', 'post-block', 'call-1', 'deployment-1', 'openai/gpt-4o'],
  );
  assert.deepEqual([error.attemptedRetries, error.attemptedFallbacks, error.retries], [1, 2, 0]);
  assert.match(error.message, /guardrail of the gateway \(post-block\)/);
  const rejected = {
    error: { message: 'Output violates policy', provider_specific_fields: { guardrail_name: 'pii' } },
  };
  const before = await failed({ status: 400, json: rejected });
  assert.deepEqual([before.error.kind, before.error.guardrail], ['guardrail', 'pii']);
  const again = await failed({ status: 503, text: 'busy', headers: { 'retry-after-ms': '1' } }, { maxRetries: 2 });
  assert.equal(again.error.retries, 2);
});
