/** An answer is an asynchronous generator to its reader, and its texts are what was sent, however they come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventText } from '../gateway/scriptedGateway.mjs';
import core from './builtCore.mjs';
import { hello, textOf } from './scriptedHandler.mjs';

const { LiteLLMHandler } = core;
const delta = (content) => eventText({ choices: [{ index: 0, delta: { content } }] });
const finish = eventText({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });

/** A stream of an answer whose body has these pieces; `closed` is set when it is cancelled. */
function answerOf(pieces, options) {
  const state = { isAsked: false, isCancelled: false };
  globalThis.fetch = async () => {
    state.isAsked = true;
    const rest = [...pieces];
    const body = new ReadableStream({
      pull: (controller) => (rest.length > 0 ? controller.enqueue(rest.shift()) : controller.close()),
      cancel: () => {
        state.isCancelled = true;
      },
    });
    return Object.defineProperty(new Response(''), 'body', { value: body });
  };
  return { state, stream: new LiteLLMHandler({ modelId: 'm', maxRetries: 0 }).createMessage('', hello, options) };
}

const bytesOf = (text) => new TextEncoder().encode(text);
const typeOf = ({ value, done }) => value?.type ?? done;

test('parts that are asked for together come in their order, and then the end', async () => {
  const { stream } = answerOf([delta('a'), delta('b'), finish].map(bytesOf));
  const results = await Promise.all(Array.from({ length: 6 }, () => stream.next()));
  assert.deepEqual(results.map(typeOf), ['response', 'text', 'text', 'finish', true, true]);
  assert.deepEqual(await stream.next(), { value: undefined, done: true });
});

test('nothing is asked before the first part is, nor after the stream was left', async () => {
  const { state, stream } = answerOf([bytesOf(delta('a') + finish)]);
  assert.equal(stream[Symbol.asyncIterator](), stream);
  assert.deepEqual(await stream.return(Promise.resolve('a value')), { value: 'a value', done: true });
  assert.deepEqual(await stream.next(), { value: undefined, done: true });
  await assert.rejects(stream.throw(new Error('thrown into it')), /thrown into it/);
  assert.equal(state.isAsked, false);
});

test('what is thrown into an answer ends it and comes back', async () => {
  const { state, stream } = answerOf([delta('a'), delta('b'), finish].map(bytesOf));
  await stream.next();
  const thrown = { kind: 'a kind of its own' };
  await assert.rejects(stream.throw(thrown), (error) => error === thrown);
  assert.equal(state.isCancelled, true);
  assert.equal((await stream.next()).done, true);
});

test('leaving is done after the steps before it, and ends those after it', async () => {
  const { state, stream } = answerOf([delta('a'), delta('b'), finish].map(bytesOf));
  await stream.next();
  const settled = [];
  const steps = [stream.next(), stream.return(), stream.next()];
  for (const [index, step] of steps.entries()) step.then(() => settled.push(index));
  const results = await Promise.all(steps);
  assert.deepEqual(results.slice(1).map(typeOf), [true, true]);
  assert.deepEqual(settled, [0, 1, 2]);
  assert.equal(state.isCancelled, true);
});

test('what disposes of generators disposes of answers', async () => {
  const { state, stream } = answerOf([delta('a'), delta('b'), finish].map(bytesOf));
  await stream.next();
  const generator = (async function* () {})();
  // Older hosts have none.
  const dispose = generator[Symbol.asyncDispose];
  assert.equal(stream[Symbol.asyncDispose], dispose);
  await dispose?.call(stream);
  assert.equal(state.isCancelled, dispose !== undefined);
});

test('texts are what was sent, short and long, in any script, and beyond the memory that was there', async () => {
  const texts = ['a', ' the', '\n', '"\\\t', '\u{FEFF}', '\u{FEFF}mark', 'é', '文件', '🙂', '\0', '\u007F'];
  texts.push('x'.repeat(31), 'x'.repeat(32), 'x'.repeat(33), `${'x'.repeat(31)}é`, 'é'.repeat(50));
  // A piece so long that the memory grows, and a text that does so while the core reads it.
  texts.push('long '.repeat(400_000), 'b', 'é'.repeat(3_000_000), 'c');
  for (const size of [1, 7, 500, Number.POSITIVE_INFINITY]) {
    const sent = size === Number.POSITIVE_INFINITY ? texts : texts.filter((text) => text.length < 100);
    const bytes = sent.map((text) => bytesOf(delta(text)));
    const pieces = bytes.flatMap((event) =>
      Array.from({ length: Math.ceil(event.length / Math.min(size, event.length)) }, (_, index) =>
        event.subarray(index * Math.min(size, event.length), (index + 1) * Math.min(size, event.length)),
      ),
    );
    assert.equal(await textOf(answerOf([...pieces, bytesOf(finish)]).stream), sent.join(''), `pieces of ${size}`);
  }
});

test('a body of other views than bytes is read by its bytes', async () => {
  const bytes = bytesOf(`${delta('even')}${finish}`.padEnd(400, '\n'));
  const { buffer } = bytes.slice();
  const views = [new DataView(buffer, 0, 10), new Uint16Array(buffer, 10, 40), new Uint8Array(buffer, 90)];
  assert.equal(await textOf(answerOf(views).stream), 'even');
});
