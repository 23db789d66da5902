/**
 * `npm run build`: crates/ → WebAssembly → dist/core.mjs with its types, the extension's and the webview's bundles, and the icon.
 *
 * A WebAssembly module is left out when none of its sources changed since the last build.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeDeclarations } from './declarations.mjs';
import { writeIcon } from './icon.mjs';
import { writeNotices } from './notices.mjs';
import { ensureNpmPackages } from './npmPackages.mjs';
import { pins, root } from './pins.mjs';
import { requirePrerequisites } from './prerequisites.mjs';
import { isMain, main, run, step } from './processes.mjs';
import { ensureRust, ensureWasmBindgen } from './toolchain.mjs';

const dist = join(root, 'dist');

/**
 * The WebAssembly modules: the crate of each, the folders whose sources go into it, and its file in dist/. The token
 * counter is one of its own, so that nothing of it is loaded before tokens are counted.
 */
const modules = [
  {
    name: 'the core',
    crate: 'wasm',
    sources: ['crates/core', 'crates/wasm'],
    file: 'core_bg.wasm',
    bindings: ['--experimental-reset-state-function'],
    // An engine compiles a function when it is called first: what is rarely called stays out of what each answer calls.
    optimisation: ['--one-caller-inline-max-function-size=30', '--flexible-inline-max-function-size=0'],
  },
  {
    name: 'the token counter',
    crate: 'tokens-wasm',
    sources: ['crates/tokens', 'crates/tokens-wasm'],
    file: 'tokens_bg.wasm',
    // A function that is called again and again stays one: an engine changes over to better code between two calls only.
    optimisation: ['--one-caller-inline-max-function-size=100'],
  },
];
const vocabularies = ['o200k_base.bin', 'cl100k_base.bin'];

/** The WebAssembly features that rustc's code for wasm32-unknown-unknown uses. */
const wasmFeatures = [
  'bulk-memory',
  'bulk-memory-opt',
  'call-indirect-overlong',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
];

/** Builds all of dist/. */
export async function buildAll() {
  await requirePrerequisites('npm run build', ['build']);
  await ensureNpmPackages();
  await mkdir(dist, { recursive: true });
  await buildWasm();
  for (const module of modules) await copyFile(wasmOf(module), join(dist, module.file));
  for (const file of vocabularies) await copyFile(join(root, 'crates/tokens/vocabularies', file), join(dist, file));
  await step('Bundling', async () => {
    const [, ...sources] = await Promise.all([writeDeclarations(), bundleSplit(), ...bundles.map(bundle)]);
    await writeNotices(sources.flat());
  });
  await writeIcon();
}

const bundles = [
  // A library that others read and bundle again: not minified.
  { entry: 'crates/wasm/js/core.ts', file: 'core.mjs', format: 'esm', platform: 'neutral', minify: false },
  { entry: 'crates/wasm/js/core.ts', file: 'core.cjs', format: 'cjs', platform: 'node' },
  { entry: 'extension/src/imports/parseFile.ts', file: 'parseFile.js', format: 'cjs', platform: 'node' },
  { entry: 'extension/src/extension.ts', file: 'extension.web.js', format: 'cjs', platform: 'browser' },
  { entry: 'webview/src/main.ts', file: 'webview.js', format: 'iife', platform: 'browser' },
];

/** Gives the paths of the sources that went into the bundle. */
async function bundle({ entry, file, ...kind }) {
  // Imported when it is used: the npm packages may have been installed only just now.
  const { build } = await import('esbuild');
  const options = { ...outputOptions(kind), ...inputOptions(kind) };
  const { metafile } = await build({ ...options, entryPoints: [entry], outfile: join(dist, file) });
  return Object.keys(metafile.inputs);
}

/**
 * The extension for Node.js: dist/extension.js, dist/onDemand.js, and dist/shared.js with the modules that both need. esbuild
 * splits ECMAScript modules only, while an editor loads CommonJS, which each file becomes afterwards. Gives the paths of the sources.
 */
async function bundleSplit() {
  const { build, transform } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    ...outputOptions({ format: 'esm', platform: 'node' }),
    ...inputOptions({ platform: 'node' }),
    entryPoints: ['extension/src/extension.ts', 'extension/src/onDemand.ts'],
    outdir: dist,
    splitting: true,
    chunkNames: 'shared',
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, outputOptions({ format: 'cjs', platform: 'node' }));
    await writeFile(path, code);
  }
  return Object.keys(metafile.inputs);
}

function inputOptions({ platform }) {
  return {
    absWorkingDir: root,
    metafile: true,
    bundle: true,
    conditions: ['import'],
    mainFields: platform === 'node' ? ['module', 'main'] : ['browser', 'module', 'main'],
    // `node:` modules are imported when a function needs them, never when the module loads.
    external: ['vscode', 'node:*'],
    plugins: platform === 'node' ? [bundledApart] : [],
    alias: { 'litellm-core': join(root, 'crates/wasm/js/core.ts') },
  };
}

