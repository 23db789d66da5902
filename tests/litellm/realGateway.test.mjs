// The built core, in Node, against real LiteLLM gateways: the newest that we know, and two older ones that are still in use and
// differ from it in what they report (usage, cost, errors in mid-stream).

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from '../../extension/development/gateway.mjs';
import { until } from '../e2e/until.mjs';
import { BALANCED, CHAT_MODELS, gatewayConfiguration } from '../gateway/gatewayConfiguration.mjs';
import { startScriptedUpstream } from '../gateway/scriptedUpstream.mjs';
import { PIXEL, SIGNATURE, USAGE } from '../gateway/upstreamScenarios.mjs';
import core from '../wasm/builtCore.mjs';
import { brokenLaws, joinParts } from '../wasm/streamLaws.mjs';

/**
 * What the newest gateway does and older ones don't. `reportsBreaks`: a provider that breaks off in mid-stream is reported,
 * where others make up an end. `passesRetryHints`: the provider's `retry-after` is passed on. `streamsImages`.
 * `tellsCachePrices`: the prices of cached tokens that the configuration states are listed, and charged. `cancels`: the
 * scenarios in which the connection to the provider is closed when the client is gone.
 */
const GATEWAYS = [
  {
    version: '1.106.2',
    reportsBreaks: true,
    passesRetryHints: true,
    streamsImages: true,
    tellsCachePrices: true,
    cancels: ['hang', 'endless'],
  },
  { version: '1.83.0', streamsImages: true, cancels: ['endless'] },
  { version: '1.74.15', cancels: [] },
];

/** How soon a provider must see that the user gave up. */
const CLOSED_WITHIN_MS = 1000;

const TOOL = {
  name: 'read_file',
  description: 'Reads a file.',
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
};
const QUESTION = [{ role: 'user', content: 'What does a.txt say?' }];

