// A small server of the Model Context Protocol over HTTP, to stand behind a gateway.

import { createServer } from 'node:http';

/**
 * Starts a server with these tools, each `{ description, inputSchema, answer(arguments) }` by its name; an answer is a text.
 * `calls` has `{ name, arguments, headers }` for each call of a tool.
 */
export async function startMcpServer(tools) {
  const calls = [];
  const methods = {
    initialize: ({ protocolVersion }) => ({
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'harbour', version: '1.0.0' },
    }),
    ping: () => ({}),
    'tools/list': () => ({
      tools: Object.entries(tools).map(([name, { description, inputSchema }]) => ({ name, description, inputSchema })),
    }),
    'tools/call': ({ name, arguments: given }, headers) => {
      calls.push({ name, arguments: given, headers });
      return { content: [{ type: 'text', text: tools[name].answer(given) }] };
    },
  };
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { id, method, params } = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    // A notification has no id and gets no answer.
    if (id === undefined) return response.writeHead(202).end();
    const answer = methods[method];
    const outcome = answer
      ? { result: answer(params, request.headers) }
      : { error: { code: -32601, message: 'Method not found' } };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...outcome }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/mcp`,
    calls,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
