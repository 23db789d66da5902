/**
 * Programs that ask a gateway for a chat completion and make an answer of its stream. Each is
 * `(address) => Promise<(fetch) => Promise<Answer>>`: the outer function loads and makes what a program has before its first
 * request, the inner one makes one request through `fetch`. Each peer is used the fast way that its documentation shows.
 */
import { ChunkAnswer } from './chunkAnswer.mjs';

const model = 'gpt-5.2';
const messages = [{ role: 'user', content: 'Go on.' }];
const request = {
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
  body: JSON.stringify({ model, messages, stream: true, stream_options: { include_usage: true } }),
};

export const decoders = {
  /** `createMessage` of the built public module, part by part. */
  ours: async (address) => {
    const core = await import('../../../dist/core.mjs');
    await core.init();
    // An editor knows the prices from the list of models. Without them the gateway would be asked for the cost.
    const modelInfo = { inputPrice: 1.25, outputPrice: 10 };
    const handler = new core.LiteLLMHandler({ baseUrl: address, apiKey: 'sk-bench', modelId: model, modelInfo });
    return async (fetch) => {
      // The core asks the host for its `fetch` at each request.
      globalThis.fetch = fetch;
      const answer = { reasoning: '', text: '', toolCalls: [], finishReason: '', usage: undefined };
      for await (const part of handler.createMessage('', messages)) {
        if (part.type === 'text') answer.text += part.text;
        else if (part.type === 'reasoning') answer.reasoning += part.text;
        else if (part.type === 'tool_call') answer.toolCalls.push(part);
        else if (part.type === 'usage') answer.usage = part;
        else if (part.type === 'finish') answer.finishReason = part.reason;
      }
      const { inputTokens, outputTokens, cacheReadTokens, costSource } = answer.usage;
      if (costSource !== 'prices') throw new Error(`The cost comes from ${costSource}.`);
      return {
        ...answer,
        toolCalls: answer.toolCalls.map(({ id, name, arguments: text }) => ({ id, name, arguments: text })),
        usage: { inputTokens, outputTokens, cacheReadTokens },
      };
    };
  },

  openai: async (address) => {
    const { default: OpenAI } = await import('openai');
    return async (fetch) => {
      const client = new OpenAI({ apiKey: 'sk-bench', baseURL: `${address}/v1`, fetch });
      const stream = await client.chat.completions.create({
        model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
      });
      const answer = new ChunkAnswer();
      for await (const chunk of stream) answer.add(chunk);
      return answer.finish();
    };
  },

  '@ai-sdk/openai-compatible': async (address) => {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    return async (fetch) => {
      const provider = createOpenAICompatible({
        name: 'gateway',
        apiKey: 'sk-bench',
        baseURL: `${address}/v1`,
        includeUsage: true,
        fetch,
      });
      const { stream } = await provider(model).doStream({
        prompt: [{ role: 'user', content: [{ type: 'text', text: messages[0].content }] }],
      });
      const answer = { reasoning: '', text: '', toolCalls: [], finishReason: '', usage: undefined };
      for await (const part of stream) {
        if (part.type === 'text-delta') answer.text += part.delta;
        else if (part.type === 'reasoning-delta') answer.reasoning += part.delta;
        else if (part.type === 'tool-call') {
          answer.toolCalls.push({ id: part.toolCallId, name: part.toolName, arguments: part.input });
        } else if (part.type === 'finish') {
          answer.finishReason = part.finishReason.raw;
          const { inputTokens, outputTokens } = part.usage;
          answer.usage = {
            inputTokens: inputTokens.total,
            outputTokens: outputTokens.total,
            cacheReadTokens: inputTokens.cacheRead,
          };
        } else if (part.type === 'error') throw part.error;
      }
      return answer;
    };
  },

  /** eventsource-parser's callback, the fastest of its ways, and JSON.parse. */
  'eventsource-parser': async (address) => {
    const { createParser } = await import('eventsource-parser');
    return async (fetch) => {
      const answer = new ChunkAnswer();
      const parser = createParser({
        onEvent: ({ data }) => {
          if (data !== '[DONE]') answer.add(JSON.parse(data));
        },
      });
      await readTexts(await ask(fetch, address), (text) => parser.feed(text));
      return answer.finish();
    };
  },

  /** What one writes without a library: lines by `indexOf`, and JSON.parse. */
  'hand-written': async (address) => async (fetch) => {
    const answer = new ChunkAnswer();
    let rest = '';
    await readTexts(await ask(fetch, address), (text) => {
      const known = rest + text;
      let start = 0;
      for (;;) {
        const end = known.indexOf('\n', start);
        if (end === -1) break;
        if (known.startsWith('data: ', start) && !known.startsWith('[DONE]', start + 6)) {
          answer.add(JSON.parse(known.slice(start + 6, end)));
        }
        start = end + 1;
      }
      rest = known.slice(start);
    });
    return answer.finish();
  },
};

/** Only reads the body, and gives how many bytes it has: nothing can be faster. */
export function bareRead(address) {
  return async (fetch) => {
    const reader = (await ask(fetch, address)).body.getReader();
    let bytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return bytes;
      bytes += value.length;
    }
  };
}

function ask(fetch, address) {
  return fetch(`${address}/v1/chat/completions`, request);
}

async function readTexts(response, take) {
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(decoder.decode(value, { stream: true }));
  }
}
