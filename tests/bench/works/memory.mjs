/** The memory that a very long stream takes. */
import assert from 'node:assert/strict';
import { makeStream } from '../data/stream.mjs';
import { cutEvery } from '../streams/body.mjs';

const address = 'http://127.0.0.1:4000';
const streamBytes = 100e6;

export const memoryWorks = {
  'long-stream': {
    title: 'a stream of 100 MB, consumed part by part',
    candidates: ['ours'],
    inputs: {
      'stream.sse': () => makeStream(10_000).events.join(''),
      'stream.json': () => JSON.stringify(makeStream(10_000).expected),
    },
    nodeFlags: ['--expose-gc'],
    measure: async ({ effort, read }) => {
      const core = await import('../../../dist/core.mjs');
      await core.init();
      const handler = new core.LiteLLMHandler({ baseUrl: address, apiKey: 'sk-bench' });
      const { body, textLength } = textEvents(read('stream.sse').toString(), JSON.parse(read('stream.json')).text);
      // Whatever a process takes once is taken: code, tables, and the room that its collector likes to have.
      await consume(handler, body, effort === 'check' ? 1e6 : 20e6);
      globalThis.gc();
      const start = process.memoryUsage.rss();
      const { length, peak, repeats } = await consume(handler, body, effort === 'check' ? 2e6 : streamBytes);
      assert.equal(length, textLength * repeats);
      return { grownMB: (peak - start) / 1e6, startMB: start / 1e6 };
    },
  },
};

/** The events of a stream that bring text, in pieces of 16 KB, and how much text they bring. */
function textEvents(stream, text) {
  const events = stream.split('\n\n').filter((event) => event.includes('"delta":{"content":'));
  return { body: cutEvery(Buffer.from(`${events.join('\n\n')}\n\n`), 16 * 1024), textLength: text.length };
}

/** Consumes a stream that repeats the pieces until it has so many bytes. */
async function consume(handler, pieces, bytes) {
  const pieceBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const repeats = Math.ceil(bytes / pieceBytes);
  let next = 0;
  globalThis.fetch = async () => {
    const body = new ReadableStream(
      {
        pull(controller) {
          if (next === pieces.length * repeats) {
            controller.enqueue(Buffer.from('data: [DONE]\n\n'));
            controller.close();
          } else {
            // The same pieces again and again: what is left to the collector is ours.
            controller.enqueue(pieces[next % pieces.length]);
            next += 1;
          }
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  let length = 0;
  let peak = 0;
  let parts = 0;
  for await (const part of handler.createMessage('', [{ role: 'user', content: 'Go on.' }])) {
    if (part.type === 'text') length += part.text.length;
    parts += 1;
    if (parts % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
  }
  return { length, peak, repeats };
}
