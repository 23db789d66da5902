/** npm packages of a folder that has a package-lock.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pins.mjs';
import { run, step } from './processes.mjs';

/** Installs what the lock file names, unless exactly that is installed. */
export async function ensureNpmPackages(folder = root) {
  if (isUpToDate(folder)) return;
  const where = folder === root ? '' : ` of ${folder.slice(root.length)}`;
  await step(`Installing the npm packages${where}`, () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder }),
  );
}

function isUpToDate(folder) {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const present = packagesOf(installed);
  return Object.entries(packagesOf(join(folder, 'package-lock.json'))).every(
    // Optional packages for other systems are listed but never installed.
    ([path, { version, optional }]) =>
      path === '' || present[path]?.version === version || (optional && !present[path]),
  );
}
