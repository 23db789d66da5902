/** Models as the picker shows them, and the options of a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const {
  modelInformation: ofListings,
  toCallOptions,
  chosenEffort,
} = await load('modelInformation', 'callOptions', 'proposedFields');

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
  assert.equal(shown.detail, '$3.00 in · $15.00 out per 1M');
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
      'claude-sonnet-4 (Work) | Work · $3.00 in · $15.00 out per 1M',
      'gpt-5 | Work · $3.00 in · $15.00 out per 1M',
      'claude-sonnet-4 (Home) | Home · $3.00 in · $15.00 out per 1M',
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
  assert.equal(shown({ inputPrice: 0.075, outputPrice: undefined }), '$0.075 in per 1M');
});

test('what is assumed says so', () => {
  const [shown] = modelInformation([{ ...model, maxTokens: 8192, assumed: ['maxTokens'] }]);
  assert.match(shown.tooltip, /Answer: up to 8K tokens \(assumed\)/);
  assert.doesNotMatch(shown.tooltip, /Prompt: .*\(assumed\)/);
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
