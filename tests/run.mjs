/**
 * `npm test`: sets up what the tests need, runs every suite, and ends with one line of totals.
 *
 * `-- --fast` leaves out the suites that need the editor or the gateway. Nothing else is ever left out: a suite without
 * a test, a skipped test and a suite that cannot run all count as failures.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { native, runChecks } from '../extension/development/check.mjs';
import { ensureEditor } from '../extension/development/editor.mjs';
import { ensureGateway } from '../extension/development/gateway.mjs';
import { ensureNpmPackages } from '../extension/development/npmPackages.mjs';
import { packageExtension } from '../extension/development/package.mjs';
import { root } from '../extension/development/pins.mjs';
import { requirePrerequisites } from '../extension/development/prerequisites.mjs';
import { main, runToEnd } from '../extension/development/processes.mjs';
import { ensureCargoDeny } from '../extension/development/toolchain.mjs';
import { shareGateway } from './e2e/sharedGateway.mjs';
import { ensureTiktoken } from './tokens/tiktoken.mjs';

/** Far more than any suite takes: only what hangs is ended by it. */
const timeoutMs = 45 * 60_000;

/** Suites that want the processor when something happens in them, and wait most of the time. They run beside what computes. */
const waiting = { complete: ['webview', 'litellm', 'e2e'], fast: ['webview'] };

/** How many files of a suite run at once: two editors, or two gateways, keep each other waiting until a test gives up. */
const filesAtOnce = (suite) => (['litellm', 'e2e'].includes(suite) ? 1 : 2);

const totals = { passed: 0, failed: 0 };

await main(async () => {
  const fast = readArguments(process.argv.slice(2));
  try {
    const purposes = ['build', 'tests', 'browser'];
    if (fast) await requirePrerequisites('npm test -- --fast', purposes);
    else await requirePrerequisites('npm test', [...purposes, 'editor', 'gateway']);
    await ensureNpmPackages();
    await ensureNpmPackages(join(root, 'tests/e2e'));
    await ensureCargoDeny();
    await ensureTiktoken();
    if (!fast) {
      await ensureEditor();
      await ensureGateway();
    }
    await packageExtension();
    await Promise.all([runPatiently(), runInTurn(waiting[fast ? 'fast' : 'complete'])]);
  } catch (error) {
    totals.failed += 1;
    console.log(`\n${error instanceof Error ? error.message : String(error)}\n`);
  }
  if (totals.failed > 0) process.exitCode = 1;
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
});

/**
 * What computes: it leaves the processor to what is beside it. A browser waits most of the time, but one that does not get
 * the processor when it needs it looks as if it were at fault.
 */
async function runPatiently() {
  const tell = ({ name, passed, output, milliseconds }) =>
    report(name, { passed: passed ? 1 : 0, failed: passed ? 0 : 1 }, output, milliseconds);
  await runChecks(tell, { patient: true });
  await runSuite('Rust tests', ['cargo', 'test', ...native, '--locked', '--no-fail-fast'], countRust, {
    patient: true,
  });
  for (const name of otherFolders()) await runNodeTests(name, { patient: true });
}

async function runInTurn(names) {
  for (const name of names) await (name === 'e2e' ? runEditorTests() : runNodeTests(name));
}

/** The tests in the editor, with one gateway for all files. */
async function runEditorTests() {
  const gateway = await shareGateway();
  try {
    await runNodeTests('e2e', { env: gateway.env });
  } finally {
    await gateway.stop();
  }
}

/** Whether `--fast` was given, the only argument there is. */
function readArguments(given) {
  const unknown = given.find((argument) => argument !== '--fast');
  if (unknown) throw new Error(`\`npm test\` does not know ${unknown}. It knows \`npm test -- --fast\`.`);
  return given.length > 0;
}

/** The other folders of tests/ that have tests, and those that must have some. */
function otherFolders() {
  const present = readdirSync(join(root, 'tests')).filter((name) => testFilesBelow(`tests/${name}`).length > 0);
  return [...new Set(['invariants', 'wasm', ...present])].filter((name) => !waiting.complete.includes(name));
}

/** Runs the `*.test.mjs` below tests/<name>, with `env` added to their environment. */
async function runNodeTests(name, { patient = false, env = {} } = {}) {
  const files = testFilesBelow(`tests/${name}`);
  const title = `Tests of ${name}`;
  if (files.length === 0) return report(title, { passed: 0, failed: 0 }, 'There is no test file.', 0);
  const options = ['--test', `--test-concurrency=${filesAtOnce(name)}`, '--test-reporter=spec'];
  await runSuite(title, [process.execPath, ...options, ...files], countNode, { patient, env });
}

function testFilesBelow(folder) {
  if (!statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return testFilesBelow(path);
      return entry.name.endsWith('.test.mjs') ? [path] : [];
    })
    .sort();
}

/** Runs a command that runs tests. `count` reads the numbers from what it printed; a patient one leaves the processor to others. */
async function runSuite(name, [command, ...parameters], count, { patient = false, env = {} }) {
  const start = Date.now();
  const { code, how, output } = await runToEnd(command, parameters, {
    cwd: root,
    env: { ...environment(), ...env },
    timeoutMs,
    patient,
  });
  const counts = count(output);
  const explained = code === 0 ? output : `${output}\nIt ${how}.`;
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  report(name, counts, explained, Date.now() - start);
}

/** Says how a suite went, and what it printed unless all passed. */
function report(name, { passed, failed }, output, milliseconds) {
  const none = passed + failed === 0;
  totals.passed += passed;
  totals.failed += none ? 1 : failed;
  const result = none
    ? 'FAILED: it ran no test'
    : failed > 0
      ? `FAILED: ${failed} of ${passed + failed}`
      : `${passed} passed`;
  console.log(`${name} … ${result}, ${(milliseconds / 1000).toFixed(1)} s`);
  if (none || failed > 0) console.log(output.trimEnd().replace(/^/gm, '    '));
}

/** A test that is ignored counts as failed. */
function countRust(output) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: .* (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed) + Number(ignored);
  }
  return counts;
}

/** A test that is skipped, cancelled or left for later counts as failed. */
function countNode(output) {
  const number = (word) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const failed = ['fail', 'cancelled', 'skipped', 'todo'].map(number).reduce((sum, count) => sum + count);
  return { passed: number('pass'), failed };
}

/** The environment of the suites: a gateway that the developer uses is none of theirs. */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !/^LITELLM_(BASE_URL|API_KEY|MODEL)$/.test(name));
  return Object.fromEntries(own);
}
