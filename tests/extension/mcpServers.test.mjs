/** The gateways' MCP servers in the editor: which are offered and when, and when the key is handed over. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { load } from './source.mjs';
import { memoryStorage } from './vscode.mjs';

const source = await load('profiles', 'secrets', 'gateways', 'mcpServers', 'log', 'notifications');
const { Profiles, Secrets, Gateways, McpServers, Log, Notifications, vscode } = source;

const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
const key = 'sk-secret-of-the-user-1234';

let secrets;
let state;
let profiles;
let gateways;
let mcp;
let changes;
const servers = [];

before(() => core.init());

beforeEach(() => {
  vscode.userSettings.clear();
  vscode.written.length = 0;
  for (const name of ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL']) delete process.env[name];
  secrets = memoryStorage();
  state = new Map();
  open();
});

afterEach(async () => {
  close();
  for (const server of servers.splice(0)) await server.stop();
});

/** Opens a window of the editor. */
function open() {
  profiles = new Profiles(new Secrets(secrets));
  const log = new Log();
  const notifications = new Notifications();
  gateways = new Gateways({ load: async () => core }, profiles, log, notifications);
  const storage = {
    get: (name, none) => (state.has(name) ? JSON.parse(state.get(name)) : none),
    update: async (name, value) => void state.set(name, JSON.stringify(value)),
  };
  mcp = new McpServers(gateways, profiles, storage, log, notifications);
  changes = 0;
  mcp.onDidChangeMcpServerDefinitions(() => {
    changes += 1;
  });
}

function close() {
  mcp.dispose();
  gateways.dispose();
  profiles.dispose();
}

/** Opens it anew: what was kept is there. */
function reopen() {
  close();
  open();
}

const models = {
  when: { path: '/v1/model/info' },
  status: 200,
  json: { data: [{ model_name: 'gpt-5', model_info: { mode: 'chat' } }] },
};
const listing = (...rows) => ({ when: { path: '/v1/mcp/server' }, status: 200, json: rows });
const named = (name) => ({ server_id: `id-${name}`, server_name: name });

async function gateway(...rules) {
  const server = await startScriptedGateway([...rules, models]);
  servers.push(server);
  return server;
}

const add = (name, server, settings = {}) =>
  profiles.add({
    name,
    settings: { baseUrl: server.baseUrl, ...settings },
    key: { apiKey: key, origin: server.baseUrl },
  });

/** The models are listed, as when the editor opens its picker, and the gateway has told its servers. */
async function listModels() {
  await gateways.refresh();
  for (const one of gateways.listed()) await mcp.list(one);
}

const provided = () => mcp.provideMcpServerDefinitions();
const labels = async () => (await provided()).map(({ label }) => label);
const asked = (server) => server.requests.filter(({ path }) => path.startsWith('/v1/mcp')).length;
const resolve = async (label) => {
  const definition = (await provided()).find((one) => one.label === label);
  return mcp.resolveMcpServerDefinition(definition, never);
};
const failure = (label) =>
  resolve(label).then(assert.fail, ({ message, stack }) => {
    assert.equal(stack, '');
    return message;
  });

test('servers are offered with the first list of models, without the key, which comes when one starts', async () => {
  const server = await gateway(listing(named('harbour'), named('two words')));
  await add('Work', server, { headers: { 'x-team': 'sea' } });
  assert.deepEqual(await provided(), []);
  assert.equal(server.requests.length, 0, 'nothing is asked at the start');
  await listModels();
  const definitions = await provided();
  assert.deepEqual(
    definitions.map(({ label, uri, headers }) => [label, uri.toString(), headers]),
    [
      ['harbour', `${server.baseUrl}/mcp/harbour`, {}],
      ['two words', `${server.baseUrl}/mcp/two%20words`, {}],
    ],
  );
  assert.ok(definitions.every(({ version }) => /^[0-9a-f]{8}$/.test(version)));
  assert.equal(changes, 1);
  const { label, uri, headers, version } = await resolve('two words');
  assert.deepEqual([label, uri.toString()], ['two words', `${server.baseUrl}/mcp/two%20words`]);
  assert.deepEqual(headers, { 'x-team': 'sea', 'x-litellm-api-key': `Bearer ${key}` });
  assert.equal(version, definitions[1].version);
  await listModels();
  assert.equal(changes, 1, 'the editor is told of changes only');
});

