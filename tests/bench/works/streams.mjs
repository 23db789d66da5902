/** Decoding a chat model's stream, in memory and over loopback HTTP. */
import assert from 'node:assert/strict';
import { makeStream } from '../data/stream.mjs';
import { once, repeat } from '../measurement.mjs';
import { cutAfterEvents, cutEvery, fetchOf } from '../streams/body.mjs';
import { bareRead, decoders } from '../streams/decoders.mjs';

const longAnswer = 10_000;
const address = 'http://127.0.0.1:4000';

/** Data that stands ready in a file for each process: the stream's bytes, and the answer that comes of them. */
function streamInputs(name, chunks) {
  return {
    [`${name}.sse`]: () => makeStream(chunks).events.join(''),
    [`${name}.json`]: () => JSON.stringify(makeStream(chunks).expected),
  };
}

function inMemory(title, cut) {
  return {
    title,
    candidates: [...Object.keys(decoders), 'bare read'],
    inputs: streamInputs('stream', longAnswer),
    measure: async ({ candidate, effort, read }) => {
      const bytes = read('stream.sse');
      const pieces = cut(bytes);
      const { decode, verify } = await decoderOf(candidate, address, bytes, read('stream.json'));
      return repeat(() => decode(fetchOf(pieces)), verify, effort);
    },
  };
}

export const streamWorks = {
  'stream-16k': inMemory('a stream of 10,000 chunks in pieces of 16 KB', (bytes) => cutEvery(bytes, 16 * 1024)),
  'stream-1k': inMemory('the same in pieces of 1 KB', (bytes) => cutEvery(bytes, 1024)),
  'stream-events': inMemory('the same, one event a read', cutAfterEvents),
  'stream-http': {
    title: 'the same over loopback HTTP in writes of 16 KB',
    candidates: [...Object.keys(decoders), 'bare read'],
    inputs: streamInputs('stream', longAnswer),
    server: 'stream.sse',
    measure: async ({ candidate, effort, read, serverAddress }) => {
      const { decode, verify } = await decoderOf(candidate, serverAddress, read('stream.sse'), read('stream.json'));
      const { fetch } = globalThis;
      return repeat(() => decode(fetch), verify, effort);
    },
  },
  'stream-cold': {
    title: 'the first 100 events of a process, one event a read',
    isOneRun: true,
    candidates: Object.keys(decoders),
    inputs: streamInputs('short', 100),
    measure: async ({ candidate, read }) => {
      const bytes = read('short.sse');
      const pieces = cutAfterEvents(bytes);
      const { decode, verify } = await decoderOf(candidate, address, bytes, read('short.json'));
      return once(() => decode(fetchOf(pieces)), verify);
    },
  },
};

/** What the candidate does with one request, and how its result is judged. */
async function decoderOf(candidate, at, bytes, expected) {
  if (candidate === 'bare read')
    return { decode: bareRead(at), verify: (length) => assert.equal(length, bytes.length) };
  const answer = JSON.parse(expected);
  return { decode: await decoders[candidate](at), verify: (given) => assert.deepEqual(given, answer) };
}
