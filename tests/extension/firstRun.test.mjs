/** What the environment offers to the quick set-up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { environmentOffers, offeredModel } = await load('firstRun/environmentOffers');

test("LiteLLM's own variables come before those of other programs; empty ones are none", () => {
  const environment = {
    LITELLM_BASE_URL: ' https://g.example.com ',
    LLM_BASE_URL: 'https://other.example.com',
    LITELLM_API_KEY: '',
    LLM_API_KEY: 'sk-from-env',
    LLM_MODEL: 'openai/gpt-4o',
  };
  assert.deepEqual(environmentOffers(environment), {
    baseUrl: { variable: 'LITELLM_BASE_URL', value: 'https://g.example.com' },
    apiKey: { variable: 'LLM_API_KEY', value: 'sk-from-env' },
    modelId: { variable: 'LLM_MODEL', value: 'openai/gpt-4o' },
  });
  assert.deepEqual(environmentOffers({}), {});
});

test('a model is found with and without the provider that other programs write before it', () => {
  const offer = (value) => ({ variable: 'LLM_MODEL', value });
  assert.equal(offeredModel(offer('openai/gpt-4o'), ['gpt-4o']), 'gpt-4o');
  assert.equal(offeredModel(offer('openai/gpt-4o'), ['gpt-4o', 'openai/gpt-4o']), 'openai/gpt-4o');
  assert.equal(offeredModel(offer('litellm_proxy/team/gpt'), ['team/gpt']), 'team/gpt');
  assert.equal(offeredModel(offer('gpt-5'), ['gpt-4o']), undefined);
  assert.equal(offeredModel(undefined, ['gpt-4o']), undefined);
});
