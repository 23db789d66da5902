// What dist/ must be for those who load it.

import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { importsOf, read, root } from './repository.mjs';

test('the public module loads without Node.js and without the editor', () => {
  const source = read('dist/core.mjs');
  assert.doesNotMatch(source, /^\s*import\b(?!\s*\()/m, 'it imports nothing when it loads');
  assert.doesNotMatch(source, /\brequire\(|['"]vscode['"]/);
});

test('its types stand alone', () => {
  assert.deepEqual(importsOf('dist/core.d.ts'), []);
});

test('both bundles of the extension load with nothing but the editor', () => {
  const anything = new Proxy(class {}, { get: (target, name) => target[name] ?? anything });
  for (const file of ['dist/extension.js', 'dist/extension.web.js']) {
    const asked = new Set();
    const require = (name) => {
      asked.add(name);
      return anything;
    };
    const module = { exports: {} };
    new Function('require', 'module', 'exports', read(file))(require, module, module.exports);
    assert.deepEqual([...asked], ['vscode'], file);
    assert.equal(typeof module.exports.activate, 'function', file);
  }
});

test('nothing that is built names a path of the machine that built it', () => {
  for (const file of [
    'core.mjs',
    'core_bg.wasm',
    'core.d.ts',
    'extension.js',
    'extension.web.js',
    'parseFile.js',
    'webview.js',
    'webview.css',
  ]) {
    const text = read(`dist/${file}`);
    for (const path of [root, homedir()].filter((folder) => folder.length > 2)) {
      assert.ok(!text.includes(path), `dist/${file} names ${path}`);
    }
  }
});
