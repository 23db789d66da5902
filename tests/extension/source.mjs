/** Loads modules of the extension in Node, with a stand-in for the editor. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** The root of the project. */
export const root = join(here, '..', '..');

/** All that the named modules of `extension/src` export, and the stand-in that they use as `vscode`. */
export async function load(...names) {
  const lines = names.map((name) => `export * from './extension/src/${name}.ts';`);
  const { outputFiles } = await build({
    stdin: { contents: [`export * as vscode from 'vscode';`, ...lines].join('\n'), resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    target: 'node20',
    alias: { vscode: join(here, 'vscode.mjs') },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
