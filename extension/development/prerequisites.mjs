/**
 * What a machine must have before anything of ours can be installed. A missing or too old program is named together
 * with the command that installs it. As root on Debian the Debian packages are installed at once.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, step } from './processes.mjs';

const pythonNames = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * What a command may work with: the build, an editor that is installed here, a gateway that runs here, the tests' own
 * programs, and a browser.
 * @typedef {'build' | 'editor' | 'gateway' | 'tests' | 'browser'} Purpose
 */

/** Each with the purposes it is needed for, the Debian packages that bring it, and what to do elsewhere. */
const prerequisites = [
  {
    name: 'Linux or macOS',
    purposes: ['build'],
    isPresent: () => process.platform !== 'win32',
    elsewhere: 'on Windows, work inside WSL: `wsl --install -d Debian`',
  },
  {
    name: 'Node.js 20 or newer',
    purposes: ['build'],
    isPresent: () => Number(process.versions.node.split('.')[0]) >= 20,
    elsewhere: `this is Node.js ${process.versions.node}; \`npx --yes n lts\` installs a newer one`,
  },
  {
    name: 'npm',
    purposes: ['build'],
    isPresent: () => findProgram('npm') !== undefined,
    debian: ['npm'],
    elsewhere: 'it comes with Node.js',
  },
  {
    name: 'git',
    purposes: ['editor', 'tests'],
    isPresent: () => findProgram('git') !== undefined,
    debian: ['git'],
    elsewhere: '`brew install git`',
  },
  {
    name: 'rustup, with cargo',
    purposes: ['build'],
    isPresent: () => findProgram('rustup') !== undefined && findProgram('cargo') !== undefined,
    elsewhere: "`curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh`",
  },
  {
    name: "a C++ compiler and make, which the editor's native modules and the fuzzed programs are built with",
    purposes: ['editor', 'tests'],
    isPresent: () => ['g++', 'clang++', 'c++'].some(findProgram) && findProgram('make') !== undefined,
    debian: ['g++', 'make'],
    elsewhere: '`xcode-select --install`',
  },
  {
    name: "Kerberos' development files, which the editor's native modules are built with",
    purposes: ['editor'],
    isPresent: () => process.platform === 'darwin' || findProgram('krb5-config') !== undefined,
    debian: ['libkrb5-dev'],
    elsewhere: '`dnf install krb5-devel` or `pacman -S krb5`',
  },
  {
    name: 'Python 3.10 to 3.14 with venv, which LiteLLM runs on and token counts are compared with',
    purposes: ['gateway', 'tests'],
    isPresent: () => findPython() !== undefined,
    debian: ['python3', 'python3-venv'],
    elsewhere: '`brew install python@3.13`',
  },
  {
    name: 'Chromium',
    purposes: ['browser'],
    isPresent: () => findChromium() !== undefined,
    debian: ['chromium'],
    elsewhere: 'install Chromium or Chrome, or name its program in the environment variable CHROMIUM',
  },
];

/**
 * Makes sure that everything is there.
 * @param {string} command What the user typed, for the message.
 * @param {readonly Purpose[]} purposes
 */
export async function requirePrerequisites(command, purposes) {
  let missing = findMissing(purposes);
  const packages = missing.flatMap((prerequisite) => prerequisite.debian ?? []);
  const onDebian = findProgram('apt-get') !== undefined;
  if (packages.length > 0 && onDebian && process.getuid?.() === 0) {
    await installDebianPackages(packages);
    missing = findMissing(purposes);
  }
  if (missing.length === 0) return;
  const lines = missing.map((prerequisite) => {
    const install =
      onDebian && prerequisite.debian
        ? `\`sudo apt-get install ${prerequisite.debian.join(' ')}\``
        : prerequisite.elsewhere;
    return `  ${prerequisite.name}: ${install}`;
  });
  throw new Error(`This machine lacks what \`${command}\` needs:\n${lines.join('\n')}`);
}

/** The first Python that LiteLLM runs on and that can make virtual environments. */
export function findPython() {
  const check = 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 15))';
  return pythonNames.map(findProgram).find((path) => path !== undefined && succeeds(path, ['-c', check]));
}

/** Chromium or Chrome: the one that `CHROMIUM` names, else one on the PATH, else macOS's Chrome. */
export function findChromium() {
  if (process.env.CHROMIUM) return existsSync(process.env.CHROMIUM) ? process.env.CHROMIUM : undefined;
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return chromiumNames.map(findProgram).find(Boolean) ?? (existsSync(chrome) ? chrome : undefined);
}

/** The full path of a program on the PATH. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function findMissing(wanted) {
  const isWanted = ({ purposes }) => purposes.some((purpose) => wanted.includes(purpose));
  return prerequisites.filter((prerequisite) => isWanted(prerequisite) && !prerequisite.isPresent());
}

async function installDebianPackages(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step(`Installing the Debian packages ${packages.join(', ')}`, async () => {
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  });
}

function succeeds(path, parameters) {
  try {
    execFileSync(path, parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
