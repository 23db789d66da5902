/** What only the edge between JavaScript and the core can get wrong: a patched `fetch`, bodies, signals, calls at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { eventText, startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';
import {
  answer,
  chat,
  cleanUpAfterTests,
  failure,
  hello,
  key,
  settled,
  textOf,
  withGateway,
} from './scriptedHandler.mjs';

const { LiteLLMError, LiteLLMHandler } = core;

cleanUpAfterTests();

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

test('a fetch that itself stops the call does not hold it up', async () => {
  const stop = new AbortController();
  globalThis.fetch = () => {
    stop.abort();
    return new Promise(() => {});
  };
  const handler = new LiteLLMHandler({ modelId: 'm' });
  assert.equal((await failure(textOf(handler.createMessage('', hello, { signal: stop.signal })))).kind, 'aborted');
});

test('a fetch that throws, or gives no Response, is a lost connection', async () => {
  const untouchable = new Proxy({}, { get: () => assert.fail('nothing may be read of it') });
  const handler = new LiteLLMHandler({ apiKey: key, modelId: 'm', maxRetries: 0 });
  for (const odd of [
    () => ({ status: 200, ok: true }),
    () => null,
    () => {
      throw new Error(`no ${key}`);
    },
    () => Promise.reject('text'),
    () => Promise.reject(untouchable),
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
  while (gateway.openRequests().length === 0) await settled();
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

test('a body without an end is read to a limit: of an error, and of a list of models', async () => {
  const piece = new Uint8Array(1024 * 1024).fill(120);
  let status = 500;
  let sent = 0;
  let closed = 0;
  const endless = () => ({
    pull(controller) {
      sent += piece.length;
      controller.enqueue(piece);
    },
    cancel() {
      closed += 1;
    },
  });
  globalThis.fetch = async () => new Response(new ReadableStream(endless()), { status });
  const handler = new LiteLLMHandler({ modelId: 'm', maxRetries: 0 });
  const error = await failure(textOf(handler.createMessage('', hello)));
  assert.deepEqual([error.kind, error.status], ['server', 500]);
  assert.ok((error.detail ?? '').length < 4000);
  assert.ok(sent < 4 * piece.length, `${sent} bytes of an error were taken`);
  await settled();
  assert.equal(closed, 1);

  status = 200;
  sent = 0;
  const unlisted = await failure(handler.listModels());
  assert.equal(unlisted.kind, 'protocol');
  // What was asked is told where nothing came of it.
  const asked = unlisted.attempts.map(({ path, status, error }) => [path, status, typeof error]);
  const paths = ['/v1/model/info', '/model_group/info', '/v1/models'];
  assert.deepEqual(
    asked,
    paths.map((path) => [path, 200, 'string']),
  );
  assert.ok(sent < 3 * 68 * piece.length, `${sent} bytes of three lists were taken`);
  await settled();
  assert.equal(closed, 4);
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

test('a key in what a host says of a failure is not told', async () => {
  const handler = new LiteLLMHandler({ apiKey: 'Of No Known Form-1', modelId: 'm', maxRetries: 0 });
  const spoken = new LiteLLMHandler({ apiKey: 'of-no-known-form', modelId: 'm', maxRetries: 0 });
  for (const fail of [
    () => {
      throw new TypeError('Headers.append: "Bearer of-no-known-form" is refused');
    },
    async () => {
      throw new TypeError('fetch failed', { cause: new Error('the key of-no-known-form is refused') });
    },
  ]) {
    globalThis.fetch = fail;
    for (const call of [textOf(spoken.createMessage('', hello)), spoken.listModels()]) {
      const error = await failure(call);
      assert.equal(error.kind, 'connection');
      assert.ok(!`${error.message}${error.detail}${error.stack}`.includes('of-no-known-form'), error.message);
      assert.match(error.detail, /refused/);
    }
  }
  assert.equal((await failure(handler.listModels())).kind, 'connection');
});

test('a body that is read by somebody else, or holds no bytes, is a broken answer', async () => {
  const bodies = {
    locked: () => {
      const response = new Response('data: {}\n\n');
      response.body.getReader();
      return response;
    },
    text: () => new Response(new ReadableStream({ start: (controller) => controller.enqueue('data: {}\n\n') })),
    failing: () => new Response(new ReadableStream({ pull: (controller) => controller.error('a text') })),
  };
  for (const make of Object.values(bodies)) {
    globalThis.fetch = async () => make();
    const handler = new LiteLLMHandler({ modelId: 'm', maxRetries: 0 });
    assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'connection');
    assert.equal((await failure(handler.listModels())).kind, 'truncated');
    globalThis.fetch = async () => {
      const { body } = make();
      return Object.defineProperty(new Response('', { status: 500 }), 'body', { value: body });
    };
    assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'server');
  }
});

test('a signal ends the call between two parts of one read, and after the last part it changes nothing', async () => {
  const events = [{ choices: [{ index: 0, delta: { content: 'a' } }] }, answer.sse[0], '[DONE]'];
  globalThis.fetch = async () => new Response(events.map(eventText).join(''));
  const handler = new LiteLLMHandler({ modelId: 'm' });
  for (const [last, kind] of [
    ['response', 'aborted'],
    ['text', 'aborted'],
    ['finish', undefined],
  ]) {
    const stop = new AbortController();
    const seen = [];
    const read = async () => {
      for await (const { type } of handler.createMessage('', hello, { signal: stop.signal })) {
        seen.push(type);
        if (type === last) stop.abort('a text');
      }
    };
    if (kind === undefined) await read();
    else assert.equal((await failure(read())).kind, kind);
    assert.equal(seen.at(-1), last);
  }
});

test('leaving does not wait for the read under way', async (t) => {
  const { gateway, handler } = await withGateway([
    { when: chat, sse: [{ choices: [{ index: 0, delta: { content: 'a' } }] }], end: 'hang' },
    { when: { path: '/health/liveliness' }, text: '', end: 'hang' },
  ]);
  t.after(() => gateway.stop());
  const stream = handler.createMessage('', hello);
  while ((await stream.next()).value.type !== 'text');
  const waiting = stream.next();
  assert.deepEqual(await stream.return(), { done: true, value: undefined });
  assert.equal((await waiting).done, true);
  await gateway.requests[0].closed;

  const steps = handler.testConnection();
  assert.equal((await steps.next()).value.step, 'address');
  const reaching = steps.next();
  while (gateway.openRequests().length === 0) await settled();
  await steps.return();
  const { value } = await reaching;
  assert.deepEqual([value.step, value.status, value.error.kind], ['reachable', 'failed', 'aborted']);
  await gateway.requests[1].closed;
  assert.equal((await steps.next()).done, true);
});

test('a connection test that is left or stopped makes no further request', async (t) => {
  const { gateway, handler } = await withGateway([{ when: { path: '/health/liveliness' }, json: "I'm alive!" }]);
  t.after(() => gateway.stop());
  for await (const { step } of handler.testConnection()) if (step === 'reachable') break;
  assert.equal(gateway.requests.length, 1);
  const statuses = [];
  for await (const { status } of handler.testConnection({ signal: AbortSignal.abort() })) statuses.push(status);
  assert.deepEqual(statuses, ['ok', 'failed', 'skipped', 'skipped', 'skipped', 'skipped']);
  assert.equal(gateway.requests.length, 1);
});

test('nothing is fetched for a signal that has fired, nor after it fired in a wait for a retry', async () => {
  let fetched = 0;
  globalThis.fetch = async () => {
    fetched += 1;
    return new Response('busy', { status: 503, headers: { 'retry-after-ms': '50000' } });
  };
  const handler = new LiteLLMHandler({ modelId: 'm', maxRetries: 5 });
  assert.equal((await failure(handler.listModels({ signal: AbortSignal.abort() }))).kind, 'aborted');
  assert.equal((await failure(handler.completePrompt('hi', { signal: AbortSignal.abort() }))).kind, 'aborted');
  await settled();
  assert.equal(fetched, 0);
  for (const call of [
    (signal) => handler.listModels({ signal }),
    (signal) => handler.completePrompt('hi', { signal }),
  ]) {
    fetched = 0;
    const stop = new AbortController();
    const pending = failure(call(stop.signal));
    while (fetched === 0) await settled();
    await settled();
    stop.abort();
    assert.equal((await pending).kind, 'aborted');
    await settled();
    assert.equal(fetched, 1);
  }
});

test('a reply that comes after all have left is closed', async () => {
  let reply;
  let closed;
  const isClosed = new Promise((resolve) => {
    closed = resolve;
  });
  globalThis.fetch = () =>
    new Promise((resolve) => {
      reply = () => resolve(new Response(new ReadableStream({ cancel: closed })));
    });
  const stop = new AbortController();
  const call = failure(textOf(new LiteLLMHandler({ modelId: 'm' }).createMessage('', hello, { signal: stop.signal })));
  while (reply === undefined) await settled();
  stop.abort();
  assert.equal((await call).kind, 'aborted');
  reply();
  await isClosed;
});

test('a failed discovery is not kept', async (t) => {
  const { gateway, handler } = await withGateway([
    { when: { path: '/v1/model/info' }, times: 1, status: 502, text: 'x' },
  ]);
  t.after(() => gateway.stop());
  const both = [handler.listModels(), handler.listModels({ signal: new AbortController().signal })];
  for (const call of both) assert.equal((await failure(call)).kind, 'server');
  assert.equal(gateway.requests.length, 1);
  gateway.setRules([{ when: { path: '/v1/model/info' }, json: { data: [] } }]);
  assert.deepEqual((await handler.listModels()).models, []);
});

test('whoever leaves at the very end of a discovery stops nothing', async () => {
  globalThis.fetch = async () => Response.json({ data: [] });
  const handler = new LiteLLMHandler({ modelId: 'm' });
  for (let ticks = 0; ticks < 40; ticks += 1) {
    const stop = new AbortController();
    const first = handler.listModels({ refresh: true });
    const other = handler.listModels({ refresh: true, signal: stop.signal });
    other.catch(() => {});
    await Promise.race([first, (async () => {})()]);
    for (let tick = 0; tick < ticks; tick += 1) await undefined;
    stop.abort();
    assert.deepEqual((await first).models, []);
    assert.equal((await Promise.allSettled([other])).length, 1);
  }
});

test('bodies that grow when they are unpacked are read to a limit', async (t) => {
  // What is packed in two halves is unpacked as one, so that the long half is made once.
  const filling = gzipSync(Buffer.alloc(96 * 1024 * 1024, 'x'), { level: 1 });
  const packed = (begin, type) => ({
    base64: Buffer.concat([gzipSync(begin), filling]).toString('base64'),
    headers: { 'content-encoding': 'gzip', 'content-type': type },
  });
  const { gateway, handler } = await withGateway([
    { when: chat, times: 1, ...packed('data: {"choices":[{"delta":{"content":"', 'text/event-stream') },
    { when: chat, status: 400, ...packed('{"error":{"message":"', 'application/json') },
    { when: { path: '/v1/model/info' }, ...packed('{"data":[{"model_name":"', 'application/json') },
  ]);
  t.after(() => gateway.stop());
  assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'protocol');
  const refused = await failure(textOf(handler.createMessage('', hello)));
  assert.deepEqual([refused.kind, refused.status], ['invalid_request', 400]);
  assert.ok(refused.message.length < 4000);
  assert.equal((await failure(handler.listModels())).kind, 'protocol');
});

test('a redirect is followed within the origin, for GET only', async (t) => {
  const elsewhere = await startScriptedGateway([{ when: {}, json: { data: [] } }]);
  const to = (path, location, status = 307) => ({ when: { path }, status, headers: { location }, text: '' });
  const { gateway, handler } = await withGateway([
    to('/v1/model/info', '/moved?x=1', 302),
    { when: { path: '/moved?x=1' }, json: { data: [] } },
    to('/v1/chat/completions', '/moved/chat'),
  ]);
  t.after(() => Promise.all([gateway.stop(), elsewhere.stop()]));
  assert.deepEqual((await handler.listModels()).models, []);
  assert.equal(gateway.requests[1].headers.authorization, `Bearer ${key}`);
  assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'protocol');
  assert.ok(!gateway.requests.some(({ path }) => path === '/moved/chat'));
  for (const location of [`${elsewhere.baseUrl}/v1/model/info`, '/v1/model/info', 'http://[', '']) {
    gateway.setRules([to('/v1/model/info', location), to('/model_group/info', location), to('/v1/models', location)]);
    const before = gateway.requests.length;
    assert.equal((await failure(handler.listModels({ refresh: true }))).kind, 'protocol', location);
    assert.ok(gateway.requests.length - before <= 18, 'a circle ends');
  }
  assert.equal(elsewhere.requests.length, 0);
});

test('what one call learned of the model is not forgotten by another that began before', async () => {
  const bodies = [];
  let release;
  globalThis.fetch = async (...call) => {
    const body = await new Request(...call).json();
    bodies.push(body);
    if ('temperature' in body) {
      return Response.json({ error: { message: "Unknown parameter: 'temperature'.", code: '400' } }, { status: 400 });
    }
    if (bodies.length > 1) return new Response(eventText(answer.sse[0]) + eventText('[DONE]'));
    const encoder = new TextEncoder();
    const begun = eventText({ choices: [{ index: 0, delta: { content: 'a' } }] });
    const start = (controller) => {
      controller.enqueue(encoder.encode(begun));
      release = () => controller.enqueue(encoder.encode(eventText(answer.sse[0]) + eventText('[DONE]')));
    };
    return new Response(new ReadableStream({ start }));
  };
  const handler = new LiteLLMHandler({ modelId: 'm' });
  const first = handler.createMessage('', hello);
  await first.next();
  assert.equal(await textOf(handler.createMessage('', hello, { temperature: 0.5 })), 'ok');
  release();
  assert.equal(await textOf(first), 'aok');
  assert.equal(await textOf(handler.createMessage('', hello, { temperature: 0.5 })), 'ok');
  assert.deepEqual(
    bodies.map((body) => 'temperature' in body),
    [false, true, false, false],
  );
});

test('a list that trickles is waited for, and silence in it is not', async (t) => {
  const text = JSON.stringify({ data: [{ model_name: 'm' }] });
  const list = { when: { path: '/v1/model/info' }, headers: { 'content-type': 'application/json' } };
  const trickling = { ...list, raw: text, cut: { every: 6 }, pieceDelayMs: 90 };
  const { gateway, handler } = await withGateway([{ ...trickling, times: 1 }], { discoveryTimeoutMs: 400 });
  t.after(() => gateway.stop());
  assert.equal((await handler.listModels()).models[0].id, 'm');
  gateway.setRules([{ ...list, raw: text.slice(0, 9), end: 'hang' }]);
  assert.equal((await failure(handler.listModels({ refresh: true }))).kind, 'timeout');
});

test('an answer that is whole ends though the gateway never hangs up', async (t) => {
  const { gateway, handler } = await withGateway([{ ...answer, sse: answer.sse.slice(0, 1), end: 'hang' }], {
    timeoutMs: 1000,
  });
  t.after(() => gateway.stop());
  const parts = [];
  for await (const part of handler.createMessage('', hello)) parts.push(part);
  assert.deepEqual(parts.at(-1), { type: 'finish', reason: 'stop', raw: 'stop' });
});

test('the address of a picture is told without the key, and a reply of plain text is no answer', async (t) => {
  const picture = { image_url: { url: `https://pictures.example/?k=${key}` } };
  const events = [{ choices: [{ delta: { images: [picture] }, finish_reason: 'stop' }] }, '[DONE]'];
  const { gateway, handler } = await withGateway([
    { when: chat, sse: events, times: 1 },
    { when: chat, text: 'upstream error' },
  ]);
  t.after(() => gateway.stop());
  const parts = [];
  for await (const part of handler.createMessage('', hello)) parts.push(part);
  const notice = parts.find(({ type }) => type === 'notice');
  assert.match(notice.message, /https:\/\/pictures\.example\/\?k=\*\*\*/);
  assert.equal((await failure(textOf(handler.createMessage('', hello)))).kind, 'protocol');
});

test('what another model than the asked one costs is not guessed', async (t) => {
  const headers = { 'x-litellm-attempted-fallbacks': '1', 'x-litellm-model-id': 'of another' };
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 0 };
  const events = [{ choices: [{ delta: { content: 'a' }, finish_reason: 'stop' }], usage }, '[DONE]'];
  const { gateway, handler } = await withGateway([{ when: chat, headers, sse: events }], {
    modelId: 'anthropic/claude-3-7-sonnet-20250219',
  });
  t.after(() => gateway.stop());
  const parts = [];
  for await (const part of handler.createMessage('', hello)) parts.push(part);
  assert.equal(parts.find(({ type }) => type === 'usage').totalCost, undefined);
  assert.equal(gateway.requests.length, 1);
  assert.equal(await handler.calculateCost({}), undefined);
});
