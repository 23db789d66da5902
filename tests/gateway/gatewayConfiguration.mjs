// The configuration of a real LiteLLM gateway in front of the scripted upstream, one public model per scenario.

/**
 * US dollars per token, as the gateway's configuration states them. None is below 1e-6: JSON would write it with an
 * exponent and no point, which YAML reads as text.
 */
export const PRICES = {
  input_cost_per_token: 3e-6,
  output_cost_per_token: 1.5e-5,
  cache_read_input_token_cost: 1e-6,
  cache_creation_input_token_cost: 3.75e-6,
};

const LIMITS = { max_tokens: 8192, max_output_tokens: 8192, max_input_tokens: 128_000 };

/** The deployments of the model `balanced`: same name, different prices and limits. */
export const BALANCED = [
  {
    id: 'balanced-cheap',
    prices: { ...PRICES, input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 },
    maxInputTokens: 64_000,
  },
  {
    id: 'balanced-dear',
    prices: { ...PRICES, input_cost_per_token: 5e-6, output_cost_per_token: 2e-5 },
    maxInputTokens: 128_000,
  },
];

/** The names under which chat models are offered, in the gateway's order; `embedding` is not among them. */
export const CHAT_MODELS = [
  'text',
  'uncached',
  'stepwise',
  'endless',
  'tool-call',
  'parallel-tool-calls',
  'reasoning',
  'claude-text',
  'claude-thinking',
  'claude-redacted-thinking',
  'image',
  'empty',
  'only-thinking',
  'length',
  'content-filter',
  'context-window',
  'unsupported-parameter',
  'bad-provider-key',
  'rate-limit',
  'server-error',
  'hang',
  'abort',
  'bad-json',
  'provider-down',
  'unpriced',
  'without-tools',
  'balanced',
  'alias-of-text',
];

/**
 * The configuration as an object; YAML is a superset of JSON, so its JSON text is a configuration file.
 * `upstream` is the scripted upstream's base URL. The gateway itself must not retry, cool down or cache: the faults are
 * for our core to meet.
 */
export function gatewayConfiguration({ upstream, masterKey }) {
  return {
    model_list: [
      ...[
        'text',
        'uncached',
        'stepwise',
        'endless',
        'tool-call',
        'parallel-tool-calls',
        'reasoning',
        'empty',
        'only-thinking',
        'length',
        'content-filter',
        'context-window',
        'unsupported-parameter',
        'bad-provider-key',
        'rate-limit',
        'server-error',
        'hang',
        'abort',
        'bad-json',
      ].map((name) => openAi(upstream, name)),
      openAi(upstream, 'image', { info: { supports_vision: true } }),
      anthropic(upstream, 'claude-text', 'text'),
      anthropic(upstream, 'claude-thinking', 'thinking'),
      anthropic(upstream, 'claude-redacted-thinking', 'redacted-thinking'),
      openAi('http://127.0.0.1:1', 'provider-down', { scenario: 'text' }),
      openAi(upstream, 'unpriced', { scenario: 'text', prices: {} }),
      openAi(upstream, 'without-tools', { scenario: 'text', info: { supports_function_calling: false } }),
      ...BALANCED.map(({ id, prices, maxInputTokens }) =>
        openAi(upstream, 'balanced', { scenario: 'uncached', prices, info: { id, max_input_tokens: maxInputTokens } }),
      ),
      openAi(upstream, 'embedding', { info: { mode: 'embedding' } }),
    ],
    router_settings: {
      model_group_alias: { 'alias-of-text': 'text' },
      num_retries: 0,
      disable_cooldowns: true,
    },
    litellm_settings: { drop_params: false, num_retries: 0, request_timeout: 30, telemetry: false },
    general_settings: { master_key: masterKey },
  };
}

function openAi(upstream, name, { scenario = name, prices = PRICES, info = {} } = {}) {
  return {
    model_name: name,
    litellm_params: {
      // Each its own: the gateway lets deployments of one backend model share prices and capabilities.
      model: `openai/scripted-${name}`,
      api_base: `${upstream}/${scenario}/v1`,
      api_key: 'none',
      ...prices,
    },
    model_info: { mode: 'chat', ...LIMITS, ...info },
  };
}

function anthropic(upstream, name, scenario) {
  return {
    model_name: name,
    litellm_params: {
      model: 'anthropic/claude-sonnet-4-5-20250929',
      api_base: `${upstream}/${scenario}`,
      api_key: 'none',
      ...PRICES,
    },
    model_info: { mode: 'chat', ...LIMITS, supports_reasoning: true, supports_prompt_caching: true },
  };
}
