/**
 * Installs in the cache folder. A marker file is written last, so an install that was cut off is done again, and a lock
 * makes two processes that want the same install share one.
 */
import { existsSync } from 'node:fs';
import { mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './processes.mjs';

const marker = '.installed';

/** Fills `folder` by `install(folder)` unless that was done before. Gives the folder. */
export async function installOnce(folder, label, install) {
  if (isInstalled(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const release = await lock(`${folder}.lock`);
  try {
    if (isInstalled(folder)) return folder;
    await step(label, async () => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await install(folder);
      await writeFile(join(folder, marker), '');
    });
  } finally {
    await release();
  }
  return folder;
}

/** Whether a finished install is there. */
export function isInstalled(folder) {
  return existsSync(join(folder, marker));
}

/**
 * Waits for the lock: a symbolic link whose target is its owner's process id, since a link is made with its content in
 * one step. The lock of a process that no longer runs is taken over.
 */
async function lock(path) {
  for (;;) {
    try {
      await symlink(String(process.pid), path);
      return () => rm(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(await readlink(path).catch(() => process.pid));
    if (isRunning(owner)) await sleep(500);
    else await rm(path, { force: true });
  }
}

function isRunning(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
