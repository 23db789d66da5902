/** `npm run package`: builds and packs the extension into litellm-gateway-<version>.vsix. */
import { copyFile, cp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { root } from './pins.mjs';
import { isMain, main, run, step, temporaryFolder } from './processes.mjs';

/** The folders that hold what is packed, all or in part: .vscodeignore says which of their files, and of those beside them. */
const packedFolders = ['dist', 'extension/l10n', 'extension/media'];

/** Builds and packs this extension. Gives the path of the package. */
export async function packageExtension() {
  await buildAll();
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const file = join(root, `${name}-${version}.vsix`);
  await step('Packaging', () => packThis(file));
  return file;
}

/**
 * Packs what is built of this extension into `file`. The packer compares each file below its folder with each pattern, which
 * takes ten seconds in the repository, where nearly all are packages of the tests: it gets a folder without these.
 */
export async function packThis(file) {
  const { path, remove } = await temporaryFolder('package');
  try {
    for (const entry of await readdir(root, { withFileTypes: true }))
      if (entry.isFile() && !entry.name.endsWith('.vsix'))
        await copyFile(join(root, entry.name), join(path, entry.name));
    for (const folder of packedFolders) await cp(join(root, folder), join(path, folder), { recursive: true });
    await pack(path, file);
  } finally {
    await remove();
  }
}

/** Packs the extension in `folder` into `file`. */
export async function pack(folder, file) {
  const flags = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '--no-rewrite-relative-links',
    '--out',
    file,
  ];
  await run(join(root, 'node_modules/.bin/vsce'), ['package', ...flags], { cwd: folder });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const file = await packageExtension();
    const { size } = await stat(file);
    console.log(`${file}: ${(size / 1024).toFixed(0)} KB`);
  });
}
