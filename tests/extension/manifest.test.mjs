/** What the manifest, the code and the translations must say alike. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load, root } from './source.mjs';

const { settingNames, profilesSetting, commands } = await load('profiles', 'profileEntries', 'commands');
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = readJson('package.json');

test('the settings are those of the code, all of them of the machine and out of reach of a workspace', () => {
  const { properties } = manifest.contributes.configuration;
  const names = [...settingNames, profilesSetting].map((name) => `litellm-gateway.${name}`);
  assert.deepEqual(Object.keys(properties), names);
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, names);
  for (const [name, { scope }] of Object.entries(properties)) assert.equal(scope, 'machine', name);
});

test('the commands are those of the code', () => {
  assert.deepEqual(manifest.contributes.commands.map(({ command }) => command).sort(), Object.values(commands).sort());
});

test("the manifest's texts exist in English and Chinese, and no others", () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key).sort();
  assert.deepEqual(Object.keys(readJson('package.nls.json')).sort(), used);
  assert.deepEqual(Object.keys(readJson('package.nls.zh-cn.json')).sort(), used);
});

test("the code's texts exist in Chinese, with the same places to fill in", () => {
  const sources = readdirSync(join(root, 'extension/src'), { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'extension/src', name), 'utf8'));
  const literal = /\b(?:t|translate)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
  const used = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(literal)].map(([, single, double]) => (single ?? double).replace(/\\(.)/g, '$1')),
    ),
  );
  const translations = readJson('extension/l10n/bundle.l10n.zh-cn.json');
  // Sentences of the core are translated too; they stand in no source of the extension.
  assert.deepEqual(
    [...used].filter((text) => !Object.hasOwn(translations, text)),
    [],
  );
  const places = (text) => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();
  for (const [text, translation] of Object.entries(translations)) {
    assert.deepEqual(places(translation), places(text), text);
  }
});
