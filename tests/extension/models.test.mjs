/** Models as the picker shows them, and the options of a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const {
  modelInformation: ofListings,
  toCallOptions,
  chosenEffort,
  modelOfEditor,
} = await load('modelInformation', 'callOptions', 'proposedFields', 'modelNames');

/** The models of the only gateway there is. */
const modelInformation = (models) => ofListings([{ profile: { id: 'default', name: 'Default' }, models }]);

const model = {
  id: 'anthropic/claude-sonnet-4',
  name: 'claude-sonnet-4',
  backendModel: 'anthropic/claude-sonnet-4-20250514',
  provider: 'anthropic',
  family: 'claude-sonnet-4',
  mode: 'chat',
  maxTokens: 64000,
  contextWindow: 200000,
  maxInputTokens: 200000,
  supportsImages: true,
  supportsPromptCache: true,
  supportsComputerUse: true,
  supportsTools: true,
  supportsReasoning: true,
  supportsPdf: false,
  supportsAudio: false,
  inputPrice: 3,
  outputPrice: 15,
  description: 'anthropic/claude-sonnet-4 via LiteLLM',
  deployments: 1,
  assumed: [],
};

test('a model with its limits, abilities and price', () => {
  const [shown] = modelInformation([model]);
  assert.equal(shown.id, 'anthropic/claude-sonnet-4');
  assert.equal(shown.name, 'claude-sonnet-4');
  assert.equal(shown.family, 'claude-sonnet-4');
  assert.equal(shown.maxInputTokens, 200000);
  assert.equal(shown.maxOutputTokens, 64000);
  assert.deepEqual(shown.capabilities, { imageInput: true, toolCalling: true });
  assert.equal(shown.detail, '$3 in · $15 out');
  assert.equal(shown.isUserSelectable, true);
  assert.match(shown.tooltip, /Prompt: up to 200K tokens/);
  assert.doesNotMatch(shown.tooltip, /assumed/);
});

test('two models with one readable name are told apart by their ids', () => {
  const other = { ...model, id: 'bedrock/claude-sonnet-4' };
  assert.deepEqual(
    modelInformation([model, other]).map(({ name }) => name),
    ['anthropic/claude-sonnet-4', 'bedrock/claude-sonnet-4'],
  );
});

test('models of several gateways say whose they are; only those of one name are called by it', () => {
  const listings = (name) => [
    { profile: { id: 'default', name: 'Work' }, models: [model, { ...model, id: 'gpt-5', name: 'gpt-5' }] },
    { profile: { id: 'home', name }, models: [model] },
    { profile: { id: 'empty', name: 'Empty' }, models: [] },
  ];
  const shown = ofListings(listings('Home'));
  assert.deepEqual(
    shown.map(({ name, detail }) => `${name} | ${detail}`),
    [
      'claude-sonnet-4 (Work) | Work · $3 in · $15 out',
      'gpt-5 | Work · $3 in · $15 out',
      'claude-sonnet-4 (Home) | Home · $3 in · $15 out',
    ],
  );
  assert.match(shown[2].tooltip, /Profile: Home/);
  assert.deepEqual(
    ofListings(listings('Work')).map(({ name }) => name),
    ['claude-sonnet-4 (Work (default))', 'gpt-5', 'claude-sonnet-4 (Work (home))'],
  );
});

test('prices: free, unknown, half known, small', () => {
  const shown = (prices) => modelInformation([{ ...model, ...prices }])[0].detail;
  assert.equal(shown({ inputPrice: 0, outputPrice: 0 }), 'free');
  assert.equal(shown({ inputPrice: undefined, outputPrice: undefined }), '');
  assert.equal(shown({ inputPrice: 0.075, outputPrice: undefined }), '$0.075 in');
});

test('what is assumed says so', () => {
  const [shown] = modelInformation([{ ...model, maxTokens: 8192, assumed: ['maxTokens'] }]);
  assert.match(shown.tooltip, /Answer: up to 8K tokens \(assumed\)/);
  assert.doesNotMatch(shown.tooltip, /Prompt: .*\(assumed\)/);
});

test('the price in words, with what is read from the cache, and the words for it', () => {
  const fields = (prices) => {
    const [{ pricing, category, priceCategory }] = modelInformation([{ ...model, ...prices }]);
    return [pricing, category, priceCategory];
  };
  assert.deepEqual(fields({ cacheReadsPrice: 0.3 }), ['$3 in · $15 out per 1M, cached $0.30', 'versatile', 'medium']);
  assert.deepEqual(fields({ inputPrice: 0.25, outputPrice: 2 }), ['$0.25 in · $2 out per 1M', 'lightweight', 'low']);
  assert.deepEqual(fields({ inputPrice: 5, outputPrice: 25 }), ['$5 in · $25 out per 1M', 'powerful', 'high']);
  assert.deepEqual(fields({ inputPrice: 15, outputPrice: 75 }), ['$15 in · $75 out per 1M', 'powerful', 'very_high']);
  assert.deepEqual(fields({ inputPrice: 0, outputPrice: 0, cacheReadsPrice: 0 }), ['free', undefined, 'low']);
  assert.deepEqual(fields({ inputPrice: undefined }), ['$15 out per 1M', undefined, undefined]);
});

