/** dist/icon.png: the icon, rendered from its vector source. */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './pins.mjs';

/** The side of the square in pixels: the editor shows it with up to 128 points, twice as many pixels. */
const size = 256;

let ready;

/** Renders an SVG text as a PNG of a width. */
export async function renderPng(svg, width) {
  // Imported when it is used: the npm packages may have been installed only just now.
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  ready ??= initWasm(readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  await ready;
  return new Resvg(svg, { fitTo: { mode: 'width', value: width } }).render().asPng();
}

/** Renders the icon. */
export async function writeIcon() {
  const svg = await readFile(join(root, 'extension/media/icon.svg'), 'utf8');
  await writeFile(join(root, 'dist/icon.png'), await renderPng(svg, size));
}
