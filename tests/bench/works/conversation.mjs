/** From a conversation to the request that carries it. */
import assert from 'node:assert/strict';
import { requestOf } from '../conversation/jsonStringify.mjs';
import { makeConversation, system, tools } from '../data/conversation.mjs';
import { repeat } from '../measurement.mjs';

const address = 'http://127.0.0.1:4000';
const model = 'gpt-5';
const maxTokens = 32_000;

/** Programs that make a request: `() => Promise<(messages) => Promise<Request>>`, loaded by the outer function. */
const converters = {
  /** `createMessage` of the built public module, up to the moment when it calls `fetch`, and the request that `fetch` then makes. */
  ours: async () => {
    const core = await import('../../../dist/core.mjs');
    await core.init();
    const modelInfo = { supportsImages: true, maxTokens };
    const handler = new core.LiteLLMHandler({ baseUrl: address, apiKey: 'sk-bench', modelId: model, modelInfo });
    return (messages) =>
      new Promise((resolve, reject) => {
        const stop = new AbortController();
        globalThis.fetch = (...call) => {
          resolve(new Request(...call));
          // Nothing is sent, so nothing more may come of this call.
          queueMicrotask(() => stop.abort());
          return new Promise(() => {});
        };
        const answer = handler.createMessage(system, messages, { tools, signal: stop.signal });
        answer.next().catch((error) => {
          if (error.kind !== 'aborted') reject(error);
        });
      });
  },
  'JSON.stringify': async () => async (messages) => requestOf({ address, model, maxTokens, system, messages, tools }),
};

function conversion(title, options) {
  const name = options.hasImage ? 'conversation-with-image' : 'conversation';
  return {
    title,
    candidates: Object.keys(converters),
    inputs: { [`${name}.json`]: () => JSON.stringify(makeConversation(options)) },
    measure: async ({ candidate, effort, read }) => {
      const messages = JSON.parse(read(`${name}.json`));
      const convert = await converters[candidate]();
      const expected = await requestOf({ address, model, maxTokens, system, messages, tools }).json();
      const verify = async (request) => assert.deepEqual(JSON.parse(await request.text()), expected);
      return repeat(() => convert(messages), verify, effort);
    },
  };
}

export const conversationWorks = {
  conversation: conversion('a conversation of 102 messages, 0.5 MB', {}),
  'conversation-image': conversion('the same with a picture of 1 MB', { hasImage: true }),
};