test('an assumed context is warned of, a model without tools is marked and stays', () => {
  const [known] = modelInformation([model]);
  assert.equal(known.warningText, undefined);
  assert.deepEqual(known.infoText, {
    facts: 'Answer: up to 64K tokens · Can use: tools, images, thinking, prompt cache',
  });
  const [assumed] = modelInformation([{ ...model, assumed: ['maxInputTokens', 'contextWindow'] }]);
  assert.match(assumed.warningText.context, /^Context size assumed \(200K tokens\): the gateway does not state it\./);
  const [silent] = modelInformation([{ ...model, supportsTools: false }]);
  assert.equal(silent.detail, 'no tools · $3 in · $15 out');
  assert.match(silent.infoText.tools, /agent mode/);
  assert.equal(silent.capabilities.toolCalling, false);
});

test('context sizes are offered where longer prompts cost more or the window is large, and the whole is the default', () => {
  const choice = (more) => {
    const [{ configurationSchema, infoText }] = modelInformation([{ ...model, ...more }]);
    const { contextSize } = configurationSchema?.properties ?? {};
    return { sizes: contextSize?.enum, default: contextSize?.default, said: contextSize?.enumDescriptions, infoText };
  };
  assert.equal(choice({}).sizes, undefined);
  assert.equal(choice({ maxInputTokens: 1_000_000, assumed: ['maxInputTokens'] }).sizes, undefined);
  assert.deepEqual(choice({ maxInputTokens: 400_000 }).sizes, [200_000, 400_000]);
  const priceTiers = [{ abovePromptTokens: 200_000, inputPrice: 6, outputPrice: 22.5 }];
  const tiered = choice({ maxInputTokens: 1_000_000, priceTiers });
  assert.deepEqual([tiered.sizes, tiered.default], [[200_000, 1_000_000], 1_000_000]);
  assert.match(tiered.said[0], /up to 200K tokens.* · \$3 in · \$15 out per 1M$/);
  assert.match(tiered.said[1], /up to 1M tokens.* · \$6 in · \$22\.50 out per 1M$/);
  assert.equal(tiered.infoText.price, 'Prompts of more than 200K tokens: $6 in · $22.50 out per 1M');
  const many = [1000, 32_000, 64_000, 128_000, 256_000].map((size) => ({ abovePromptTokens: size, inputPrice: 1 }));
  assert.deepEqual(
    choice({ maxInputTokens: 1_000_000, priceTiers: many }).sizes,
    [64_000, 128_000, 256_000, 1_000_000],
  );
});

test('no name, version or id of a gateway is a link where the editor takes it for Markdown, and the id leads back', () => {
  for (const id of ['[x](command:a)', '<command:a>', '$(zap) x', 'a\n[x]: command:a', 'plain/model-1']) {
    const [shown] = modelInformation([{ ...model, id, name: id, backendModel: id }]);
    for (const text of [shown.id, shown.name, shown.version]) {
      assert.doesNotMatch(text, /\]\(|<\w+:|\$\(|\n/, JSON.stringify(text));
    }
    assert.deepEqual(modelOfEditor(shown.id), { profile: 'default', modelId: id });
  }
  assert.equal(modelInformation([{ ...model, id: 'plain/model-1' }])[0].id, 'plain/model-1');
});

test("the operator's words are no Markdown", () => {
  const [shown] = modelInformation([{ ...model, description: 'see [this](command:x) <b>' }]);
  assert.ok(shown.tooltip.startsWith('see \\[this\\](command:x) \\<b>'));
});

test('the effort is a choice only where the gateway names efforts, and the default is none', () => {
  assert.equal(modelInformation([model])[0].configurationSchema, undefined);
  const [shown] = modelInformation([{ ...model, reasoningEfforts: ['low', 'high'] }]);
  const { reasoningEffort } = shown.configurationSchema.properties;
  assert.deepEqual(reasoningEffort.enum, ['default', 'low', 'high']);
  const [named] = modelInformation([{ ...model, reasoningEfforts: ['xhigh', 'ultra', 'constructor'] }]);
  const { enumItemLabels } = named.configurationSchema.properties.reasoningEffort;
  assert.deepEqual(enumItemLabels, ['Default', 'Extra high', 'Ultra', 'Constructor']);
  assert.equal(chosenEffort({ modelConfiguration: { reasoningEffort: reasoningEffort.default } }), undefined);
  assert.equal(chosenEffort({ modelConfiguration: { reasoningEffort: 'high' } }), 'high');
  assert.equal(chosenEffort({}), undefined);
});

test("options of a call: the caller's own notes stay here, the rest is passed on under its name", () => {
  const { signal } = new AbortController();
  const tools = [{ name: 'f', description: 'd', inputSchema: { type: 'object' } }];
  assert.deepEqual(
    toCallOptions(
      {
        toolMode: 2,
        tools,
        modelOptions: {
          _conversationId: 'chat-1',
          _otelTraceContext: null,
          _telemetryTurn: 3,
          temperature: 0.2,
          max_tokens: 10,
          top_p: 0.5,
          seed: 7,
          constructor: 'x',
        },
      },
      signal,
    ),
    {
      signal,
      sessionId: 'chat-1',
      temperature: 0.2,
      maxTokens: 10,
      topP: 0.5,
      extraBody: { seed: 7, constructor: 'x' },
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' } }],
      toolChoice: 'required',
    },
  );
  assert.deepEqual(toCallOptions({ toolMode: 2, tools: [] }, signal), { signal });
});
