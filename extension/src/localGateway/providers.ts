/** The providers that a new `config.yaml` can name, with models that LiteLLM 1.106 knows. Their keys stay in the environment. */

/** A model of a provider. */
export interface ProviderModel {
  /** What the gateway calls it. */
  readonly name: string;
  /** What LiteLLM calls it: the provider, a slash, the provider's own name. */
  readonly model: string;
}

/** A provider. */
export interface Provider {
  readonly id: string;
  /** A name, the same in every language. */
  readonly title: string;
  /** The variable that holds its key; none for a server that takes no key. */
  readonly keyVariable?: string;
  readonly models: readonly ProviderModel[];
  /** What has to be asked: where the server is, and which of its models. */
  readonly asks?: { readonly address: string; readonly modelPrefix: string; readonly modelName: string };
  /** More parameters of each model. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export const providers: readonly Provider[] = [
  {
    id: 'openai',
    title: 'OpenAI',
    keyVariable: 'OPENAI_API_KEY',
    models: [
      { name: 'gpt-5.4', model: 'openai/gpt-5.4' },
      { name: 'gpt-5.4-mini', model: 'openai/gpt-5.4-mini' },
    ],
  },
  {
    id: 'anthropic',
    title: 'Anthropic',
    keyVariable: 'ANTHROPIC_API_KEY',
    models: [
      { name: 'claude-sonnet-5', model: 'anthropic/claude-sonnet-5' },
      { name: 'claude-haiku-4-5', model: 'anthropic/claude-haiku-4-5' },
    ],
  },
  {
    id: 'gemini',
    title: 'Google Gemini',
    keyVariable: 'GEMINI_API_KEY',
    models: [
      { name: 'gemini-2.5-pro', model: 'gemini/gemini-2.5-pro' },
      { name: 'gemini-3.5-flash', model: 'gemini/gemini-3.5-flash' },
    ],
  },
  {
    id: 'mistral',
    title: 'Mistral',
    keyVariable: 'MISTRAL_API_KEY',
    models: [
      { name: 'mistral-large', model: 'mistral/mistral-large-latest' },
      { name: 'codestral', model: 'mistral/codestral-latest' },
    ],
  },
  {
    id: 'deepseek',
    title: 'DeepSeek',
    keyVariable: 'DEEPSEEK_API_KEY',
    models: [
      { name: 'deepseek-v4-pro', model: 'deepseek/deepseek-v4-pro' },
      { name: 'deepseek-v4-flash', model: 'deepseek/deepseek-v4-flash' },
    ],
  },
  {
    id: 'groq',
    title: 'Groq',
    keyVariable: 'GROQ_API_KEY',
    models: [{ name: 'gpt-oss-120b', model: 'groq/openai/gpt-oss-120b' }],
  },
  {
    id: 'azure',
    title: 'Azure OpenAI',
    keyVariable: 'AZURE_API_KEY',
    models: [],
    asks: {
      address: 'https://my-resource.openai.azure.com',
      modelPrefix: 'azure/',
      modelName: 'my-deployment',
    },
    parameters: { api_version: '2024-10-21' },
  },
  {
    id: 'openrouter',
    title: 'OpenRouter',
    keyVariable: 'OPENROUTER_API_KEY',
    models: [{ name: 'openrouter-auto', model: 'openrouter/openrouter/auto' }],
  },
  {
    id: 'ollama',
    title: 'Ollama',
    models: [],
    asks: { address: 'http://localhost:11434', modelPrefix: 'ollama_chat/', modelName: 'llama3.1' },
  },
  {
    id: 'compatible',
    title: 'vLLM, LM Studio, llama.cpp',
    keyVariable: 'LOCAL_SERVER_API_KEY',
    models: [],
    asks: { address: 'http://localhost:8000/v1', modelPrefix: 'openai/', modelName: 'my-model' },
  },
];
