/** Counting tokens. Python's tiktoken, made by those who publish the encodings, says what is right. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { counters, ranksFile } from '../counters/counters.mjs';
import { hostileTexts, shortTexts, textOf } from '../data/texts.mjs';
import { growthOf, once } from '../measurement.mjs';

/** The published ranks, for the peer that brings none. */
async function ranks() {
  const { expand, publishedFile } = await import('../../../crates/tokens/generate/compactForm.mjs');
  return publishedFile(
    expand(readFileSync(new URL('../../../crates/tokens/vocabularies/o200k_base.bin', import.meta.url))),
  );
}

/** The right counts. What it takes is loaded by the process that makes the inputs, and by no process that measures. */
async function rightCounts(texts) {
  const { countWithTiktoken } = await import('../../tokens/tiktoken.mjs');
  return (await countWithTiktoken(texts)).map(([count]) => count);
}

const warmUpTexts = () => [
  textOf('prose', 1_000_000, 100_000),
  textOf('code', 1_000_000, 100_000),
  textOf('Chinese', 200_000, 50_000),
];
const warmUpMs = { full: 400, quick: 150, check: 0 };

/** The files of texts and of their counts. */
function textInputs(name, makeTexts) {
  return {
    [ranksFile]: ranks,
    'warm-up.json': () => JSON.stringify(warmUpTexts()),
    [`${name}.texts.json`]: () => JSON.stringify(makeTexts()),
    [`${name}.counts.json`]: async () => JSON.stringify(await rightCounts(makeTexts())),
  };
}

/** A counter that has counted other texts for some time, and the texts to count with their counts. */
async function warmCounter(name, { candidate, effort, folder, read }) {
  const count = await counters[candidate](folder);
  const others = JSON.parse(read('warm-up.json'));
  const end = performance.now() + warmUpMs[effort];
  do for (const text of others) count(text);
  while (performance.now() < end);
  return {
    count,
    texts: JSON.parse(read(`${name}.texts.json`)),
    counts: JSON.parse(read(`${name}.counts.json`)),
  };
}

/** Counting texts that were not seen before, and then the same texts again. */
function firstPass(name, title, makeTexts) {
  return {
    title,
    candidates: Object.keys(counters),
    inputs: textInputs(name, makeTexts),
    measure: async (context) => {
      const { count, texts, counts } = await warmCounter(name, context);
      const verify = (given) => assert.deepEqual(given, counts);
      const first = await once(() => texts.map(count), verify);
      const again = await once(() => texts.map(count), verify);
      return { ...first, againMs: again.wallMs, againCpuMs: again.cpuMs };
    },
  };
}

const coldText = 'A first text, to see that it counts: 12345 characters, 数え方, “quotes” and 🙂.';

export const tokenWorks = {
  'tokens-cold': {
    title: 'load a token counter and count once, in a new process',
    isOneRun: true,
    candidates: Object.keys(counters),
    inputs: textInputs('cold', () => [coldText]),
    measure: async ({ candidate, folder, read }) => {
      const [expected] = JSON.parse(read('cold.counts.json'));
      const before = process.memoryUsage.rss();
      const times = await once(
        async () => (await counters[candidate](folder))(coldText),
        (count) => assert.equal(count, expected),
      );
      return { ...times, memoryMB: (process.memoryUsage.rss() - before) / 1e6 };
    },
  },
  'tokens-prose': firstPass('prose', '1 MB of English prose', () => [textOf('prose', 0, 1_000_000)]),
  'tokens-code': firstPass('code', '1 MB of code', () => [textOf('code', 0, 1_000_000)]),
  'tokens-chinese': firstPass('chinese', '200 KB of Chinese', () => [textOf('Chinese', 0, 200_000)]),
  'tokens-short': firstPass('short', '14,000 short texts', () => shortTexts(14_000)),
  'tokens-hostile': {
    title: 'texts without a place to cut, 200 KB each',
    candidates: ['ours'],
    inputs: textInputs('hostile', () => Object.values(hostileTexts).flatMap((make) => [make(50_000), make(200_000)])),
    measure: measureHostile,
  },
};

/** The time of each text of 200 KB, the longest of them, and the most that one takes longer than its 50 KB. */
async function measureHostile(context) {
  const { count, texts, counts } = await warmCounter('hostile', context);
  const countOf = (index) => [() => count(texts[index]), (given) => assert.equal(given, counts[index])];
  const figures = { worstMs: 0, worstCpuMs: 0, growth: 0, cpuGrowth: 0 };
  for (const [index, name] of Object.keys(hostileTexts).entries()) {
    const { wallMs, cpuMs, growth, cpuGrowth } = await growthOf(
      countOf(2 * index),
      countOf(2 * index + 1),
      context.effort,
    );
    figures[name] = wallMs;
    figures.worstMs = Math.max(figures.worstMs, wallMs);
    figures.worstCpuMs = Math.max(figures.worstCpuMs, cpuMs);
    figures.growth = Math.max(figures.growth, growth);
    figures.cpuGrowth = Math.max(figures.cpuGrowth, cpuGrowth);
  }
  return figures;
}
