/**
 * The chart of README.md: the times of some pieces of work as bars, ours first. It has no background and only colours of
 * middle lightness, so that it can be read on white as on black.
 */
import { times, valueWithUnit } from './figures.mjs';

const groups = [
  {
    work: 'stream-http',
    title: 'Decode an answer of 10,000 chunks from HTTP',
    peers: ['eventsource-parser', 'openai', '@ai-sdk/openai-compatible'],
  },
  { work: 'models-real-500', title: 'List 500 models', peers: ['JSON.parse'] },
  {
    work: 'tokens-prose',
    title: 'Count the tokens of 1 MB of prose',
    peers: ['gpt-tokenizer', '@microsoft/tiktokenizer', 'tiktoken'],
  },
  {
    work: 'tokens-cold',
    title: 'Load a token counter and count once',
    peers: ['gpt-tokenizer', 'tiktoken', '@microsoft/tiktokenizer'],
  },
];

const width = 760;
const barStart = 210;
const barWidth = 380;
const lineHeight = 22;
const colours = { text: '#737b87', ours: '#3b82f6', peer: '#9ba4b0' };

/** The chart as SVG text. */
export function chartOf({ works, machine }) {
  const parts = [];
  let top = 8;
  for (const { work, title, peers } of groups) {
    const { candidates } = works[work];
    const bars = ['ours', ...peers].map((name) => ({ name, wallMs: candidates[name].figures?.wallMs }));
    const known = bars.filter(({ wallMs }) => wallMs !== undefined);
    const longest = Math.max(...known.map(({ wallMs }) => wallMs));
    parts.push(text(0, top + 14, title, 'class="title"'));
    top += 26;
    for (const { name, wallMs } of known) {
      parts.push(...bar(name, wallMs, longest, known[0].wallMs, top));
      top += lineHeight;
    }
    top += 14;
  }
  parts.push(
    text(
      0,
      top + 10,
      `Shorter is better. ${machine.processor}, Node.js ${machine.node}, ${machine.date}.`,
      'class="note"',
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 18}" role="img" aria-label="Times of LiteLLM Gateway beside other libraries">
<style>text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: ${colours.text} } .title { font-weight: 600; font-size: 14px } .note { font-size: 11.5px } .name { text-anchor: end } .ours { fill: ${colours.ours}; font-weight: 600 }</style>
${parts.join('\n')}
</svg>
`;
}

function bar(name, wallMs, longest, ours, top) {
  const length = Math.max(2, (wallMs / longest) * barWidth);
  const isOurs = name === 'ours';
  const value = valueWithUnit('wallMs', wallMs) + (isOurs ? '' : `  (${times(wallMs / ours)})`);
  const style = isOurs ? ' ours' : '';
  return [
    text(barStart - 10, top + 13, isOurs ? 'LiteLLM Gateway' : name, `class="name${style}"`),
    `<rect x="${barStart}" y="${top + 1}" width="${length.toFixed(1)}" height="15" rx="2" fill="${isOurs ? colours.ours : colours.peer}"/>`,
    text(barStart + length + 8, top + 13, value, `class="value${style}"`),
  ];
}

function text(x, y, content, attributes) {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${Number(x.toFixed(1))}" y="${y}" ${attributes}>${escaped}</text>`;
}
