/** What only the edge between JavaScript and the core can get wrong: odd values, a patched `fetch`, signals, calls at once. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';

const { LiteLLMError, LiteLLMHandler, normalizeSettings } = core;
const key = 'sk-secret-of-the-test';
const hello = [{ role: 'user', content: 'hi' }];
const chat = { method: 'POST', path: '/v1/chat/completions' };
const answer = {
  when: chat,
  sse: [{ choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }] }, '[DONE]'],
};

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

async function withGateway(rules, settings = {}) {
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

async function textOf(stream) {
  let text = '';
  for await (const part of stream) if (part.type === 'text') text += part.text;
  return text;
}

/** The error of a call, which must be ours and must not hold the key. */
async function failure(call) {
  const error = await call.then(
    () => assert.fail('it did not fail'),
    (thrown) => thrown,
  );
  assert.ok(error instanceof LiteLLMError, error);
  assert.ok(error.message.length > 10, error.message);
  assert.ok(!`${error.message}${error.detail}${error.stack}`.includes(key));
  return error;
}

test('values are read as JSON.stringify reads them, and bytes become base64', async (t) => {
  const { gateway, handler } = await withGateway([answer]);
  t.after(() => gateway.stop());
  const input = {
    gone: undefined,
    call() {},
    whole: 1,
    half: 0.5,
    when: new Date(0),
    big: 7n,
    list: [undefined, null],
    lone: '\ud800x',
  };
  const messages = [
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: new Uint8Array([1, 2, 3]) } },
      ],
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: 'r' }] },
  ];
  const seeing = new LiteLLMHandler({ baseUrl: gateway.baseUrl, modelId: 'm', modelInfo: { supportsImages: true } });
  assert.equal(await textOf(seeing.createMessage('', messages)), 'ok');
  const [image, call] = gateway.requests[0].body.messages;
  assert.equal(image.content[0].image_url.url, 'data:image/png;base64,AQID');
  assert.equal(
    call.tool_calls[0].function.arguments,
    '{"whole":1,"half":0.5,"when":"1970-01-01T00:00:00.000Z","big":7,"list":[null,null],"lone":"\ufffdx"}',
  );
  assert.equal(await textOf(handler.createMessage('', hello)), 'ok');
});

test('what is no plain data is an error, not a trap', async () => {
  const handler = new LiteLLMHandler({ modelId: 'm' });
  const cyclic = { role: 'user', content: [] };
  cyclic.content.push({ type: 'tool_result', tool_use_id: 'x', content: [cyclic] });
  let deep = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
  const throwing = {
    role: 'user',
    get content() {
      throw new Error('no');
    },
  };
  for (const message of [cyclic, { role: 'user', content: [deep] }, throwing]) {
    assert.equal((await failure(textOf(handler.createMessage('', [message])))).kind, 'invalid_request');
  }
});

test('settings of any type are read', () => {
  for (const odd of [
    undefined,
    null,
    1,
    'x',
    [],
    () => {},
    Symbol('x'),
    5n,
    new Date(),
    { headers: [] },
    { baseUrl: {} },
  ]) {
    const { settings, issues } = normalizeSettings(odd);
    assert.equal(typeof settings.baseUrl, 'string');
    assert.ok(Array.isArray(issues));
  }
});

test('a fetch that ignores its signal ends with the call all the same', async () => {
  globalThis.fetch = () => new Promise(() => {});
  const handler = new LiteLLMHandler({ modelId: 'm', timeoutMs: 60, discoveryTimeoutMs: 60, maxRetries: 0 });
  assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'timeout');
  assert.equal((await failure(handler.listModels())).kind, 'timeout');
  const patient = new LiteLLMHandler({ modelId: 'm' });
  const abort = new AbortController();
  const call = textOf(patient.createMessage('', hello, { signal: abort.signal }));
  abort.abort('a reason that is no error');
  assert.equal((await failure(call)).kind, 'aborted');
});

test('a fetch that throws, or gives no Response, is a lost connection', async () => {
  const handler = new LiteLLMHandler({ apiKey: key, modelId: 'm', maxRetries: 0 });
  for (const odd of [
    () => ({ status: 200, ok: true }),
    () => null,
    () => {
      throw new Error(`no ${key}`);
    },
    () => Promise.reject('text'),
  ]) {
    globalThis.fetch = async () => odd();
    assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'connection');
  }
});

test('a reply without a body is a broken answer', async () => {
  globalThis.fetch = async () => new Response(null, { status: 200 });
  const handler = new LiteLLMHandler({ modelId: 'm', maxRetries: 0 });
  assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'truncated');
});

