/** The servers of the Model Context Protocol behind a gateway: what is asked for them, and what it takes to reach one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanUpAfterTests, failure, key, withGateway } from './scriptedHandler.mjs';

cleanUpAfterTests();

const when = { path: '/v1/mcp/server' };

test('the servers are listed with one request, and none leads away from the gateway', async (t) => {
  const rows = [
    { server_id: '1', server_name: 'two words', url: 'http://elsewhere.example/mcp' },
    { server_id: '2', server_name: '../../evil' },
    { server_id: '3', server_name: '@elsewhere.example', alias: null },
  ];
  const { gateway, handler } = await withGateway([{ when, json: rows }]);
  t.after(() => gateway.stop());
  const servers = await handler.listMcpServers();
  assert.deepEqual(
    servers.map(({ name, url }) => [name, url]),
    [
      ['two words', `${gateway.baseUrl}/mcp/two%20words`],
      ['@elsewhere.example', `${gateway.baseUrl}/mcp/%40elsewhere.example`],
    ],
  );
  assert.deepEqual(
    gateway.requests.map(({ method, path, headers }) => [method, path, headers.authorization]),
    [['GET', '/v1/mcp/server', `Bearer ${key}`]],
  );
  const { url, headers } = await handler.mcpEndpoint('two words');
  assert.equal(url, servers[0].url);
  assert.deepEqual(headers, [['x-litellm-api-key', `Bearer ${key}`]]);
  const before = gateway.requests.length;
  for (const name of ['../../evil', '%2e%2e', '50%']) assert.equal(await handler.mcpEndpoint(name), undefined);
  assert.equal(gateway.requests.length, before);
});

test('an address is tried before the key is handed over, with all that goes along, and any answer will do', async (t) => {
  for (const status of [200, 401, 404, 406, 500]) {
    const { gateway, handler } = await withGateway([{ when: { path: '/mcp/harbour' }, status, json: {} }], {
      headers: { 'x-portal': 'open-sesame' },
    });
    t.after(() => gateway.stop());
    assert.equal((await handler.mcpEndpoint('harbour')).url, `${gateway.baseUrl}/mcp/harbour`);
    assert.deepEqual(
      gateway.requests.map(({ method, path, headers, body }) => [
        method,
        path,
        headers['x-litellm-api-key'],
        headers['x-portal'],
        headers.authorization,
        body?.method,
      ]),
      [
        ['POST', '/mcp/harbour', `Bearer ${key}`, 'open-sesame', undefined, 'ping'],
        ['GET', '/mcp/harbour', `Bearer ${key}`, 'open-sesame', undefined, undefined],
      ],
    );
  }
});

test('an address that leads elsewhere gets no key, and neither does the place where it leads', async (t) => {
  const { gateway: elsewhere } = await withGateway([]);
  t.after(() => elsewhere.stop());
  for (const status of [301, 302, 303, 307, 308]) {
    const headers = { location: `${elsewhere.baseUrl}/mcp/harbour?ticket=of-somebody` };
    // Of what the editor sends, a proxy may lead away a part.
    for (const method of ['POST', 'GET']) {
      const { gateway, handler } = await withGateway([{ when: { method, path: '/mcp/harbour' }, status, headers }]);
      t.after(() => gateway.stop());
      const { kind, message } = await failure(handler.mcpEndpoint('harbour'));
      assert.equal(kind, 'protocol');
      assert.ok(message.includes(`sends on to ${elsewhere.baseUrl},`) && !message.includes('ticket'), message);
    }
  }
  assert.deepEqual(elsewhere.requests, []);
});

test('a redirect within the gateway is followed, and the address where it ends is handed over', async (t) => {
  const { gateway, handler } = await withGateway([
    { when: { path: '/mcp/harbour' }, status: 307, headers: { location: '/mcp/harbour/' } },
    { when: { path: '/mcp/harbour/' }, status: 200, json: {} },
    { when: { method: 'GET', path: '/mcp/apart' }, status: 307, headers: { location: '/mcp/apart/listening' } },
    { when: { path: '/mcp/round' }, status: 307, headers: { location: '/mcp/round' } },
    { when: { path: '/mcp/two' }, status: 307, headers: { location: '/mcp/out' } },
    { when: { path: '/mcp/out' }, status: 307, headers: { location: 'https://elsewhere.example/' } },
  ]);
  t.after(() => gateway.stop());
  assert.equal((await handler.mcpEndpoint('harbour')).url, `${gateway.baseUrl}/mcp/harbour/`);
  assert.deepEqual(
    gateway.requests.slice(-2).map(({ method, path }) => [method, path]),
    [
      ['POST', '/mcp/harbour/'],
      ['GET', '/mcp/harbour/'],
    ],
  );
  assert.equal((await handler.mcpEndpoint('apart')).url, `${gateway.baseUrl}/mcp/apart`, 'messages go where they went');
  for (const name of ['round', 'two']) assert.equal((await failure(handler.mcpEndpoint(name))).kind, 'protocol');
});

test('a gateway that never answers whoever listens keeps no server from starting', async (t) => {
  const { gateway, handler } = await withGateway([], { discoveryTimeoutMs: 1_000 });
  t.after(() => gateway.stop());
  const send = globalThis.fetch;
  let listening = 0;
  globalThis.fetch = (address, options) => {
    if (options.method !== 'GET') return send(address, options);
    listening += 1;
    return new Promise(() => {});
  };
  assert.equal((await handler.mcpEndpoint('harbour')).url, `${gateway.baseUrl}/mcp/harbour`);
  assert.equal(listening, 1);
});

test('where a browser hides the place of a redirect, or nothing answers, there is no key either', async (t) => {
  const { gateway, handler } = await withGateway([]);
  t.after(() => gateway.stop());
  globalThis.fetch = async () => {
    const hidden = new Response(null, { status: 200 });
    Object.defineProperties(hidden, { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    return hidden;
  };
  assert.match((await failure(handler.mcpEndpoint('harbour'))).message, /sends on to another address/);
  globalThis.fetch = async () => {
    throw new TypeError('fetch failed');
  };
  assert.equal((await failure(handler.mcpEndpoint('harbour'))).kind, 'connection');
  assert.equal((await failure(handler.mcpEndpoint('harbour', { signal: AbortSignal.abort() }))).kind, 'aborted');
});

test('a gateway without such a list has none, and one that refuses the key or is down says so', async (t) => {
  for (const status of [403, 404, 405]) {
    const { gateway, handler } = await withGateway([{ when, status, json: { detail: 'no' } }]);
    t.after(() => gateway.stop());
    assert.deepEqual(await handler.listMcpServers(), []);
  }
  const { gateway, handler } = await withGateway([
    { when, status: 401, json: { error: { message: `Expired Key ${key}`, type: 'expired_key' } } },
  ]);
  assert.equal((await failure(handler.listMcpServers())).kind, 'auth');
  await gateway.stop();
  assert.equal((await failure(handler.listMcpServers())).kind, 'connection');
  assert.equal((await failure(handler.listMcpServers({ signal: AbortSignal.abort() }))).kind, 'aborted');
});
