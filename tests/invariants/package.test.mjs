// The package: only what runs, and small.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJson, root } from './repository.mjs';

const { name, version } = readJson('package.json');
const archive = readFileSync(join(root, `${name}-${version}.vsix`));

/** The names in a zip file's central directory, which its last record points to. */
function namesIn(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const names = [];
  let offset = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = zip.readUInt16LE(offset + 28);
    names.push(zip.toString('utf8', offset + 46, offset + 46 + length));
    offset += 46 + length + zip.readUInt16LE(offset + 30) + zip.readUInt16LE(offset + 32);
  }
  return names;
}

test('it holds what runs and nothing else', () => {
  assert.deepEqual(namesIn(archive).sort(), [
    '[Content_Types].xml',
    'extension.vsixmanifest',
    'extension/LICENSE.txt',
    'extension/changelog.md',
    'extension/dist/core.d.ts',
    'extension/dist/core.mjs',
    'extension/dist/core_bg.wasm',
    'extension/dist/extension.js',
    'extension/dist/extension.web.js',
    'extension/dist/o200k_base.bin',
    'extension/dist/third-party-notices.txt',
    'extension/dist/tokens_bg.wasm',
    'extension/dist/webview.css',
    'extension/dist/webview.js',
    'extension/extension/l10n/bundle.l10n.zh-cn.json',
    'extension/extension/media/chat.png',
    'extension/extension/media/icon.png',
    'extension/extension/media/settings.png',
    'extension/package.json',
    'extension/package.nls.json',
    'extension/package.nls.zh-cn.json',
    'extension/readme.md',
  ]);
});

test('it is smaller than 1.5 MB', () => {
  assert.ok(archive.length < 1.5 * 1024 * 1024, `${archive.length} bytes`);
});
