/** What a trap in the core does to calls under way and to those after it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { core, instances, read, trapNext } from './trappingCore.mjs';

const hello = [{ role: 'user', content: 'hi' }];
const chat = { method: 'POST', path: '/v1/chat/completions' };
const pieces = [
  { choices: [{ delta: { content: 'a' } }] },
  { choices: [{ delta: { content: 'b' }, finish_reason: 'stop' }] },
];
const answer = { when: chat, sse: [...pieces, '[DONE]'] };
const models = {
  when: { path: '/v1/model/info' },
  json: { data: [{ model_name: 'm', model_info: { max_input_tokens: 5 } }] },
};

async function withHandler(t, rules) {
  const gateway = await startScriptedGateway(rules);
  t.after(() => gateway.stop());
  const handler = new core.LiteLLMHandler({ baseUrl: gateway.baseUrl, modelId: 'm', maxRetries: 0 });
  return { gateway, handler };
}

function assertLost(error) {
  assert.ok(error.isOurs ?? error instanceof core.LiteLLMError, error);
  assert.equal(error.kind, 'protocol');
  assert.match(error.message, /failed and was started again.*Try again/);
}

test('a trap in the middle of an answer ends it, keeps what came, and leaves the handler usable', async (t) => {
  const { handler } = await withHandler(t, [answer]);
  const before = instances.length;
  const stream = handler.createMessage('', hello);
  assert.equal((await stream.next()).value.type, 'response');
  trapNext('chat_state');
  const { text, error } = await read(stream);
  assert.ok(text.startsWith('a'));
  assertLost(error);
  assert.deepEqual(await read(handler.createMessage('', hello)), { text: 'ab' });
  assert.equal(instances.length, before + 1);
});

test('a trap of one call ends the others that are under way, each with the same error', async (t) => {
  const { handler } = await withHandler(t, [{ ...answer, times: 1, sse: [pieces[0]], end: 'hang' }, answer]);
  const waiting = handler.createMessage('', hello);
  await waiting.next();
  await waiting.next();
  trapNext('handler_openChat');
  assertLost((await read(handler.createMessage('', hello))).error);
  assert.deepEqual(await read(handler.createMessage('', hello)), { text: 'ab' });
  const rest = read(waiting);
  await waiting.return();
  assert.equal((await rest).text, '');
});

test('a panic while promises of the core are awaited settles them', async (t) => {
  const gateway = await startScriptedGateway([
    { ...models, end: 'hang', times: 1 },
    models,
    { when: chat, end: 'hang' },
  ]);
  t.after(() => gateway.stop());
  const scene = new Worker(new URL('./panicScene.mjs', import.meta.url), { workerData: gateway.baseUrl });
  t.after(() => scene.terminate());
  await once(scene, 'message');
  while (gateway.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
  scene.postMessage('both arrived');
  const [{ failures, limits, other }] = await once(scene, 'message');
  for (const failure of failures) assertLost(failure);
  assert.deepEqual(limits, [['m', 5]]);
  assert.equal(other, 'n');
});

test('a trap in what only computes is told, and the next call works', () => {
  trapNext('normalizeSettings');
  assert.throws(
    () => core.normalizeSettings({}),
    (error) => {
      assertLost(error);
      return true;
    },
  );
  assert.equal(core.normalizeSettings({}).settings.timeoutMs, 300_000);
  assert.equal(core.version(), '0.1.0');
});
