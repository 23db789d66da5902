// Python's tiktoken: the counts that ours must equal.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodings, expand, publishedFile } from '../../crates/tokens/generate/compactForm.mjs';
import { vocabularyFile } from '../../crates/tokens/generate/vocabularies.mjs';
import { installOnce } from '../../extension/development/installs.mjs';
import { cached, pins } from '../../extension/development/pins.mjs';
import { findPython } from '../../extension/development/prerequisites.mjs';
import { run, temporaryFolder } from '../../extension/development/processes.mjs';

/** Installs tiktoken into the cache. Gives the path of its Python. */
export async function ensureTiktoken() {
  const folder = await installOnce(
    cached('tiktoken', pins.tiktoken),
    `Installing tiktoken ${pins.tiktoken}`,
    async (target) => {
      await run(findPython(), ['-m', 'venv', target]);
      // It asks for more, but only for downloads.
      const packages = ['--no-deps', `tiktoken==${pins.tiktoken}`, `regex==${pins.regex}`];
      await run(join(target, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
    },
  );
  return join(folder, 'bin', 'python');
}

/**
 * The counts of texts, each as `[o200k_base, cl100k_base]`. Nothing is downloaded: the vocabularies are ours, and tiktoken
 * refuses them unless they have the published hash.
 */
export async function countWithTiktoken(texts) {
  const python = await ensureTiktoken();
  const folder = await temporaryFolder('tiktoken');
  try {
    for (const [name, { published }] of Object.entries(encodings)) {
      const file = createHash('sha1').update(published).digest('hex');
      writeFileSync(join(folder.path, file), publishedFile(expand(readFileSync(vocabularyFile(name)))));
    }
    const input = texts.map((text) => `${JSON.stringify(text)}\n`).join('');
    const output = await answerOf(python, { ...process.env, TIKTOKEN_CACHE_DIR: folder.path }, input);
    return output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
  } finally {
    await folder.remove();
  }
}

function answerOf(python, env, input) {
  const script = fileURLToPath(new URL('count.py', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script, ...Object.keys(encodings)], { env });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`tiktoken failed:\n${errors}`))));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
