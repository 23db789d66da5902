/** What was measured on, and with which versions. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../extension/development/processes.mjs';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The machine, its load before the measurement, the date, and the versions.
 * @param {string} node the program that runs the processes
 */
export async function readMachine(node) {
  const processors = cpus();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: processors[0]?.model.trim() ?? process.arch,
    cores: processors.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    node: (await run(node, ['--version'])).trim().replace(/^v/, ''),
    version,
    commit: (await run('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).catch(() => 'none')).trim(),
    peers: dependencies,
  };
}
