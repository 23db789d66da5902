/** What is read of other programs' settings files, in the shape in which these programs write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { parseFile, formatOf, presentRemark, fieldOrigin, readDotEnv } = await load(
  'imports/parseFile',
  'imports/formats',
  'imports/importText',
  'imports/dotEnv',
);

/** The profiles of a file, read as the command reads it. */
function read(name, text, { environment = {}, secrets, beside } = {}) {
  const parsed = parseFile(new TextEncoder().encode(text), name);
  assert.ok('content' in parsed, JSON.stringify(parsed));
  const format = formatOf(parsed.content);
  assert.ok(format, 'the file is known');
  return { program: format.name, profiles: format.read(parsed.content, { environment, secrets, beside }) };
}

const values = ({ fields }) => Object.fromEntries(fields.map(({ name, value }) => [name, value]));
const places = ({ fields }) => Object.fromEntries(fields.map(({ name, place }) => [name, place]));
const codes = ({ remarks }) => remarks.map(({ code }) => code);

test("Roo Code's export: the profiles of LiteLLM, the current one first, then other servers", () => {
  const file = {
    providerProfiles: {
      currentApiConfigName: 'work',
      apiConfigs: {
        default: { id: 'a1', apiProvider: 'anthropic', apiKey: 'sk-of-anthropic' },
        local: { id: 'b2', apiProvider: 'openai', openAiBaseUrl: 'http://localhost:4000/v1', openAiApiKey: 'sk-1234' },
        home: { id: 'c3', apiProvider: 'litellm' },
        old: { id: 'd4', apiProvider: 'litellm', litellmApiUrl: 'http://old:4000', modelTemperature: null },
        work: {
          id: 'e5',
          apiProvider: 'litellm',
          litellmBaseUrl: 'https://gateway.example.com/team',
          litellmApiKey: 'sk-work',
          litellmModelId: 'claude-sonnet',
          litellmUsePromptCache: true,
          modelTemperature: 0.2,
          modelMaxTokens: 16384,
          enableReasoningEffort: true,
          reasoningEffort: 'high',
          rateLimitSeconds: 0,
        },
      },
      modeApiConfigs: { code: 'e5' },
      migrations: { rateLimitSecondsMigrated: true },
    },
    globalSettings: { customModes: [], autoApprovalEnabled: true },
  };
  const { program, profiles } = read('roo-code-settings.json', JSON.stringify(file));
  assert.equal(program, 'Roo Code');
  assert.deepEqual(
    profiles.map(({ name, isLiteLLM }) => [name, isLiteLLM]),
    [
      ['work', true],
      ['old', true],
      ['local', false],
    ],
  );
  const [work, old, local] = profiles;
  assert.deepEqual(values(work), {
    baseUrl: 'https://gateway.example.com/team',
    apiKey: 'sk-work',
    modelId: 'claude-sonnet',
    usePromptCache: true,
    temperature: 0.2,
    maxTokens: 16384,
    reasoningEffort: 'high',
  });
  assert.equal(places(work).baseUrl, 'providerProfiles.apiConfigs.work.litellmBaseUrl');
  assert.deepEqual(values(old), { baseUrl: 'http://old:4000' });
  assert.deepEqual(values(local), { baseUrl: 'http://localhost:4000/v1', apiKey: 'sk-1234' });
});

test("Roo Code's OpenAI Compatible profile: headers and what it knows of the model", () => {
  const profile = {
    apiProvider: 'openai',
    openAiBaseUrl: 'https://gateway.example.com/v1',
    openAiModelId: 'gpt-4o',
    openAiHeaders: { 'x-team': 'blue', 'x-number': 7 },
    openAiCustomModelInfo: {
      maxTokens: -1,
      contextWindow: 128000,
      supportsImages: true,
      inputPrice: 2.5,
      reasoningEffort: 'low',
    },
    enableReasoningEffort: false,
    reasoningEffort: 'low',
  };
  const { profiles } = read('x.json', JSON.stringify({ providerProfiles: { apiConfigs: { mine: profile } } }));
  assert.deepEqual(values(profiles[0]), {
    baseUrl: 'https://gateway.example.com/v1',
    modelId: 'gpt-4o',
    headers: { 'x-team': 'blue' },
    modelInfo: { contextWindow: 128000, supportsImages: true, inputPrice: 2.5 },
  });
  assert.deepEqual(codes(profiles[0]), ['wrong_type']);
  // The values of headers may be secrets.
  assert.equal(profiles[0].fields.find(({ name }) => name === 'headers').shown, 'x-team');
});