test('they are offered at the next start without a request, and what is kept holds no secret', async () => {
  const at = (rule) => ({ ...rule, when: { path: `${rule.when.path}?ticket=hidden-ticket` } });
  const server = await gateway(at(listing(named('harbour'))), at(models));
  await add('Work', server, {
    baseUrl: `${server.baseUrl}/?ticket=hidden-ticket`,
    headers: { 'x-token': 'hidden-token' },
  });
  await listModels();
  reopen();
  const before = server.requests.length;
  assert.deepEqual(await labels(), ['harbour']);
  assert.equal(server.requests.length, before);
  const kept = [...state.values()].join('');
  for (const secret of [key, 'hidden-ticket', 'hidden-token']) assert.ok(!kept.includes(secret), secret);
  assert.ok((await resolve('harbour')).uri.toString().endsWith('/mcp/harbour?ticket=hidden-ticket'));
});

test('what is encoded in the base URL arrives at a server as it is, though the editor decodes addresses', async () => {
  const query = '?sig=a%2Bb%26c%3Dd%25e&place=%C3%BC';
  const at = (rule, path) => ({ ...rule, when: { path: `/a%2Fb${path}${query}` } });
  const server = await gateway(at(listing(named('two words')), '/v1/mcp/server'), at(models, '/v1/model/info'));
  await add('Work', server, { baseUrl: `${server.baseUrl}/a%2Fb/${query}` });
  await listModels();
  const definition = await resolve('two words');
  assert.equal(definition.uri.toString(), `${server.baseUrl}/a%2Fb/mcp/two%20words${query}`);
  const [provides] = await provided();
  assert.equal(provides.uri.toString(), `${server.baseUrl}/a%2Fb/mcp/two%20words`);
});

test('another connection drops them, also one that was changed while the editor was closed', async () => {
  const server = await gateway(listing(named('harbour')));
  const other = await gateway(listing(named('quay')));
  await add('Work', server);
  await listModels();
  assert.deepEqual(await labels(), ['harbour']);
  await profiles.save('default', {}, { apiKey: 'sk-saved-secret', origin: server.baseUrl });
  assert.deepEqual(await labels(), []);
  await listModels();
  assert.deepEqual(await labels(), ['harbour']);
  mcp.dispose();
  vscode.userSettings.set('baseUrl', other.baseUrl);
  reopen();
  assert.deepEqual(await labels(), []);
  assert.equal(asked(other), 0);
});

test('servers of several profiles are told apart, and each is reached at its own gateway', async () => {
  const [work, home] = [await gateway(listing(named('harbour'))), await gateway(listing(named('harbour')))];
  await add('Work', work);
  await add('Home', home);
  await listModels();
  assert.deepEqual(await labels(), ['harbour (Work)', 'harbour (Home)']);
  assert.equal((await resolve('harbour (Home)')).uri.toString(), `${home.baseUrl}/mcp/harbour`);
  await profiles.remove('home');
  assert.deepEqual(await labels(), ['harbour']);
});

test('a label depends on the profiles alone: it stays when another gateway comes, goes or offers servers', async () => {
  const work = await gateway(listing(named('harbour')));
  const home = await gateway(listing());
  await add('Work', work);
  await add('Home', home);
  await listModels();
  assert.deepEqual(await labels(), ['harbour (Work)']);
  home.setRules([listing(named('quay')), models]);
  await listModels();
  assert.deepEqual(await labels(), ['harbour (Work)', 'quay (Home)']);
  home.setRules([listing(), models]);
  await listModels();
  assert.deepEqual(await labels(), ['harbour (Work)']);
});

test('a server whose address leads away from the gateway does not start, and the key goes nowhere', async () => {
  const elsewhere = await gateway();
  const headers = { location: `${elsewhere.baseUrl}/mcp/harbour` };
  const server = await gateway(listing(named('harbour')), { when: { path: '/mcp/harbour' }, status: 308, headers });
  await add('Work', server);
  await listModels();
  const sentence = await failure('harbour');
  assert.match(sentence, /^The MCP server "harbour" could not start\. The gateway sends on to http:\/\/127/);
  assert.ok(sentence.includes(elsewhere.baseUrl) && !sentence.includes(key));
  assert.deepEqual(elsewhere.requests, []);
  assert.equal(vscode.shown.at(-1), sentence);
});

