/** Where the settings of a connection come from, and which address a key can meet. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { load } from './source.mjs';

const { Profiles, Secrets, vscode } = await load('profiles', 'secrets');

let storage;
let profiles;

/** SecretStorage in memory. `onStore` sees every change as it happens. */
function memoryStorage(onStore = () => undefined) {
  const values = new Map();
  const changed = new Set();
  const change = async (key, value) => {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    onStore(value);
    for (const listener of changed) listener({ key });
  };
  return {
    get: async (key) => values.get(key),
    store: change,
    delete: (key) => change(key, undefined),
    onDidChange: (listener) => {
      changed.add(listener);
      return { dispose: () => changed.delete(listener) };
    },
  };
}

beforeEach(() => {
  vscode.userSettings.clear();
  for (const name of ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL']) delete process.env[name];
  storage = memoryStorage();
  profiles = new Profiles(new Secrets(storage));
});

test('nothing saved, nothing in the environment: nothing', async () => {
  assert.deepEqual(await profiles.read(), { env: {} });
});

test('the environment stands in for what is not saved', async () => {
  Object.assign(process.env, {
    LITELLM_BASE_URL: 'http://env',
    LITELLM_API_KEY: 'sk-env',
    LITELLM_MODEL: 'm',
    PATH_X: '',
  });
  await profiles.save({ modelId: 'saved' });
  assert.deepEqual(await profiles.read(), {
    modelId: 'saved',
    env: { LITELLM_BASE_URL: 'http://env', LITELLM_API_KEY: 'sk-env', LITELLM_MODEL: 'm' },
  });
});

test('a saved key is never sent to an address of the environment', async () => {
  await profiles.save({}, 'sk-saved');
  process.env.LITELLM_BASE_URL = 'http://elsewhere';
  const { apiKey, env } = await profiles.read();
  assert.equal(apiKey, 'sk-saved');
  assert.equal(env.LITELLM_BASE_URL, undefined);
});

test('a key that is saved without an address stays with the one it was meant for', async () => {
  process.env.LITELLM_BASE_URL = 'http://env';
  await profiles.save({ baseUrl: undefined }, 'sk-saved');
  assert.equal(vscode.userSettings.get('baseUrl'), 'http://env');
});

test('saving tells of the change once, at its end', async () => {
  let changes = 0;
  profiles.onDidChange(() => changes++);
  await profiles.save({ baseUrl: 'http://a', modelId: 'm' }, 'sk-1');
  assert.equal(changes, 1);
  assert.deepEqual(await profiles.read(), { baseUrl: 'http://a', modelId: 'm', apiKey: 'sk-1', env: {} });
});

test('while the address changes there is no key', async () => {
  await profiles.save({ baseUrl: 'http://old' }, 'sk-old');
  const meetings = [];
  vscode.workspace.onDidChangeConfiguration(async () => {
    meetings.push(profiles.hasApiKey());
  });
  await profiles.save({ baseUrl: 'http://new' }, 'sk-new');
  assert.deepEqual(await Promise.all(meetings), [false]);
  assert.equal(await profiles.hasApiKey(), true);
});

test('an empty key removes the saved one, no key keeps it', async () => {
  await profiles.save({}, 'sk-1');
  await profiles.save({ modelId: 'm' });
  assert.equal(await profiles.hasApiKey(), true);
  await profiles.save({}, '');
  assert.equal(await profiles.hasApiKey(), false);
});
