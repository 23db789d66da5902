/** What a long session costs at a provider that caches prompts, beside the least that it can cost. */
import assert from 'node:assert/strict';
import { CachingProvider, costOf, PRICES } from '../caching/provider.mjs';
import { sessionOf, system, tools } from '../caching/session.mjs';

const mark = { type: 'ephemeral' };

/** Where marks stand, by the name of who places them: `(messages of the body)` without any get theirs. */
const placements = {
  /** The built core places them. */
  ours: undefined,
  'no marks': () => {},
  'the system prompt alone': ([first]) => markLast(first),
  'the last message alone': (messages) => markLast(messages.at(-1)),
};

/** Bodies as the built core sends them; without its own marks where another placement is tried. */
async function bodiesBy(place) {
  const core = await import('../../../dist/core.mjs');
  await core.init();
  await core.initTokens();
  const handler = new core.LiteLLMHandler({
    baseUrl: 'http://127.0.0.1:4000',
    modelId: 'claude-sonnet',
    modelInfo: { supportsPromptCache: true, supportsReasoning: true, maxTokens: 32_000 },
    usePromptCache: place === undefined,
  });
  const bodyOf = (messages) =>
    new Promise((resolve, reject) => {
      const stop = new AbortController();
      const real = globalThis.fetch;
      globalThis.fetch = (...call) => {
        globalThis.fetch = real;
        new Request(...call).json().then((body) => {
          place?.(body.messages);
          resolve(body);
          stop.abort();
        }, reject);
        return new Promise(() => {});
      };
      const answer = handler.createMessage(system, messages, { tools, signal: stop.signal });
      answer.next().catch((error) => {
        if (error.kind !== 'aborted') reject(error);
      });
    });
  return { bodyOf, count: core.countTokens };
}

/** The cost of the session, and the least: all before the last turn is read, that turn is plain input. */
async function costsOf(place) {
  const { bodyOf, count } = await bodiesBy(place);
  const known = new Map();
  const counted = (text) => known.get(text) ?? known.set(text, count(text)).get(text);
  const provider = new CachingProvider(counted);
  let cost = 0;
  let ideal = 0;
  let before = 0;
  for (const { messages, seconds, answer } of sessionOf()) {
    const took = provider.ask(await bodyOf(messages), seconds);
    const output = answer.content.reduce((sum, block) => sum + counted(JSON.stringify(block)), 0);
    cost += costOf(took, output);
    // What the last turn adds is new; after a compaction all but the system prompt and the tools is.
    const read = took.tokens > before ? before : fixedTokens(counted);
    ideal += read * PRICES.read + (took.tokens - read) * PRICES.input + output * PRICES.output;
    before = took.tokens;
  }
  return { cost, ideal };
}

function fixedTokens(count) {
  return tools.reduce((sum, tool) => sum + count(JSON.stringify(tool)), count(system));
}

/** Marks the last part of a message. */
function markLast(message) {
  if (typeof message.content === 'string') message.content = [{ type: 'text', text: message.content }];
  message.content.at(-1).cache_control = mark;
}

export const cachingWorks = {
  'agent-session': {
    title: 'a session of 60 rounds at a provider that caches prompts',
    candidates: Object.keys(placements),
    inputs: {},
    isMeasuredOnce: true,
    measure: async ({ candidate }) => {
      const { cost, ideal } = await costsOf(placements[candidate]);
      assert.ok(cost >= ideal, 'nothing costs less than the least');
      return { costRatio: cost / ideal };
    },
  },
};
