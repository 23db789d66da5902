/**
 * The types for others, each in one file that needs no other: dist/core.d.ts of the public module, and dist/api.d.ts of what
 * the extension's `activate()` returns.
 *
 * The compiler writes one declaration file per source file and wasm-bindgen one for the types generated from Rust. The
 * public module's own declarations are taken whole, and of the others every declaration that they mention. The results
 * are compiled, so that a name that was missed or declared twice fails the build.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { root } from './pins.mjs';
import { run } from './processes.mjs';

const tsc = join(root, 'node_modules/.bin/tsc');
const sources = join(root, 'crates/wasm');
const importOrReexport =
  /^(?:import (?:type )?|export (?:type )?)(\{[^}]*\}|\*(?: as \w+)?|\w+) from ['"]([^'"]+)['"];\n?/gm;
const declaration =
  /^(?:export )?(?:declare )?(?:default )?(?:abstract )?(?:class|interface|type|enum|function|const|let) (\w+)/m;

/** Writes dist/core.d.ts and dist/api.d.ts. */
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
    const core = await flatten(folder);
    await writeFile(join(dist, 'core.d.ts'), core);
    await writeFile(join(dist, 'api.d.ts'), await typesOfApi(core));
    // Whoever loads the public module may be a page; another extension has Node's types.
    await compile(join(dist, 'core.d.ts'), ['--lib', 'ES2023,DOM', '--types', '']);
    await compile(join(dist, 'api.d.ts'), ['--lib', 'ES2023', '--types', 'node']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(file, flags) {
  const strict = ['--strict', '--skipLibCheck', 'false', '--module', 'ESNext', '--moduleResolution', 'bundler'];
  await run(tsc, ['--ignoreConfig', '--noEmit', ...strict, ...flags, file], { cwd: root });
}

/** The declarations of extension/src/api.ts and all of the public module's that they mention, and the error's. */
async function typesOfApi(core) {
  const source = await readFile(join(root, 'extension/src/api.ts'), 'utf8');
  const api = `${source.replace(importOrReexport, '').trim()}\n`;
  // A word of a comment or a member may be the name of a function, which `activate()` does not return.
  const types = declarationsIn(core).filter((text) => !/^export declare function /m.test(text));
  const available = new Map(types.map((text) => [nameOf(text), text]));
  const error = available.get('LiteLLMError');
  available.delete('LiteLLMError');
  const chosen = withMentioned([api, error], available);
  return `// Types only: \`import type { GatewayApi } from …\`.\n\n${chosen.map((text) => text.trim()).join('\n\n')}\n`;
}

function nameOf(text) {
  return declaration.exec(text)?.[1];
}

async function flatten(folder) {
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
  const chosen = withMentioned(entry.declarations, available);
  for (const name of exported) {
    const found = available.get(name);
    if (found) chosen.push(found);
    available.delete(name);
  }
  return `${chosen.map((text) => text.trim()).join('\n\n')}\n`;
}

/** The declarations and all that they mention, which are taken out of `available`. */
function withMentioned(declarations, available) {
  const chosen = [...declarations];
  for (const text of chosen) {
    for (const [name, found] of mentioned(text, available)) {
      available.delete(name);
      chosen.push(found);
    }
  }
  return chosen;
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
    // The compiler's files are in `folder`, those of wasm-bindgen beside the sources; they import one another.
    const target = resolve(dirname(path), from.replace(/\.(js|ts)$/, '.d.ts'));
    const [present, right] = target.includes('/pkg/') ? [folder, sources] : [sources, folder];
    imports.push(target.replace(present, right));
    if (statement.startsWith('export')) reexported.push(...names.match(/\w+/g));
    return '';
  });
  text = text.replace(/^export \{\};\n?/gm, '');
  return { path, imports, reexported, declarations: declarationsIn(text) };
}

/** The declarations of a file, each with its comment. */
function declarationsIn(text) {
  const declarations = [];
  let comment = '';
  for (const chunk of text.split(/\n(?=\/\*|export |declare |interface )/)) {
    if (/^\/\*[\s\S]*\*\/\s*$/.test(chunk)) comment = chunk.startsWith('/**') ? `${chunk.trim()}\n` : '';
    else if (chunk.trim()) {
      declarations.push(comment + chunk);
      comment = '';
    }
  }
  return declarations;
}
