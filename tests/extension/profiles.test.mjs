/** Where the settings of a connection come from, and which address a key can meet. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as core from '../../dist/core.mjs';
import { load } from './source.mjs';
import { memoryStorage } from './vscode.mjs';

const { Profiles, Secrets, bindKey, vscode } = await load('profiles', 'secrets', 'keyBinding');

const key = (apiKey, origin = 'http://a') => ({ apiKey, origin });

let storage;
let profiles;

beforeEach(() => {
  vscode.userSettings.clear();
  for (const name of ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL']) delete process.env[name];
  storage = memoryStorage();
  profiles = new Profiles(new Secrets(storage));
});

test('nothing saved, nothing in the environment: nothing', async () => {
  assert.deepEqual(await profiles.read('default'), { settings: { env: {} } });
});

test('the environment stands in for what is not saved', async () => {
  Object.assign(process.env, {
    LITELLM_BASE_URL: 'http://env',
    LITELLM_API_KEY: 'sk-env',
    LITELLM_MODEL: 'm',
    PATH_X: '',
  });
  await profiles.save('default', { modelId: 'saved' });
  assert.deepEqual(await profiles.read('default'), {
    settings: {
      modelId: 'saved',
      env: { LITELLM_BASE_URL: 'http://env', LITELLM_API_KEY: 'sk-env', LITELLM_MODEL: 'm' },
    },
  });
});

test('a saved key is never sent to an address of the environment', async () => {
  await profiles.save('default', {}, key('sk-saved'));
  process.env.LITELLM_BASE_URL = 'http://elsewhere';
  const { settings, key: saved } = await profiles.read('default');
  assert.deepEqual(saved, key('sk-saved'));
  assert.equal(settings.env.LITELLM_BASE_URL, undefined);
});

test('a saved key is bound to its origin: settings that name another one do not get it', async () => {
  await core.init();
  await profiles.save('default', { baseUrl: 'https://gw.example.com/team' }, key('sk-saved', 'https://gw.example.com'));
  const bound = async (baseUrl) => {
    vscode.userSettings.set('baseUrl', baseUrl);
    const { settings, key: saved } = await profiles.read('default');
    return bindKey(core, settings, saved);
  };
  for (const same of ['https://gw.example.com', 'gw.example.com:443/v1/', 'HTTPS://GW.example.com/other?a=b']) {
    const { settings, withheld } = await bound(same);
    assert.equal(settings.apiKey, 'sk-saved', same);
    assert.equal(withheld, undefined, same);
  }
  for (const [other, origin] of [
    ['https://evil.example/gw.example.com', 'https://evil.example'],
    ['http://gw.example.com', 'http://gw.example.com'],
    ['https://gw.example.com:8443', 'https://gw.example.com:8443'],
    ['https://gw.example.com.evil.example', 'https://gw.example.com.evil.example'],
    [undefined, 'http://localhost:4000'],
  ]) {
    const { settings, withheld } = await bound(other);
    assert.ok(!JSON.stringify(settings).includes('sk-saved'), other);
    assert.deepEqual(withheld, { savedFor: 'https://gw.example.com', origin }, other);
  }
  // The core knows neither, and an address that it can't read is nobody's.
  assert.equal((await bound('https://user:pw@gw.example.com')).settings.apiKey, undefined);
});

test('what is stored without an origin is no key', async () => {
  for (const stored of ['sk-plain', '{}', '{"apiKey":"sk-1"}', '{"apiKey":7,"origin":"http://a"}', 'null', '"x"']) {
    await storage.store('litellm-gateway.apiKey.default', stored);
    assert.equal(await profiles.hasApiKey('default'), false, stored);
  }
});

test('a key that is saved without an address stays with the one it was meant for', async () => {
  process.env.LITELLM_BASE_URL = 'http://env';
  await profiles.save('default', { baseUrl: undefined }, key('sk-saved', 'http://env'));
  assert.equal(vscode.userSettings.get('baseUrl'), 'http://env');
});

test('saving tells of the change once, at its end', async () => {
  let changes = 0;
  profiles.onDidChange(() => changes++);
  await profiles.save('default', { baseUrl: 'http://a', modelId: 'm' }, key('sk-1'));
  assert.equal(changes, 1);
  assert.deepEqual(await profiles.read('default'), {
    settings: { baseUrl: 'http://a', modelId: 'm', env: {} },
    key: key('sk-1'),
  });
});

test('while the address changes there is no key', async () => {
  await profiles.save('default', { baseUrl: 'http://old' }, key('sk-old', 'http://old'));
  const meetings = [];
  vscode.workspace.onDidChangeConfiguration(async () => {
    meetings.push(profiles.hasApiKey('default'));
  });
  await profiles.save('default', { baseUrl: 'http://new' }, key('sk-new', 'http://new'));
  assert.deepEqual(await Promise.all(meetings), [false]);
  assert.equal(await profiles.hasApiKey('default'), true);
});

test('null removes the saved key, no key keeps it', async () => {
  await profiles.save('default', {}, key('sk-1'));
  await profiles.save('default', { modelId: 'm' });
  assert.equal(await profiles.hasApiKey('default'), true);
  await profiles.save('default', {}, null);
  assert.equal(await profiles.hasApiKey('default'), false);
});