test("Cline's state and the secrets beside it", () => {
  const state = {
    actModeApiProvider: 'litellm',
    planModeApiProvider: 'anthropic',
    liteLlmBaseUrl: 'http://localhost:4000',
    actModeLiteLlmModelId: 'gpt-4o',
    planModeLiteLlmModelId: 'o3',
    actModeReasoningEffort: 'none',
    liteLlmUsePromptCache: true,
    taskHistory: [],
  };
  const secrets = { liteLlmApiKey: 'sk-cline', apiKey: 'sk-of-anthropic' };
  const { program, profiles } = read('globalState.json', JSON.stringify(state), { secrets });
  assert.equal(program, 'Cline');
  assert.deepEqual(values(profiles[0]), {
    baseUrl: 'http://localhost:4000',
    modelId: 'gpt-4o',
    apiKey: 'sk-cline',
    usePromptCache: true,
  });
  assert.equal(places(profiles[0]).apiKey, 'secrets.json: liteLlmApiKey');
  assert.deepEqual(codes(read('globalState.json', JSON.stringify(state)).profiles[0]), ['key_elsewhere']);
});

test("Cline's newer file of providers", () => {
  const file = {
    version: 1,
    lastUsedProvider: 'litellm',
    providers: {
      litellm: {
        settings: {
          provider: 'litellm',
          baseUrl: 'https://gateway.example.com',
          apiKey: 'sk-cline',
          model: 'claude-sonnet',
          headers: { 'x-team': 'blue' },
          reasoning: { enabled: true, effort: 'medium' },
        },
        updatedAt: '2026-08-22T10:00:00.000Z',
        tokenSource: 'manual',
      },
      anthropic: { settings: { provider: 'anthropic', apiKey: 'sk-of-anthropic' } },
    },
  };
  const { profiles } = read('providers.json', JSON.stringify(file));
  assert.equal(profiles.length, 1);
  assert.deepEqual(values(profiles[0]), {
    baseUrl: 'https://gateway.example.com',
    apiKey: 'sk-cline',
    modelId: 'claude-sonnet',
    headers: { 'x-team': 'blue' },
    reasoningEffort: 'medium',
  });
});

const continueYaml = `
name: My Config
version: 1.0.0
schema: v1
models:
  - name: Claude via LiteLLM
    provider: openai
    model: claude-sonnet
    apiBase: https://litellm.example.com/v1
    apiKey: \${{ secrets.GATEWAY_KEY }}
    roles: [chat, edit]
    requestOptions:
      headers:
        X-Team: blue
      extraBodyProperties: { seed: 7 }
    defaultCompletionOptions:
      temperature: 0.3
      contextLength: 200000
  - name: Embeddings
    provider: openai
    model: embed
    apiBase: https://litellm.example.com/v1
    apiKey: \${{ secrets.GATEWAY_KEY }}
    requestOptions:
      headers: { X-Team: blue }
    roles: [embed]
  - name: GPT-4o
    provider: openai
    model: gpt-4o
    apiKey: sk-of-openai
  - name: Local
    provider: ollama
    model: llama3
context:
  - provider: code
`;

test("Continue's config.yaml: one gateway for the models that share address and key", () => {
  const { program, profiles } = read('config.yaml', continueYaml, { environment: { GATEWAY_KEY: 'sk-from-env' } });
  assert.equal(program, 'Continue');
  assert.equal(profiles.length, 1);
  const [profile] = profiles;
  assert.equal(profile.name, 'Claude via LiteLLM');
  assert.equal(profile.isLiteLLM, true);
  assert.deepEqual(values(profile), {
    baseUrl: 'https://litellm.example.com/v1',
    apiKey: 'sk-from-env',
    modelId: 'claude-sonnet',
    headers: { 'X-Team': 'blue' },
    extraBody: { seed: 7 },
    temperature: 0.3,
    modelInfo: { contextWindow: 200000 },
  });
  assert.deepEqual(codes(profile), ['more_models']);
  const key = profile.fields.find(({ name }) => name === 'apiKey');
  assert.equal(key.shown, '••••');
  assert.equal(fieldOrigin('Continue', key), 'Continue: models[0].apiKey, with the environment variable GATEWAY_KEY');
});

