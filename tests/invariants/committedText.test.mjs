// What no committed file may hold.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { filesBelow, read, readJson, root } from './repository.mjs';

const self = 'tests/invariants/committedText.test.mjs';
const texts = filesBelow()
  .filter((path) => path !== self && !/\.(bin|png|wasm|ttf|woff2?|gz|zip)$/.test(path))
  .map((path) => [path, read(path)]);

/** The places where a pattern matches, each as `path: match`. */
function places(pattern, among = texts) {
  return among.flatMap(([path, text]) =>
    [...text.matchAll(pattern)].map(([match]) => `${path}: ${match.slice(0, 80)}`),
  );
}

/** Folders at the root of every Linux or macOS: what lies in them is named for what it is, not for whose machine it is. */
const everywhere =
  /^(?:bin|boot|cores|dev|etc|lib\w*|lost\+found|media|mnt|opt|proc|run|s?bin|snap|srv|sys|tmp|usr|var|Applications|Library|System|Volumes)$/;

/** The paths in a text that lead into somebody's home, or into a folder that is at the root of this machine and not of every one. */
function machinePaths(text, ownFolders) {
  const homes = text.match(/(?<![\w.])\/(?:root|Users\/\w+|home\/\w+)\/[\w./-]+/g) ?? [];
  const others = [...text.matchAll(/(?<![\w.:/])(\/([\w-]+)\/[\w.-]+)/g)];
  const found = others.filter(([, path, folder]) => ownFolders.includes(folder) && existsSync(path));
  return [...homes, ...found.map(([, path]) => path)];
}

const ownFolders = readdirSync('/').filter((name) => !everywhere.test(name));

test('no file names a path of the machine it was written on', () => {
  const named = texts.flatMap(([path, text]) => machinePaths(text, ownFolders).map((found) => `${path}: ${found}`));
  assert.deepEqual(named, []);
  for (const path of [root, homedir()].filter((folder) => folder.length > 2)) {
    assert.deepEqual(
      texts.filter(([, text]) => text.includes(path)).map(([name]) => name),
      [],
      path,
    );
  }
});

test('paths of a machine would be found', () => {
  assert.deepEqual(machinePaths('see /home/somebody/notes.txt and (/root/x), not https://h/home/a/b', []), [
    '/home/somebody/notes.txt',
    '/root/x',
  ]);
  // A folder that is there for sure stands in for one of this machine's own.
  assert.deepEqual(machinePaths('at /usr/bin, and /usr/not-there or /v1/models', ['usr', 'v1']), ['/usr/bin']);
});

test('no file names the host of a package registry', () => {
  const hosts =
    /registry\.npmjs\.org|registry\.yarnpkg\.com|(?:static|index)\.crates\.io|(?:files\.pythonhosted|pypi)\.org\/simple/g;
  assert.deepEqual(places(hosts), []);
});

test('no file holds what looks like a real key', () => {
  const shapes = [
    /\bsk-(?:ant-|proj-|or-v1-)[\w-]{24,}/g,
    /\bsk-[A-Za-z0-9]{40,}\b/g,
    /\bAKIA[0-9A-Z]{16}\b/g,
    /\bAIza[\w-]{35}\b/g,
    /\bgh[pousr]_[A-Za-z0-9]{36}\b/g,
    /\bxox[abprs]-[\w-]{10,}/g,
    /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/g,
  ];
  assert.deepEqual(
    shapes.flatMap((shape) => places(shape)),
    [],
  );
});

/** Keys that tests made up. A new one is added here by whoever made it up. */
const inventedKeys = new Set([
  'sk-0123456789abcdef',
  'sk-2provider',
  'sk-ant-api03-x',
  'sk-from-env',
  'sk-of-anthropic',
  'sk-of-its-own',
  'sk-of-openai',
  'sk-of-the-environment',
  'sk-q7w8e9r0t1y2',
  'sk-saved-secret',
  'sk-secret-of-the-fuzzer',
  'sk-secret-of-the-test',
  'sk-secret-of-the-user-1234',
  'sk-typed-secret',
  'sk-very-secret-key-123',
]);

/** What stands in the place of a credential that was taken out. */
const placeholder = /^(?:\[?(?:redacted|removed)\]?|\*+|(?:Bearer )?(?:dummy-key|sk-1234|sk-test))$/i;

/** Header lines, JSON members and words of a text that may be somebody's credentials. */
function credentialsIn(text) {
  const names = '(?:proxy-)?authorization|(?:x-(?:goog-)?)?api-key|x-litellm-(?:api-)?key|cookie|set-cookie';
  const lines = [...text.matchAll(new RegExp(`^(?:${names}):[ \\t]*(.*?)\\r?$`, 'gim'))];
  const members = [...text.matchAll(new RegExp(`"(?:${names})"\\s*:\\s*"([^"]*)"`, 'gi'))];
  const headers = [...lines, ...members].filter(([, value]) => value !== '' && !placeholder.test(value));
  const keys = (text.match(/\bsk-[\w-]{8,}/g) ?? []).filter((key) => !inventedKeys.has(key));
  return [...headers.map(([found]) => found.trimEnd().slice(0, 80)), ...keys];
}

test('no file holds a key that nobody made up, and recordings hold no credentials', () => {
  for (const [path, text] of texts) {
    const keys = credentialsIn(text);
    const counted = path.startsWith('tests/recordings/') ? keys : keys.filter((found) => found.startsWith('sk-'));
    assert.deepEqual(counted, [], path);
  }
});

test('credentials would be found', () => {
  const planted = [
    'Authorization: Bearer sk-1',
    'x-api-key: abc',
    'API-Key:abc',
    'Cookie: a=b',
    'set-cookie: session=1; Path=/',
    '"authorization": "Bearer x1y2"',
    'sk-live_4f7Q-2a9c',
  ];
  const recording = `HTTP/1.1 200 OK\r\ndate: today\r\n${planted.join('\r\n')}\r\n\r\n{"error":"no"}`;
  assert.deepEqual(credentialsIn(recording).sort(), [...planted].sort());
  const clean = 'x-api-key: [REDACTED]\r\nauthorization: Bearer sk-1234\r\n{"cookie":"***"} sk-short task-force-one';
  assert.deepEqual(credentialsIn(clean), []);
});

test('nothing is left for later, and no test is skipped or singled out', () => {
  const code = texts.filter(([path]) => /\.(rs|ts|mjs|js|css)$/.test(path));
  assert.deepEqual(places(/\b(?:TODO|FIXME|XXX|HACK)\b|todo!\(|unimplemented!\(|#\[ignore/g, code), []);
  assert.deepEqual(places(/\b(?:test|it|describe)\.(?:skip|only|todo)\(|\b(?:skip|only|todo): true/g, code), []);
});

test('dependencies are pinned exactly, and lock files name no server', () => {
  for (const path of filesBelow().filter((name) => /(^|\/)package\.json$/.test(name))) {
    const { dependencies = {}, devDependencies = {} } = readJson(path);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${name} in ${path}`);
    }
  }
  for (const path of filesBelow().filter((name) => name.endsWith('package-lock.json'))) {
    const resolved = Object.entries(readJson(path).packages).filter(([, entry]) =>
      /^https?:/.test(entry.resolved ?? ''),
    );
    assert.deepEqual(
      resolved.map(([name]) => name),
      [],
      path,
    );
  }
});
