/** The tool `litellm_models`: which models there are, with what decides between them. */
import type { ModelInfo } from '../core.ts';
import type { ToolSources } from './agentTools.ts';
import { type ListedModel, listedModels, noModels } from './listedModels.ts';
import { ToolInput } from './toolInput.ts';
import { namesAreData, quoted, table } from './toolText.ts';

const usualRows = 25;
const mostRows = 100;

const abilities = {
  tools: ({ supportsTools }: ModelInfo) => supportsTools,
  images: ({ supportsImages }: ModelInfo) => supportsImages,
  pdf: ({ supportsPdf }: ModelInfo) => supportsPdf,
  audio: ({ supportsAudio }: ModelInfo) => supportsAudio,
  thinking: ({ supportsReasoning }: ModelInfo) => supportsReasoning,
  promptCache: ({ supportsPromptCache }: ModelInfo) => supportsPromptCache,
};
const abilityNames = Object.keys(abilities) as (keyof typeof abilities)[];

const none = Number.POSITIVE_INFINITY;
const orders = {
  inputPrice: (one: ModelInfo, other: ModelInfo) =>
    compare(one.inputPrice ?? none, other.inputPrice ?? none) ||
    compare(one.outputPrice ?? none, other.outputPrice ?? none),
  outputPrice: (one: ModelInfo, other: ModelInfo) => compare(one.outputPrice ?? none, other.outputPrice ?? none),
  promptTokens: (one: ModelInfo, other: ModelInfo) => other.maxInputTokens - one.maxInputTokens,
  name: (one: ModelInfo, other: ModelInfo) => compare(one.id, other.id),
};
const orderNames = Object.keys(orders) as (keyof typeof orders)[];

/** The models that fit the input, as a table. */
export async function listModels(sources: ToolSources, given: unknown): Promise<string> {
  const input = new ToolInput(given);
  const words = (input.text('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = input.choices('abilities', abilityNames);
  const minPromptTokens = input.amount('minPromptTokens') ?? 0;
  const maxInputPrice = input.amount('maxInputPrice');
  const maxOutputPrice = input.amount('maxOutputPrice');
  const order = input.choice('sortBy', orderNames) ?? 'inputPrice';
  const limit = Math.max(1, Math.min(mostRows, Math.floor(input.amount('limit') ?? usualRows)));

  const { models, isOfSeveral, failures } = await listedModels(sources);
  if (models.length === 0) return [noModels, ...failures].join('\n');
  const found = models.filter(({ info }) => {
    const name = `${info.id} ${info.name} ${info.provider ?? ''}`.toLowerCase();
    return (
      words.every((word) => name.includes(word)) &&
      wanted.every((ability) => abilities[ability](info)) &&
      info.maxInputTokens >= minPromptTokens &&
      isAtMost(info.inputPrice, maxInputPrice) &&
      isAtMost(info.outputPrice, maxOutputPrice)
    );
  });
  const sorted = found.sort((one, other) => orders[order](one.info, other.info));
  const shown = sorted.slice(0, limit);
  const left = sorted.length - shown.length;
  return [
    `${found.length} of ${models.length} models match, sorted by ${order}.${left > 0 ? ` The first ${shown.length} are shown: narrow the search for others.` : ''}`,
    'Prices are US dollars per 1,000,000 tokens; "?" is unknown and not free; "~" marks what is assumed because the gateway does not state it.',
    namesAreData,
    ...(shown.length > 0
      ? [
          table(
            [
              'model',
              ...(isOfSeveral ? ['gateway'] : []),
              'prompt tokens up to',
              'answer tokens up to',
              'input price',
              'cached input price',
              'output price',
              'abilities',
            ],
            shown.map((model) => row(model, isOfSeveral)),
          ),
        ]
      : []),
    ...failures,
  ].join('\n');
}

function row({ info, gateway }: ListedModel, isOfSeveral: boolean): string[] {
  const limit = (name: 'maxInputTokens' | 'maxTokens') => `${info.assumed.includes(name) ? '~' : ''}${info[name]}`;
  const price = (amount: number | undefined) => (amount === undefined ? '?' : String(amount));
  return [
    quoted(info.id),
    ...(isOfSeveral ? [quoted(gateway)] : []),
    limit('maxInputTokens'),
    limit('maxTokens'),
    price(info.inputPrice),
    price(info.cacheReadsPrice),
    price(info.outputPrice) + (info.priceTiers?.length ? ' (other prices for long prompts)' : ''),
    abilityNames.filter((ability) => abilities[ability](info)).join(', ') || 'text only',
  ];
}

/** A price that is unknown may be any, so it is not below a limit. */
function isAtMost(price: number | undefined, most: number | undefined): boolean {
  return most === undefined || (price !== undefined && price <= most);
}

function compare<Value extends number | string>(one: Value, other: Value): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
