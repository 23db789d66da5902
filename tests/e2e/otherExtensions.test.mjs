// What other extensions get of ours in a real editor: the handler that `activate()` hands out, and the models through the
// editor's own API.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe } from 'node:test';
import { PRICES } from '../gateway/gatewayConfiguration.mjs';
import { createScenarios, PIXEL, USAGE } from '../gateway/upstreamScenarios.mjs';
import { scene, startStage } from './stage.mjs';
import { until } from './until.mjs';

describe('other extensions', { timeout: 600_000 }, () => {
  let stage;
  let workbench;
  let upstream;
  let ask;

  before(async () => {
    stage = await startStage('others', { neighbour: 'tests/e2e/neighbour' });
    ({ workbench, upstream } = stage);
    // Here every request counts, also those without tools.
    for (const [name, scenario] of createScenarios()) upstream.scenarios.set(name, scenario);
    const port = await until(
      'the other extension listens',
      () => existsSync(stage.portFile) && readFileSync(stage.portFile, 'utf8'),
    );
    ask = async (use, parameters) => {
      const body = JSON.stringify({ use, ...parameters });
      const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body });
      const { value, error } = await response.json();
      assert.equal(error, undefined);
      return value;
    };
  });
  after(() => stage?.stop());

  scene(
    'make a handler with the fields of Roo Code, and use all five of its methods',
    () => workbench,
    async () => {
      const got = await ask('apiHandler', {
        configuration: {
          apiProvider: 'litellm',
          litellmBaseUrl: stage.relay.baseUrl,
          litellmApiKey: stage.gateway.masterKey,
          litellmModelId: 'text',
          litellmModelInfo: { maxTokens: 4096, contextWindow: 64_000, inputPrice: 3, outputPrice: 15 },
          anthropicApiKey: 'of another provider',
        },
        system: 'Be brief.',
        messages: [{ role: 'user', content: 'Say hello to the neighbour' }],
        prompt: 'Say hello to nobody',
        text: 'hello world',
        usage: { inputTokens: 1_000_000, outputTokens: 100_000 },
      });
      const hello = 'Hello from the scripted upstream.';
      const of = (type) => got.parts.filter((part) => part.type === type);
      assert.equal(got.parts[0].type, 'response');
      assert.equal(
        of('text')
          .map(({ text }) => text)
          .join(''),
        hello,
      );
      const [{ inputTokens, outputTokens, cacheReadTokens, totalCost }] = of('usage');
      assert.deepEqual([inputTokens, outputTokens, cacheReadTokens], [USAGE.input, USAGE.output, USAGE.cacheRead]);
      assert.ok(Math.abs(totalCost - costOfUsage) < 1e-9, `${totalCost} and not ${costOfUsage}`);
      assert.deepEqual(got.parts.at(-1), { type: 'finish', reason: 'stop', raw: 'stop' });
      assert.equal(got.completed, hello);
      assert.equal(got.model.id, 'text');
      const { maxTokens, contextWindow, inputPrice } = got.model.info;
      assert.deepEqual([maxTokens, contextWindow, inputPrice], [4096, 64_000, 3]);
      assert.deepEqual([got.counted, got.countedByApi], [2, 2]);
      assert.deepEqual(got.cost, { totalCost: 4.5, costSource: 'prices' });
      assert.match(got.version, /^\d+\.\d+\.\d+$/);
      const asked = upstream.requestsOf('text').map(({ body }) => JSON.stringify(body.messages));
      assert.ok(asked.some((messages) => messages.includes('Be brief.') && messages.includes('to the neighbour')));
      assert.ok(asked.some((messages) => messages.includes('Say hello to nobody')));
    },
  );

  scene(
    'are told so when their configuration is for another provider or has no usable address',
    () => workbench,
    async () => {
      const refused = (configuration) => ask('refusedHandler', { configuration });
      const other = await refused({ apiProvider: 'anthropic', litellmBaseUrl: stage.relay.baseUrl });
      assert.deepEqual([other.name, other.kind], ['LiteLLMError', 'settings']);
      assert.match(other.message, /"apiProvider" must be "litellm"; it is "anthropic"/);
      const unusable = await refused({ apiProvider: 'litellm', litellmBaseUrl: 'ftp://gateway' });
      assert.equal(unusable.kind, 'settings');
      assert.match(unusable.message, /http:\/\/ or https:\/\//);
    },
  );

  scene(
    'send an image through the editor to a model, and get one from it',
    () => workbench,
    async () => {
      const parts = await ask('languageModel', { modelId: 'image', text: 'Draw this again', pictures: [PIXEL] });
      const { content } = upstream.requestsOf('image').at(-1).body.messages.at(-1);
      assert.deepEqual(content.find(({ type }) => type === 'text').text, 'Draw this again');
      const { image_url: sent } = content.find(({ type }) => type === 'image_url');
      assert.equal(sent.url, `data:image/png;base64,${PIXEL}`);
      assert.deepEqual(parts[0], { text: 'Here it is.' });
      assert.deepEqual(
        parts.filter(({ mimeType }) => mimeType === 'image/png'),
        [{ mimeType: 'image/png', data: PIXEL }],
      );
    },
  );

  scene(
    'send an image to a model that takes none, and the model is told that there was one',
    () => workbench,
    async () => {
      await ask('languageModel', { modelId: 'text', text: 'Look', pictures: [PIXEL] });
      const asked = JSON.stringify(upstream.requestsOf('text').at(-1).body.messages);
      assert.match(asked, /Look/);
      assert.match(asked, /\[Referenced image in conversation\]/);
      assert.ok(!asked.includes(PIXEL));
    },
  );

  scene(
    'get an answer though the model refuses one of their parameters, and the log says what was left out',
    () => workbench,
    async () => {
      const question = { modelId: 'unsupported-parameter', text: 'Freely', modelOptions: { temperature: 0.5 } };
      assert.deepEqual(textOf(await ask('languageModel', question)), 'Answered without it.');
      const bodies = upstream.requestsOf('unsupported-parameter').map(({ body }) => body.temperature);
      assert.deepEqual(bodies, [0.5, undefined]);
      const trace = await workbench.outputText();
      await workbench.picture('healed');
      assert.match(trace, /\[info\] unsupported-parameter: .*temperature/);
      assert.match(trace, /unsupported-parameter: 1 message, 0 tools · .*finish stop/);
      assert.ok(!trace.includes(stage.gateway.masterKey));
    },
  );
});

/** US dollars for {@link USAGE} by the gateway's prices. */
const costOfUsage =
  (USAGE.input - USAGE.cacheRead) * PRICES.input_cost_per_token +
  USAGE.cacheRead * PRICES.cache_read_input_token_cost +
  USAGE.output * PRICES.output_cost_per_token;

function textOf(parts) {
  return parts.map(({ text }) => text ?? '').join('');
}
