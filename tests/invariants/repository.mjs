// The checkout as the invariants see it.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a file, by its path from the root. */
export function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** The parsed content of a JSON file, by its path from the root. */
export function readJson(path) {
  return JSON.parse(read(path));
}

/** What is committed or would be: the paths from the root, those below `folder` only. */
export function filesBelow(folder = '') {
  const list = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', folder || '.'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  return list.split('\0').filter((path) => path && statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
}

/** The modules that a JavaScript or TypeScript source names, and whether only types are taken from each. */
export function importsOf(path) {
  const source = read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  const statements = source.matchAll(
    /(?:^|[;\n])\s*(import|export)(\s+type)?\s+(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  );
  return [...statements].map(([, , type, from, dynamic]) => ({ from: from ?? dynamic, typesOnly: type !== undefined }));
}
