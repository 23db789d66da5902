// The compact form of a vocabulary: each token as the two earlier ones that it merges. src/compact.rs describes the bytes.
import { createHash } from 'node:crypto';

const magic = 'bpe1';
/** The tokens that are one byte; they have the lowest ranks. */
const single = 256;

/**
 * The encodings by their names: their number in the compact form, where their ranks are published, and the SHA-256 that
 * tiktoken expects of what is published there.
 */
export const encodings = {
  o200k_base: {
    number: 0,
    published: 'https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken',
    sha256: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  },
  cl100k_base: {
    number: 1,
    published: 'https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken',
    sha256: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
  },
};

/** The published file with these tokens: a line for each, its bytes in base64 and its rank. */
export function publishedFile(tokens) {
  return tokens.map((token, rank) => `${token.toString('base64')} ${rank}\n`).join('');
}

/** Fails unless these are the tokens of the encoding, in the order of their ranks. */
export function requirePublished(name, tokens) {
  const sha256 = createHash('sha256').update(publishedFile(tokens)).digest('hex');
  if (sha256 !== encodings[name].sha256)
    throw new Error(`These are not the tokens of ${name}: their hash is ${sha256}.`);
}

/**
 * Writes the compact form.
 * @param {string} name of the encoding
 * @param {Buffer[]} tokens in the order of their ranks
 */
export function compact(name, tokens) {
  const rankOf = new Map(tokens.map((token, rank) => [token.toString('latin1'), rank]));
  const pairs = tokens.slice(single).map((token, index) => lastMerge(token.toString('latin1'), single + index, rankOf));
  const header = Buffer.alloc(12);
  header.write(magic, 'latin1');
  header.writeUInt8(encodings[name].number, 4);
  header.writeUIntLE(tokens.length, 5, 3);
  header.writeUInt32LE(
    tokens.reduce((sum, token) => sum + token.length, 0),
    8,
  );
  const sides = [0, 1].map((side) => planes(pairs.map((pair) => pair[side])));
  return Buffer.concat([header, ...tokens.slice(0, single), ...sides]);
}

/** Reads the compact form: the tokens in the order of their ranks. */
export function expand(file) {
  if (file.toString('latin1', 0, 4) !== magic) throw new Error('This is no vocabulary in compact form.');
  const count = file.readUIntLE(5, 3);
  const start = 12 + single;
  const tokens = Array.from(file.subarray(12, start), (byte) => Buffer.of(byte));
  const length = count - single;
  const lengthOfSide = length * 2 + Math.ceil(length / 4);
  const number = (side, index) => {
    const plane = start + side * lengthOfSide;
    const high = (file[plane + 2 * length + (index >> 2)] >> (2 * (index & 3))) & 3;
    return file[plane + index] | (file[plane + length + index] << 8) | (high << 16);
  };
  for (let index = 0; index < length; index++) {
    tokens.push(Buffer.concat([tokens[number(0, index)], tokens[number(1, index)]]));
  }
  return tokens;
}

/**
 * The two tokens that are left when all merges but the last are done. Both must be of lower ranks than the token, and
 * such a pair must exist: what src/merge.rs does is exact because of it.
 */
function lastMerge(token, rank, rankOf) {
  const parts = [...token];
  while (parts.length > 2) {
    let lowest = rank;
    let at = -1;
    for (let index = 0; index + 1 < parts.length; index++) {
      const merged = rankOf.get(parts[index] + parts[index + 1]);
      if (merged !== undefined && merged < lowest) {
        lowest = merged;
        at = index;
      }
    }
    if (at === -1) throw new Error(`The token of rank ${rank} is no merge of two tokens of lower ranks.`);
    parts.splice(at, 2, parts[at] + parts[at + 1]);
  }
  return parts.map((part) => rankOf.get(part));
}

/** Numbers of 18 bits: the lowest eight of each, then the next eight, then the highest two, four to a byte. */
function planes(numbers) {
  const high = Buffer.alloc(Math.ceil(numbers.length / 4));
  for (const [index, number] of numbers.entries()) high[index >> 2] |= (number >> 16) << (2 * (index & 3));
  return Buffer.concat([
    Buffer.from(numbers.map((number) => number & 0xff)),
    Buffer.from(numbers.map((number) => (number >> 8) & 0xff)),
    high,
  ]);
}
