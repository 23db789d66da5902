/** The list of models that is kept for the next window: what is offered before the gateway answers, and what never is. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { load } from './source.mjs';
import { memoryStorage } from './vscode.mjs';

const source = await load(
  'profiles',
  'secrets',
  'gateways',
  'groups',
  'keptModels',
  'offeredModels',
  'log',
  'notifications',
);
const { Profiles, Secrets, Gateways, Groups, KeptModels, ProfileModels, GroupModels, Log, Notifications, vscode } =
  source;

let storage;
let server;
/** The rules of the gateway, of which the first that fits answers. */
let rules;
const windows = [];
/** Where this test's lists are kept: what an earlier one still writes is elsewhere. */
let folder = 0;

before(() => core.init());

beforeEach(async () => {
  vscode.userSettings.clear();
  folder += 1;
  vscode.written.length = 0;
  for (const name of ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL']) delete process.env[name];
  storage = memoryStorage();
  rules = [];
  server = await startScriptedGateway(rules);
});

afterEach(async () => {
  for (const { gateways, profiles } of windows.splice(0)) {
    gateways.dispose();
    profiles.dispose();
  }
  await server.stop();
});

const row = (name, info = {}) => ({ model_name: name, model_info: { mode: 'chat', max_input_tokens: 1000, ...info } });

/** What the gateway lists from here on. */
function lists(...rows) {
  rules.splice(0, rules.length, { when: { path: '/v1/model/info' }, status: 200, json: { data: rows } });
}

/** A window of the editor: everything anew, but for what is stored. */
function open(version = '1.0.0') {
  const profiles = new Profiles(new Secrets(storage));
  const kept = new KeptModels(`storage${folder}`, storage, version);
  let loads = 0;
  const load = async () => {
    loads += 1;
    return core;
  };
  const parts = [{ load }, new Log(), new Notifications()];
  const gateways = new Gateways(parts[0], profiles, parts[1], parts[2], kept);
  const groups = new Groups(...parts, kept);
  const [models, groupModels] = [new ProfileModels(gateways), new GroupModels(groups)];
  let changes = 0;
  models.onDidChange(() => {
    changes += 1;
  });
  const window = {
    profiles,
    gateways,
    groups,
    offered: async (options = {}, of = models) => (await of.offer({ silent: true, ...options })).map(({ id }) => id),
    ofGroup: (configuration) => window.offered({ configuration }, groupModels),
    changes: () => changes,
    loads: () => loads,
    catalog: async () => (await gateways.find('default')).catalog(),
  };
  windows.push(window);
  return window;
}

async function configure(apiKey = 'sk-one', more = {}) {
  const { profiles } = open();
  await profiles.save('default', { baseUrl: server.baseUrl, ...more }, { apiKey, origin: server.baseUrl });
}

/** Waits for what is not waited for elsewhere. */
async function until(isSo, what) {
  const end = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > end) assert.fail(what);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const paths = () => [...vscode.files.keys()].filter((path) => path.startsWith(`storage${folder}/`));
const fileOf = () => vscode.files.get(paths()[0]);
const isKept = () => until(() => paths().length > 0, 'the list is kept');

/** Lists in a first window, until that is kept. */
async function listOnce(...rows) {
  await configure();
  lists(...rows);
  const window = open();
  const ids = await window.offered();
  await isKept();
  return ids;
}

const asked = () => server.requests.filter(({ path }) => path.startsWith('/v1/model/info')).length;

test('a new window offers the kept models though the gateway hangs, with true limits and prices', async () => {
  const ids = await listOnce(row('a', { input_cost_per_token: 3e-6, max_input_tokens: 4321 }), row('b'));
  assert.deepEqual(ids, ['a', 'b']);
  rules.splice(0, rules.length, { hang: true });
  const window = open();
  assert.deepEqual(await window.offered(), ['a', 'b']);
  const { info } = (await (await window.gateways.find('default')).handler('a')).getModel();
  assert.deepEqual([info.maxInputTokens, info.inputPrice, info.assumed.includes('maxTokens')], [4321, 3, true]);
  const { isKept, readAt, failure } = await window.catalog();
  assert.ok(isKept && readAt <= Date.now() && failure === undefined);
  assert.equal(window.changes(), 0);
});

test('the kept models are offered before the core is loaded, unless the user says something of models', async () => {
  await listOnce(row('a'), row('b'));
  rules.splice(0, rules.length, { hang: true });
  const window = open();
  assert.deepEqual([await window.offered(), window.loads()], [['a', 'b'], 0]);
  await until(() => window.loads() > 0, 'the gateway is asked besides');

  for (const [said, offered, isLoaded] of [
    [{ modelId: 'b' }, ['a', 'b'], false],
    [{ modelId: 'not-listed' }, ['not-listed', 'a', 'b'], true],
    [{ modelId: undefined, hiddenModels: ['a'] }, ['b'], true],
  ]) {
    await open().profiles.save('default', said);
    const other = open();
    assert.deepEqual([await other.offered(), other.loads() > 0], [offered, isLoaded], JSON.stringify(said));
  }
});

test('what another version of the extension kept is none', async () => {
  await listOnce(row('a'));
  lists(row('b'));
  assert.deepEqual(await open('1.0.1').offered(), ['b']);
});

test('a choice of what is offered asks a gateway that has answered nothing new', async () => {
  await listOnce(row('a'), row('b'));
  const window = windows.at(-1);
  await window.profiles.save('default', { hiddenModels: ['b'] });
  assert.deepEqual([await window.offered(), asked()], [['a'], 1]);
  await window.profiles.save('default', { hiddenModels: undefined });
  assert.deepEqual([await window.offered(), asked()], [['a', 'b'], 1]);
  assert.equal((await window.catalog()).isKept, undefined);
});

test('the gateway is asked besides, and the editor told only if it lists something else', async () => {
  await listOnce(row('a'));
  const same = open();
  assert.deepEqual(await same.offered(), ['a']);
  await until(async () => !(await same.catalog()).isKept, 'the gateway was asked');
  assert.deepEqual([same.changes(), asked()], [0, 2]);

  lists(row('a'), row('new'));
  const other = open();
  assert.deepEqual(await other.offered(), ['a']);
  await until(() => other.changes() === 1, 'the editor was told');
  assert.deepEqual(await other.offered(), ['a', 'new']);
  await until(() => Buffer.from(fileOf()).includes('"new"'), 'the new list is kept');
  const third = open();
  assert.deepEqual(await third.offered(), ['a', 'new']);
});

test('offline the kept models stay, with the failure; they are renewed when the gateway is back', async (t) => {
  await listOnce(row('a'));
  rules.splice(0, rules.length, { status: 503, json: { error: { message: 'down' } } });
  const window = open();
  assert.deepEqual(await window.offered(), ['a']);
  await until(async () => (await window.catalog()).failure !== undefined, 'the failure is known');
  assert.deepEqual(await window.offered(), ['a']);
  assert.equal(window.changes(), 0);
  lists(row('a'), row('b'));
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 31_000);
  assert.deepEqual(await window.offered(), ['a'], 'nobody waits for it');
  await until(() => window.changes() === 1, 'the editor was told');
  assert.deepEqual(await window.offered(), ['a', 'b']);
});

