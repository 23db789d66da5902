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

test('the bundles of the extension load with nothing but the editor', () => {
  const anything = new Proxy(class {}, { get: (target, name) => target[name] ?? anything });
  const parts = { 'extension.js': ['./shared.js'], 'onDemand.js': ['./shared.js'], 'extension.web.js': [] };
  for (const [file, needed] of Object.entries(parts)) {
    const asked = new Set();
    const load = (name) => {
      const module = { exports: {} };
      new Function('require', 'module', 'exports', read(`dist/${name}`))(require, module, module.exports);
      return module.exports;
    };
    const require = (name) => {
      asked.add(name);
      return needed.includes(name) ? load(name) : anything;
    };
    const { activate } = load(file);
    assert.deepEqual([...asked].sort(), [...needed, 'vscode'], file);
    assert.equal(typeof activate, file === 'onDemand.js' ? 'undefined' : 'function', file);
  }
});

test('nothing that is built names a path of the machine that built it', () => {
  for (const file of [
    'core.cjs',
    'core.mjs',
    'core_bg.wasm',
    'core.d.ts',
    'extension.js',
    'extension.web.js',
    'onDemand.js',
    'parseFile.js',
    'shared.js',
    'webview.js',
    'webview.css',
  ]) {
    const text = read(`dist/${file}`);
    for (const path of [root, homedir()].filter((folder) => folder.length > 2)) {
      assert.ok(!text.includes(path), `dist/${file} names ${path}`);
    }
  }
});
