/** What each step of a connection test tells beside its words: what was asked, what came, and why it failed. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';
import { answer, failure, key, withGateway } from './scriptedHandler.mjs';

const { LiteLLMHandler } = core;

const alive = { when: { path: '/health/liveliness' }, json: "I'm alive!" };
const models = { when: { path: '/v1/models' }, json: { data: [{ id: 'm' }] } };
const rows = {
  when: { path: '/v1/model/info' },
  json: { data: [{ model_name: 'm', litellm_params: { model: 'up/m' }, model_info: {} }] },
};
const page = '<!doctype html><title>Welcome to nginx!</title>';

/** The facts of each step that was made, without its words and its time. */
async function factsOf(handler) {
  const facts = [];
  for await (const { step, status, detail, durationMs, error, ...others } of handler.testConnection()) {
    if (status !== 'skipped') facts.push({ step, status, ...others, ...(error && { kind: error.kind }) });
  }
  return facts;
}

test('each step tells what was asked, without a query, and what came', async (t) => {
  const readiness = { when: { path: '/health/readiness' }, json: { status: 'healthy', litellm_version: '1.83.0' } };
  const withQuery = (rule) => ({ ...rule, when: { ...rule.when, path: `${rule.when.path}?secret=1` } });
  const { gateway } = await withGateway([alive, readiness, models, rows, answer].map(withQuery));
  t.after(() => gateway.stop());
  const { baseUrl } = gateway;
  const handler = new LiteLLMHandler({ baseUrl: `${baseUrl}?secret=1`, apiKey: key, modelId: 'm' });
  const asked = (path, method = 'GET') => ({ request: { method, url: `${baseUrl}${path}` }, replyStatus: 200 });
  const facts = await factsOf(handler);
  const { firstPartMs, ...chat } = facts.pop();
  assert.ok(firstPartMs >= 0);
  assert.deepEqual(
    [...facts, chat],
    [
      { step: 'address', status: 'ok' },
      { step: 'reachable', status: 'ok', ...asked('/health/liveliness'), encryption: 'none' },
      { step: 'gateway', status: 'ok', ...asked('/v1/models'), version: '1.83.0' },
      { step: 'key', status: 'ok', ...asked('/v1/models') },
      { step: 'models', status: 'ok', ...asked('/v1/model/info'), modelCount: 1, hasModel: true },
      { step: 'chat', status: 'ok', ...asked('/v1/chat/completions', 'POST') },
    ],
  );
});

/** What is told of the step that fails at a server with these rules. */
async function lastOf(rules, path = '') {
  const gateway = await startScriptedGateway(rules);
  try {
    const handler = new LiteLLMHandler({ baseUrl: gateway.baseUrl + path, apiKey: key, modelId: 'm', maxRetries: 0 });
    const { request, ...last } = (await factsOf(handler)).at(-1);
    if (last.rightBaseUrl) last.rightBaseUrl = last.rightBaseUrl === gateway.baseUrl;
    return last;
  } finally {
    await gateway.stop();
  }
}

test('what answers in place of a gateway is told apart', async () => {
  const failed = { step: 'gateway', status: 'failed', kind: 'protocol' };
  const html = { 'content-type': 'text/html' };
  assert.deepEqual(await lastOf([{ headers: html, text: page }]), { ...failed, replyStatus: 200, cause: 'web_page' });
  assert.deepEqual(await lastOf([{ status: 503, headers: html, text: page }]), {
    ...failed,
    kind: 'server',
    replyStatus: 503,
    cause: 'asleep',
  });
  assert.deepEqual(await lastOf([{ json: { hello: 'world' } }]), {
    ...failed,
    replyStatus: 200,
    cause: 'not_a_gateway',
  });
  assert.deepEqual(await lastOf([alive, models], '/wrong/path'), {
    ...failed,
    replyStatus: 404,
    cause: 'wrong_path',
    rightBaseUrl: true,
  });
});

test('a key that may not list the models is known all the same', async () => {
  const message = 'Only proxy admin can be used to generate, delete, update info for new keys/users/teams.';
  const forbidden = { status: 401, json: { error: { message, type: 'auth_error', code: '401' } } };
  assert.deepEqual(await lastOf([alive, forbidden]), {
    step: 'models',
    status: 'failed',
    kind: 'permission',
    replyStatus: 401,
  });
});

test('why nothing came is told', async () => {
  const reached = { step: 'reachable', status: 'failed' };
  const closed = createServer();
  await new Promise((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address();
  const lastAt = async (settings) => {
    const { request, ...last } = (await factsOf(new LiteLLMHandler({ modelId: 'm', ...settings }))).at(-1);
    return last;
  };
  // A server that hangs up, or never says anything.
  closed.on('connection', (socket) => socket.resume().end());
  assert.deepEqual(await lastAt({ baseUrl: `http://127.0.0.1:${port}` }), {
    ...reached,
    kind: 'connection',
    encryption: 'none',
    cause: 'lost',
  });
  closed.removeAllListeners('connection');
  closed.on('connection', (socket) => socket.resume());
  const quiet = { baseUrl: `http://127.0.0.1:${port}`, discoveryTimeoutMs: 50 };
  assert.deepEqual(await lastAt(quiet), { ...reached, kind: 'timeout', encryption: 'none', cause: 'timed_out' });
  closed.on('connection', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  assert.deepEqual(await lastAt({ baseUrl: `https://127.0.0.1:${port}` }), {
    ...reached,
    kind: 'connection',
    encryption: 'failed',
    cause: 'no_tls',
  });
  await new Promise((resolve) => closed.close(resolve));
  assert.deepEqual(await lastAt({ baseUrl: `https://127.0.0.1:${port}` }), {
    ...reached,
    kind: 'connection',
    cause: 'refused',
  });
});

test('guardrails are listed where the gateway tells them', async (t) => {
  const list = { guardrails: [{ guardrail_name: 'pii' }, { guardrail_name: 'secrets' }] };
  const { gateway, handler } = await withGateway([{ when: { path: '/guardrails/list' }, times: 1, json: list }]);
  t.after(() => gateway.stop());
  assert.deepEqual(await handler.listGuardrails(), ['pii', 'secrets']);
  assert.deepEqual(await handler.listGuardrails(), []);
  const stopped = await failure(handler.listGuardrails({ signal: AbortSignal.abort() }));
  assert.equal(stopped.kind, 'aborted');
});
