/**
 * One measurement in a process of its own: `node child.mjs '<JSON>'` with `{ work, candidate, effort, folder, serverAddress }`.
 * It prints a line of JSON: `{ figures }`, or `{ wrong }` with what was wrong about the result.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readyHost } from './measurement.mjs';
import { works } from './works.mjs';

const { work, folder, ...context } = JSON.parse(process.argv[2]);
try {
  const read = (name) => readFileSync(join(folder, name));
  const { isHostReady = () => true, measure } = works[work];
  if (isHostReady(context.candidate)) await readyHost();
  console.log(JSON.stringify({ figures: await measure({ ...context, folder, read }) }));
} catch (error) {
  console.log(JSON.stringify({ wrong: inALine(error) }));
}
// Connections that are kept open must not hold up the next measurement.
process.exit();

/** What was wrong, for a cell of a table: what two long results have in common and where they differ would fill pages. */
function inALine(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
