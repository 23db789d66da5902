/**
 * dist/core.d.ts: the public module's types in one file.
 *
 * The compiler writes one declaration file per source file and wasm-bindgen one for the types generated from Rust. The
 * public module's own declarations are taken whole, and of the others every declaration that they mention. The result
 * is compiled, so that a name that was missed or declared twice fails the build.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { root } from './pins.mjs';
import { run } from './processes.mjs';

const tsc = join(root, 'node_modules/.bin/tsc');
const importOrReexport =
  /^(?:import (?:type )?|export (?:type )?)(\{[^}]*\}|\*(?: as \w+)?|\w+) from ['"]([^'"]+)['"];\n?/gm;
const declaration =
  /^(?:export )?(?:declare )?(?:default )?(?:abstract )?(?:class|interface|type|enum|function|const|let) (\w+)/m;

/** Writes dist/core.d.ts. */
export async function writeDeclarations() {
  const dist = join(root, 'dist');
  await mkdir(dist, { recursive: true });
  const folder = await mkdtemp(join(dist, '.declarations-'));
  try {
    const flags = [
      '--noEmit',
      'false',
      '--declaration',
      '--emitDeclarationOnly',
      '--allowImportingTsExtensions',
      'true',
    ];
    await run(tsc, ['-p', 'crates/wasm/js', ...flags, '--rootDir', 'crates/wasm', '--outDir', folder], { cwd: root });
    const file = join(dist, 'core.d.ts');
    await writeFile(file, await flatten(folder));
    const strict = ['--strict', '--skipLibCheck', 'false', '--lib', 'ES2023,DOM', '--module', 'ESNext'];
    await run(tsc, ['--ignoreConfig', '--noEmit', '--types', '', ...strict, '--moduleResolution', 'bundler', file], {
      cwd: root,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function flatten(folder) {
  const nameOf = (text) => declaration.exec(text)?.[1];
  const entry = await readModule(join(folder, 'js/core.d.ts'), folder);
  const available = new Map();
  const seen = new Set([entry.path]);
  const exported = new Set(entry.reexported);
  const queue = [...entry.imports];
  for (const path of queue) {
    if (seen.has(path)) continue;
    seen.add(path);
    const module = await readModule(path, folder);
    queue.push(...module.imports);
    for (const text of module.declarations) {
      const name = nameOf(text);
      if (name && !available.has(name)) available.set(name, text);
    }
  }
  // What the public module declares itself wraps something of the same name in a module below it.
  for (const name of entry.declarations.map(nameOf)) available.delete(name);
  const chosen = [...entry.declarations];
  for (const text of chosen) {
    for (const [name, found] of mentioned(text, available)) {
      available.delete(name);
      chosen.push(found);
    }
  }
  for (const name of exported) {
    const found = available.get(name);
    if (found) chosen.push(found);
    available.delete(name);
  }
  return `${chosen.map((text) => text.trim()).join('\n\n')}\n`;
}

function mentioned(text, available) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const words = new Set(code.match(/\w+/g));
  return [...available].filter(([name]) => words.has(name));
}

/** Reads a declaration file: its imports as paths, the names it passes on, and its declarations with their comments. */
async function readModule(path, folder) {
  const imports = [];
  const reexported = [];
  let text = await readFile(path, 'utf8');
  text = text.replace(importOrReexport, (statement, names, from) => {
    if (!names.startsWith('{') || / as /.test(names)) {
      throw new Error(`${statement.trim()} in the public module: import what is passed on by its own name.`);
    }
    const target = resolve(dirname(path), from.replace(/\.(js|ts)$/, '.d.ts'));
    imports.push(target.includes('/pkg/') ? target.replace(folder, join(root, 'crates/wasm')) : target);
    if (statement.startsWith('export')) reexported.push(...names.match(/\w+/g));
    return '';
  });
  text = text.replace(/^export \{\};\n?/gm, '');
  const declarations = [];
  let comment = '';
  for (const chunk of text.split(/\n(?=\/\*|export |declare )/)) {
    if (/^\/\*[\s\S]*\*\/\s*$/.test(chunk)) comment = chunk.startsWith('/**') ? `${chunk.trim()}\n` : '';
    else if (chunk.trim()) {
      declarations.push(comment + chunk);
      comment = '';
    }
  }
  return { path, imports, reexported, declarations };
}
