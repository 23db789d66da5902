// Texts of many kinds, made from a seed: the same seed makes the same texts of the same files of ours.

import { readFileSync } from 'node:fs';
import { Random } from '../bench/data/random.mjs';
import { filesBelow, read } from '../invariants/repository.mjs';

const prose = Object.values(JSON.parse(readFileSync(new URL('prose.json', import.meta.url), 'utf8')));
const code = filesBelow()
  .filter((path) => /\.(rs|ts|mjs|json|css|md|toml)$/.test(path) && !path.endsWith('package-lock.json'))
  .map(read);

/** Each matters to one of the patterns, alone or next to others. */
const fragments = [
  ...["'s", "'S", "'\u017f", "'ll", "'LL", "'l", "'re", "'VE", "'d", "'m", "'t", "'", '"', '!', '/', '//', '=', '#'],
  ...[' ', '  ', '   ', '\n', '\r\n', '\r', '\t', '\v', '\u0085', '\u00a0', '\u2028', '\u3000', '\ufeff', '\u200b'],
  ...[
    '\u0301',
    '\u20dd',
    '\u02b0',
    '\u01c5',
    'A',
    'a',
    'AB',
    'ab',
    'z',
    'É',
    'é',
    '中',
    'あ',
    'א',
    'ß',
    'ı',
    'İ',
    '\u212a',
  ],
  ...[
    '1',
    '12',
    '123',
    '1234',
    '\u00bd',
    '\u0661',
    '\u2167',
    '😀',
    '👍🏽',
    '\u200d',
    '\ufe0f',
    '🇩🇪',
    '\0',
    '\x7f',
    '\ufffd',
  ],
  ...['<|endoftext|>', '<|fim_prefix|>', 'https://', '0x', '```', '\ud800', '\udc00'],
];

/** Characters of the classes that the patterns tell apart. */
const classes = [
  '\\p{Lu}',
  '\\p{Lt}',
  '\\p{Ll}',
  '\\p{Lm}',
  '\\p{Lo}',
  '\\p{M}',
  '\\p{N}',
  '\\s',
  '[^\\s\\p{L}\\p{M}\\p{N}]',
].map((source) => charactersOf(new RegExp(`^${source}$`, 'u')));

/** What one kind of run is made of. */
const letters = [
  [...'abcdefghijklmnopqrstuvwxyz'],
  [...'ab'],
  [...'ABCdef'],
  [...'的一是不了人我在有他这'],
  [...'=-_*#.'],
  [' ', '\n', '\t'],
];

const kinds = [
  // A block of Unicode, or several that follow each other.
  (random) => {
    const size = random.pick([16, 128, 1024]);
    const start = random.below(random.pick([0x3000, 0x20000, 0x110000 - 1024]));
    return many(random, 60, () => String.fromCodePoint(start + random.below(size)));
  },
  (random) => many(random, 40, () => random.pick(random.pick(classes))),
  (random) => many(random, 25, () => random.pick(fragments)),
  (random) => many(random, 30, () => random.pick(random.pick([fragments, random.pick(classes), ['a', 'B', ' ']]))),
  // Bytes at random, of which some happen to be characters.
  (random) => new TextDecoder().decode(Uint8Array.from({ length: random.below(80) }, () => random.below(256))),
  (random) => {
    const bytes = new TextEncoder().encode(random.pick(prose));
    for (let changes = random.below(6); changes > 0; changes--) bytes[random.below(bytes.length)] = random.below(256);
    return slice(random, new TextDecoder().decode(bytes), 200);
  },
  (random) => slice(random, random.pick(code), 400),
  (random) => slice(random, random.pick(code), 60) + random.pick(fragments) + slice(random, random.pick(code), 60),
  (random) => slice(random, random.pick(prose), 200),
  (random) => slice(random, random.pick(prose), 60) + random.pick(fragments) + slice(random, random.pick(prose), 60),
  // Runs: what makes a careless counter slow.
  (random) => random.pick(fragments).repeat(random.below(600)) + random.pick(fragments),
  (random) =>
    many(random, 4, () => random.pick(random.pick([fragments, random.pick(classes)]))).repeat(random.below(120)),
  (random) => many(random, 400, () => random.pick(letters)),
];

/** As many texts as are wanted. */
export function* texts(seed, count) {
  const random = new Random(seed);
  for (let index = 0; index < count; index++) yield kinds[index % kinds.length](random);
}

/** Up to `limit` parts, joined. */
function many(random, limit, part) {
  return Array.from({ length: random.below(limit) }, part).join('');
}

function slice(random, text, length) {
  const start = random.below(text.length);
  return text.slice(start, start + random.below(length));
}

function charactersOf(pattern) {
  const found = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    if (!isSurrogate && pattern.test(String.fromCodePoint(codePoint))) found.push(String.fromCodePoint(codePoint));
  }
  return found;
}