test('nothing is sent before the first part is asked for', async (t) => {
  const { gateway, handler } = await withGateway([answer]);
  t.after(() => gateway.stop());
  const stream = handler.createMessage('', hello);
  await stream.return();
  assert.deepEqual(await stream.next(), { done: true, value: undefined });
  const signal = AbortSignal.abort();
  assert.equal((await failure(textOf(handler.createMessage('', hello, { signal })))).kind, 'aborted');
  assert.equal((await failure(handler.listModels({ signal }))).kind, 'aborted');
  assert.equal(gateway.requests.filter(({ method }) => method === 'POST').length, 0);
});

test('calls at once do not disturb each other', async (t) => {
  const { gateway, handler } = await withGateway([{ ...answer, cut: { every: 9 } }]);
  t.after(() => gateway.stop());
  const texts = await Promise.all(Array.from({ length: 8 }, () => textOf(handler.createMessage('', hello))));
  assert.deepEqual(texts, Array(8).fill('ok'));
  const stream = handler.createMessage('', hello);
  const parts = await Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
  assert.deepEqual(
    parts.map(({ value }) => value?.type),
    ['response', 'text', 'finish', undefined],
  );
});

test('one discovery serves all who ask, and ends when all have left', async (t) => {
  const rows = { data: [{ model_name: 'm', litellm_params: { model: 'up/m' }, model_info: {} }] };
  const info = { when: { path: '/v1/model/info' }, json: rows };
  const { gateway, handler } = await withGateway([{ ...info, delayMs: 150 }]);
  t.after(() => gateway.stop());
  const leaving = new AbortController();
  const left = failure(handler.listModels({ signal: leaving.signal }));
  const staying = handler.listModels({ signal: new AbortController().signal });
  leaving.abort();
  assert.equal((await left).kind, 'aborted');
  assert.deepEqual(
    (await staying).models.map(({ id }) => id),
    ['m'],
  );
  await handler.listModels();
  assert.equal(gateway.requests.filter(({ path }) => path === '/v1/model/info').length, 1, 'kept');
  await handler.listModels({ refresh: true });
  assert.equal(gateway.requests.filter(({ path }) => path === '/v1/model/info').length, 2, 'asked again');

  const all = new AbortController();
  const calls = [1, 2].map(() => failure(handler.listModels({ refresh: true, signal: all.signal })));
  while (gateway.openRequests().length === 0) await new Promise((resolve) => setImmediate(resolve));
  all.abort();
  for (const call of calls) assert.equal((await call).kind, 'aborted');
  await gateway.requests.at(-1).closed;
});

test('an event without an end is refused before it fills the memory', async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  let sent = 0;
  globalThis.fetch = async () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += piece.length;
          controller.enqueue(piece);
        },
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    );
  const handler = new LiteLLMHandler({ modelId: 'm', maxRetries: 0 });
  assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'protocol');
  assert.ok(sent < 24 * 1024 * 1024, `${sent} bytes were taken`);
});

test('an error body without an end is cut', async () => {
  const piece = new Uint8Array(256 * 1024).fill(120);
  globalThis.fetch = async () =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(piece) }), { status: 500 });
  const handler = new LiteLLMHandler({ modelId: 'm', maxRetries: 0 });
  const error = await failure(textOf(handler.createMessage('', hello)));
  assert.deepEqual([error.kind, error.status], ['server', 500]);
  assert.ok((error.detail ?? '').length < 4000);
});

test('a connection test names each step, and skips the rest after a failure', async (t) => {
  const rows = { data: [{ model_name: 'm', litellm_params: { model: 'up/m' }, model_info: {} }] };
  const { gateway, handler } = await withGateway([
    { when: { path: '/health/liveliness' }, json: "I'm alive!" },
    { when: { path: '/v1/model/info' }, json: rows },
    { when: { path: '/v1/models' }, json: { data: [{ id: 'm' }] } },
    answer,
  ]);
  t.after(() => gateway.stop());
  const steps = [];
  for await (const step of handler.testConnection()) steps.push(step);
  assert.deepEqual(
    steps.map(({ step, status }) => `${step} ${status}`),
    ['address ok', 'reachable ok', 'gateway ok', 'key ok', 'models ok', 'chat ok'],
  );
  assert.ok(steps.every(({ durationMs, detail }) => durationMs >= 0 && detail.length > 3));
  assert.ok(steps.at(-1).firstPartMs >= 0);

  gateway.setRules([
    { when: { path: '/health/liveliness' }, json: "I'm alive!" },
    {
      when: { path: '/v1/models' },
      status: 401,
      json: { error: { message: 'Invalid proxy server token passed', type: 'auth_error', code: '401' } },
    },
  ]);
  const failed = [];
  for await (const step of handler.testConnection()) failed.push(step);
  assert.deepEqual(
    failed.map(({ step, status }) => `${step} ${status}`),
    ['address ok', 'reachable ok', 'gateway ok', 'key failed', 'models skipped', 'chat skipped'],
  );
  assert.ok(failed[3].error instanceof LiteLLMError);
  assert.equal(failed[3].error.kind, 'auth');
});
