// No WebAssembly before its first use: an editor that starts pays for nothing that it may never need.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { editor, extensionContext, registered } from '../bench/activation/editor.mjs';
import { root } from './repository.mjs';

const names = new Map(
  ['core_bg.wasm', 'tokens_bg.wasm'].map((file) => [statSync(join(root, 'dist', file)).size, file]),
);

/** The modules that were compiled, by file. */
const compiled = [];

/** Notes what is compiled, in each of the ways that there are. */
function listen() {
  const note = (source) => compiled.push(names.get(source?.byteLength) ?? 'a module that is none of ours');
  WebAssembly.Module = class extends WebAssembly.Module {
    constructor(source) {
      note(source);
      super(source);
    }
  };
  for (const way of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[way];
    WebAssembly[way] = (source, ...others) => {
      if (!(source instanceof WebAssembly.Module)) note(source);
      return original(source, ...others);
    };
  }
}

/** The requests that were made. */
const requests = [];
globalThis.fetch = async ({ url }) => {
  requests.push(url);
  return new Response('{"data":[]}');
};

listen();

test('the public module compiles the core when it is told to, and the token counter with the first count', async () => {
  compiled.length = 0;
  const core = await import('../../dist/core.mjs');
  assert.deepEqual(compiled, [], 'after the import');
  await core.init();
  const handler = new core.LiteLLMHandler({});
  assert.deepEqual(compiled, ['core_bg.wasm'], 'with a handler');
  assert.equal(await handler.countTokens('Hello world'), 2);
  assert.equal(await handler.countTokens('Hello again'), 2);
  assert.deepEqual(compiled, ['core_bg.wasm', 'tokens_bg.wasm'], 'after two counts');
});

test('the extension compiles the core when it is asked for something, and the token counter with the first count', async () => {
  compiled.length = 0;
  const load = Module._load;
  Module._load = (name, ...others) => (name === 'vscode' ? editor : load(name, ...others));
  const extension = createRequire(import.meta.url)(join(root, 'dist/extension.js'));
  assert.deepEqual(compiled, [], 'after the bundle was loaded');
  const api = await extension.activate(extensionContext(root));
  assert.deepEqual(compiled, [], 'after the activation');
  assert.deepEqual(requests, [], 'nothing is asked of a gateway by the activation');
  api.buildApiHandler({ apiProvider: 'litellm' });
  assert.deepEqual(compiled, ['core_bg.wasm'], 'with a handler');
  assert.equal(await registered.provider.provideTokenCount({}, 'Hello world'), 2);
  assert.equal(await registered.provider.provideTokenCount({}, 'Hello again'), 2);
  assert.deepEqual(compiled, ['core_bg.wasm', 'tokens_bg.wasm'], 'after two counts');
});
