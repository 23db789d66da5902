/** Tool calls with broken arguments are told to the model, and what a model can't be given is told to the user once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { withWholeCalls, LeftOut, toCallOptions, vscode } = await load('wholeCalls', 'leftOut', 'callOptions');

const text = (words) => ({ type: 'text', text: words });
const call = (id) => ({ type: 'tool_call', id, name: 'f', arguments: '{}' });
const usage = { type: 'usage', inputTokens: 1, outputTokens: 1 };
const finish = { type: 'finish', reason: 'stop', raw: 'stop' };
const broken = (forModel = 'no JSON') => Object.assign(new Error('broken'), { kind: 'protocol', forModel });
const question = [{ role: 'user', content: 'hi' }];

/** What is given out for answers in turn, each a list of parts with an error at its end or none; and what was asked. */
async function answered(...answers) {
  const asked = [];
  const told = [];
  const parts = [];
  const ask = async function* (messages) {
    asked.push(messages);
    for (const part of answers.shift()) {
      if (part instanceof Error) throw part;
      yield part;
    }
  };
  let failure;
  try {
    for await (const part of withWholeCalls(question, ask, (error) => told.push(error.message))) parts.push(part);
  } catch (error) {
    failure = error;
  }
  return { parts, asked, told, failure };
}

test('an answer whose calls are whole goes through as it is', async () => {
  const answer = [text('a'), call('1'), call('2'), usage, finish];
  assert.deepEqual(await answered(answer), { parts: answer, asked: [question], told: [], failure: undefined });
});

test('text is given out as it comes, and does not wait for the end', async () => {
  const first = withWholeCalls(question, () => endless(), assert.fail);
  assert.deepEqual((await first.next()).value, text('first'));
  await first.return();
  async function* endless() {
    yield text('first');
    yield await new Promise(() => {});
  }
});

test('a broken call is told to the model, after what it said, and no call of that answer is run', async () => {
  const { parts, asked, told, failure } = await answered(
    [text('I look.'), call('1'), usage, broken()],
    [text('Again.'), call('2'), usage, finish],
  );
  assert.equal(failure, undefined);
  assert.deepEqual(parts, [text('I look.'), usage, text('\n\n'), text('Again.'), call('2'), usage, finish]);
  assert.deepEqual(asked[1], [
    ...question,
    { role: 'assistant', content: 'I look.' },
    { role: 'user', content: 'no JSON' },
  ]);
  assert.deepEqual(told, ['broken']);
});

test('a broken call without a word before it', async () => {
  const { parts, asked } = await answered([broken()], [text('ok'), finish]);
  assert.deepEqual(parts, [text('ok'), finish]);
  assert.deepEqual(asked[1], [...question, { role: 'user', content: 'no JSON' }]);
});

test('a model that does not learn it is told twice; then the error ends the answer, and nothing said is lost', async () => {
  const { parts, asked, told, failure } = await answered(
    [text('a'), broken()],
    [broken()],
    [text('b'), call('3'), broken()],
  );
  assert.equal(failure.message, 'broken');
  assert.deepEqual(parts, [text('a'), text('\n\n'), text('b'), call('3')]);
  assert.deepEqual([asked.length, told.length], [3, 2]);
});

test('a call that the output limit cut is told once, also after one that was broken', async () => {
  const cut = () => Object.assign(new Error('cut'), { kind: 'truncated', forModel: 'too long' });
  const learned = await answered([broken()], [cut()], [call('3'), finish]);
  assert.deepEqual([learned.failure, learned.parts], [undefined, [call('3'), finish]]);
  const { asked, told, failure } = await answered([cut()], [cut()], [finish]);
  assert.deepEqual([failure.message, asked.length, told], ['cut', 2, ['cut']]);
});

test('another error ends the answer at once', async () => {
  const { parts, asked, failure } = await answered([text('a'), call('1'), new Error('lost')]);
  assert.deepEqual([parts, asked.length, failure.message], [[text('a'), call('1')], 1, 'lost']);
});

test('what a model takes none of is told once for a conversation and a model', async (t) => {
  const leftOut = new LeftOut();
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: '' } };
  const document = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: '' } };
  const blind = { supportsImages: false, supportsPdf: false };
  const shown = { id: 'p::m', name: 'Model M' };
  const { commands, warnings } = vscode;
  const pressed = warnings.answer;
  t.after(() => {
    warnings.answer = pressed;
  });
  const offered = [];
  warnings.answer = async (_, buttons) => {
    offered.push(buttons);
    return buttons[0];
  };
  commands.getCommands = async () => ['workbench.action.chat.openModelPicker'];
  const NONE = Symbol('no conversation');
  const tell = async (content, info = blind, conversation = 'c1', model = shown) => {
    vscode.shown.length = 0;
    const told = conversation === NONE ? undefined : conversation;
    leftOut.tell(model, info, [{ role: 'user', content }], told);
    await new Promise((resolve) => setImmediate(resolve));
    return vscode.shown.length;
  };
  assert.equal(await tell('text'), 0);
  assert.equal(await tell([image], { supportsImages: true, supportsPdf: true }), 0);
  assert.equal(await tell([image, image]), 1);
  assert.match(vscode.shown[0], /^Model M takes no images, .*Choose a model/);
  assert.equal(await tell([image]), 0);
  assert.equal(await tell([{ type: 'tool_result', tool_use_id: 'x', content: [document] }]), 1);
  assert.match(vscode.shown[0], /^Model M takes no documents, /);
  assert.equal(await tell([image, document]), 0);
  assert.equal(await tell([image], blind, 'c2'), 1);
  assert.equal(await tell([image], blind, 'c2', { id: 'other', name: 'Other' }), 1);
  // Who tells no conversation is told once, too.
  assert.equal(await tell([image], blind, NONE), 1);
  assert.equal(await tell([image], blind, NONE), 0);
  // Another extension chooses its model by itself.
  assert.deepEqual([offered[0], offered.at(-1)], [['Choose Another Model'], []]);
  assert.ok(vscode.executed.includes('workbench.action.chat.openModelPicker'));
});

test('a caller chooses a tool by its name, or has the editor require any', () => {
  const signal = new AbortController().signal;
  const tools = [{ name: 'f', description: '', inputSchema: { type: 'object' } }];
  const chosen = (modelOptions, toolMode = 1) => toCallOptions({ toolMode, tools, modelOptions }, signal).toolChoice;
  assert.equal(chosen({}), undefined);
  assert.equal(chosen({}, 2), 'required');
  const named = { type: 'function', function: { name: 'f' } };
  assert.deepEqual(chosen({ tool_choice: named }), named);
  assert.deepEqual(chosen({ toolChoice: { name: 'f' } }, 2), { name: 'f' });
  assert.equal(chosen({ tool_choice: 'none' }), 'none');
  assert.equal(
    toCallOptions({ toolMode: 1, tools, modelOptions: { tool_choice: 'none' } }, signal).extraBody,
    undefined,
  );
});
