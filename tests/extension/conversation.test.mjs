/** The editor's messages as the core gets them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { toConversation, vscode } = await load('messageConversion');
const {
  LanguageModelTextPart: Text,
  LanguageModelDataPart: Data,
  LanguageModelThinkingPart: Thinking,
  LanguageModelToolCallPart: Call,
  LanguageModelToolResultPart: Result,
  LanguageModelPromptTsxPart: PromptTsx,
} = vscode;

const message = (role, ...content) => ({ role, content, name: undefined });
const system = (...content) => message(3, ...content);
const user = (...content) => message(1, ...content);
const assistant = (...content) => message(2, ...content);
const bytes = (text) => new TextEncoder().encode(text);
const blocks = (...messages) => toConversation(messages).messages.map(({ content }) => content);

test('system messages at the start are the system text, later ones keep their place', () => {
  const conversation = toConversation([
    system(new Text('Be '), new Text('brief.')),
    system(new Text('Be kind.')),
    user(new Text('hi')),
    system(new Text('Now in French.')),
  ]);
  assert.equal(conversation.system, 'Be brief.\n\nBe kind.');
  assert.deepEqual(conversation.messages, [
    { role: 'user', content: [{ type: 'text', text: 'hi' }] },
    { role: 'system', content: 'Now in French.' },
  ]);
});

test('a conversation of system messages alone has no messages', () => {
  assert.deepEqual(toConversation([system(new Text('a'))]), { system: 'a', messages: [] });
});

test('images and documents keep their bytes, text of any kind is text, the rest is named', () => {
  const png = bytes('png');
  assert.deepEqual(
    blocks(
      user(
        new Data(png, 'image/png'),
        new Data(png, 'application/pdf'),
        new Data(bytes('{"a":1}'), 'application/json'),
        new Data(bytes('ä'), 'text/plain'),
        new Data(png, 'application/zip'),
      ),
    ),
    [
      [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: png } },
        { type: 'text', text: '{"a":1}' },
        { type: 'text', text: 'ä' },
        { type: 'text', text: '[Not included: application/zip, 3 bytes]' },
      ],
    ],
  );
});

test("a caller's notes to itself are not sent", () => {
  const notes = ['cache_control', 'stateful_marker', 'usage', 'context_management'].map(
    (mime) => new Data(bytes('x'), mime),
  );
  assert.deepEqual(blocks(user(new Text('hi'), ...notes)), [[{ type: 'text', text: 'hi' }]]);
});

test('tool calls and their results, with images and failures', () => {
  const png = bytes('png');
  assert.deepEqual(
    blocks(
      assistant(new Text('Looking.'), new Call('c1', 'read', { path: 'a' }), new Call('c2', 'shot', {})),
      user(new Result('c1', [new Text('no such file')], true)),
      user(new Result('c2', [new Text('done'), new Data(png, 'image/png')])),
    ),
    [
      [
        { type: 'text', text: 'Looking.' },
        { type: 'tool_use', id: 'c1', name: 'read', input: { path: 'a' } },
        { type: 'tool_use', id: 'c2', name: 'shot', input: {} },
      ],
      [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'no such file' }], is_error: true }],
      [
        {
          type: 'tool_result',
          tool_use_id: 'c2',
          content: [
            { type: 'text', text: 'done' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          ],
        },
      ],
    ],
  );
});

test('a rendered tree of a tool gives its text and its images in reading order', () => {
  const text = (value, lineBreakBefore) => ({ type: 2, text: value, lineBreakBefore });
  const tree = {
    node: {
      type: 1,
      ctor: 2,
      children: [
        text('first', true),
        { type: 1, ctor: 2, children: [text(' line', false), text('second', true)] },
        { type: 1, ctor: 3, props: { src: 'aGk=', mimeType: 'image/webp' }, children: [] },
        { type: 3, value: new Text('opaque') },
        { type: 99, unheardOf: true },
        null,
      ],
    },
  };
  const [[result], [other]] = blocks(
    user(new Result('c1', [new PromptTsx(tree)])),
    user(new Result('c2', [new PromptTsx({ rows: 2 })])),
  );
  assert.deepEqual(result.content, [
    { type: 'text', text: 'first line\nsecond' },
    { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'aGk=' } },
    { type: 'text', text: 'opaque' },
  ]);
  assert.deepEqual(other.content, [{ type: 'text', text: '{"rows":2}' }]);
});

test('a tree without an end is cut', () => {
  const loop = { type: 1, ctor: 2, children: [] };
  loop.children.push({ type: 2, text: 'x' }, loop);
  const [[result]] = blocks(user(new Result('c1', [new PromptTsx({ node: loop })])));
  assert.match(result.content[0].text, /^x+$/);
});

test('signed thinking comes first, whoever kept it; unsigned thinking is given back with tool calls alone', () => {
  const signed = { signature: 'S', _completeThinking: 'why' };
  const thinking = { type: 'thinking', thinking: 'why', signature: 'S' };
  assert.deepEqual(blocks(assistant(new Text('So.'), new Thinking('', '', signed))), [
    [thinking, { type: 'text', text: 'So.' }],
  ]);
  assert.deepEqual(blocks(assistant(new Thinking('', '', { redactedData: 'R' }))), [
    [{ type: 'redacted_thinking', data: 'R' }],
  ]);
  assert.deepEqual(blocks(assistant(new Thinking('mused', 'id'), new Text('So.'))), [[{ type: 'text', text: 'So.' }]]);
  const call = new Call('c1', 'f', {});
  const sentCall = { type: 'tool_use', id: 'c1', name: 'f', input: {} };
  const mused = { type: 'thinking', thinking: 'mused long' };
  assert.deepEqual(blocks(assistant(new Thinking(['mused ', 'long']), call)), [[mused, sentCall]]);
  const ofCall = new Thinking('mused', '', { litellmThinkingBlocks: [], litellmToolSignatures: [['c1', 'G']] });
  assert.deepEqual(blocks(assistant(ofCall, call)), [[{ ...sentCall, signature: 'G' }]]);
});

test('metadata of another shape does no harm', () => {
  for (const metadata of [
    { litellmThinkingBlocks: 'x' },
    { litellmThinkingBlocks: [null, 1, { type: 'thinking' }, { type: 'text', text: 'x' }] },
    { litellmToolSignatures: [['a'], 7] },
    { signature: 1, redactedData: {} },
  ]) {
    assert.deepEqual(blocks(assistant(new Thinking('t', '', metadata))), [[]]);
  }
});
