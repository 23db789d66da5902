/** VS Code or VSCodium as installed on this machine, with a profile and extensions of its own. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packChatEnabler, quietSettings } from './editor.mjs';
import { findProgram } from './prerequisites.mjs';
import { run, startServer, temporaryFolder } from './processes.mjs';

/**
 * Opens the editor on a folder. Takes the options of `startEditor` as far as they concern a window.
 * @returns {Promise<{ closed: Promise<void>, stop: () => Promise<void> }>} `closed` resolves when the window is closed.
 */
export async function startDesktop({ workspace, vsix, chat, settings, env }) {
  const program = findDesktop();
  const temporary = await temporaryFolder('desktop');
  const userDataDir = join(temporary.path, 'user-data');
  await mkdir(join(userDataDir, 'User'), { recursive: true });
  await writeFile(join(userDataDir, 'User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  const folders = ['--user-data-dir', userDataDir, '--extensions-dir', join(temporary.path, 'extensions')];
  if (process.getuid?.() === 0) folders.push('--no-sandbox');
  for (const file of chat ? [vsix, await packChatEnabler(temporary.path)] : [vsix]) {
    await run(program, [...folders, '--install-extension', file, '--force']);
  }
  const window = startServer(program, [...folders, '--new-window', '--wait', workspace], {
    env: { ...process.env, ...env },
  });
  return {
    closed: window.closed,
    stop: async () => {
      await window.stop();
      // The command starts the editor outside its own process group.
      await endProcessesOf(userDataDir);
      await temporary.remove();
    },
  };
}

/** The editor's command on the PATH. */
export function findDesktop() {
  const program = ['code', 'codium'].map(findProgram).find(Boolean);
  if (program) return program;
  const install =
    process.platform === 'darwin'
      ? '`brew install --cask visual-studio-code` installs the first'
      : '`sudo snap install --classic code` installs the first, `sudo snap install --classic codium` the second';
  throw new Error(
    `Neither \`code\` nor \`codium\` is on the PATH. ${install}; \`npm start\` without \`--desktop\` needs neither.`,
  );
}

/** Ends the processes that were started with this folder, which no others have on their command line. */
async function endProcessesOf(userDataDir) {
  const stdout = await run('ps', ['-eo', 'pid=,args=']);
  for (const line of stdout.split('\n').filter((text) => text.includes(userDataDir))) {
    try {
      process.kill(Number.parseInt(line, 10), 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}
