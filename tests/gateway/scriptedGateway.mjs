// A gateway for tests that answers by rule: it plays LiteLLM's faults, and replays recorded replies byte for byte.
//
// Rules have the form that tests/vectors/README.md describes ("server"). One more form exists only here: a rule with
// `wire` (bytes) writes status line, headers and body exactly as given, past Node's own HTTP writer, so that chunk
// framing and a connection that ends inside a chunk reach the client as they were recorded. And a rule with `forward`
// (a base URL, or a promise of one) passes the request on to a real gateway and its answer back as it comes.

import { createServer, request as sendRequest } from 'node:http';

const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** What a gateway answers that has no rule for a request: FastAPI's reply for an unknown route. */
const NO_RULE = { status: 404, json: { detail: 'Not Found' } };

/**
 * Starts a gateway on a loopback port: a free one, unless the options name the `port`.
 *
 * `rules` is an array, or a function of the port that gives one. The result has
 * - `port`, `host` ("127.0.0.1:<port>"), `baseUrl`;
 * - `requests`: one record per request in order of arrival, `{ method, path, headers, body, attempt, closedAt, closed }`:
 *   `body` is parsed JSON, else text, else undefined; `closedAt` (ms, `performance.now()`) is undefined while the
 *   exchange is open, and `closed` is a promise of it;
 * - `setRules(rules)`: replaces the rules and forgets how often each was used;
 * - `openRequests()`: the records whose exchange is still open;
 * - `stop()`: ends every connection and the server.
 */
export async function startScriptedGateway(rules = [], { port: wanted = 0 } = {}) {
  const requests = [];
  let currentRules = [];
  let uses = new Map();

  const server = createServer({ noDelay: true, keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on('clientError', (_error, socket) => socket.destroy());

  async function serve(request, response) {
    const record = recordOf(request, response, requests);
    const bytes = await readBytes(request);
    record.body = parseBody(bytes);
    const rule = currentRules.find((candidate) => isApplicable(candidate, record, uses)) ?? NO_RULE;
    uses.set(rule, (uses.get(rule) ?? 0) + 1);
    await pause(rule.delayMs);
    if (response.destroyed) return;
    if (rule.wire) await answerOnTheWire(request.socket, rule);
    else if (rule.forward) forward(request, bytes, response, await rule.forward, rule.headers);
    else await answer(response, rule);
  }

  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  const gateway = {
    port,
    host: `127.0.0.1:${port}`,
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    openRequests: () => requests.filter((record) => record.closedAt === undefined),
    setRules(next) {
      currentRules = typeof next === 'function' ? next(port) : next;
      uses = new Map();
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  gateway.setRules(rules);
  return gateway;
}

/**
 * The rule that replays a recorded reply. `recording.wire` is what the gateway sent, head included; `pieceBytes` cuts
 * it into writes of that size (the whole at once when absent). The socket is closed after the last byte, or torn down
 * without a goodbye when the recording says `end: "abort"`.
 */
export function replay(recording, { pieceBytes } = {}) {
  return { when: {}, wire: Buffer.from(recording.wire), cut: pieceBytes && { every: pieceBytes }, end: recording.end };
}

function recordOf(request, response, requests) {
  const { method, url: path } = request;
  const record = { method, path, headers: { ...request.headers }, body: undefined, closedAt: undefined };
  record.attempt = requests.filter((earlier) => earlier.path === path).length;
  record.closed = new Promise((resolve) => {
    response.once('close', () => {
      record.closedAt = performance.now();
      resolve(record.closedAt);
    });
  });
  response.on('error', () => {});
  requests.push(record);
  return record;
}

async function readBytes(request) {
  const pieces = [];
  try {
    for await (const piece of request) pieces.push(piece);
  } catch {
    // The client went away in the middle of its request; what came is still worth recording.
  }
  return Buffer.concat(pieces);
}

function parseBody(bytes) {
  const text = bytes.toString('utf8');
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isApplicable(rule, record, uses) {
  const { method = record.method, path = record.path, attempt = record.attempt } = rule.when ?? {};
  const isMatch = method === record.method && path === record.path && attempt === record.attempt;
  return isMatch && (uses.get(rule) ?? 0) < (rule.times ?? Number.POSITIVE_INFINITY);
}

async function answer(response, rule) {
  const { bytes, contentType, isStream } = bodyOf(rule);
  const headers = { ...(contentType && { 'content-type': contentType }), ...rule.headers };
  const isWhole = !isStream && rule.end === undefined && rule.cut === undefined;
  if (isWhole && headers['content-length'] === undefined) headers['content-length'] = bytes.length;
  response.writeHead(rule.status ?? 200, headers);
  response.flushHeaders();
  await writePieces(response, bytes, rule);
  if (rule.end === 'abort') await tearDown(response);
  else if (rule.end !== 'hang') response.end();
}

/** Passes a request on, and the answer back; whoever goes away first takes the other with it. `headers` replace the client's. */
function forward({ method, url, headers }, bytes, response, baseUrl, moreHeaders) {
  const onward = sendRequest(`${baseUrl}${url}`, { method, headers: { ...headers, ...moreHeaders } }, (answered) => {
    response.writeHead(answered.statusCode, answered.headers);
    response.flushHeaders();
    answered.pipe(response);
    answered.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  onward.end(bytes);
}

async function answerOnTheWire(socket, rule) {
  await writePieces(socket, rule.wire, rule);
  if (rule.end === 'abort') await tearDown(socket);
  else if (rule.end !== 'hang') socket.end();
}

/** Gives what was written a moment to leave, so that the client sees it before it sees the connection go. */
async function tearDown(stream) {
  await pause(20);
  stream.destroy();
}

async function writePieces(stream, bytes, { cut, pieceDelayMs }) {
  for (const piece of piecesOf(bytes, cut)) {
    if (stream.destroyed) return;
    await new Promise((resolve) => stream.write(piece, resolve));
    await (pieceDelayMs ? pause(pieceDelayMs) : new Promise(setImmediate));
  }
}

function bodyOf(rule) {
  if (rule.json !== undefined)
    return { bytes: Buffer.from(JSON.stringify(rule.json)), contentType: 'application/json' };
  if (rule.text !== undefined) return { bytes: Buffer.from(rule.text), contentType: 'text/plain; charset=utf-8' };
  if (rule.sse)
    return { bytes: Buffer.from(rule.sse.map(eventText).join('')), contentType: EVENT_STREAM, isStream: true };
  if (rule.raw !== undefined) return { bytes: Buffer.from(rule.raw), contentType: EVENT_STREAM, isStream: true };
  if (rule.base64) return { bytes: Buffer.from(rule.base64, 'base64'), contentType: EVENT_STREAM, isStream: true };
  return { bytes: Buffer.alloc(0) };
}

/** One server-sent event; a string is its data verbatim. */
export function eventText(event) {
  return `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`;
}

function piecesOf(bytes, cut) {
  const edges = new Set([0, bytes.length]);
  if (Array.isArray(cut)) for (const edge of cut) if (edge < bytes.length) edges.add(edge);
  if (cut?.every) for (let edge = cut.every; edge < bytes.length; edge += cut.every) edges.add(edge);
  const sorted = [...edges].sort((left, right) => left - right);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

function pause(milliseconds) {
  return milliseconds ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : undefined;
}
