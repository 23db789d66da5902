// Models that are kept for another process: it knows their limits and prices before it asked for a list.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';

const { LiteLLMHandler } = core;

const info = {
  id: 'd1',
  mode: 'chat',
  max_input_tokens: 1234,
  input_cost_per_token: 2e-6,
  output_cost_per_token: 4e-6,
};
const usage = { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 };

test('a chat is priced by models that were kept, and nothing is asked for them', async (t) => {
  const gateway = await startScriptedGateway([
    { when: { path: '/v1/model/info' }, json: { data: [{ model_name: 'm', model_info: info }] } },
    { when: { path: '/v1/models' }, json: { data: [{ id: 'm' }] } },
    {
      when: { path: '/v1/chat/completions' },
      sse: [
        { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] },
        { choices: [], usage },
        '[DONE]',
      ],
    },
  ]);
  t.after(() => gateway.stop());
  const settings = { baseUrl: gateway.baseUrl, modelId: 'm' };
  const first = new LiteLLMHandler(settings);
  assert.equal(first.keptModels(), undefined);
  const { models } = await first.listModels();
  const kept = first.keptModels();
  gateway.requests.length = 0;

  const second = new LiteLLMHandler(settings);
  assert.deepEqual(second.restoreModels(kept), { models, attempts: [], issues: [] });
  assert.deepEqual((await second.listModels()).models, models);
  assert.equal(second.withModel('m').getModel().info.maxInputTokens, 1234);
  const parts = [];
  for await (const part of second.createMessage('', [{ role: 'user', content: 'Hi' }])) parts.push(part);
  const { totalCost, costSource } = parts.find(({ type }) => type === 'usage');
  assert.deepEqual([totalCost, costSource], [0.004, 'prices']);
  assert.deepEqual(
    gateway.requests.map(({ path }) => path),
    ['/v1/chat/completions'],
  );
  await second.listModels({ refresh: true });
  assert.equal(gateway.requests.length, 3);
});

test('bytes that are no kept models change nothing', () => {
  const handler = new LiteLLMHandler({});
  const before = handler.getModel();
  for (const bytes of [new Uint8Array(), new TextEncoder().encode('{"data":[7]}'), new Uint8Array(100_000).fill(91)]) {
    assert.equal(handler.restoreModels(bytes), undefined);
  }
  assert.deepEqual(handler.getModel(), before);
});
