// Who may know whom: webview ──types only──▶ extension/src/protocol.ts ◀── extension ──▶ crates/wasm ──▶ crates/core.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { transform } from 'esbuild';
import { filesBelow, importsOf, read, root } from './repository.mjs';

const sources = (folder, extension) => filesBelow(folder).filter((path) => path.endsWith(extension));

/** Fails for each line of the files that matches. */
function assertNowhere(paths, pattern, reason) {
  const found = paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
  assert.deepEqual(found, [], reason);
}

test("the core's dependencies know no JavaScript, no async runtime and no input or output", () => {
  const command = ['tree', '-p', 'litellm-core', '-e', 'normal', '--prefix', 'none', '--format', '{lib}', '--locked'];
  const names = new Set(execFileSync('cargo', command, { cwd: root, encoding: 'utf8' }).split(/\s+/).filter(Boolean));
  const foreign =
    /^(js_sys|wasm_bindgen.*|web_sys|gloo.*|serde_wasm_bindgen|tsify.*|tokio.*|async_.*|futures.*|smol|mio|hyper.*|reqwest|ureq|h2|rustls.*|openssl.*|native_tls|socket2|libc|rand.*|getrandom|fastrand|uuid|chrono|time|jiff|log|tracing.*|env_logger|dirs.*|tempfile)$/;
  assert.ok(names.has('serde'), 'the tree was read');
  assert.deepEqual(
    [...names].filter((name) => foreign.test(name)),
    [],
  );
});

test('the core asks for no clock, no file, no network, no environment and no thread', () => {
  // The trait by which a library writes into memory is no output.
  assertNowhere(
    sources('crates/core/src', '.rs'),
    /\bstd::(fs|net|env|process|thread|io\b(?!::\{Result, Write\};))\b|\b(Instant|SystemTime)\b|\basync fn\b|\b(JsValue|js_sys|web_sys)\b/,
    'time, ids and bytes come into the core as arguments',
  );
});

test('the token counter depends on nothing', () => {
  const command = ['tree', '-p', 'litellm-tokens', '-e', 'normal', '--prefix', 'none', '--format', '{lib}', '--locked'];
  assert.equal(execFileSync('cargo', command, { cwd: root, encoding: 'utf8' }).trim(), 'litellm_tokens');
});

test('only crates/wasm names what JavaScript brings', () => {
  const others = sources('crates', '.rs').filter((path) => !path.startsWith('crates/wasm/'));
  assertNowhere(others, /\b(JsValue|web_sys|js_sys|gloo_net)\b/, 'crates/wasm is the edge to JavaScript');
});

test('the crates that only JavaScript uses have no native tests', () => {
  const ofJavaScript = ['crates/wasm', 'crates/tokens-wasm'].flatMap((folder) => sources(folder, '.rs'));
  assertNowhere(
    ofJavaScript,
    /#\[(cfg\()?test\b/,
    'these are compiled for wasm32 only: tests/wasm and tests/tokens test them',
  );
});

test('only extension/src/core.ts imports the public module', () => {
  const importers = sources('extension/src', '.ts').filter((path) =>
    importsOf(path).some(({ from }) => from === 'litellm-core' || /crates\/|\.mjs$/.test(from)),
  );
  assert.deepEqual(importers, ['extension/src/core.ts']);
});

test('the extension imports the editor, the public module and itself', () => {
  for (const path of sources('extension/src', '.ts')) {
    const own = /^(vscode|litellm-core|\.{1,2}\/[\w/]+(\.ts)?)$/;
    const foreign = importsOf(path).map(({ from }) => from);
    // Files of other programs are read with libraries, in one place.
    const expected = path === 'extension/src/imports/parseFile.ts' ? ['json5', 'yaml'] : [];
    assert.deepEqual(
      foreign.filter((from) => !own.test(from)),
      expected,
      path,
    );
  }
});

test('the extension leaves requests and addresses to the core', () => {
  assertNowhere(
    sources('extension/src', '.ts'),
    /\bfetch\(|\bXMLHttpRequest\b|\bnew URL\(|\/v1\/|\/model\/info|\/chat\/completions/,
    'the core builds every URL and sends every request',
  );
});

test("the webview imports itself, the editor's elements, what finds the rows in sight, and types of the protocol", () => {
  for (const path of sources('webview/src', '.ts')) {
    for (const { from, typesOnly } of importsOf(path)) {
      if (/extension\/src\/protocol(\.ts)?$/.test(from))
        assert.ok(typesOnly, `${path} takes more than types from ${from}`);
      else assert.match(from, /^(\.\/[\w./]+|@vscode-elements\/elements(\/[\w./-]+)?|@tanstack\/virtual-core)$/, path);
    }
  }
});

test('the webview reaches no network and keeps nothing but its form', () => {
  assertNowhere(
    sources('webview/src', '.ts'),
    /\bfetch\(|\b(XMLHttpRequest|WebSocket|EventSource|sendBeacon|localStorage|sessionStorage|indexedDB|importScripts)\b|\.innerHTML\b/,
    'the page asks the extension for everything',
  );
});

test("the protocol's files hold types only", async () => {
  for (const name of ['protocol', 'modelProtocol']) {
    const { code } = await transform(read(`extension/src/${name}.ts`), { loader: 'ts' });
    assert.equal(code.replace(/export \{\};?/, '').trim(), '', name);
  }
});
