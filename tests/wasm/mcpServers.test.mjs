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
  const { url, headers } = handler.mcpEndpoint('two words');
  assert.equal(url, servers[0].url);
  assert.deepEqual(headers, [['x-litellm-api-key', `Bearer ${key}`]]);
  assert.equal(handler.mcpEndpoint('../../evil'), undefined);
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
