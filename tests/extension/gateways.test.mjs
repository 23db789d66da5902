/** Several gateways behind one provider: their models in one list, each asked at its own place with its own key. */
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { startScriptedGateway } from '../gateway/scriptedGateway.mjs';
import { load } from './source.mjs';
import { filesInMemory, memoryStorage } from './vscode.mjs';

const source = await load(
  'profiles',
  'secrets',
  'gateways',
  'groups',
  'offeredModels',
  'chatProvider',
  'tokenCounter',
  'budgets',
  'failureMessages',
  'ledger',
  'requestUsage',
  'log',
  'notifications',
);
const {
  Profiles,
  Secrets,
  Gateways,
  Groups,
  ProfileModels,
  GroupModels,
  ChatProvider,
  TokenCounter,
  Budgets,
  FailureMessages,
  Ledger,
  RequestUsage,
} = source;
const { Log, Notifications, vscode } = source;

let parts;
let log;
let storage;
let profiles;
let gateways;
let groups;
let chat;
let groupChat;
const servers = [];

before(() => core.init());

beforeEach(() => {
  vscode.userSettings.clear();
  vscode.shown.length = 0;
  vscode.executed.length = 0;
  for (const name of ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL']) delete process.env[name];
  storage = memoryStorage();
  profiles = new Profiles(new Secrets(storage));
  const loaded = { load: async () => core };
  log = new Log();
  const notifications = new Notifications();
  gateways = new Gateways(loaded, profiles, log, notifications);
  groups = new Groups(loaded, log, notifications);
  const tokens = new TokenCounter(loaded, log, { get: (_key, none) => none, update: async () => undefined });
  vscode.workspace.fs = filesInMemory().system;
  const memento = { get: (_key, none) => none, update: async () => undefined };
  const budgets = new Budgets(memento, notifications, log, (profile) => profile);
  const usage = new RequestUsage(loaded, tokens, new Ledger('/storage', log), budgets, log);
  const failures = new FailureMessages(log, '1.0.0');
  chat = new ChatProvider(new ProfileModels(gateways), tokens, usage, failures, log);
  groupChat = new ChatProvider(new GroupModels(groups), tokens, usage, failures, log);
  parts = [];
});

afterEach(async () => {
  gateways.dispose();
  for (const server of servers.splice(0)) await server.stop();
});

/** A gateway that lists these models and answers with its own name. */
async function gateway(name, ...models) {
  const data = models.map((model) => ({ model_name: model, model_info: { mode: 'chat', max_input_tokens: 1000 } }));
  const chunk = (delta, finish_reason = null) => ({ id: 'x', choices: [{ index: 0, delta, finish_reason }] });
  const server = await startScriptedGateway([
    { when: { path: '/v1/model/info' }, status: 200, json: { data } },
    {
      when: { path: '/v1/chat/completions' },
      status: 200,
      sse: [chunk({ content: `I am ${name}` }), chunk({}, 'stop'), '[DONE]'],
    },
  ]);
  servers.push(server);
  return server;
}

const add = (name, server, more = {}) =>
  profiles.add({
    name,
    settings: { baseUrl: server.baseUrl, ...more },
    key: { apiKey: `sk-${name}`, origin: server.baseUrl },
  });

const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };

/** The answer of a model, and the keys that were sent for it. */
async function ask(provider, model) {
  parts = [];
  const messages = [{ role: 1, content: [new vscode.LanguageModelTextPart('Who are you?')], name: undefined }];
  const progress = { report: (part) => parts.push(part) };
  await provider.provideLanguageModelChatResponse(model, messages, { toolMode: 1 }, progress, never);
  return parts.map(({ value }) => value ?? '').join('');
}

const offered = (provider = chat, options = { silent: true }) =>
  provider.provideLanguageModelChatInformation(options, never);
const keysOf = (server, path) =>
  server.requests.filter((request) => request.path.startsWith(path)).map(({ headers }) => headers.authorization);

