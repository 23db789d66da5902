/** What the manifest, the code and the translations must say alike. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load, root } from './source.mjs';

const { settingNames, profilesSetting, mcpSetting, commands } = await load(
  'profiles',
  'profileEntries',
  'mcpServers',
  'commands',
);
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = readJson('package.json');

test('the settings are those of the code, all of them of the machine and out of reach of a workspace', () => {
  const { properties } = manifest.contributes.configuration;
  const names = [...settingNames, profilesSetting, mcpSetting].map((name) => `litellm-gateway.${name}`);
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

const sourcesBelow = (folder, ending) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

/** Patterns for the sentences that a Rust source can make: its texts, with anything in the places that are filled in. */
function sentencesOf(source) {
  const texts = [...source.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, text]) =>
    text.replace(/\\\n\s*/g, '').replace(/\\(.)/g, '$1'),
  );
  const written = texts.filter((text) => text.replace(/\{\w*\}/g, '').length > 10);
  return written.map((text) => {
    const parts = text.split(/\{\w*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.+')}$`, 's');
  });
}

test("the code's texts exist in Chinese, with the same places to fill in, and no others do", () => {
  const sources = sourcesBelow('extension/src', '.ts');
  const literal = /\b(?:t|translate)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;
  const used = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(literal)].map(([, single, double]) => (single ?? double).replace(/\\(.)/g, '$1')),
    ),
  );
  const translations = readJson('extension/l10n/bundle.l10n.zh-cn.json');
  assert.deepEqual(
    [...used].filter((text) => !Object.hasOwn(translations, text)),
    [],
  );
  // What is said of a setting is translated where it is shown: it stands as a text in the core, or in an issue of ours.
  const core = sourcesBelow('crates/core/src', '.rs').flatMap(sentencesOf);
  const isSaid = (text) =>
    sources.some((source) => source.includes(`'${text}'`)) || core.some((said) => said.test(text));
  assert.deepEqual(
    Object.keys(translations).filter((text) => !used.has(text) && !isSaid(text)),
    [],
  );
  const places = (text) => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();
  for (const [text, translation] of Object.entries(translations)) {
    assert.deepEqual(places(translation), places(text), text);
  }
});
