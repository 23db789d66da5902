// What other programs get: a handler from their own configuration, and a connection test that believes no empty answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';

const { buildApiHandler, LiteLLMError, LiteLLMHandler, originOf } = core;

test('a configuration of another provider is refused by a sentence that names the field and what it takes', () => {
  for (const apiProvider of ['anthropic', 'LiteLLM', '', 7, ['litellm']]) {
    assert.throws(
      () => buildApiHandler({ apiProvider, litellmBaseUrl: 'https://h.example', litellmApiKey: 'sk-1234' }),
      (error) => {
        assert.ok(error instanceof LiteLLMError);
        assert.equal(error.kind, 'settings');
        assert.match(error.message, /"apiProvider" must be "litellm"; it is .+\./);
        assert.doesNotMatch(error.message, /sk-1234/);
        return true;
      },
    );
  }
  for (const apiProvider of ['litellm', undefined, null]) {
    assert.equal(buildApiHandler({ apiProvider, litellmModelId: 'm' }).getModel().id, 'm');
  }
});

test('an origin is scheme, host and port of an address as a person types it', () => {
  assert.equal(originOf('GW.example.com/litellm/v1/?a=b'), 'https://gw.example.com');
  assert.equal(originOf('http://[::1]:4000/x'), 'http://[::1]:4000');
  assert.equal(originOf(''), 'http://localhost:4000');
  for (const address of ['ftp://x', 'https://user:pw@h', undefined, 7]) {
    assert.throws(() => originOf(address), { name: 'LiteLLMError', kind: 'settings' });
  }
});

/** The last step of a connection test with a model that answers with these chunks. */
async function chatStep(t, ...chunks) {
  const row = { model_name: 'm', litellm_params: { model: 'up/m' }, model_info: {} };
  const gateway = await startScriptedGateway([
    { when: { path: '/health/liveliness' }, json: "I'm alive!" },
    { when: { path: '/v1/model/info' }, json: { data: [row, { ...row, model_name: 'other' }] } },
    { when: { path: '/v1/models' }, json: { data: [{ id: 'm' }] } },
    { when: { path: '/v1/chat/completions' }, sse: [...chunks, '[DONE]'] },
  ]);
  t.after(() => gateway.stop());
  const handler = new LiteLLMHandler({ baseUrl: gateway.baseUrl, modelId: 'm', maxRetries: 0 });
  const steps = [];
  for await (const step of handler.testConnection()) steps.push(step);
  const { modelCount, hasModel } = steps.find(({ step }) => step === 'models');
  assert.deepEqual({ modelCount, hasModel }, { modelCount: 2, hasModel: true });
  const { body } = gateway.requests.at(-1);
  assert.deepEqual(body.messages, [{ role: 'user', content: 'Answer with the one word: ready' }]);
  assert.equal(body.max_tokens, 64);
  return steps.at(-1);
}

const chunk = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, finish_reason }] });

test('an empty answer is no connection that works', async (t) => {
  const step = await chatStep(t, chunk({ content: '' }), chunk({}, 'stop'));
  assert.deepEqual([step.step, step.status, step.firstPartMs], ['chat', 'failed', undefined]);
  assert.ok(step.error instanceof LiteLLMError);
  assert.match(step.detail, /^m was asked, and the answer was empty\. Try again, or choose another model\.$/);
});

test('an answer of thinking alone is one, and so is one whose hidden thinking took all tokens', async (t) => {
  const thinking = await chatStep(t, chunk({ reasoning_content: 'hm' }), chunk({}, 'stop'));
  assert.equal(thinking.status, 'ok');
  assert.ok(thinking.firstPartMs >= 0);
  const hidden = await chatStep(t, chunk({}, 'length'));
  assert.deepEqual([hidden.status, hidden.detail, hidden.firstPartMs], ['ok', 'm answers.', undefined]);
});