test('a list that is old is asked for anew, without anybody waiting', async (t) => {
  const ids = await listOnce(row('a'));
  const window = windows.at(-1);
  assert.deepEqual(ids, ['a']);
  lists(row('b'));
  assert.deepEqual([await window.offered(), asked()], [['a'], 1]);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 601_000);
  assert.deepEqual(await window.offered(), ['a']);
  await until(() => window.changes() === 1, 'the editor was told');
  assert.deepEqual(await window.offered(), ['b']);
});

test('no model of another key, address or header is ever offered', async () => {
  for (const change of [
    ['sk-two', {}],
    ['sk-one', { baseUrl: 'other' }],
    ['sk-one', { headers: { 'x-team': 'b' } }],
  ]) {
    vscode.userSettings.clear();
    folder += 1;
    await listOnce(row('secret-of-one'));
    const [apiKey, more] = change;
    const baseUrl = more.baseUrl === undefined ? server.baseUrl : server.baseUrl.replace('127.0.0.1', 'localhost');
    const origin = baseUrl;
    await open().profiles.save('default', { ...more, baseUrl }, { apiKey, origin });
    lists(row('of-two'));
    assert.deepEqual(await open().offered(), ['of-two'], JSON.stringify(change));
  }
  await listOnce(row('secret-of-one'));
  await open().profiles.save('default', {}, null);
  rules.splice(0, rules.length, { status: 401, json: { error: { message: 'No api key passed in.' } } });
  assert.deepEqual((await open().offered()).includes('secret-of-one'), false);
  await until(() => paths().length === 0, 'the list is removed');
});