test('a gateway without servers, or without such a list, is quiet', async () => {
  for (const rule of [
    listing(),
    { when: { path: '/v1/mcp/server' }, status: 404, json: { detail: 'Not Found' } },
    {
      when: { path: '/v1/mcp/server' },
      status: 403,
      json: { detail: 'Virtual key is not allowed to call this route.' },
    },
    { when: { path: '/v1/mcp/server' }, status: 405, json: { detail: 'Method Not Allowed' } },
    { when: { path: '/v1/mcp/server' }, status: 200, json: { error: 'x' } },
  ]) {
    const server = await gateway(rule);
    await profiles.save('default', { baseUrl: server.baseUrl }, { apiKey: key, origin: server.baseUrl });
    await listModels();
    assert.deepEqual(await labels(), []);
  }
  assert.deepEqual(
    vscode.written.filter((line) => line.startsWith('error')),
    [],
  );
});

test('the setting turns them off and on, and what is off is not asked for', async () => {
  const server = await gateway(listing(named('harbour')));
  vscode.userSettings.set('offerMcpServers', false);
  await add('Work', server);
  await listModels();
  assert.equal(asked(server), 0);
  assert.deepEqual(await labels(), []);
  const told = new Promise((resolve) => mcp.onDidChangeMcpServerDefinitions(resolve));
  await vscode.workspace.getConfiguration().update('offerMcpServers', true);
  await told;
  assert.deepEqual(await labels(), ['harbour']);
});

test('a workspace cannot turn them on', async () => {
  vscode.userSettings.set('offerMcpServers', false);
  vscode.workspaceSettings.set('offerMcpServers', true);
  await add('Work', await gateway(listing(named('harbour'))));
  await listModels();
  assert.deepEqual(await labels(), []);
  vscode.workspaceSettings.clear();
});

test('what is wrong when a server starts is a sentence, without the key', async () => {
  const server = await gateway(listing(named('harbour')));
  await add('Work', server);
  await listModels();
  await provided();
  const refused = {
    error: { message: `Authentication Error, Expired Key. Key=${key}`, type: 'expired_key', code: '401' },
  };
  server.setRules([{ when: { path: '/v1/mcp/server' }, status: 401, json: refused }]);
  const sentence = await failure('harbour');
  assert.match(sentence, /key/i);
  assert.ok(!sentence.includes(key));
  assert.equal(vscode.shown.at(-1), sentence, 'the editor would not show it');
  server.setRules([listing(named('quay'))]);
  assert.equal(
    await failure('harbour'),
    'The MCP server "harbour" could not start. The gateway does not offer it any more.',
  );
  server.setRules([listing(named('harbour'))]);
  await listModels();
  await mcp.list(await gateways.find('default'));
  await provided();
  await server.stop();
  servers.splice(0);
  assert.match(await failure('harbour'), /no connection to the gateway/);
  assert.ok(!vscode.written.join('\n').includes(key));
});

test('a key for another gateway is not handed over, and a sentence says why', async () => {
  const server = await gateway(listing(named('harbour')));
  await profiles.save('default', { baseUrl: server.baseUrl }, { apiKey: key, origin: 'https://other.example' });
  await listModels();
  await provided();
  const refused = { error: { message: 'No api key passed in.', type: 'auth_error' } };
  server.setRules([{ when: { path: '/v1/mcp/server' }, status: 401, json: refused }]);
  assert.match(await failure('harbour'), /The saved API key is for https:\/\/other\.example and is not sent/);
  assert.ok(server.requests.every(({ headers }) => !JSON.stringify(headers).includes(key)));
});

test('a name that is markup, an icon or unseen is text', async () => {
  const names = ['$(flame) [press](command:evil)', '\u202egnirts', '\u200b', 'a'.repeat(150)];
  await add('Work', await gateway(listing(...names.map(named))));
  await listModels();
  const shown = await labels();
  assert.equal(shown.length, names.length);
  for (const label of shown) {
    assert.ok(
      !label.includes('$(') && !/[\u202a-\u202e]/.test(label) && label.trim() !== '' && label.length < 130,
      label,
    );
  }
});
