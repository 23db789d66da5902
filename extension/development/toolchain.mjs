/** The Rust toolchain and the programs of it that neither rustup nor Cargo.lock pins. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from './installs.mjs';
import { cached, pins, root } from './pins.mjs';
import { run, step } from './processes.mjs';

/** Makes sure that the toolchain of rust-toolchain.toml is there, with its wasm target. */
export async function ensureRust() {
  if (await hasWasmTarget()) return;
  await step('Installing the Rust toolchain and its wasm target', async () => {
    await run('rustup', ['show', 'active-toolchain'], { cwd: root });
    await run('rustup', ['target', 'add', 'wasm32-unknown-unknown'], { cwd: root });
  });
}

/** The path of `wasm-bindgen`, in the version that fits the crate. */
export async function ensureWasmBindgen() {
  // Its own lock file names a yanked version, so `--locked` would fail.
  return join(await cargoInstall('wasm-bindgen-cli', 'wasm-bindgen', pins.wasmBindgen, []), 'bin', 'wasm-bindgen');
}

/** The path of `cargo-deny`. */
export async function ensureCargoDeny() {
  return join(await cargoInstall('cargo-deny', 'cargo-deny', pins.cargoDeny, ['--locked']), 'bin', 'cargo-deny');
}

/** The path of `cargo-fuzz`. */
export async function ensureCargoFuzz() {
  return join(await cargoInstall('cargo-fuzz', 'cargo-fuzz', pins.cargoFuzz, ['--locked']), 'bin', 'cargo-fuzz');
}

async function cargoInstall(crate, name, version, flags) {
  return installOnce(cached(name, version), `Installing ${crate} ${version}, some minutes`, async (folder) => {
    await ensureRust();
    await run('cargo', ['install', crate, '--version', version, '--root', folder, ...flags], { cwd: root });
  });
}

async function hasWasmTarget() {
  try {
    const stdout = await run('rustc', ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'], {
      cwd: root,
    });
    return existsSync(stdout.trim());
  } catch {
    return false;
  }
}