test('a variable that is not set is said, and the key is left out', () => {
  const { profiles } = read('config.yaml', continueYaml);
  assert.equal(values(profiles[0]).apiKey, undefined);
  assert.equal(
    presentRemark(profiles[0].remarks[0]),
    'The environment variable GATEWAY_KEY is not set here, so models[0].apiKey is left out.',
  );
});

test("Continue's older config.json", () => {
  const file = {
    models: [
      {
        title: 'LiteLLM',
        provider: 'openai',
        model: 'gpt-4o',
        apiBase: 'http://localhost:4000',
        apiKey: 'sk-1234',
        completionOptions: { maxTokens: 4096 },
      },
    ],
    tabAutocompleteModel: { title: 'Codestral', provider: 'mistral', model: 'codestral' },
  };
  const { profiles } = read('config.json', JSON.stringify(file));
  assert.equal(profiles[0].name, 'LiteLLM');
  assert.deepEqual(values(profiles[0]), {
    baseUrl: 'http://localhost:4000',
    apiKey: 'sk-1234',
    modelId: 'gpt-4o',
    maxTokens: 4096,
  });
});

const openClaw = `// The configuration of the agents.
{
  env: { LITELLM_API_KEY: "sk-of-its-own" },
  agents: {
    defaults: {
      model: { primary: "Claude Opus", fallbacks: ["litellm/gpt-4", "anthropic/claude"] },
      models: { "litellm/claude-3-opus": { alias: "Claude Opus" }, },
    },
  },
  models: {
    mode: "merge",
    providers: {
      litellm: {
        baseUrl: "http://localhost:4000",
        apiKey: "\${LITELLM_API_KEY}",
        api: "openai-completions",
        headers: { "x-team": "$\${LITERAL}", "x-user": "\${TEAM_USER}" },
        models: [
          { id: "gpt-4", name: "GPT-4", contextWindow: 128000, maxTokens: 8192 },
          {
            id: "claude-3-opus", name: "Claude Opus", reasoning: false, input: ["text", "image"],
            cost: { input: 15, output: 75, cacheRead: 1.5, cacheWrite: 18.75 },
            contextWindow: 200000, maxTokens: 4096,
          },
        ],
      },
      anthropic: { baseUrl: "https://api.anthropic.com", apiKey: "sk-of-anthropic", api: "anthropic-messages" },
    },
  },
}
`;

test("OpenClaw's JSON5: aliases, references, prices, and the variables that it sets itself", () => {
  const { program, profiles } = read('openclaw.json', openClaw);
  assert.equal(program, 'OpenClaw');
  assert.equal(profiles.length, 1);
  assert.deepEqual(values(profiles[0]), {
    baseUrl: 'http://localhost:4000',
    apiKey: 'sk-of-its-own',
    headers: { 'x-team': `$${'{LITERAL}'}` },
    modelId: 'claude-3-opus',
    modelInfo: {
      contextWindow: 200000,
      maxTokens: 4096,
      supportsImages: true,
      inputPrice: 15,
      outputPrice: 75,
      cacheReadsPrice: 1.5,
      cacheWritesPrice: 18.75,
    },
    fallbacks: ['gpt-4'],
  });
  assert.deepEqual(codes(profiles[0]), ['missing_variable', 'more_models']);
});

test("OpenClaw's variables: the environment comes first; a key may be an object that names one", () => {
  const environment = { LITELLM_API_KEY: 'sk-from-env', TEAM_USER: 'ada' };
  const [profile] = read('openclaw.json', openClaw, { environment }).profiles;
  assert.equal(values(profile).apiKey, 'sk-from-env');
  assert.equal(values(profile).headers['x-user'], 'ada');
  const withKey = (apiKey) => JSON.stringify({ models: { providers: { litellm: { baseUrl: 'http://a', apiKey } } } });
  const named = read('x.json', withKey({ source: 'env', provider: 'default', id: 'LITELLM_API_KEY' }), { environment });
  assert.equal(values(named.profiles[0]).apiKey, 'sk-from-env');
  const stored = read('x.json', withKey({ source: 'exec', provider: 'vault', id: 'litellm' }));
  assert.deepEqual(codes(stored.profiles[0]), ['key_elsewhere']);
});

