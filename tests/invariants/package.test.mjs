// The package: only what runs, and small.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJson, root } from './repository.mjs';
import { filesIn } from './zipArchive.mjs';

const { name, version } = readJson('package.json');
const archive = readFileSync(join(root, `${name}-${version}.vsix`));

test('it holds what runs and nothing else', () => {
  assert.deepEqual([...filesIn(archive).keys()].sort(), [
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension/LICENSE.txt',
    'extension/changelog.md',
    'extension/dist/api.d.ts',
    'extension/dist/core.cjs',
    'extension/dist/core.d.ts',
    'extension/dist/core.mjs',
    'extension/dist/core_bg.wasm',
    'extension/dist/extension.js',
    'extension/dist/extension.web.js',
    'extension/dist/icon.png',
    'extension/dist/o200k_base.bin',
    'extension/dist/onDemand.js',
    'extension/dist/parseFile.js',
    'extension/dist/shared.js',
    'extension/dist/third-party-notices.txt',
    'extension/dist/tokens_bg.wasm',
    'extension/dist/webview.css',
    'extension/dist/webview.js',
    'extension/extension/l10n/bundle.l10n.zh-cn.json',
    'extension/extension/media/bench.svg',
    'extension/extension/media/chat.webp',
    'extension/extension/media/settings.webp',
    'extension/extension/media/walkthrough/connect.webp',
    'extension/extension/media/walkthrough/local.webp',
    'extension/extension/media/walkthrough/signedOut.webp',
    'extension/package.json',
    'extension/package.nls.json',
    'extension/package.nls.zh-cn.json',
    'extension/readme.md',
  ]);
});

test('it is smaller than 1.5 MB', () => {
  assert.ok(archive.length < 1.5 * 1024 * 1024, `${archive.length} bytes`);
});
