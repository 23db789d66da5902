/**
 * dist/third-party-notices.txt: the licences of what is compiled and bundled into the package, which ask to be passed on
 * with it. Packages that share a text are named together above it.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './pins.mjs';
import { run } from './processes.mjs';

const licenceFile = /^(licen[cs]e|copying|notice)/i;

/** Files that were made from the data of others, with the licence of it in their folder. */
const data = [
  {
    title: 'The tokens of o200k_base and cl100k_base, from tiktoken (MIT)',
    folder: join(root, 'crates/tokens/vocabularies'),
  },
  {
    title: 'Classes of characters, from the Unicode Character Database (Unicode-3.0)',
    folder: join(root, 'crates/tokens/unicode'),
  },
];

/** Writes the file. `bundled` are the paths of the sources that went into the bundles, from the root. */
export async function writeNotices(bundled) {
  const packages = [...data, ...(await crates()), ...(await npmPackages(bundled))];
  const byText = new Map();
  for (const { title, folder } of packages) {
    const text = await licenceOf(folder, title);
    byText.set(text, [...(byText.get(text) ?? []), title]);
  }
  const sections = [...byText].map(([text, titles]) => `${titles.sort().join('\n')}\n\n${text.trim()}\n`);
  const introduction = 'LiteLLM Gateway contains the following works, each under its licence.\n';
  const line = `\n${'-'.repeat(80)}\n\n`;
  await writeFile(join(root, 'dist/third-party-notices.txt'), [introduction, ...sections.sort()].join(line));
}

/** The crates whose code is in a WebAssembly module: all that those of ours need except macros and build scripts. */
async function crates() {
  const flags = ['--format-version', '1', '--locked', '--filter-platform', 'wasm32-unknown-unknown'];
  const { packages, resolve } = JSON.parse(await run('cargo', ['metadata', ...flags], { cwd: root }));
  const byId = new Map(packages.map((entry) => [entry.id, entry]));
  const dependenciesOf = new Map(resolve.nodes.map((node) => [node.id, node.deps]));
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes('proc-macro'));
  const reached = new Set(
    packages.filter(({ name }) => ['litellm-wasm', 'litellm-tokens-wasm'].includes(name)).map(({ id }) => id),
  );
  for (const id of reached) {
    for (const { pkg, dep_kinds: kinds } of dependenciesOf.get(id)) {
      if (kinds.some(({ kind }) => kind === null) && !isMacro(pkg)) reached.add(pkg);
    }
  }
  return [...reached]
    .map((id) => byId.get(id))
    .filter(({ source }) => source !== null)
    .map(({ name, version, license, manifest_path: path }) => ({
      title: `${name} ${version} (${license})`,
      folder: dirname(path),
    }));
}

async function npmPackages(bundled) {
  const names = bundled.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return Promise.all(
    [...new Set(names)].map(async (name) => {
      const folder = join(root, 'node_modules', name);
      const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      return { title: `${name} ${version} (${license})`, folder };
    }),
  );
}

/** The licence texts in a package's folder: MIT's alone where one may choose it. Some packages bring none; their manifest's word has to do. */
async function licenceOf(folder, title) {
  const all = (await readdir(folder)).filter((name) => licenceFile.test(name)).sort();
  const mit = all.filter((name) => /mit/i.test(name));
  const names = mit.length > 0 ? mit : all;
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('\n\n').replace(/\r\n/g, '\n') || `${title} brings no text of its licence.`;
}
