/**
 * Where heavy installs are kept and which version of each is used.
 *
 * npm's own pins are in package.json and package-lock.json, Rust's in rust-toolchain.toml and Cargo.lock. What is listed
 * here belongs to neither: it is installed into the cache folder, outside the tree, so that every checkout shares it.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const pins = {
  /** Must equal the `wasm-bindgen` crate in Cargo.toml: its generated code and the crate speak a private protocol. */
  wasmBindgen: '0.2.130',
  cargoDeny: '0.20.2',
  cargoFuzz: '0.13.2',
  /** What code-server 4.139 runs on. The npm package `node` brings the binary. */
  node: '24.21.0',
  /** code-server 4.139.1 is VS Code 1.139.1. */
  codeServer: '4.139.1',
  litellm: '1.106.2',
  /** LiteLLM's proxy imports it although no database is used. */
  prisma: '0.15.0',
  /** The token counts that ours must equal. */
  tiktoken: '0.14.0',
  /** tiktoken imports it. */
  regex: '2026.11.19',
};

/** The cache folder. `LITELLM_GATEWAY_CACHE` names another one. */
export const cacheFolder = process.env.LITELLM_GATEWAY_CACHE
  ? resolve(process.env.LITELLM_GATEWAY_CACHE)
  : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'litellm-gateway');

/** The folder of one install in the cache, such as `code-server-4.139.1`. */
export function cached(name, version) {
  return join(cacheFolder, `${name}-${version}`);
}
