/**
 * The answer of a chat model as LiteLLM streams it: reasoning, text, tool calls, finish and usage, in the fields and the order
 * of fields that a LiteLLM proxy sends. Deltas are as small as models make them, and the text has what makes decoding hard:
 * escaped quotes and line ends, code, and characters of two to four bytes.
 */
import { Random } from './random.mjs';

const head = {
  id: 'chatcmpl-37f6cf1a-fbe3-453f-b119-2126ac939e59',
  created: 1795165359,
  model: 'gpt-5',
  object: 'chat.completion.chunk',
  system_fingerprint: 'fp_44709d6fcb',
};

const words =
  'the a of to and in is that for it with as on be this by are from or at which can an will not have has we you if each when then read file function value list type error returns call state test because first next line path build model stream bytes index result request message cache while before after only'.split(
    ' ',
  );
const rarer = [
  'configuration',
  'initialization',
  'asynchronous',
  'deserialize',
  'repository',
  'backward-compatible',
  'naïve',
  'café',
  'Zürich',
  '“quoted”',
  '—',
  '…',
  '文件',
  '函数返回',
  '結果',
  'проверка',
  '🙂',
  '✅',
];
const punctuation = ['.', ',', ':', ';', '.\n', '.\n\n', '\n- ', '\n\n## ', '`', '**', '(', ')'];
const code = [
  '```ts\n',
  'const ',
  'value',
  ' = ',
  'await ',
  'read',
  'File',
  '(path',
  ", 'utf8'",
  ');\n',
  '  return ',
  '{ ok: true }',
  ';\n',
  '}\n',
  '\\d+',
  '"name": "core"',
  ',\n\t',
  '```\n',
  'if (',
  ' !== ',
  'undefined',
  ') {\n',
  '=> ',
  '[index]',
];

/** One delta of text, about a token long. */
function textDelta(random) {
  const kind = random.below(100);
  if (kind < 12) return random.pick(punctuation);
  if (kind < 30) return random.pick(code);
  if (kind < 36) return ` ${random.pick(rarer)}`;
  return random.oneIn(9) ? ` ${random.pick(words)} ${random.pick(words)}` : ` ${random.pick(words)}`;
}

function event(chunk) {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function deltaEvent(delta) {
  return event({ ...head, choices: [{ index: 0, delta }] });
}

/** The arguments of a tool call: a file to write, so long that it comes in many deltas. */
function toolArguments(random, deltas) {
  let content = '';
  for (let count = 0; count < deltas; count += 1) content += textDelta(random);
  return JSON.stringify({ path: `src/${random.pick(words)}/${random.pick(words)}.ts`, content, overwrite: true });
}

/** A text cut into `count` pieces of nearly one length, never inside a character. */
function cut(text, count) {
  const characters = [...text];
  return Array.from({ length: count }, (_, index) =>
    characters
      .slice(Math.floor((index * characters.length) / count), Math.floor(((index + 1) * characters.length) / count))
      .join(''),
  );
}

/**
 * A whole answer.
 * @param {number} chunks how many chunks it has, 30 at least
 * @returns {{ events: string[], expected: Answer }} each event with its blank line; what comes of them
 *
 * @typedef {{ reasoning: string, text: string, toolCalls: { id: string, name: string, arguments: string }[],
 *   finishReason: string, usage: { inputTokens: number, outputTokens: number, cacheReadTokens: number } }} Answer
 */
export function makeStream(chunks) {
  const random = new Random(20261129);
  const calls = 6;
  const callDeltas = Math.max(1, Math.floor((chunks * 0.09) / calls));
  const reasoningDeltas = Math.floor(chunks * 0.15);
  const textDeltas = chunks - reasoningDeltas - calls * callDeltas - 2;
  const expected = {
    reasoning: '',
    text: '',
    toolCalls: [],
    finishReason: 'tool_calls',
    usage: { inputTokens: 48_213, outputTokens: chunks + 412, cacheReadTokens: 40_960 },
  };
  const events = [];
  for (let count = 0; count < reasoningDeltas; count += 1) {
    const text = textDelta(random);
    expected.reasoning += text;
    events.push(deltaEvent({ ...(count === 0 && { role: 'assistant' }), reasoning_content: text }));
  }
  for (let count = 0; count < textDeltas; count += 1) {
    const text = textDelta(random);
    expected.text += text;
    events.push(deltaEvent({ content: text }));
  }
  for (let index = 0; index < calls; index += 1) {
    const call = {
      id: `call_${random.text(24, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`,
      name: random.pick(['write_file', 'read_file', 'run_in_terminal']),
      arguments: toolArguments(random, callDeltas),
    };
    expected.toolCalls.push(call);
    for (const [place, piece] of cut(call.arguments, callDeltas).entries()) {
      const first = { id: call.id, function: { arguments: piece, name: call.name } };
      const toolCall = place === 0 ? first : { function: { arguments: piece } };
      events.push(deltaEvent({ tool_calls: [{ ...toolCall, type: 'function', index }] }));
    }
  }
  events.push(event({ ...head, choices: [{ finish_reason: expected.finishReason, index: 0, delta: {} }] }));
  const { inputTokens, outputTokens, cacheReadTokens } = expected.usage;
  events.push(
    event({
      ...head,
      choices: [{ index: 0, delta: {} }],
      usage: {
        completion_tokens: outputTokens,
        prompt_tokens: inputTokens,
        total_tokens: inputTokens + outputTokens,
        completion_tokens_details: { reasoning_tokens: reasoningDeltas },
        prompt_tokens_details: { audio_tokens: 0, cached_tokens: cacheReadTokens },
      },
    }),
  );
  events.push('data: [DONE]\n\n');
  return { events, expected };
}
