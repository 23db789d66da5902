/** `npm run check`: formatting, lints and types of everything, and the licences of what is used. No tests. */
import { join } from 'node:path';
import { buildWasm } from './build.mjs';
import { ensureNpmPackages } from './npmPackages.mjs';
import { root } from './pins.mjs';
import { requirePrerequisites } from './prerequisites.mjs';
import { isMain, main, runToEnd } from './processes.mjs';
import { ensureCargoDeny } from './toolchain.mjs';

const program = (name) => join(root, 'node_modules/.bin', name);
const denyWarnings = ['--', '-D', 'warnings'];
/** The crates that only JavaScript uses: nothing of them runs natively, and what they need is not compiled for that. */
const forJavaScript = ['litellm-wasm', 'litellm-tokens-wasm'];
const forWasm = ['--target', 'wasm32-unknown-unknown'];
/** All other crates, which are linted, compiled and tested for this machine. */
export const native = ['--workspace', ...forJavaScript.flatMap((name) => ['--exclude', name])];

/** The fuzz targets are a workspace of their own. */
const ofFuzzTargets = ['--manifest-path', 'crates/core/fuzz/Cargo.toml'];
const deny = async (...where) => [
  await ensureCargoDeny(),
  ...where,
  '--locked',
  'check',
  'bans',
  'licenses',
  'sources',
];

/** Each is a command that ends with 0 when all is well. */
const checks = [
  { name: 'Biome: format and lints', command: [program('biome'), 'ci', '--colors=off', '--error-on-warnings', '.'] },
  { name: 'Types of the extension', command: [program('tsc'), '-p', '.'] },
  { name: 'Types of the public module', command: [program('tsc'), '-p', 'crates/wasm/js'] },
  { name: 'Types of the webview', command: [program('tsc'), '-p', 'webview'] },
  { name: 'Rust format', command: ['cargo', 'fmt', '--all', '--check'] },
  {
    name: 'Clippy, native',
    command: ['cargo', 'clippy', '--quiet', ...native, '--all-targets', '--locked', ...denyWarnings],
  },
  {
    name: 'Clippy, wasm32',
    command: [
      'cargo',
      'clippy',
      ...forJavaScript.flatMap((name) => ['-p', name]),
      ...forWasm,
      '--all-targets',
      '--locked',
      ...denyWarnings,
    ],
  },
  {
    // For wasm32, for which what it needs to know of other crates is there already.
    name: 'Rust documentation',
    command: ['cargo', 'doc', '--quiet', '--workspace', '--no-deps', '--locked', ...forWasm],
    env: { RUSTDOCFLAGS: '-D warnings' },
  },
  { name: 'Licences and sources of the crates', command: () => deny() },
  { name: 'Rust format, fuzz targets', command: ['cargo', 'fmt', ...ofFuzzTargets, '--check'] },
  {
    name: 'Clippy, fuzz targets',
    command: ['cargo', 'clippy', '--quiet', ...ofFuzzTargets, '--locked', ...denyWarnings],
  },
  { name: 'Licences and sources, fuzz targets', command: () => deny(...ofFuzzTargets) },
];

/**
 * Runs every check, and reports each as it ends: its name, whether it passed, what it printed, and how long it took. Patient
 * ones leave the processor to whatever else wants it.
 */
export async function runChecks(report, { patient = false } = {}) {
  for (const { name, command, env } of checks) {
    const [file, ...parameters] = typeof command === 'function' ? await command() : command;
    const start = Date.now();
    const { code, output } = await runToEnd(file, parameters, {
      cwd: root,
      env: { ...process.env, ...env },
      patient,
    });
    report({ name, passed: code === 0, output, milliseconds: Date.now() - start });
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await requirePrerequisites('npm run check', ['build']);
    await ensureNpmPackages();
    await buildWasm();
    await runChecks(({ name, passed, output, milliseconds }) => {
      console.log(`${name} … ${passed ? 'passed' : 'FAILED'}, ${(milliseconds / 1000).toFixed(1)} s`);
      if (passed) return;
      console.log(output.trimEnd());
      process.exitCode = 1;
    });
  });
}
