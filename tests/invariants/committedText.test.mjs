// What no committed file may hold.

import assert from 'node:assert/strict';
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

test('no file names a path of the machine it was written on', () => {
  assert.deepEqual(places(/(?<![\w.])\/(?:root|work|farm|Users\/\w+|home\/\w+)\/[\w./-]+/g), []);
  for (const path of [root, homedir()].filter((folder) => folder.length > 2)) {
    assert.deepEqual(
      texts.filter(([, text]) => text.includes(path)).map(([name]) => name),
      [],
      path,
    );
  }
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

test('recordings hold no credentials', () => {
  const recordings = texts.filter(([path]) => path.startsWith('tests/recordings/'));
  const headers =
    /"(?:authorization|x-api-key|api-key|x-goog-api-key|cookie|set-cookie)"\s*:\s*"(?!\[?(?:redacted|removed)|Bearer (?:dummy-key|sk-1234|sk-test)")[^"]+"/gi;
  assert.deepEqual(places(headers, recordings), []);
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