test('what the user says of models holds for kept ones', async () => {
  await listOnce(row('a'), row('b'), row('c'));
  await open().profiles.save('default', {
    hiddenModels: ['b'],
    favoriteModels: ['c'],
    modelOverrides: { a: { maxInputTokens: 77 } },
  });
  rules.splice(0, rules.length, { hang: true });
  const window = open();
  assert.deepEqual(await window.offered(), ['c', 'a']);
  const { models } = await window.catalog();
  assert.equal(models.find(({ info }) => info.id === 'a').info.maxInputTokens, 77);
});

test('a file that is cut, changed, empty, huge or somebody else’s is as none', async () => {
  await listOnce(row('a'));
  const good = fileOf();
  const [path] = paths();
  lists(row('from-the-gateway'));
  const flipped = good.slice();
  flipped[good.length - 9] ^= 1;
  const later = good.slice();
  later[33] ^= 1;
  const huge = new Uint8Array(16 * 1024 * 1024 + 1);
  for (const bad of [good.subarray(0, 20), good.subarray(0, good.length - 1), flipped, later, new Uint8Array(), huge]) {
    vscode.files.set(path, bad);
    assert.deepEqual(await open().offered(), ['from-the-gateway']);
  }
  vscode.files.set(path, good);
  storage = memoryStorage();
  await configure();
  assert.deepEqual(await open().offered(), ['from-the-gateway'], 'without the secret that signed it');
});

test('the file holds no key, no header and no address', async () => {
  await configure('sk-typed-secret', { headers: { 'x-secret': 'header-secret' } });
  lists({ ...row('a'), litellm_params: { model: 'openai/a', api_key: 'sk-of-openai', api_base: 'http://upstream' } });
  await open().offered();
  await isKept();
  const text = Buffer.from(fileOf()).toString('latin1');
  assert.ok(text.includes('openai/a'), text);
  for (const secret of ['sk-', 'secret', 'http', '127.0.0.1']) assert.ok(!text.includes(secret), secret);
});

test('whom the gateway refuses is offered nothing in the next window', async () => {
  await listOnce(row('a'));
  rules.splice(0, rules.length, { status: 401, json: { error: { message: 'Invalid proxy server token passed' } } });
  const window = open();
  await window.offered();
  await until(() => paths().length === 0, 'the list is removed');
});

test('a list that can not be kept costs nobody the models', async () => {
  await configure();
  lists(row('a'));
  const { writeFile } = vscode.workspace.fs;
  vscode.workspace.fs.writeFile = async () => {
    throw new Error('the disk is full');
  };
  try {
    assert.deepEqual(await open().offered(), ['a']);
    await until(() => vscode.written.some((line) => line.includes('the disk is full')), 'the log says so');
  } finally {
    vscode.workspace.fs.writeFile = writeFile;
  }
});

