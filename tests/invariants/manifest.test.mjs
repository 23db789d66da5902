// The manifest against the core: the same settings with the same defaults and ranges.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import core from '../wasm/builtCore.mjs';
import { read, readJson } from './repository.mjs';

const manifest = readJson('package.json');
const prefix = 'litellm-gateway.';
/** Of the editor's side alone: what holds the core's settings once more for each further gateway, and what is offered beside models. */
const {
  'litellm-gateway.profiles': profiles,
  'litellm-gateway.offerMcpServers': _,
  ...properties
} = manifest.contributes.configuration.properties;
/** Kept elsewhere: the key is a secret, and a session belongs to one conversation. */
const notSettings = ['apiKey', 'sessionId'];

/** The fields of the core's `ProviderSettings`, from the types that are generated from Rust. */
function settingsFields() {
  const [, body] = /export interface ProviderSettings \{([\s\S]*?)\n\}/.exec(read('dist/core.d.ts')) ?? [];
  assert.ok(body, 'dist/core.d.ts declares ProviderSettings');
  return [...body.matchAll(/^\s*(\w+)\??:/gm)].map(([, name]) => name);
}

const issuesOf = (field, value) =>
  core
    .normalizeSettings({ [field]: value })
    .issues.filter(({ path }) => path === field)
    .map(({ code }) => code);

test("the settings are the core's fields", () => {
  const expected = settingsFields().filter((name) => !notSettings.includes(name));
  assert.deepEqual(Object.keys(properties).sort(), expected.map((name) => prefix + name).sort());
});

test('there are no further gateways unless the user adds them', () => {
  assert.deepEqual(profiles.default, {});
});

test("the defaults are the core's", () => {
  const { settings } = core.normalizeSettings({});
  for (const [name, { default: stated }] of Object.entries(properties)) {
    const value = settings[name.slice(prefix.length)];
    // The core leaves out what is empty, and a switch that is off unless it is told.
    const empty =
      stated === null || stated === false || (typeof stated === 'object' && Object.keys(stated).length === 0);
    if (value === undefined)
      assert.ok(empty, `${name} has the default ${JSON.stringify(stated)}, and the core has none`);
    else assert.deepEqual(stated, value, name);
  }
});

test('the core accepts every default without an issue', () => {
  const defaults = Object.entries(properties).map(([name, property]) => [name.slice(prefix.length), property.default]);
  assert.deepEqual(core.normalizeSettings(Object.fromEntries(defaults)).issues, []);
});

test("the ranges are the core's", () => {
  for (const [name, { minimum, maximum }] of Object.entries(properties)) {
    const field = name.slice(prefix.length);
    for (const [bound, beyond] of [
      [minimum, -1],
      [maximum, 1],
    ]) {
      if (bound === undefined) continue;
      assert.deepEqual(issuesOf(field, bound), [], `${name}: ${bound} is allowed`);
      assert.deepEqual(issuesOf(field, bound + beyond), ['out_of_range'], `${name}: ${bound + beyond} is not`);
    }
  }
});