test('the config.yaml of LiteLLM: names and master key, nothing of its providers', () => {
  const yaml = `
x-defaults: &defaults
  api_key: os.environ/OPENAI_API_KEY
model_list:
  - model_name: "openai/*"
    litellm_params: { <<: *defaults, model: "openai/*" }
  - model_name: embeddings
    litellm_params: { model: openai/text-embedding-3-small, api_key: sk-of-openai }
    model_info: { mode: embedding }
  - model_name: claude-3-7-sonnet
    litellm_params: { model: anthropic/claude-3-7-sonnet-20250219, api_key: os.environ/ANTHROPIC_API_KEY }
  - model_name: gpt-4o
    litellm_params: { <<: *defaults, model: openai/gpt-4o }
  - model_name: gpt-4o
    litellm_params: { <<: *defaults, model: azure/gpt-4o }
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
`;
  const environment = { LITELLM_MASTER_KEY: 'sk-master', OPENAI_API_KEY: 'sk-of-openai' };
  const { program, profiles } = read('config.yaml', yaml, { environment });
  assert.equal(program, 'LiteLLM');
  assert.deepEqual(values(profiles[0]), {
    baseUrl: 'http://localhost:4000',
    apiKey: 'sk-master',
    modelId: 'claude-3-7-sonnet',
  });
  assert.deepEqual(codes(profiles[0]), ['assumed_address', 'master_key', 'more_models']);
  const bare = read('config.yaml', 'model_list: []\nenvironment_variables: {PROXY_BASE_URL: "https://g.example.com"}');
  assert.deepEqual(values(bare.profiles[0]), { baseUrl: 'https://g.example.com' });
});

test("Continue's secrets come from the file .env beside it, which is said, and else from the environment", () => {
  const config = `models:
  - name: Team
    provider: litellm
    model: gpt-4o
    apiBase: https://gateway.example.com
    apiKey: \${{ secrets.GATEWAY_KEY }}
    requestOptions:
      headers:
        x-team: \${{ secrets.TEAM }}
        x-none: \${{ secrets.NOT_THERE }}
`;
  const beside = { name: '.env', variables: { GATEWAY_KEY: 'sk-file', __proto__: 'x' } };
  const environment = { GATEWAY_KEY: 'sk-shell', TEAM: 'blue' };
  const [profile] = read('config.yaml', config, { environment, beside }).profiles;
  assert.equal(values(profile).apiKey, 'sk-file');
  assert.deepEqual(values(profile).headers, { 'x-team': 'blue' });
  const field = (name) => profile.fields.find((found) => found.name === name);
  assert.equal(field('apiKey').shown, '••••');
  assert.equal(
    fieldOrigin('Continue', field('apiKey')),
    'Continue: models[0].apiKey, with GATEWAY_KEY from the file .env beside it',
  );
  assert.equal(
    fieldOrigin('Continue', field('headers')),
    'Continue: models[0].requestOptions.headers, with the environment variable TEAM',
  );
  assert.deepEqual(codes(profile), ['missing_variable']);
  const [without] = read('config.yaml', config, { environment }).profiles;
  assert.equal(values(without).apiKey, 'sk-shell');
});

test('a file .env is read as shells read it, and nothing in it is expanded', () => {
  const text = [
    '# a comment',
    'PLAIN=sk-plain # of the team',
    'export QUOTED="sk quoted # no comment" # one',
    "SINGLE='$PLAIN'",
    'EMPTY=',
    '  SPACED = x  ',
    'PLAIN_AGAIN=1\r',
    'PLAIN_AGAIN=2\r',
    'no variable',
    '=x',
    '1X=y',
    '__proto__=z',
  ].join('\n');
  const variables = readDotEnv(text);
  assert.deepEqual(Object.entries(variables), [
    ['PLAIN', 'sk-plain'],
    ['QUOTED', 'sk quoted # no comment'],
    ['SINGLE', '$PLAIN'],
    ['EMPTY', ''],
    ['SPACED', 'x'],
    ['PLAIN_AGAIN', '2'],
    ['__proto__', 'z'],
  ]);
});
