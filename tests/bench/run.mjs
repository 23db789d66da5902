/**
 * `npm run bench`: measures what the built product promises, beside its peers, and prints it as a table.
 *
 * `-- --quick` takes about a minute. `-- --only S1,T4` measures some rows. `-- --json FILE` writes all figures.
 * `-- --write` puts the results into BENCHMARKS.md and draws the chart of README.md anew.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../extension/development/build.mjs';
import { ensureNode } from '../../extension/development/editor.mjs';
import { ensureNpmPackages } from '../../extension/development/npmPackages.mjs';
import { root } from '../../extension/development/pins.mjs';
import { main } from '../../extension/development/processes.mjs';
import { chartOf } from './chart.mjs';
import { writeTables } from './document.mjs';
import { judgeRow, mediansOf } from './judging.mjs';
import { readMachine } from './machine.mjs';
import { describeMachine, describePeers, tableOfFigures, tableOfRows } from './report.mjs';
import { runRounds } from './rounds.mjs';
import { rows } from './rows.mjs';
import { works } from './works.mjs';

await main(async () => {
  const { quick, only, json, write } = readArguments();
  await buildAll();
  await ensureNpmPackages(`${root}tests/bench`);
  const node = await ensureNode();
  const machine = await readMachine(node);
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
  const tables = textOf(outcome);
  console.log(`\n${tables}\n`);
  if (json) await writeFile(json, `${JSON.stringify(outcome, null, 2)}\n`);
  if (write) {
    await writeTables(tables);
    await writeFile(join(root, 'extension/media/bench.svg'), chartOf(outcome));
  }
});

/** All results as Markdown. */
function textOf(outcome) {
  const { rows: judged, works: measured } = outcome;
  const promises = [describeMachine(outcome), describePeers(outcome), tableOfRows(judged, measured)];
  return [...promises, 'The medians of all candidates:', tableOfFigures(measured)].join('\n\n');
}

/** The arguments, or an error that says which there are. */
function readArguments() {
  const options = {
    quick: { type: 'boolean' },
    write: { type: 'boolean' },
    only: { type: 'string' },
    json: { type: 'string' },
  };
  try {
    const { quick = false, write = false, only = '', json } = parseArgs({ options }).values;
    const ids = only.split(',').filter(Boolean);
    const unknown = ids.find((id) => !rows.some((row) => row.id === id));
    if (unknown) throw new Error(`There is no row ${unknown}. There are ${rows.map(({ id }) => id).join(', ')}.`);
    if (write && ids.length > 0) throw new Error('Only all rows together are written.');
    return { quick, write, only: ids, json };
  } catch (error) {
    throw new Error(`${error.message}\nUsage: npm run bench -- [--quick] [--only S1,T4] [--json FILE] [--write]`);
  }
}

function summary(name, candidates) {
  const outcomes = Object.entries(candidates).map(([candidate, { wrong, rounds }]) => [
    candidate,
    wrong === undefined ? { figures: mediansOf({ rounds }) } : { wrong },
  ]);
  return { title: works[name].title, candidates: Object.fromEntries(outcomes) };
}