for (const { version, cancels, ...does } of GATEWAYS) {
  describe(`LiteLLM ${version}`, { timeout: 600_000 }, () => {
    let upstream;
    let gateway;

    before(async () => {
      upstream = await startScriptedUpstream();
      gateway = await startGateway({ config: gatewayConfiguration({ upstream: upstream.baseUrl }), version });
    });
    after(async () => {
      await gateway?.stop();
      await upstream?.stop();
    });

    const handlerOf = (modelId, settings = {}) =>
      new core.LiteLLMHandler({
        baseUrl: gateway.baseUrl,
        apiKey: gateway.masterKey,
        modelId,
        maxRetries: 0,
        ...settings,
      });

    /** Reads one reply to its end, checks the laws, and gives its parts and what was thrown. */
    async function read(handler, messages = QUESTION, options = {}) {
      const raw = [];
      let error;
      try {
        for await (const part of handler.createMessage('Be brief.', messages, options)) raw.push(part);
      } catch (thrown) {
        error = thrown;
      }
      assert.deepEqual(brokenLaws(raw, error ? 'failed' : 'finished'), []);
      const parts = joinParts(raw);
      const of = (type) => parts.filter((part) => part.type === type);
      return {
        parts,
        of,
        error,
        text: of('text')
          .map(({ text }) => text)
          .join(''),
      };
    }

    /** A reply that must end well. */
    async function readWell(handler, messages, options) {
      const reply = await read(handler, messages, options);
      if (reply.error) throw reply.error;
      return reply;
    }

    test('lists its models', async () => {
      const { models, issues } = await handlerOf('text').listModels();
      assert.deepEqual(issues, []);
      assert.deepEqual(new Set(models.map(({ id }) => id)), new Set(CHAT_MODELS));
      const model = (id) => models.find((candidate) => candidate.id === id);
      const { maxTokens, contextWindow, inputPrice, outputPrice, cacheReadsPrice, cacheWritesPrice } = model('text');
      assert.deepEqual(
        { maxTokens, contextWindow, inputPrice, outputPrice, cacheReadsPrice, cacheWritesPrice },
        {
          maxTokens: 8192,
          contextWindow: 128_000,
          inputPrice: 3,
          outputPrice: 15,
          cacheReadsPrice: does.tellsCachePrices ? 1 : undefined,
          cacheWritesPrice: does.tellsCachePrices ? 3.75 : undefined,
        },
      );
      assert.equal(model('text').supportsTools, true);
      assert.equal(model('without-tools').supportsTools, false);
      assert.equal(model('image').supportsImages, true);
      assert.equal(model('claude-thinking').supportsReasoning, true);
      assert.equal(model('alias-of-text').inputPrice, 3);
      const balanced = model('balanced');
      assert.equal(balanced.deployments, BALANCED.length);
      assert.equal(balanced.contextWindow, 64_000, 'the smaller of both');
      assert.equal(balanced.inputPrice, undefined, 'two prices are none');
    });

    test('streams text', async () => {
      const { text, of } = await readWell(handlerOf('text'));
      assert.equal(text, 'Hello from the scripted upstream.');
      const [usage] = of('usage');
      assert.equal(usage.inputTokens, USAGE.input);
      assert.equal(usage.outputTokens, USAGE.output);
      assert.equal(usage.cacheReadTokens, USAGE.cacheRead);
      assert.deepEqual(of('finish'), [{ type: 'finish', reason: 'stop', raw: 'stop' }]);
      const { callId, modelId } = of('response')[0];
      assert.match(callId, /^[0-9a-f-]{36}$/);
      assert.ok(modelId);
    });

    test('hands the reasoning behind a tool call on to the provider', async () => {
      const conversation = [
        ...QUESTION,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'I have to read it.' },
            { type: 'tool_use', id: 'call_1', name: TOOL.name, input: { path: 'a.txt' } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: 'gulls' }] },
      ];
      const handler = handlerOf('reasoning', { modelInfo: { supportsReasoning: true } });
      await readWell(handler, conversation, { tools: [TOOL] });
      const { messages } = upstream.requestsOf('reasoning').at(-1).body;
      assert.equal(messages.find(({ role }) => role === 'assistant').reasoning_content, 'I have to read it.');
    });

    test('hands on what has come before the rest is there', async () => {
      const parts = handlerOf('stepwise').createMessage('', QUESTION);
      const texts = [];
      for await (const part of parts) {
        if (part.type !== 'text') continue;
        texts.push(part.text);
        // Only now does the provider send the second half: a core that waits for the end would wait for ever.
        if (texts.length === 1) upstream.release();
      }
      assert.equal(texts[0], 'The first half. ');
      assert.equal(texts.join(''), 'The first half. The second half.');
    });

    test('carries a tool call and its result', async () => {
      const handler = handlerOf('tool-call');
      const first = await readWell(handler, QUESTION, { tools: [TOOL] });
      const [call] = first.of('tool_call');
      assert.equal(call.name, 'read_file');
      assert.deepEqual(JSON.parse(call.arguments), { path: 'a.txt' });
      assert.equal(first.of('finish')[0].reason, 'tool_calls');
      const messages = [
        ...QUESTION,
        {
          role: 'assistant',
          content: [
            { type: 'text', text: first.text },
            { type: 'tool_use', id: call.id, name: call.name, input: JSON.parse(call.arguments) },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'twelve herons' }] },
      ];
      const second = await readWell(handler, messages, { tools: [TOOL] });
      assert.equal(second.text, 'The tool answered: twelve herons');
      const { messages: sent } = upstream.requestsOf('tool-call').at(-1).body;
      assert.equal(sent.at(-1).tool_call_id, sent.at(-2).tool_calls[0].id);
    });

    test('carries parallel tool calls', async () => {
      const { of } = await readWell(handlerOf('parallel-tool-calls'), QUESTION, { tools: [TOOL] });
      const paths = of('tool_call').map((call) => JSON.parse(call.arguments).path);
      assert.deepEqual(paths, ['a.txt', 'b.txt']);
    });

    test('shows reasoning', async () => {
      const { text, of } = await readWell(handlerOf('reasoning'));
      assert.equal(of('reasoning')[0].text, 'First I weigh it.');
      assert.equal(text, 'The answer is 42.');
    });

    test('gives thinking back with its signature', async () => {
      const handler = handlerOf('claude-thinking');
      await handler.listModels();
      const options = { tools: [TOOL], thinkingBudget: 1024, maxTokens: 4096 };
      const first = await readWell(handler, QUESTION, options);
      assert.equal(first.of('reasoning')[0].text, 'I need a tool.');
      const [{ blocks }] = first.of('thinking_blocks');
      assert.deepEqual(blocks, [{ type: 'thinking', thinking: 'I need a tool.', signature: SIGNATURE }]);
      const [call] = first.of('tool_call');
      const messages = [
        ...QUESTION,
        { role: 'assistant', content: [...blocks, { type: 'tool_use', id: call.id, name: call.name, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'twelve herons' }] },
      ];
      assert.equal((await readWell(handler, messages, options)).text, 'Done thinking.');
      const { messages: sent, thinking } = upstream.requestsOf('thinking').at(-1).body;
      assert.equal(thinking.budget_tokens, 1024);
      const returned = sent.flatMap(({ content }) => content).find(({ type }) => type === 'thinking');
      assert.equal(returned.thinking, 'I need a tool.');
      assert.equal(returned.signature, SIGNATURE);
    });

    test('keeps redacted thinking', async () => {
      const { text, of } = await readWell(handlerOf('claude-redacted-thinking'));
      assert.equal(text, 'After hidden thoughts.');
      assert.deepEqual(of('thinking_blocks')[0].blocks, [{ type: 'redacted_thinking', data: 'b3BhcXVl' }]);
    });

    test('gives images out', async () => {
      const { text, of } = await readWell(handlerOf('image'));
      assert.equal(text, 'Here it is.');
      const images = does.streamsImages ? [{ type: 'image', mediaType: 'image/png', data: PIXEL }] : [];
      assert.deepEqual(of('image'), images);
    });

    test('says why an answer ended early', async () => {
      assert.equal((await readWell(handlerOf('length'))).of('finish')[0].reason, 'length');
      assert.equal((await readWell(handlerOf('content-filter'))).of('finish')[0].reason, 'content_filter');
    });

    test('completes a prompt', async () => {
      assert.equal(await handlerOf('text').completePrompt('Hello?'), 'Hello from the scripted upstream.');
    });

    test('heals a parameter that the provider refuses', async () => {
      const handler = handlerOf('unsupported-parameter', { temperature: 0.5 });
      const { text, of } = await readWell(handler);
      assert.equal(text, 'Answered without it.');
      assert.equal(of('notice').length, 1);
      const requests = upstream.requestsOf('unsupported-parameter').length;
      await readWell(handler);
      assert.equal(upstream.requestsOf('unsupported-parameter').length, requests + 1, 'it is remembered');
    });

    test('tries again when there is no room', async () => {
      assert.equal((await readWell(handlerOf('rate-limit', { maxRetries: 2 }))).text, 'Now there is room.');
      const { error } = await read(handlerOf('rate-limit'));
      assert.equal(error.kind, 'rate_limit');
      if (does.passesRetryHints) assert.equal(error.retryAfterMs, 1000);
      // Uses up the scenario's second answer, so that it begins anew.
      await read(handlerOf('rate-limit'));
    });

    const FAILURES = {
      'context-window': 'context_length',
      'bad-provider-key': 'provider_auth',
      'server-error': 'server',
      'provider-down': 'server',
      'no-such-model': 'unknown_model',
    };
    for (const [model, kind] of Object.entries(FAILURES)) {
      test(`fails with "${kind}" for ${model}`, async () => {
        const { parts, error } = await read(handlerOf(model));
        assert.deepEqual(parts, []);
        assert.equal(error.kind, kind, `${error.message} (${error.detail})`);
        assert.ok(error instanceof Error);
        assert.doesNotMatch(`${error.message} ${error.detail}`, new RegExp(gateway.masterKey));
      });
    }

    test('fails with "auth" for a wrong key and for none', async () => {
      for (const apiKey of ['sk-wrong', undefined]) {
        const { error } = await read(handlerOf('text', { apiKey }));
        assert.equal(error.kind, 'auth', `${error.status} ${error.message} (${error.detail})`);
        await assert.rejects(handlerOf('text', { apiKey }).listModels(), { kind: 'auth' });
      }
    });

    test('fails with "protocol" for an address that is none of its own', async () => {
      const { error } = await read(handlerOf('text', { baseUrl: `${gateway.baseUrl}/elsewhere` }));
      assert.equal(error.kind, 'protocol');
    });

    test('fails with "timeout" when nothing comes', async () => {
      const { error } = await read(handlerOf('hang', { timeoutMs: 500 }));
      assert.equal(error.kind, 'timeout');
    });

    for (const [model, text] of [
      ['abort', 'The beginning of '],
      ['bad-json', 'Before the damage. '],
    ]) {
      test(`keeps what came before the damage (${model})`, async () => {
        const reply = await read(handlerOf(model));
        assert.ok(reply.text.startsWith(text));
        if (does.reportsBreaks) assert.equal(reply.error.kind, 'server');
      });
    }

    for (const model of ['hang', 'endless']) {
      const closes = cancels.includes(model) ? ' and closes the connection to the provider' : '';
      test(`is aborted by its signal${closes} (${model})`, async () => {
        const controller = new AbortController();
        const before = upstream.requestsOf(model).length;
        const reading = read(handlerOf(model), QUESTION, { signal: controller.signal });
        const arrived = await until('the provider was asked', () => upstream.requestsOf(model)[before]);
        controller.abort();
        const since = performance.now();
        assert.equal((await reading).error.kind, 'aborted');
        if (closes) await assertClosed(arrived, since);
      });
    }

    test('ends when the caller leaves', async () => {
      for await (const part of handlerOf('endless').createMessage('', QUESTION)) if (part.type === 'text') break;
      if (cancels.includes('endless')) await assertClosed(upstream.requestsOf('endless').at(-1), performance.now());
    });

    test("names the gateway's own cost", async () => {
      const cached = ['text', 'reasoning', 'claude-text', 'claude-thinking', 'alias-of-text'];
      for (const model of ['uncached', ...(does.tellsCachePrices ? cached : [])]) {
        const handler = handlerOf(model);
        await handler.listModels();
        const [usage] = (await readWell(handler)).of('usage');
        assertNear(usage.totalCost, (await costOf(model)).cost, `${model}: ${usage.costSource}`);
        const calculated = await handler.calculateCost(usage);
        assertNear(calculated.totalCost, usage.totalCost, `${model}, calculated`);
      }
    });

    test('names the cost of the deployment that answered', async () => {
      const costs = new Map();
      const handler = handlerOf('balanced');
      await handler.listModels();
      // The gateway chooses at random: until each has answered both ways.
      const streamed = new Map();
      while (costs.size < BALANCED.length || streamed.size < BALANCED.length) {
        const { id, cost } = await costOf('balanced');
        costs.set(id, cost);
        const { of } = await readWell(handler);
        streamed.set(of('response')[0].modelId, of('usage')[0].totalCost);
      }
      for (const { id } of BALANCED) assertNear(streamed.get(id), costs.get(id), id);
    });

    test('says that a cost is unknown where it is', async () => {
      const handler = handlerOf('unpriced');
      await handler.listModels();
      const [usage] = (await readWell(handler)).of('usage');
      // Older gateways state 0 where they know no price.
      assert.ok(usage.totalCost === undefined || usage.totalCost === 0, `${usage.totalCost}`);
    });

    test('passes its own connection test', async () => {
      const steps = [];
      for await (const step of handlerOf('text').testConnection()) steps.push(`${step.step}: ${step.status}`);
      const names = ['address', 'reachable', 'gateway', 'key', 'models', 'chat'];
      assert.deepEqual(
        steps,
        names.map((name) => `${name}: ok`),
      );
    });

    /** What the gateway says that a reply cost: it says so for replies that are not streamed. */
    async function costOf(model) {
      const response = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.masterKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'How much?' }] }),
      });
      await response.body?.cancel();
      const cost = Number(response.headers.get('x-litellm-response-cost'));
      assert.ok(cost > 0, `the gateway tells no cost of ${model}`);
      return { cost, id: response.headers.get('x-litellm-model-id') };
    }
  });
}

test('fails with "connection" where no gateway is', async () => {
  const handler = new core.LiteLLMHandler({ baseUrl: 'http://127.0.0.1:1', modelId: 'm', maxRetries: 0 });
  await assert.rejects(handler.listModels(), { kind: 'connection' });
});

async function assertClosed(request, since) {
  const delay = (await request.closed) - since;
  assert.ok(delay < CLOSED_WITHIN_MS, `closed after ${Math.round(delay)} ms`);
  assert.equal(request.answered, false, 'it was closed before its end');
}

function assertNear(actual, expected, what) {
  const isNear = Math.abs(actual - expected) <= 1e-9 * Math.abs(expected);
  assert.ok(isNear, `${what}: ${actual} instead of ${expected}`);
}
