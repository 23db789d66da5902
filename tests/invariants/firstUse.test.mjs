// No WebAssembly, and no part of the extension that only some sessions need, before its first use: an editor that starts pays for
// nothing that it may never need.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
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
globalThis.fetch = async (address) => {
  requests.push(address);
  return new Response('{"data":[]}');
};

listen();

// As in an extension host, which gives the bundles the module `vscode`.
const load = Module._load;
Module._load = (name, ...others) => (name === 'vscode' ? editor : load(name, ...others));
const require = createRequire(import.meta.url);

/** Whether a bundle was loaded. */
const isLoaded = (file) => join(root, 'dist', file) in require.cache;

/** The commands that were registered, by name. */
const commands = new Map();
editor.commands.registerCommand = (name, run) => {
  commands.set(name, run);
  return { dispose: () => {} };
};

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
  const extension = require(join(root, 'dist/extension.js'));
  assert.deepEqual(compiled, [], 'after the bundle was loaded');
  const api = await extension.activate(extensionContext(root));
  assert.deepEqual(compiled, [], 'after the activation');
  assert.deepEqual(requests, [], 'nothing is asked of a gateway by the activation');
  assert.equal(isLoaded('core.cjs'), false, 'nor what stands around the core');
  api.buildApiHandler({ apiProvider: 'litellm' });
  assert.deepEqual(compiled, ['core_bg.wasm'], 'with a handler');
  assert.equal(await registered.provider.provideTokenCount({}, 'Hello world'), 2);
  assert.equal(await registered.provider.provideTokenCount({}, 'Hello again'), 2);
  assert.deepEqual(compiled, ['core_bg.wasm', 'tokens_bg.wasm'], 'after two counts');
});

test('what only some sessions need is loaded by the first command that needs it', async () => {
  await require(join(root, 'dist/extension.js')).activate(extensionContext(root));
  assert.equal(isLoaded('onDemand.js'), false, 'after the activation');
  let shown;
  editor.window.showQuickPick = async (items) => {
    shown = items;
  };
  editor.QuickPickItemKind = { Separator: -1 };
  await commands.get('litellm-gateway.showUsage')();
  assert.match(shown[0].label, /No model was asked today/);
  assert.equal(isLoaded('onDemand.js'), true, 'after the command');
});

for (const [missing, use] of Object.entries({
  'onDemand.js': async () => commands.get('litellm-gateway.showUsage')(),
  'core.cjs': async (api) => api.buildApiHandler({ apiProvider: 'litellm' }),
})) {
  test(`what can not be loaded is told in a sentence: ${missing}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'first-use-'));
    try {
      mkdirSync(join(folder, 'dist'));
      for (const file of ['extension.js', 'shared.js', 'core.cjs', 'core_bg.wasm'].filter((name) => name !== missing)) {
        copyFileSync(join(root, 'dist', file), join(folder, 'dist', file));
      }
      const api = await require(join(folder, 'dist/extension.js')).activate(extensionContext(folder));
      await assert.rejects(use(api), ({ message }) => {
        assert.match(
          message,
          /^A part of LiteLLM Gateway could not be loaded \(Cannot find module [^\n]+\)\. Reload the window;/,
        );
        return true;
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