test('the models of a group are kept by its own key', async () => {
  lists(row('a'));
  const group = { baseUrl: server.baseUrl, apiKey: 'sk-group' };
  const [id] = await open().ofGroup(group);
  await isKept();
  lists(row('b'));
  assert.deepEqual(await open().ofGroup(group), [id]);
  const [other] = await open().ofGroup({ ...group, apiKey: 'sk-other' });
  assert.match(other, /::b$/);
});

test('groups at one address keep a list each, and neither takes the place of the other', async () => {
  const groups = ['sk-one', 'sk-two'].map((apiKey) => ({ baseUrl: server.baseUrl, apiKey }));
  const first = open();
  const listed = [];
  for (const [index, group] of groups.entries()) {
    lists(row(`of-${index}`));
    listed.push(await first.ofGroup(group));
    await until(() => paths().length === index + 1, 'the list is kept');
  }
  rules.splice(0, rules.length, { hang: true });
  const window = open();
  for (const index of [1, 0]) assert.deepEqual(await window.ofGroup(groups[index]), listed[index]);
  assert.ok(paths().every((path) => !path.includes('sk-')));
});

test('the list of a group that is gone is removed, and no other', async () => {
  lists(row('a'));
  const window = open();
  const groups = ['sk-one', 'sk-two'].map((apiKey) => ({ baseUrl: server.baseUrl, apiKey }));
  for (const group of groups) await window.ofGroup(group);
  await until(() => paths().length === 2, 'both lists are kept');
  await window.ofGroup(undefined);
  await window.ofGroup({ ...groups[0], modelOverrides: {} });
  await window.ofGroup(undefined);
  await until(() => paths().length === 1, 'the list of the second is removed');
  rules.splice(0, rules.length, { hang: true });
  assert.equal((await open().ofGroup(groups[0])).length, 1);
});

test('a window with another key takes nobody the list', async () => {
  await listOnce(row('a'));
  rules.splice(0, rules.length, { hang: true });
  const profiles = open().profiles;
  await profiles.save('default', {}, { apiKey: 'sk-two', origin: server.baseUrl });
  const other = open();
  void other.offered();
  await new Promise((resolve) => setImmediate(resolve));
  await until(() => asked() === 2, 'the gateway is asked in place of the list');
  await profiles.save('default', {}, { apiKey: 'sk-one', origin: server.baseUrl });
  assert.deepEqual(await open().offered(), ['a']);
});

test('the key of a group stands for the same in every window, and tells nothing of itself', async () => {
  const group = (apiKey, baseUrl = server.baseUrl) => ({ baseUrl, apiKey });
  const accounts = async (...configurations) => {
    const { groups } = open();
    groups.beginRound();
    const gateways = await Promise.all(configurations.map((configuration) => groups.gateway(configuration)));
    return { groups, accounts: gateways.map(({ account }) => account), ids: gateways.map(({ id }) => id) };
  };
  const { groups, accounts: first, ids } = await accounts(group('sk-one'), group('sk-two'), group('sk-one'));
  assert.equal(first[0], first[2]);
  assert.notEqual(first[0], first[1]);
  for (const account of first) assert.ok(account.startsWith(`${ids[0]}#`) && !account.includes('sk-'), account);
  const { host } = new URL(server.baseUrl);
  assert.deepEqual(
    groups.accounts().map(({ name }) => name),
    [`${host} (1)`, `${host} (2)`],
  );
  // The first key is gone in the next window, and the second one is told from what the first one took.
  const { groups: later, accounts: second } = await accounts(group('sk-two', `${server.baseUrl}/`));
  assert.deepEqual(second, [first[1]]);
  assert.equal(later.name(second[0], ids[0]), host);
  assert.equal(later.name(first[0], ids[0]), `${host}, another key`);
  assert.equal(later.name(ids[0]), host, 'what was spent before keys were told apart');
  assert.equal(later.name('default'), undefined);
});
