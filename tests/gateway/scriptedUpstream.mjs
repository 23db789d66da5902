// A model provider for tests that stands behind a real LiteLLM gateway. It speaks OpenAI's and Anthropic's HTTP shapes,
// streaming or not, and what it says is decided by a scenario whose name is the first segment of the path:
//
//     api_base: http://127.0.0.1:PORT/<scenario>/v1        (OpenAI-shaped deployments)
//     api_base: http://127.0.0.1:PORT/<scenario>           (Anthropic-shaped deployments)
//
// So the model's name stays free for what the gateway derives from it. upstreamScenarios.mjs holds the scenarios.

import { createServer } from 'node:http';
import { anthropicError, anthropicMessage, anthropicStream, readAnthropicRequest } from './anthropicDialect.mjs';
import { openAiCompletion, openAiError, openAiStream, readOpenAiRequest } from './openAiDialect.mjs';
import { createScenarios } from './upstreamScenarios.mjs';

const DIALECTS = {
  '/v1/chat/completions': {
    read: readOpenAiRequest,
    stream: openAiStream,
    whole: openAiCompletion,
    error: openAiError,
  },
  '/v1/messages': {
    read: readAnthropicRequest,
    stream: anthropicStream,
    whole: anthropicMessage,
    error: anthropicError,
  },
};

/**
 * Starts the provider on a loopback port: a free one, unless the options name the `port`. The result has
 * - `baseUrl` and `port`;
 * - `scenarios`: a Map from name to scenario, which a test may add to;
 * - `requests`: one record per request for a reply, in order (gateways also ask for the list of models when they start): `{ scenario, path, headers, body, answered, closedAt, closed }`, where
 *   `answered` says that the whole reply was written, `closedAt` (ms, `performance.now()`) that the exchange is over,
 *   and `closed` is a promise of it;
 * - `requestsOf(scenario)`: those of one scenario;
 * - `release()`: lets every reply go on that waits at a `hold` step, or the next one that comes to it;
 * - `stop()`.
 */
export async function startScriptedUpstream({ port: wanted = 0 } = {}) {
  const requests = [];
  const scenarios = createScenarios();
  const gate = createGate();

  const server = createServer({ noDelay: true }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request, response) {
    const [, scenario, path] = /^\/([^/]*)(\/[^?]*)/.exec(request.url) ?? [];
    if (request.method === 'GET') return sendJson(response, 200, modelList(scenario));
    const record = { scenario, path, headers: request.headers, body: undefined, answered: false, closedAt: undefined };
    record.closed = new Promise((resolve) => {
      response.once('close', () => {
        record.closedAt = performance.now();
        resolve(record.closedAt);
      });
    });
    response.on('error', () => {});
    requests.push(record);
    record.body = await readJson(request);

    const dialect = DIALECTS[path];
    const script = scenarios.get(scenario);
    if (!dialect || !script) return sendJson(response, 404, { error: { message: `no scenario for ${request.url}` } });
    const attempt = requests.filter((earlier) => earlier.scenario === scenario).length - 1;
    const reply = script({ ...dialect.read(record.body), attempt, body: record.body });
    if (reply.status) return sendJson(response, reply.status, reply.json ?? dialect.error(reply), reply.headers);

    if (record.body?.stream) await sendStream(response, dialect.stream(reply, record.body), gate);
    else await sendWhole(response, dialect, reply, record.body, gate);
    record.answered = response.writableEnded;
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  return {
    port,
    baseUrl: `http://127.0.0.1:${port}`,
    scenarios,
    requests,
    requestsOf: (scenario) => requests.filter((record) => record.scenario === scenario),
    release: gate.release,
    async stop() {
      gate.release();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Writes what a dialect makes of a reply: strings go out as they are, and the steps that no dialect has a form for
 * (`pauseMs`, `hold`, `end`) are carried out here.
 */
async function sendStream(response, pieces, gate) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  const gone = closing(response);
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (typeof piece === 'string') await new Promise((resolve) => response.write(piece, resolve));
    else if (piece.end === 'hang') return;
    else if (piece.end === 'abort') return tearDown(response);
    else await carryOut(piece, gone, gate);
  }
  response.end();
}

async function sendWhole(response, dialect, reply, body, gate) {
  const gone = closing(response);
  for (const step of reply.steps) {
    if (step.end === 'hang') return;
    if (step.end === 'abort') return void response.destroy();
    await carryOut(step, gone, gate);
  }
  sendJson(response, 200, dialect.whole(reply, body));
}

function closing(response) {
  return new Promise((resolve) => response.once('close', resolve));
}

async function carryOut(step, gone, gate) {
  if (step.pauseMs) await Promise.race([new Promise((resolve) => setTimeout(resolve, step.pauseMs)), gone]);
  if (step.hold) await Promise.race([gate.pass(), gone]);
}

async function tearDown(response) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  response.destroy();
}

function sendJson(response, status, json, headers) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(json));
}

function modelList(scenario) {
  return { object: 'list', data: [{ id: `scripted-${scenario}`, object: 'model', created: 0, owned_by: 'scripted' }] };
}

async function readJson(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

/** A gate that lets through those who wait, or, when none waits, the next one to come. */
function createGate() {
  let waiting = [];
  let isOpenOnce = false;
  return {
    pass() {
      if (isOpenOnce) {
        isOpenOnce = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    release() {
      if (waiting.length === 0) isOpenOnce = true;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}
