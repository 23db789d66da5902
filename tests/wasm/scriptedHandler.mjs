/** A handler at a scripted gateway, for tests of the edge between JavaScript and the core. */
import assert from 'node:assert/strict';
import { after, afterEach } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';

const { LiteLLMError, LiteLLMHandler } = core;

export const key = 'sk-secret-of-the-test';
export const hello = [{ role: 'user', content: 'hi' }];
export const chat = { method: 'POST', path: '/v1/chat/completions' };
export const answer = {
  when: chat,
  sse: [{ choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }] }, '[DONE]'],
};

/** For a file of tests: puts the real `fetch` back after each of them, and fails if a promise was rejected that nobody waited for. */
export function cleanUpAfterTests() {
  const realFetch = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = realFetch;
  });
  const unhandled = [];
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  after(() => assert.deepEqual(unhandled, []));
}

export async function withGateway(rules, settings = {}) {
  const gateway = await startScriptedGateway(rules);
  const handler = new LiteLLMHandler({
    baseUrl: gateway.baseUrl,
    apiKey: key,
    modelId: 'm',
    maxRetries: 0,
    ...settings,
  });
  return { gateway, handler };
}

/** Lets everything run that only waits for its turn. */
export function settled() {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function textOf(stream) {
  let text = '';
  for await (const part of stream) if (part.type === 'text') text += part.text;
  return text;
}

/** The error of a call, which must be ours and must not hold the key. */
export async function failure(call) {
  const error = await call.then(
    () => assert.fail('it did not fail'),
    (thrown) => thrown,
  );
  assert.ok(error instanceof LiteLLMError, error);
  assert.ok(error.message.length > 10, error.message);
  assert.ok(!`${error.message}${error.detail}${error.stack}`.includes(key));
  return error;
}
