/** The core's stream parts as the chat gets them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { ReplyReporter, ThoughtMemory, toConversation, vscode } = await load(
  'replyReporter',
  'messageConversion',
  'thoughts',
);

/** Everything that is reported for `parts`. */
function report(...parts) {
  const reported = [];
  const reporter = new ReplyReporter({ report: (part) => reported.push(part) });
  for (const part of parts) reporter.report(part);
  return reported;
}

const texts = (reported) =>
  reported.filter((part) => part instanceof vscode.LanguageModelTextPart).map((part) => part.value);
const stop = { type: 'finish', reason: 'stop', raw: 'stop' };

test('text as it comes, and a tool call once with its arguments as a value', () => {
  const reported = report(
    { type: 'response', callId: 'x' },
    { type: 'text', text: 'Let me ' },
    { type: 'text', text: 'look.' },
    { type: 'tool_call', id: 'c1', name: 'read', arguments: '{"path":"a"}' },
    { type: 'finish', reason: 'tool_calls', raw: 'tool_calls' },
  );
  assert.deepEqual(reported, [
    new vscode.LanguageModelTextPart('Let me '),
    new vscode.LanguageModelTextPart('look.'),
    new vscode.LanguageModelToolCallPart('c1', 'read', { path: 'a' }),
  ]);
});

test('usage has the members that the chat wants', () => {
  const usage = { type: 'usage', inputTokens: 100, outputTokens: 20, cacheReadTokens: 60, reasoningTokens: 5 };
  const [part] = report(usage);
  assert.equal(part.mimeType, 'usage');
  assert.deepEqual(JSON.parse(new TextDecoder().decode(part.data)), {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 60 },
    completion_tokens_details: { reasoning_tokens: 5 },
  });
});

test('usage says what was written to the cache, too', () => {
  const [part] = report({
    type: 'usage',
    inputTokens: 100,
    outputTokens: 20,
    cacheReadTokens: 60,
    cacheWriteTokens: 30,
  });
  assert.deepEqual(JSON.parse(new TextDecoder().decode(part.data)).prompt_tokens_details, {
    cached_tokens: 60,
    cache_creation_tokens: 30,
  });
});

test('an answer never ends in silence', () => {
  assert.match(texts(report(stop)).join(''), /empty answer/);
  assert.match(texts(report({ type: 'reasoning', text: 'hm' }, stop)).join(''), /thought, but gave no answer/);
  assert.match(texts(report({ type: 'image', mediaType: 'image/png', data: 'aGk=' }, stop)).join(''), /image\/png/);
  assert.deepEqual(texts(report({ type: 'text', text: 'ok' }, stop)), ['ok']);
});

test('an image is told once, since not every view shows it', () => {
  const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' };
  const reported = report({ type: 'text', text: 'Two:' }, image, image, { type: 'text', text: 'Done.' }, stop);
  assert.equal(
    texts(reported).join(''),
    'Two:\n\n*The model sent an image (image/png), which this view may not show.*\n\nDone.',
  );
  assert.equal(reported.filter(({ mimeType }) => mimeType === 'image/png').length, 2);
});

test('a cut and a filtered answer say so', () => {
  const cut = report({ type: 'text', text: 'and then' }, { type: 'finish', reason: 'length', raw: 'length' });
  assert.match(texts(cut).join(''), /^and then\n\n\*The answer was cut off: .*litellm-gateway\.maxTokens.*\*$/);
  assert.match(texts(report({ type: 'finish', reason: 'content_filter', raw: 'x' })).join(''), /content filter/);
});

test('a refusal is introduced once', () => {
  const refused = report({ type: 'refusal', text: 'I ' }, { type: 'refusal', text: "can't." }, stop);
  assert.equal(texts(refused).join(''), "The model refused: I can't.");
});

test('a source can neither leave its link nor be anything but a web address', () => {
  const [text] = texts(
    report({
      type: 'citations',
      citations: [
        { title: 'A [b](command:x)', url: 'https://a.example/x>y z' },
        { url: 'https://b.example/' },
        { title: 'run', url: 'command:workbench.action.quit' },
      ],
    }),
  );
  assert.equal(
    text,
    '\n\nSources:\n- [A \\[b\\](command:x)](<https://a.example/x%3Ey%20z>)\n- [https://b.example/](<https://b.example/>)\n- run\n',
  );
});

