/**
 * Texts to count tokens of. Prose and code are real and of free licence: they stand in npm packages whose versions the root's
 * package-lock.json pins. Chinese is made of words from a seed. The hostile ones are what people and models really produce when
 * something goes wrong: one character, or one kind of character, and no place to cut.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { chineseText } from './chinese.mjs';
import { Random } from './random.mjs';

const packages = new URL('../../../node_modules/', import.meta.url);

/** English: what the packages' Markdown files say, and the comments in the types of Node.js, VS Code and Playwright. */
function prose() {
  const types = filesBelow('@types/node/', '.d.ts').concat(
    '@types/vscode/index.d.ts',
    'playwright-core/types/types.d.ts',
  );
  const paragraphs = [...markdownFiles().map(textOfFile), ...types.map(comments)].flatMap(paragraphsOf);
  // What is said again and again would be no unseen text.
  return [...new Set(paragraphs)].join('\n\n');
}

function textOfFile(path) {
  return readFileSync(new URL(path, packages), 'utf8');
}

/** The Markdown files of the packages that are installed on every system. */
function markdownFiles() {
  const { packages: locked } = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'));
  return Object.entries(locked)
    .filter(([path, { optional }]) => /^node_modules\/[^.]+$/.test(path) && !optional)
    .flatMap(([path]) => filesBelow(`${path.slice('node_modules/'.length)}/`, '.md'));
}

/** The files of a folder and of the folders in it, in the order of their names; without packages that it holds. */
function filesBelow(folder, ending) {
  return readdirSync(new URL(folder, packages), { recursive: true })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .sort()
    .map((name) => `${folder}${name}`);
}

/** The text in a file's comments; tags begin paragraphs. */
function comments(path) {
  return textOfFile(path)
    .split('\n')
    .flatMap((line) => (line.includes('/**') ? '' : (/^\s*\*(?!\/) ?(.*)$/.exec(line)?.[1] ?? [])))
    .join('\n')
    .replace(/\n(?=\s*@)/g, '\n\n');
}

/** The paragraphs of English sentences in a text, each on a line, without code and the addresses of links. */
function paragraphsOf(text) {
  return text
    .replace(/\r/g, '')
    .replace(/```[\s\S]*?```/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s*\n\s*/g, ' ').trim())
    .filter((paragraph) => /^(?:\W? ?[A-Z])/.test(paragraph) && paragraph.length > 60)
    .filter((paragraph) => paragraph.replace(/[^a-zA-Z ]/g, '').length > 0.9 * paragraph.length);
}

/** JavaScript of many hands: what Playwright is built of. The longest lines are data, and are left out. */
function code() {
  const lines = readFileSync(new URL('playwright-core/lib/coreBundle.js', packages), 'utf8').split('\n');
  return lines.filter((line) => line.length < 300).join('\n');
}

const made = new Map();

/** So many bytes of a kind of text, from so many bytes on; whole characters. */
export function textOf(kind, from, bytes) {
  if (!made.has(kind)) made.set(kind, Buffer.from({ prose, code, Chinese: () => chineseText(300_000) }[kind]()));
  const whole = made.get(kind);
  if (from + bytes > whole.length) throw new Error(`There are only ${whole.length} bytes of ${kind}.`);
  return wholeCharacters(whole.subarray(from, from + bytes));
}

/** The text of bytes that were cut anywhere. */
function wholeCharacters(bytes) {
  return bytes.toString('utf8').replace(/^\ufffd+|\ufffd+$/g, '');
}

const lowerCase = 'abcdefghijklmnopqrstuvwxyz';
const emoji = [...'😀😂🤣😊😍🥰😎🤔😭😡👍👎👏🙏💪🔥✨🎉🚀💡✅❌🐛🐍🦀🌍🌈🍕🍺🏆📦📈🔒🔑🧪🧠'];

/** Texts without a place to cut, by name: each gives one of so many bytes. */
export const hostileTexts = {
  'one letter': (bytes) => 'a'.repeat(bytes),
  spaces: (bytes) => ' '.repeat(bytes),
  newlines: (bytes) => '\n'.repeat(bytes),
  'equals signs': (bytes) => '='.repeat(bytes),
  'random letters': (bytes) => new Random(7).text(bytes, lowerCase),
  'Chinese without punctuation': (bytes) =>
    wholeCharacters(Buffer.from(chineseText(bytes * 2).replace(/[^\p{Script=Han}]/gu, '')).subarray(0, bytes)),
  emoji: (bytes) => wholeCharacters(Buffer.from(new Random(8).text(bytes / 2, emoji)).subarray(0, bytes)),
};

/**
 * Short texts as an editor asks about them, of about 100 characters and no two alike: pieces of prose and of code, and names
 * and keys between them.
 */
export function shortTexts(count) {
  const random = new Random(9);
  const sources = [textOf('prose', 0, 1_000_000), textOf('code', 0, 1_000_000)];
  const texts = new Set();
  const places = [0, 0];
  while (texts.size < count) {
    const source = random.below(2);
    const length = random.oneIn(8) ? 4 + random.below(20) : 60 + random.below(110);
    const start = places[source];
    places[source] = (start + length) % (sources[source].length - 200);
    texts.add(sources[source].slice(start, start + length));
  }
  return [...texts];
}
