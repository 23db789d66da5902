/**
 * `node crates/tokens/generate/vocabularies.mjs`: writes vocabularies/*.bin from the ranks in the npm package `tiktoken`,
 * whose version this folder's package-lock.json pins.
 *
 * The ranks must have the published hash, and the file that is written must give back every one of them.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ensureNpmPackages } from '../../../extension/development/npmPackages.mjs';
import { isMain, main } from '../../../extension/development/processes.mjs';
import { compact, encodings, expand, requirePublished } from './compactForm.mjs';

/** The file of an encoding's vocabulary. */
export function vocabularyFile(name) {
  return fileURLToPath(new URL(`../vocabularies/${name}.bin`, import.meta.url));
}

/** Reads the tokens of an encoding, in the order of their ranks, out of the npm package. */
async function readTokens(name) {
  const url = new URL(`node_modules/tiktoken/encoders/${name}.json`, import.meta.url);
  const { bpe_ranks: lines } = JSON.parse(await readFile(url, 'utf8'));
  const tokens = [];
  // Each line: a mark, the rank of the first token, and tokens that follow each other.
  for (const line of lines.split('\n').filter(Boolean)) {
    const [, first, ...encoded] = line.split(' ');
    for (const [index, token] of encoded.entries()) tokens[Number(first) + index] = Buffer.from(token, 'base64');
  }
  return tokens;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await ensureNpmPackages(fileURLToPath(new URL('.', import.meta.url)));
    for (const name of Object.keys(encodings)) {
      const tokens = await readTokens(name);
      requirePublished(name, tokens);
      const file = compact(name, tokens);
      requirePublished(name, expand(file));
      await mkdir(new URL('../vocabularies/', import.meta.url), { recursive: true });
      await writeFile(vocabularyFile(name), file);
      console.log(`${name}: ${tokens.length} tokens, ${file.length} bytes`);
    }
  });
}
