/** Replies of a real gateway (LiteLLM 1.106.2) to `POST /spend/calculate`, replayed byte for byte: what each says of a cost. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { replay, startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';

const folder = new URL('../recordings/spend-calculate/', import.meta.url);
const when = { method: 'POST', path: '/spend/calculate' };

/** US dollars; undefined where the gateway refused, or knows no price and says 0. */
const costs = {
  alias: undefined,
  'anthropic-cached': 0.00237,
  known: 0.0075,
  'known-cached': 0.006500000000000001,
  'no-method': undefined,
  'no-object': undefined,
  'no-user': undefined,
  'not-allowed': undefined,
  'provider-model': 0.0075,
  'unknown-model': undefined,
  unpriced: undefined,
  'usage-only': 0.0075,
};

test('each recording has its cost', () => {
  const names = readdirSync(folder).map((name) => name.replace('.http', ''));
  assert.deepEqual(names.toSorted(), Object.keys(costs).toSorted());
});

for (const [name, totalCost] of Object.entries(costs)) {
  test(`${name}: ${totalCost ?? 'unknown'}`, async (t) => {
    const wire = readFileSync(new URL(`${name}.http`, folder));
    const gateway = await startScriptedGateway([{ ...replay({ wire }), when }]);
    t.after(() => gateway.stop());
    const handler = new core.LiteLLMHandler({ baseUrl: gateway.baseUrl, apiKey: 'sk-test', modelId: 'openai/gpt-4o' });
    const cost = await handler.calculateCost({ inputTokens: 1000, outputTokens: 500 });
    assert.deepEqual(cost, totalCost === undefined ? undefined : { totalCost, costSource: 'spend_calculate' });
    // What the gateway answered with a cost when it was recorded.
    const { model, usage } = gateway.requests[0].body.completion_response;
    assert.equal(gateway.requests.length, 1);
    assert.deepEqual(
      [model, usage.prompt_tokens, usage.completion_tokens, usage.total_tokens],
      ['openai/gpt-4o', 1000, 500, 1500],
    );
  });
}
