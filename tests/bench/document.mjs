/** The part of BENCHMARKS.md that `npm run bench -- --write` makes. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../extension/development/pins.mjs';

const begin = '<!-- What follows is written by `npm run bench -- --write`. -->';
const end = '<!-- Here ends what it writes. -->';

/** Puts the tables between the marks. */
export async function writeTables(tables) {
  const file = join(root, 'BENCHMARKS.md');
  const document = await readFile(file, 'utf8');
  const start = document.indexOf(begin);
  const stop = document.indexOf(end);
  if (start === -1 || stop < start) throw new Error(`BENCHMARKS.md lacks the lines ${begin} and ${end}.`);
  await writeFile(file, `${document.slice(0, start + begin.length)}\n\n${tables}\n\n${document.slice(stop)}`);
}
