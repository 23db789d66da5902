/**
 * The rows of the bench: what each promises. A check compares a figure of ours, in one piece of work, with a peer's or with
 * a limit. See `judging.mjs` for what the kinds of checks mean.
 */

/** The peer takes at least `reach` times as long as we do. Of several peers the fastest counts. */
function faster(work, peer, reach, figure = 'wallMs') {
  return { kind: 'faster', work, peers: [peer].flat(), reach, figure };
}

/** We need at most `reach` times what the peer needs. */
function atMostTimes(work, peer, reach, figure = 'wallMs') {
  return { kind: 'atMostTimes', work, peers: [peer], reach, figure };
}

/** A figure of ours is at most `reach`, in its own unit. */
function atMost(work, figure, reach) {
  return { kind: 'atMost', work, peers: [], reach, figure };
}

/** The programs that are compared for the speed of counting. */
const tokenPeers = ['gpt-tokenizer', 'ai-tokenizer', '@microsoft/tiktokenizer', 'tiktoken'];

export const rows = [
  {
    id: 'S1',
    title: 'Decode a stream, pieces of 16 KB',
    checks: [
      faster('stream-16k', 'openai', 20),
      faster('stream-16k', 'eventsource-parser', 4.5),
      faster('stream-16k', '@ai-sdk/openai-compatible', 28),
    ],
  },
  {
    id: 'S2',
    title: 'Decode a stream, pieces of 1 KB',
    checks: [faster('stream-1k', 'openai', 11), faster('stream-1k', 'eventsource-parser', 3)],
  },
  {
    id: 'S3',
    title: 'Decode a stream, one event a read',
    checks: [
      faster('stream-events', 'openai', 6),
      faster('stream-events', 'eventsource-parser', 1.8),
      faster('stream-events', 'hand-written', 1.8),
    ],
  },
  {
    id: 'S4',
    title: 'Decode a stream from loopback HTTP',
    checks: [
      faster('stream-http', 'openai', 11),
      faster('stream-http', 'eventsource-parser', 3.2),
      atMostTimes('stream-http', 'bare read', 1.9),
    ],
  },
  {
    id: 'S6',
    title: 'The first 100 events of a process',
    checks: [faster('stream-cold', 'openai', 3), atMostTimes('stream-cold', 'hand-written', 1.8)],
  },
  {
    id: 'T1',
    title: 'Tokens, cold start to the first count',
    checks: [
      atMost('tokens-cold', 'wallMs', 25),
      faster('tokens-cold', 'gpt-tokenizer', 6),
      faster('tokens-cold', 'tiktoken', 8),
      faster('tokens-cold', '@microsoft/tiktokenizer', 20),
    ],
  },
  {
    id: 'T2',
    title: 'Tokens of unseen prose and code',
    checks: [faster('tokens-prose', tokenPeers, 8), faster('tokens-code', tokenPeers, 8)],
  },
  {
    id: 'T3',
    title: 'Tokens of unseen Chinese, and again',
    checks: [faster('tokens-chinese', tokenPeers, 2), faster('tokens-chinese', tokenPeers, 1, 'againMs')],
  },
  {
    id: 'T4',
    title: 'Tokens of short texts, as the editor asks',
    checks: [faster('tokens-short', tokenPeers, 6)],
  },
  {
    id: 'T5',
    title: 'Tokens of hostile texts',
    checks: [atMost('tokens-hostile', 'worstMs', 40), atMost('tokens-hostile', 'growth', 5)],
  },
  {
    id: 'T7',
    title: 'Memory and size of the token counter',
    checks: [atMost('tokens-cold', 'memoryMB', 20), atMost('size-tokens', 'packedMB', 0.8)],
  },
  {
    id: 'M1',
    title: 'List models, rows as sent today',
    checks: [
      faster('models-real-50', 'JSON.parse', 4.5),
      faster('models-real-500', 'JSON.parse', 4.5),
      faster('models-real-5000', 'JSON.parse', 4.5),
      atMostTimes('models-real-5000', 'JSON.parse', 0.5, 'grownMB'),
    ],
  },
  {
    id: 'M2',
    title: 'List models, lean rows',
    checks: [
      faster('models-lean-50', 'JSON.parse', 1.3),
      faster('models-lean-500', 'JSON.parse', 1.3),
      faster('models-lean-5000', 'JSON.parse', 1.3),
      atMostTimes('models-lean-500', 'JSON.parse', 1, 'firstMs'),
    ],
  },
  {
    id: 'C1',
    title: 'A conversation to the bytes of its request',
    checks: [faster('conversation', 'JSON.stringify', 1), faster('conversation-image', 'JSON.stringify', 1)],
  },
  {
    id: 'C2',
    title: 'A long session at a provider that caches prompts',
    checks: [atMost('agent-session', 'costRatio', 1.15)],
  },
  {
    id: 'A1',
    title: 'Load the core, and the token counter',
    checks: [atMost('load-core', 'wallMs', 5), faster('load-core', 'openai', 7), atMost('load-tokens', 'wallMs', 30)],
  },
  {
    id: 'A2',
    title: 'Activate the extension, and its kept list of models',
    checks: [atMost('activation', 'wallMs', 15), atMost('kept-list', 'wallMs', 50), atMost('activation', 'keptMs', 50)],
  },
  {
    id: 'A3',
    title: 'Size of the core',
    checks: [atMost('size-core', 'sizeKB', 400), atMost('size-core', 'gzipKB', 160)],
  },
  {
    id: 'B1',
    title: 'Memory while a stream of 100 MB is consumed',
    checks: [atMost('long-stream', 'grownMB', 8)],
  },
  {
    id: 'B2',
    title: 'Filter 5,000 models in the settings page',
    checks: [atMost('filter-models', 'worstMs', 16), atMost('search-models', 'worstMs', 16)],
  },
];
