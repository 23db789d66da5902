/**
 * `npm run bench`: measures what the built product promises, beside its peers, and prints it as a table.
 *
 * `-- --quick` takes about a minute. `-- --only S1,T4` measures some rows. `-- --json FILE` writes all figures.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildAll } from '../../extension/development/build.mjs';
import { ensureNode } from '../../extension/development/editor.mjs';
import { ensureNpmPackages } from '../../extension/development/npmPackages.mjs';
import { root } from '../../extension/development/pins.mjs';
import { main } from '../../extension/development/processes.mjs';
import { judgeRow, mediansOf } from './judging.mjs';
import { describeMachine } from './machine.mjs';
import { tableOfFigures, tableOfRows } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { rows } from './rows.mjs';
import { works } from './works.mjs';

await main(async () => {
  const { quick, only, json } = readArguments();
  await buildAll();
  await ensureNpmPackages(`${root}tests/bench`);
  const node = await ensureNode();
  const machine = await describeMachine(node);
  const chosen = rows.filter(({ id }) => only.length === 0 || only.includes(id));
  const results = await runRounds({
    node,
    names: [...new Set(chosen.flatMap(({ checks }) => checks.map(({ work }) => work)))],
    rounds: quick ? 1 : 5,
    effort: quick ? 'quick' : 'full',
    report: (text) => console.log(`Measuring ${text}`),
  });
  const outcome = {
    machine,
    isQuick: quick,
    rows: chosen.map((row) => judgeRow(row, results)),
    works: Object.fromEntries(Object.entries(results).map(([name, candidates]) => [name, summary(name, candidates)])),
  };
  console.log(`\n${tableOfFigures(outcome.works)}\n\n${tableOfRows(outcome.rows, outcome.works)}\n`);
  if (json) await writeFile(json, `${JSON.stringify(outcome, null, 2)}\n`);
});

/** The arguments, or an error that says which there are. */
function readArguments() {
  const options = { quick: { type: 'boolean' }, only: { type: 'string' }, json: { type: 'string' } };
  try {
    const { quick = false, only = '', json } = parseArgs({ options }).values;
    const ids = only.split(',').filter(Boolean);
    const unknown = ids.find((id) => !rows.some((row) => row.id === id));
    if (unknown) throw new Error(`There is no row ${unknown}. There are ${rows.map(({ id }) => id).join(', ')}.`);
    return { quick, only: ids, json };
  } catch (error) {
    throw new Error(`${error.message}\nUsage: npm run bench -- [--quick] [--only S1,T4] [--json FILE]`);
  }
}

function summary(name, candidates) {
  const outcomes = Object.entries(candidates).map(([candidate, { wrong, rounds }]) => [
    candidate,
    wrong === undefined ? { figures: mediansOf({ rounds }) } : { wrong },
  ]);
  return { title: works[name].title, candidates: Object.fromEntries(outcomes) };
}
