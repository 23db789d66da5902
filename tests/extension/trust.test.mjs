/** Who may say where a key goes: the user, in the settings of his machine. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './source.mjs';

const folder = join(root, 'extension/src');
const sources = readdirSync(folder, { recursive: true })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
const filesWith = (text) => sources.filter(([, source]) => source.includes(text)).map(([name]) => name);

test('nothing is synchronized to other machines, and keys are in the secret storage only', () => {
  assert.ok(sources.length > 20);
  assert.deepEqual(filesWith('setKeysForSync'), []);
  assert.deepEqual(filesWith('context.secrets'), ['extension.ts']);
  assert.deepEqual(filesWith('litellm-gateway.apiKey'), ['secrets.ts']);
});

test('our settings are read in one place, which takes only what the user himself has set', () => {
  assert.deepEqual(filesWith('getConfiguration(settingsSection)'), ['profiles.ts']);
  assert.deepEqual(filesWith("getConfiguration('litellm-gateway"), []);
  const [, profiles] = sources.find(([name]) => name === 'profiles.ts');
  assert.match(profiles, /getConfiguration\(settingsSection\)\.inspect\(name\)\?\.globalValue/);
  assert.doesNotMatch(profiles, /configuration\.get\(|workspaceValue|workspaceFolderValue/);
});

test('a workspace that is not trusted gets the extension without a word in its settings', () => {
  const { capabilities, contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { supported, restrictedConfigurations } = capabilities.untrustedWorkspaces;
  assert.equal(supported, 'limited');
  const names = Object.keys(contributes.configuration.properties);
  assert.deepEqual(restrictedConfigurations, names);
  for (const name of names) assert.equal(contributes.configuration.properties[name].scope, 'machine', name);
});
