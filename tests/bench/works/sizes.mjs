/** Sizes of what is built. */
import { readFileSync } from 'node:fs';
import { deflateRawSync, gzipSync } from 'node:zlib';

const dist = new URL('../../../dist/', import.meta.url);

/** The sizes of a list of files together, in kilobytes of 1024 bytes and megabytes of 1,000,000. */
function sizes(title, files) {
  return {
    title,
    candidates: ['ours'],
    inputs: {},
    isMeasuredOnce: true,
    measure: async () => {
      const contents = files.map((file) => readFileSync(new URL(file, dist)));
      const kilobytes = (lengthOf) => contents.reduce((sum, content) => sum + lengthOf(content), 0) / 1024;
      return {
        sizeKB: kilobytes((content) => content.length),
        gzipKB: kilobytes((content) => gzipSync(content, { level: 9 }).length),
        // A package is a zip file.
        packedMB: (kilobytes((content) => deflateRawSync(content, { level: 9 }).length) * 1024) / 1e6,
      };
    },
  };
}

export const sizeWorks = {
  'size-core': sizes('the core: core_bg.wasm', ['core_bg.wasm']),
  'size-tokens': sizes('the token counter and the o200k_base vocabulary', ['tokens_bg.wasm', 'o200k_base.bin']),
};
