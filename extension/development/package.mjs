/** `npm run package`: builds and packs the extension into litellm-gateway-<version>.vsix. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { root } from './pins.mjs';
import { isMain, main, run, step } from './processes.mjs';

/** Builds and packs this extension. Gives the path of the package. */
export async function packageExtension() {
  await buildAll();
  const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const file = join(root, `${name}-${version}.vsix`);
  await step('Packaging', () => pack(root, file));
  return file;
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