test('the same model of two gateways is told apart, and each is asked with its own key', async () => {
  const [work, home] = [await gateway('work', 'gpt-5', 'only-work'), await gateway('home', 'gpt-5')];
  await add('Work', work);
  await add('Home', home);
  const models = await offered();
  assert.deepEqual(
    models.map(({ id, name, detail }) => [id, name, detail]),
    [
      ['gpt-5', 'gpt-5 (Work)', 'Work'],
      ['only-work', 'only-work', 'Work'],
      ['home::gpt-5', 'gpt-5 (Home)', 'Home'],
    ],
  );
  assert.equal(await ask(chat, models[0]), 'I am work');
  assert.equal(await ask(chat, models[2]), 'I am home');
  assert.deepEqual([...new Set(keysOf(work, '/'))], ['Bearer sk-Work']);
  assert.deepEqual([...new Set(keysOf(home, '/'))], ['Bearer sk-Home']);
  assert.equal(home.requests.at(-1).body.model, 'gpt-5');
});

test('one gateway that fails hides nothing of the others, and is named', async () => {
  const work = await gateway('work', 'gpt-5');
  const down = await startScriptedGateway([{ status: 401, json: { error: { message: 'Invalid key' } } }]);
  servers.push(down);
  await add('Work', work);
  await add('Home', down);
  assert.deepEqual(
    (await offered()).map(({ id }) => id),
    ['gpt-5'],
  );
  const listings = await gateways.refresh();
  assert.deepEqual(
    listings.map(({ profile, models, failure }) => [profile.name, models.length, failure?.kind]),
    [
      ['Work', 1, undefined],
      ['Home', 0, 'auth'],
    ],
  );
  // What was chosen can be asked though nobody lists it; why it fails is said with the name of its profile, once.
  await profiles.save('home', { modelId: 'mine' });
  const mine = (await offered()).find(({ id }) => id === 'home::mine');
  for (const _ of [1, 2]) await assert.rejects(ask(chat, mine), /Invalid key|API key/);
  assert.equal(vscode.shown.filter((text) => text.startsWith('Home: ')).length, 1);
});

