/** Several profiles: what is stored of each, ids that stay, and what hands and other windows do to the setting. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { load, root } from './source.mjs';
import { memoryStorage } from './vscode.mjs';

const { Profiles, Secrets, settingNames, readEntries, vscode } = await load('profiles', 'secrets', 'profileEntries');

const key = (apiKey, origin = 'http://a') => ({ apiKey, origin });
const stored = () => vscode.userSettings.get('profiles');

let storage;
let profiles;

beforeEach(() => {
  vscode.userSettings.clear();
  vscode.failingWrites.clear();
  for (const name of ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL']) delete process.env[name];
  storage = memoryStorage();
  profiles = new Profiles(new Secrets(storage));
});

async function workAndHome() {
  await profiles.add({ name: 'Work', settings: { baseUrl: 'http://work' }, key: key('sk-work', 'http://work') });
  return profiles.add({ name: 'Home', settings: { baseUrl: 'http://home' }, key: key('sk-home', 'http://home') });
}

test('alone there is one profile, and the first that is added becomes it', async () => {
  assert.deepEqual(await profiles.list(), [{ id: 'default', name: 'Default' }]);
  assert.equal(await profiles.add({ name: 'Work', settings: { baseUrl: 'http://work' } }), 'default');
  assert.deepEqual(await profiles.list(), [{ id: 'default', name: 'Work' }]);
  assert.equal(vscode.userSettings.get('baseUrl'), 'http://work');
  assert.deepEqual(stored(), { default: { name: 'Work' } });
});

test('each further profile has its settings, its key and an id that its name does not change', async () => {
  assert.equal(await workAndHome(), 'home');
  assert.deepEqual(await profiles.list(), [
    { id: 'default', name: 'Work' },
    { id: 'home', name: 'Home' },
  ]);
  await profiles.rename('home', 'Lab');
  assert.equal(await profiles.add({ name: 'Home' }), 'home-2');
  assert.deepEqual(
    (await profiles.list()).map(({ id, name }) => `${id} ${name}`),
    ['default Work', 'home Lab', 'home-2 Home'],
  );
  assert.deepEqual(await profiles.read('home'), {
    settings: { baseUrl: 'http://home', env: {} },
    key: key('sk-home', 'http://home'),
  });
  await profiles.save('home', { modelId: 'm', baseUrl: undefined });
  assert.deepEqual(profiles.saved('home'), { modelId: 'm' });
  assert.deepEqual(profiles.saved('default'), { baseUrl: 'http://work' });
});

test('ids are made of any name', async () => {
  await profiles.save('default', { modelId: 'm' });
  const ids = [];
  for (const name of ['Default', '家', '__proto__', 'constructor', ' Gérard’s   Lab! ', 'x'.repeat(100), '工作']) {
    ids.push(await profiles.add({ name }));
  }
  assert.deepEqual(ids, ['default-2', 'profile', 'proto', 'constructor', 'ge-rard-s-lab', 'x'.repeat(32), 'profile-2']);
  assert.deepEqual(readEntries(stored(), settingNames).issues, []);
});

test('the environment describes the first profile only, and leads no saved key away', async () => {
  await workAndHome();
  Object.assign(process.env, { LITELLM_BASE_URL: 'http://evil', LITELLM_API_KEY: 'sk-evil', LITELLM_MODEL: 'evil' });
  const home = await profiles.read('home');
  assert.deepEqual(home.settings.env, {});
  const work = await profiles.read('default');
  assert.equal(work.settings.env.LITELLM_BASE_URL, undefined);
});

test("a workspace's settings are nobody's", async () => {
  vscode.workspaceSettings.set('profiles', { evil: { baseUrl: 'http://evil' } });
  vscode.workspaceSettings.set('baseUrl', 'http://evil');
  vscode.workspaceSettings.set('headers', { authorization: 'evil' });
  assert.deepEqual(await profiles.list(), [{ id: 'default', name: 'Default' }]);
  assert.deepEqual(await profiles.read('default'), { settings: { env: {} } });
  vscode.workspaceSettings.clear();
});

test('a copy has the key for the same origin, without the key having gone anywhere', async () => {
  await workAndHome();
  assert.equal(await profiles.duplicate('home', 'Home copy'), 'home-copy');
  assert.deepEqual(await profiles.read('home-copy'), await profiles.read('home'));
  await profiles.save('home-copy', { baseUrl: 'http://elsewhere' });
  assert.deepEqual((await profiles.read('home-copy')).key, key('sk-home', 'http://home'));
  assert.doesNotMatch(JSON.stringify([...vscode.userSettings]), /sk-/);
});

test('what is removed comes back whole, once', async () => {
  await workAndHome();
  const before = await profiles.read('home');
  await profiles.remove('home');
  assert.equal(storage.values.size, 1);
  assert.deepEqual(
    (await profiles.list()).map(({ id }) => id),
    ['default'],
  );
  assert.equal(await profiles.restore(), 'home');
  assert.deepEqual(await profiles.read('home'), before);
  assert.equal(profiles.name('home'), 'Home');
  assert.equal(await profiles.restore(), undefined);
  await profiles.remove('home');
  profiles.forgetRemoved();
  assert.equal(await profiles.restore(), undefined);
});

test('the first profile is removed and comes back like others', async () => {
  await workAndHome();
  await profiles.save('default', { headers: { 'x-a': 'b' } });
  const before = await profiles.read('default');
  await profiles.remove('default');
  assert.deepEqual(await profiles.list(), [{ id: 'home', name: 'Home' }]);
  assert.deepEqual([...vscode.userSettings.keys()], ['profiles']);
  assert.equal(await profiles.restore(), 'default');
  assert.deepEqual(await profiles.read('default'), before);
  assert.equal(profiles.name('default'), 'Work');
});

test('what comes back takes nothing from a profile that took its place', async () => {
  await workAndHome();
  await profiles.remove('default');
  await profiles.save('default', { baseUrl: 'http://new' });
  assert.equal(await profiles.restore(), 'work');
  assert.equal(vscode.userSettings.get('baseUrl'), 'http://new');
  assert.deepEqual(profiles.saved('work'), { baseUrl: 'http://work' });
});

test('a removal that fails leaves the profile as it was', async () => {
  await workAndHome();
  const before = await profiles.read('home');
  vscode.failingWrites.add('profiles');
  await assert.rejects(profiles.remove('home'), /read-only/);
  assert.deepEqual(await profiles.read('home'), before);
  assert.equal(await profiles.restore(), undefined);
});

test('a key that is left from a profile that hands removed is found by no other one', async () => {
  await workAndHome();
  vscode.userSettings.delete('profiles');
  assert.equal(await profiles.add({ name: 'Home' }), 'home-2');
  assert.equal(await profiles.hasApiKey('home-2'), false);
});

test('what is wrong in the setting is told by profile and field, and stays where it is', async () => {
  const written = {
    good: { name: 'Good', baseUrl: 'http://good' },
    'Bad Id': { name: 'x' },
    list: [],
    odd: { name: 7, apiKey: 'sk-plain', bassUrl: 'http://odd', maxTokens: 'many' },
    default: { name: 'Work', baseUrl: 'http://x' },
  };
  vscode.userSettings.set('profiles', written);
  const issues = profiles.issues();
  assert.deepEqual(
    issues.map(({ path, code }) => `${path} ${code}`),
    [
      'profiles.Bad Id wrong_type',
      'profiles.list wrong_type',
      'profiles.odd.name wrong_type',
      'profiles.odd.apiKey unknown_field',
      'profiles.odd.bassUrl unknown_field',
      'profiles.default.baseUrl unknown_field',
    ],
  );
  const translations = JSON.parse(readFileSync(join(root, 'extension/l10n/bundle.l10n.zh-cn.json'), 'utf8'));
  for (const { message } of issues) assert.ok(Object.hasOwn(translations, message), message);
  assert.doesNotMatch(JSON.stringify(issues), /sk-plain/);
  assert.deepEqual(await profiles.list(), [
    { id: 'good', name: 'Good' },
    { id: 'odd', name: 'odd' },
  ]);
  // The core tells what is wrong with a field that is one.
  assert.deepEqual(profiles.saved('odd'), { maxTokens: 'many' });
  await profiles.save('good', { modelId: 'm' });
  assert.deepEqual(stored(), { ...written, good: { ...written.good, modelId: 'm' } });
});

test('a setting that is no object is told and not overwritten', async () => {
  vscode.userSettings.set('profiles', 'http://a');
  assert.equal(profiles.issues()[0].path, 'profiles');
  await assert.rejects(profiles.add({ name: 'Home', settings: { baseUrl: 'http://b' } }), /litellm-gateway\.profiles/);
  assert.equal(stored(), 'http://a');
});

test('changes that meet are made one after another, each told once', async () => {
  await workAndHome();
  let changes = 0;
  profiles.onDidChange(() => changes++);
  await Promise.all([
    profiles.save('home', { modelId: 'a' }),
    profiles.add({ name: 'Lab', settings: { baseUrl: 'http://lab' } }),
    profiles.rename('home', 'House'),
  ]);
  assert.equal(changes, 3);
  assert.deepEqual(stored(), {
    default: { name: 'Work' },
    home: { name: 'House', baseUrl: 'http://home', modelId: 'a' },
    lab: { name: 'Lab', baseUrl: 'http://lab' },
  });
});
