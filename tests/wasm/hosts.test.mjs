/** The public module where it is not at home: in a page and in a worker of a real browser, and in a worker of Node.js. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { chromium } from 'playwright-core';
import { chromiumOptions } from '../chromium.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';

const dist = new URL('../../dist/', import.meta.url);
const types = { html: 'text/html', mjs: 'text/javascript', wasm: 'application/wasm', bin: 'application/octet-stream' };
// A gateway allows every origin and shows none of its own headers.
const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
const rules = [
  { when: { method: 'OPTIONS' }, headers, text: 'OK' },
  {
    when: { path: '/v1/model/info' },
    headers,
    json: { data: [{ model_name: 'm', litellm_params: { model: 'up/m' }, model_info: { max_input_tokens: 1000 } }] },
  },
  { when: { path: '/v1/models' }, headers, json: { data: [{ id: 'm' }] } },
  {
    when: { method: 'POST', path: '/v1/chat/completions' },
    times: 1,
    headers: { ...headers, 'x-litellm-call-id': 'of the gateway' },
    sse: [{ choices: [{ index: 0, delta: { content: 'héllo 世界' }, finish_reason: 'stop' }] }, '[DONE]'],
    cut: { every: 5 },
  },
  {
    when: { method: 'POST', path: '/v1/chat/completions' },
    headers,
    sse: [{ choices: [{ index: 0, delta: { content: 'and' } }] }],
    end: 'hang',
  },
];

/** Runs in the host: loads the module, lists, chats, stops a second answer in its middle, counts. */
async function useCore(moduleUrl, baseUrl) {
  const core = await import(moduleUrl);
  await Promise.all([core.init(), core.init()]);
  const handler = new core.LiteLLMHandler({ baseUrl, apiKey: 'sk-test', modelId: 'm' });
  const catalog = await handler.listModels();
  const messages = [{ role: 'user', content: 'hi' }];
  const parts = [];
  for await (const part of handler.createMessage('', messages)) parts.push(part);
  const stop = new AbortController();
  let stopped;
  try {
    const signal = stop.signal;
    for await (const part of handler.createMessage('', messages, { signal })) if (part.type === 'text') stop.abort();
  } catch (error) {
    stopped = error.kind;
  }
  return {
    stopped,
    models: catalog.models.map(({ id, maxInputTokens }) => `${id} ${maxInputTokens}`),
    text: parts.map((part) => part.text ?? '').join(''),
    types: [...new Set(parts.map((part) => part.type))],
    callId: parts[0].callId,
    tokens: await handler.countTokens('Hello world'),
  };
}

async function check(run, { readsHeaders }) {
  const gateway = await startScriptedGateway(rules);
  try {
    const { callId, ...result } = await run(gateway.baseUrl);
    assert.deepEqual(result, {
      stopped: 'aborted',
      models: ['m 1000'],
      text: 'héllo 世界',
      types: ['response', 'text', 'finish'],
      tokens: 2,
    });
    const chats = gateway.requests.filter(({ method }) => method === 'POST');
    const sent = chats[0].headers['x-litellm-call-id'];
    assert.match(sent, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(callId, readsHeaders ? 'of the gateway' : sent);
    assert.equal(chats.length, 2);
    await chats[1].closed;
  } finally {
    await gateway.stop();
  }
}

let browser;
let files;
let page;

before(async () => {
  files = createServer(async (request, response) => {
    const name = request.url.slice(1);
    if (name === '')
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>host</title>');
    const bytes = await readFile(new URL(name, dist)).catch(() => undefined);
    if (bytes === undefined) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[name.split('.').at(-1)] ?? 'text/plain' }).end(bytes);
  });
  await new Promise((resolve) => files.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch(chromiumOptions);
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${files.address().port}/`);
});

after(async () => {
  await browser?.close();
  files?.closeAllConnections();
  files?.close();
});

test('a page', () =>
  check((baseUrl) => page.evaluate(`(${useCore})('/core.mjs', ${JSON.stringify(baseUrl)})`), { readsHeaders: false }));

/** Runs in the page: tells why a connection test failed. */
async function causeOf(moduleUrl, baseUrl) {
  const core = await import(moduleUrl);
  await core.init();
  const handler = new core.LiteLLMHandler({ baseUrl, apiKey: 'sk-test', modelId: 'm' });
  for await (const { step, status, cause } of handler.testConnection())
    if (status === 'failed') return `${step} ${cause}`;
  return 'none';
}

test('a page tells a gateway that keeps its answers from it from one that is not there', async () => {
  const gateway = await startScriptedGateway([{ json: "I'm alive!" }]);
  const cause = () => page.evaluate(`(${causeOf})('/core.mjs', ${JSON.stringify(gateway.baseUrl)})`);
  assert.equal(await cause(), 'reachable cors');
  // What is asked to find out carries no key.
  const keys = gateway.requests
    .filter(({ method }) => method === 'GET')
    .map((request) => request.headers.authorization);
  assert.deepEqual([...new Set(keys)], [undefined]);
  await gateway.stop();
  assert.equal(await cause(), 'reachable hidden');
});

test('a worker of a page', () =>
  check(
    (baseUrl) => {
      const origin = `http://127.0.0.1:${files.address().port}`;
      const code = `(${useCore})('${origin}/core.mjs', '${baseUrl}').then((result) => postMessage({ result }), (error) => postMessage({ error: String(error) }))`;
      return page.evaluate(
        (source) =>
          new Promise((resolve, reject) => {
            const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
            worker.onmessage = ({ data }) => ('result' in data ? resolve(data.result) : reject(new Error(data.error)));
            worker.onerror = ({ message }) => reject(new Error(message));
          }),
        code,
      );
    },
    { readsHeaders: false },
  ));

test('a worker of Node.js', () =>
  check(
    (baseUrl) =>
      new Promise((resolve, reject) => {
        const module = JSON.stringify(new URL('core.mjs', dist).href);
        const source = `const { parentPort } = require('node:worker_threads');
          (${useCore})(${module}, '${baseUrl}').then((result) => parentPort.postMessage(result), (error) => { throw error; });`;
        const worker = new Worker(source, { eval: true });
        worker.once('message', resolve).once('error', reject);
      }),
    { readsHeaders: true },
  ));

test('it names no module of Node.js that is loaded with it', async () => {
  const source = await readFile(fileURLToPath(new URL('core.mjs', dist)), 'utf8');
  assert.doesNotMatch(source, /^import .*['"]node:/m);
  assert.doesNotMatch(source, /require\(/);
});