test('bytes that are no base64 are left out', () => {
  const reported = report({ type: 'image', mediaType: 'image/png', data: '%%%' });
  assert.ok(reported.every((part) => part instanceof vscode.LanguageModelTextPart));
});

test('signed thinking and signatures of calls come back with the last metadata alone', () => {
  const thinking = [
    { type: 'thinking', thinking: 'one', signature: 'S1' },
    { type: 'redacted_thinking', data: 'R' },
    { type: 'thinking', thinking: 'two', signature: 'S2' },
  ];
  const reported = report(
    { type: 'reasoning', text: 'one' },
    { type: 'reasoning', text: 'two' },
    { type: 'text', text: 'So.' },
    { type: 'thinking_blocks', blocks: thinking },
    { type: 'tool_call', id: 'c1', name: 'f', arguments: '{}', signature: 'G1' },
    { type: 'tool_call', id: 'c2', name: 'g', arguments: '{}', signature: 'G2' },
  );
  const shown = reported.filter((part) => part instanceof vscode.LanguageModelThinkingPart);
  assert.equal(shown.map((part) => part.value).join(''), 'onetwo');
  // The chat keeps one thinking part for an answer: all the text, and the last metadata. It crosses as JSON.
  const { metadata } = shown.at(-1);
  const kept = new vscode.LanguageModelThinkingPart('onetwo', '', JSON.parse(JSON.stringify(metadata)));
  const others = reported.filter((part) => !(part instanceof vscode.LanguageModelThinkingPart));
  const { messages } = toConversation([{ role: 2, content: [kept, ...others], name: undefined }]);
  assert.deepEqual(messages[0].content, [
    ...thinking,
    { type: 'text', text: 'So.' },
    { type: 'tool_use', id: 'c1', name: 'f', input: {}, signature: 'G1' },
    { type: 'tool_use', id: 'c2', name: 'g', input: {}, signature: 'G2' },
  ]);
});

test('a caller without thinking parts gets its thinking and signatures back from memory, each model its own', () => {
  const memory = new ThoughtMemory();
  const reported = [];
  const reporter = new ReplyReporter({ report: (part) => reported.push(part) }, (callId, thoughts) =>
    memory.remember('m', callId, thoughts),
  );
  const thinking = { type: 'thinking', thinking: 'why', signature: 'S' };
  reporter.report({ type: 'thinking_blocks', blocks: [thinking] });
  reporter.report({ type: 'tool_call', id: 'c1', name: 'f', arguments: '{}', signature: 'G' });
  const calls = reported.filter((part) => part instanceof vscode.LanguageModelToolCallPart);
  const contentFor = (modelId) =>
    toConversation([{ role: 2, content: calls, name: undefined }], (callId) => memory.recall(modelId, callId))
      .messages[0].content;
  assert.deepEqual(contentFor('m'), [thinking, { type: 'tool_use', id: 'c1', name: 'f', input: {}, signature: 'G' }]);
  assert.deepEqual(contentFor('other'), [{ type: 'tool_use', id: 'c1', name: 'f', input: {} }]);
});

test('thinking that nobody signed is remembered as text, for calls that are not signed either', () => {
  const memory = new ThoughtMemory();
  const reporter = new ReplyReporter({ report: () => undefined }, (callId, thoughts) =>
    memory.remember('m', callId, thoughts),
  );
  reporter.report({ type: 'reasoning', text: 'Let me ' });
  reporter.report({ type: 'reasoning', text: 'look.' });
  reporter.report({ type: 'tool_call', id: 'c1', name: 'f', arguments: '{}' });
  reporter.report({ type: 'tool_call', id: 'c2', name: 'f', arguments: '{}', signature: 'G' });
  assert.deepEqual(memory.recall('m', 'c1'), { blocks: [{ type: 'thinking', thinking: 'Let me look.' }] });
  assert.deepEqual(memory.recall('m', 'c2'), { blocks: [], signature: 'G' });
});

test('the memory forgets the oldest call first', () => {
  const memory = new ThoughtMemory();
  for (let call = 0; call <= 200; call++) memory.remember('m', `c${call}`, { blocks: [], signature: 'S' });
  assert.equal(memory.recall('m', 'c0'), undefined);
  assert.deepEqual(memory.recall('m', 'c1'), { blocks: [], signature: 'S' });
});
