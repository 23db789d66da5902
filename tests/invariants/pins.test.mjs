// Versions that must agree with each other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pins } from '../../extension/development/pins.mjs';
import { read, readJson } from './repository.mjs';

const manifest = readJson('package.json');

test('the wasm-bindgen program has the version of the crate', () => {
  const [, version] = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(read('Cargo.lock')) ?? [];
  assert.equal(version, pins.wasmBindgen);
});

test('one version for the extension and the crates', () => {
  const [, version] = /\[workspace\.package\]\nversion = "([^"]+)"/.exec(read('Cargo.toml')) ?? [];
  assert.equal(version, manifest.version);
});

test('the editor that is promised is the editor whose types are used', () => {
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode']}`);
});

test("the newest entry of CHANGELOG.md is this version's", () => {
  const [, version] = /^## \[?v?(\d+\.\d+\.\d+)/m.exec(read('CHANGELOG.md')) ?? [];
  assert.equal(version, manifest.version);
});