test('a gateway that does not answer is not waited for, and its models come when it does', async () => {
  const work = await gateway('work', 'gpt-5');
  const slow = await gateway('slow', 'late');
  let go;
  const gate = new Promise((resolve) => {
    go = resolve;
  });
  await add('Work', work);
  await add('Slow', slow);
  const late = { ...core };
  class Handler extends core.LiteLLMHandler {
    #settings;
    constructor(settings) {
      super(settings);
      this.#settings = settings;
    }
    async listModels(options) {
      if (this.#settings.baseUrl === slow.baseUrl) await gate;
      return super.listModels(options);
    }
  }
  late.LiteLLMHandler = Handler;
  const waiting = new Gateways({ load: async () => late }, profiles, new Log(), new Notifications());
  const first = await waiting.models();
  assert.deepEqual(
    first.map(({ models }) => models.length),
    [1, 0],
  );
  const changed = new Promise((resolve) => waiting.onDidChange(resolve));
  go();
  await changed;
  assert.deepEqual(
    (await waiting.models()).map(({ models }) => models.length),
    [1, 1],
  );
  waiting.dispose();
});

test('only the gateway of the profile that was changed is asked anew', async () => {
  const [work, home] = [await gateway('work', 'a'), await gateway('home', 'b')];
  await add('Work', work);
  await add('Home', home);
  await offered();
  const before = work.requests.length;
  await profiles.save('home', { headers: { 'x-team': 'blue' } });
  await profiles.rename('home', 'House');
  await offered();
  assert.equal(work.requests.length, before);
  assert.equal(home.requests.at(-1).headers['x-team'], 'blue');
});

test("the user's own words about models hold where they are listed and asked; hidden ones are not offered, favourites first", async () => {
  const [work, home] = [await gateway('work', 'a', 'b', 'c', 'd'), await gateway('home', 'a', 'b')];
  await add('Work', work, {
    modelOverrides: { a: { maxTokens: 77, supportsTools: false, name: 'Ay' }, unlisted: { maxTokens: 1 } },
    hiddenModels: ['b', 'nowhere'],
    favoriteModels: ['d', 'c', 'nowhere'],
  });
  await add('Home', home, { modelOverrides: { b: { contextWindow: 5000 } } });
  const models = await offered();
  assert.deepEqual(
    models.map(({ id, name, maxOutputTokens, capabilities }) => [
      id,
      name,
      maxOutputTokens === 77,
      capabilities.toolCalling,
    ]),
    [
      ['d', '★ d', false, true],
      ['c', '★ c', false, true],
      ['a', 'Ay', true, false],
      ['home::a', 'a', false, true],
      ['home::b', 'b', false, true],
    ],
  );
  assert.equal(models.at(-1).maxContextWindowTokens, 5000);
  await ask(chat, models[2]);
  assert.equal(work.requests.at(-1).body.max_tokens, 77);
  // What the gateway says is kept as it is: without the user's words it is back.
  await profiles.save('default', { modelOverrides: undefined, hiddenModels: undefined, favoriteModels: undefined });
  assert.deepEqual(
    (await offered()).slice(0, 4).map(({ name }) => name),
    ['a (Work)', 'b (Work)', 'c', 'd'],
  );
});

test('the catalog of a gateway has all models with how they were read; what is offered changes without a request', async () => {
  const work = await gateway('work', 'a', 'b', 'c');
  await add('Work', work, { modelId: 'unlisted', modelOverrides: { a: { maxTokens: 77 } }, hiddenModels: ['b'] });
  const found = await gateways.find('default');
  const catalog = await found.catalog();
  assert.deepEqual(
    catalog.models.map(({ info, listed, override }) => [info.id, info.maxTokens, listed?.maxTokens, override]),
    [
      ['unlisted', 8192, undefined, undefined],
      ['a', 77, 8192, { maxTokens: 77 }],
      ['b', 8192, 8192, undefined],
      ['c', 8192, 8192, undefined],
    ],
  );
  assert.equal(catalog.attempts[0].path, '/v1/model/info');
  assert.equal(catalog.failure, undefined);
  const asked = work.requests.length;
  const gone = catalog.unlisted('a');
  assert.deepEqual(
    [gone.info.id, gone.info.maxTokens, gone.override, gone.listed],
    ['a', 77, { maxTokens: 77 }, undefined],
  );
  const long = 'x'.repeat(10_000);
  assert.deepEqual([catalog.unlisted(long).info.id, catalog.unlisted(long).override], [long, undefined]);

  await profiles.save('default', { hiddenModels: ['c'], favoriteModels: ['b'] });
  const shown = (await offered()).map(({ id }) => id);
  assert.deepEqual(shown, ['b', 'unlisted', 'a']);
  assert.deepEqual((await found.catalog()).readAt, catalog.readAt);
  assert.equal(work.requests.length, asked);

  await found.catalog({ refresh: true });
  assert.ok(work.requests.length > asked);
  // What can't be read again stays, also with other words of the user about it.
  await work.stop();
  const failed = await found.catalog({ refresh: true });
  assert.equal(failed.failure.kind, 'connection');
  assert.ok(failed.failedAttempts.every(({ path, error }) => path.startsWith('/v1/model') && error.length > 0));
  assert.equal(catalog.failedAttempts, undefined);
  assert.deepEqual(
    failed.models.map(({ info }) => info.id),
    ['unlisted', 'a', 'b', 'c'],
  );
  await profiles.save('default', { modelOverrides: { b: { maxTokens: 5 } } });
  const again = await found.catalog();
  assert.equal(again.models.length, 4);
  assert.equal(again.failure.kind, 'connection');
  // Another address is another gateway.
  await profiles.save('default', { baseUrl: 'http://127.0.0.1:9' });
  const none = await found.catalog();
  assert.deepEqual([none.models, none.unlisted], [[], undefined]);
});

test('a bad value is told with its profile and field; about single models it costs nothing else, and nothing of others', async () => {
  const work = await gateway('work', 'a');
  await add('Work', work);
  const home = await add('Home', work, { favoriteModels: { a: 1 }, modelOverrides: { a: { maxTokens: 'x' } } });
  const told = (field) => vscode.shown.filter((text) => text.includes(`"litellm-gateway.profiles.home.${field}"`));
  assert.equal((await offered()).length, 2);
  for (const field of ['favoriteModels', 'modelOverrides.a.maxTokens']) {
    assert.equal(told(field).length, 1, field);
    assert.ok(told(field)[0].startsWith('Home: '));
  }
  await profiles.save(home, { maxTokens: 'many' });
  assert.deepEqual(
    (await offered()).map(({ id }) => id),
    ['a'],
  );
  assert.equal(told('maxTokens').length, 1);
  assert.equal(vscode.userSettings.get('profiles').home.maxTokens, 'many');
});

test('a profile that was only named is asked nowhere, and the model of one that was removed is asked nowhere', async () => {
  const [work, home] = [await gateway('work', 'a'), await gateway('home', 'b')];
  await add('Work', work);
  await profiles.add({ name: 'Empty' });
  const id = await add('Home', home);
  const models = await offered();
  assert.deepEqual(
    models.map(({ id }) => id),
    ['a', 'home::b'],
  );
  await profiles.remove(id);
  assert.deepEqual(
    (await offered()).map(({ id }) => id),
    ['a'],
  );
  const before = home.requests.length;
  await assert.rejects(ask(chat, models[1]), { message: /The gateway of this model was removed/, stack: '' });
  assert.equal(home.requests.length, before);
  await profiles.restore();
  assert.equal(await ask(chat, (await offered())[1]), 'I am home');
});

test('no model of one gateway is taken for one of another, whatever it is called', async () => {
  const [work, home] = [await gateway('work', 'home::x', 'default::x', 'x'), await gateway('home', 'x', 'default::x')];
  await add('Work', work);
  await add('Home', home);
  const models = await offered();
  assert.equal(new Set(models.map(({ id }) => id)).size, 5);
  for (const model of models) {
    const isHome = model.id.startsWith('home::');
    assert.equal(await ask(chat, model), isHome ? 'I am home' : 'I am work', model.id);
  }
  assert.deepEqual(
    work.requests.flatMap(({ body }) => body?.model ?? []),
    ['home::x', 'default::x', 'x'],
  );
});

test('a group is asked at its own address with its own key, beside the profiles and not among them', async () => {
  const [work, lab] = [await gateway('work', 'gpt-5'), await gateway('lab', 'gpt-5', 'gpt-6')];
  await add('Work', work);
  assert.deepEqual(await offered(groupChat), []);
  const configuration = { baseUrl: `${lab.baseUrl}/v1/`, apiKey: ' sk-lab ' };
  const models = await offered(groupChat, { silent: true, configuration });
  assert.deepEqual(
    models.map(({ name, detail }) => [name, detail]),
    [
      ['gpt-5', undefined],
      ['gpt-6', undefined],
    ],
  );
  assert.equal(await ask(groupChat, models[0]), 'I am lab');
  assert.deepEqual([...new Set(keysOf(lab, '/'))], ['Bearer sk-lab']);
  assert.deepEqual(
    (await offered()).map(({ id }) => id),
    ['gpt-5'],
  );
  const [{ name, group }] = groups.list();
  assert.deepEqual([name, group], [lab.host, { address: lab.baseUrl, hasKey: true }]);
  assert.doesNotMatch(JSON.stringify(groups.list()), /sk-/);
});

test('two groups at one address are each asked with their key; a copy of a model finds its group by its id', async () => {
  const lab = await gateway('lab', 'gpt-5');
  const of = (apiKey) => offered(groupChat, { silent: true, configuration: { baseUrl: lab.baseUrl, apiKey } });
  const [[one], [two]] = [await of('sk-one'), await of('sk-two')];
  assert.equal(one.id, two.id);
  for (const model of [one, two, { ...one }]) await ask(groupChat, model);
  assert.deepEqual(keysOf(lab, '/v1/chat'), ['Bearer sk-one', 'Bearer sk-two', 'Bearer sk-one']);
});

test('a group that fails says why in its own place; one that the editor names no more is gone', async () => {
  const lab = await gateway('lab', 'gpt-5');
  const bad = await startScriptedGateway([{ status: 401, json: { error: { message: 'Invalid key' } } }]);
  servers.push(bad);
  const group = ({ baseUrl }) => offered(groupChat, { silent: true, configuration: { baseUrl } });
  await offered(groupChat);
  await group(lab);
  await assert.rejects(group(bad), /key/);
  assert.equal(groups.list().length, 2);
  await offered(groupChat);
  await group(lab);
  await offered(groupChat);
  assert.deepEqual(
    groups.list().map(({ name }) => name),
    [lab.host],
  );
});

test('groups at different addresses have models of different ids', async () => {
  const [one, two] = [await gateway('one', 'gpt-5'), await gateway('two', 'gpt-5')];
  const ids = [];
  for (const { baseUrl } of [one, two]) {
    for (const model of await offered(groupChat, { silent: true, configuration: { baseUrl } })) ids.push(model.id);
  }
  assert.equal(new Set(ids).size, 2);
  assert.match(ids[0], /^group:127-0-0-1-\d+-[0-9a-f]{8}::gpt-5$/);
});

test('what an answer took is told though the gateway says nothing of it, and though the answer breaks off', async () => {
  const usages = () =>
    parts.filter(({ mimeType }) => mimeType === 'usage').map(({ data }) => JSON.parse(new TextDecoder().decode(data)));
  const server = await gateway('silent', 'gpt-5');
  await add('Silent', server);
  const [model] = await offered();
  assert.equal(await ask(chat, model), 'I am silent');
  const [{ prompt_tokens, completion_tokens }] = usages();
  assert.ok(prompt_tokens > 0 && completion_tokens > 0);
  server.setRules([
    {
      when: { path: '/v1/chat/completions' },
      sse: [{ id: 'x', choices: [{ index: 0, delta: { content: 'Half of it' } }] }],
      end: 'abort',
    },
  ]);
  const reported = performance.now();
  await assert.rejects(ask(chat, model), /stopped in the middle/);
  assert.equal(parts[0].value, 'Half of it');
  assert.equal(usages().length, 1);
  // An error that comes at once overtakes the parts before it on their way through the editor.
  assert.ok(performance.now() - reported > 400);
});

test('no secret of an address or a body is in the log, or in details that are copied, though the gateway quotes it', async () => {
  const secrets = ['opensesame-42', 'provider-credential-1', 'deep-down-password'];
  const quoted = secrets.join(' and ');
  const server = await startScriptedGateway([
    { when: { path: `/v1/model/info?ticket=${secrets[0]}` }, json: { data: [{ model_name: `of ${quoted}` }] } },
    {
      status: 400,
      json: { error: { message: `No ${quoted}`, code: secrets[1] } },
      headers: { 'x-litellm-call-id': secrets[2] },
    },
  ]);
  servers.push(server);
  vscode.written.length = 0;
  await add('work', server, {
    baseUrl: `${server.baseUrl}?ticket=${secrets[0]}`,
    extraBody: { api_key: secrets[1] },
    metadata: { upstream: { password: secrets[2] } },
  });
  const [model] = await offered();
  await assert.rejects(ask(chat, model));
  for (const text of [...vscode.written, ...vscode.shown, log.cleaned(`It says: ${quoted}`)]) {
    for (const secret of secrets) assert.ok(!text.includes(secret), text);
  }
  assert.ok(vscode.written.length > 0);
});

test('a key that another window saves is sent from the next request on', async () => {
  const work = await gateway('work', 'a');
  const id = await add('work', work);
  const [model] = await chat.provideLanguageModelChatInformation({ silent: true }, never);
  await ask(chat, model);
  const other = new Profiles(new Secrets(storage));
  await other.save(id, { baseUrl: work.baseUrl }, { apiKey: 'sk-renewed', origin: work.baseUrl });
  await ask(chat, model);
  const keys = work.requests
    .filter(({ path }) => path === '/v1/chat/completions')
    .map(({ headers }) => headers.authorization);
  assert.deepEqual(keys, ['Bearer sk-work', 'Bearer sk-renewed']);
  other.dispose();
});