function outputOptions({ format, platform, minify = true }) {
  return {
    format,
    platform,
    minify,
    target: platform === 'node' ? 'node20' : 'es2022',
    // What is imported at run time is a bundle of ours, or of Node.js: `require` finds both in every host.
    supported: platform === 'node' && format === 'cjs' ? { 'dynamic-import': false } : {},
    // In a CommonJS bundle there is no module URL; the host hands the bytes over.
    logOverride: { 'empty-import-meta': 'silent' },
    legalComments: 'inline',
    logLevel: 'warning',
  };
}

/** The bundles that stand beside the extension's: only Node.js loads more files than the one that it was given. */
const bundledApart = {
  name: 'bundled apart',
  setup(build) {
    build.onResolve({ filter: /\/parseFile\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './parseFile.js', external: true } : undefined,
    );
    build.onResolve({ filter: /^litellm-core$/ }, () => ({ path: './core.cjs', external: true }));
  },
};

/** The folder of what is generated from a module, which the public module is written against. */
function generatedFolder({ crate }) {
  return join(root, 'crates', crate, 'pkg');
}

function wasmOf(module) {
  return join(generatedFolder(module), `litellm_${module.crate.replace('-', '_')}_bg.wasm`);
}

/** Builds crates/<crate>/pkg of each module. */
export async function buildWasm() {
  for (const module of modules) await buildModule(module);
}

async function buildModule(module) {
  const generated = generatedFolder(module);
  const stamp = join(generated, '.sources');
  const sources = await hashOfSources(module);
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === sources) return;
  await ensureRust();
  const wasmBindgen = await ensureWasmBindgen();
  const compiled = await step(`Compiling ${module.name} to WebAssembly`, () => compile(module));
  await step('Generating its JavaScript and types', async () => {
    await rm(generated, { recursive: true, force: true });
    const flags = ['--target', 'web', '--omit-default-module-path', '--out-dir', generated, ...(module.bindings ?? [])];
    await run(wasmBindgen, [...flags, compiled], { cwd: root });
  });
  await step('Optimising it', async () => {
    const wasm = wasmOf(module);
    const flags = ['-O3', ...(module.optimisation ?? []), ...wasmFeatures.map((feature) => `--enable-${feature}`)];
    await run(join(root, 'node_modules/.bin/wasm-opt'), [...flags, wasm, '-o', wasm], { cwd: root });
  });
  await writeFile(stamp, sources);
}

/** Compiles the crate of a module. Panic messages carry source paths: those of this machine are replaced. */
async function compile({ crate }) {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  const sysroot = await run('rustc', ['--print', 'sysroot'], { cwd: root });
  const replaced = [
    [root.replace(/\/$/, ''), '.'],
    [join(cargoHome, 'registry/src'), 'crates'],
    [sysroot.trim(), 'rust'],
  ];
  const flags = replaced.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  const target = 'wasm32-unknown-unknown';
  await run('cargo', ['build', '--release', '--locked', '--target', target, '-p', `litellm-${crate}`], {
    cwd: root,
    env: { ...process.env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: flags.join(' ') },
  });
  const stdout = await run('cargo', ['metadata', '--format-version', '1', '--no-deps', '--locked'], { cwd: root });
  return join(JSON.parse(stdout).target_directory, target, 'release', `litellm_${crate.replace('-', '_')}.wasm`);
}

async function hashOfSources({ sources, bindings = [], optimisation = [] }) {
  const hash = createHash('sha256').update(pins.wasmBindgen).update([wasmFeatures, bindings, optimisation].join('\n'));
  const files = ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'node_modules/binaryen/package.json'];
  for (const folder of sources) files.push(...(await filesBelow(folder)));
  for (const file of files) hash.update(`\n${file}\n`).update(await readFile(join(root, file)));
  return hash.digest('hex');
}

/** The files of a folder that go into a WebAssembly module. */
async function filesBelow(folder) {
  const leftOut = ['benches', 'fuzz', 'generate', 'js', 'pkg', 'target', 'tests', 'vocabularies'];
  const files = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) files.push(path);
    else if (!leftOut.includes(entry.name)) files.push(...(await filesBelow(path)));
  }
  return files.sort();
}

async function printSizes() {
  for (const file of (await readdir(dist)).sort()) {
    const path = join(dist, file);
    if (!(await stat(path)).isFile()) continue;
    const content = await readFile(path);
    const kilobytes = (length) => `${(length / 1024).toFixed(1)} KB`.padStart(10);
    console.log(`  ${file.padEnd(20)}${kilobytes(content.length)}${kilobytes(gzipSync(content).length)} gzipped`);
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await buildAll();
    await printSizes();
  });
}
