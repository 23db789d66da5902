/** The tool `litellm_request_price`: what a request costs with each of some models, and how many tokens a text has. */
import type { LiteLLMCore } from '../core.ts';
import type { ToolSources } from './agentTools.ts';
import { type ListedModel, listedModels, noModels } from './listedModels.ts';
import { InputError, ToolInput } from './toolInput.ts';
import { dollars, namesAreData, quoted, table } from './toolText.ts';

/** More models than anybody compares. */
const mostNamed = 20;
/** So many are shown when none was named. */
const mostShown = 15;
/** A longer text is no question of a price: it is counted for each of the models that are shown. */
const longestText = 1_000_000;
const usualAnswerTokens = 1000;

/** The prices as a table, the cheapest first. */
export async function requestPrice(sources: ToolSources, given: unknown, signal: AbortSignal): Promise<string> {
  const input = new ToolInput(given);
  const named = input.texts('models') ?? [];
  const text = input.text('text') ?? '';
  const promptTokens = input.amount('promptTokens');
  const answerTokens = input.amount('answerTokens') ?? usualAnswerTokens;
  const cachedTokens = input.amount('cachedTokens') ?? 0;
  const requests = input.amount('requests') ?? 1;
  if (promptTokens === undefined && text === '') {
    throw new InputError('Give "promptTokens", or a "text" whose tokens are counted.');
  }
  if (text.length > longestText) throw new InputError(`"text" may have up to ${longestText} characters.`);
  if (named.length > mostNamed) throw new InputError(`Name up to ${mostNamed} models.`);

  const { models, isOfSeveral, failures } = await listedModels(sources);
  if (models.length === 0) return [noModels, ...failures].join('\n');
  const litellm = await sources.core.load();
  const request = { promptTokens: promptTokens ?? 0, answerTokens, cachedTokens, requests };
  const chosen: readonly ListedModel[] =
    named.length > 0
      ? named.flatMap((name) => modelsCalled(name, models))
      : await cheapest(sources, litellm, models, request, text);
  const priced: Priced[] = [];
  for (const model of chosen.slice(0, mostShown + mostNamed)) {
    signal.throwIfAborted();
    priced.push(await priceOf(sources, litellm, model, request, text));
  }
  priced.sort((one, other) => (one.cost ?? Number.POSITIVE_INFINITY) - (other.cost ?? Number.POSITIVE_INFINITY));
  const missing = named.filter((name) => modelsCalled(name, models).length === 0);
  return [
    `Prices of ${requests === 1 ? 'one request' : `${requests} requests`} in US dollars, by the prices that are known here: an estimate. Each has ${
      text === '' ? `${request.promptTokens} prompt tokens` : 'the prompt tokens in the table'
    }${cachedTokens > 0 ? `, of which ${cachedTokens} come from the cache,` : ''} and ${answerTokens} answer tokens${input.amount('answerTokens') === undefined ? ' (assumed)' : ''}.`,
    namesAreData,
    ...(priced.length > 0
      ? [
          table(
            ['model', ...(isOfSeveral ? ['gateway'] : []), 'prompt tokens', 'price', 'note'],
            priced.map((one) => row(one, isOfSeveral)),
          ),
        ]
      : []),
    ...(named.length === 0 && models.length > priced.length
      ? [`These are the cheapest of ${models.length} models that take such a prompt and whose prices are known.`]
      : []),
    ...(missing.length > 0
      ? [`Not offered here: ${missing.map(quoted).join(', ')}. litellm_models lists those that are.`]
      : []),
    ...failures,
  ].join('\n');
}

interface AskedFor {
  readonly promptTokens: number;
  readonly answerTokens: number;
  readonly cachedTokens: number;
  readonly requests: number;
}

interface Priced {
  readonly model: ListedModel;
  readonly tokens: number;
  /** Undefined is unknown. */
  readonly cost: number | undefined;
}

async function priceOf(
  { tokens }: ToolSources,
  litellm: LiteLLMCore,
  model: ListedModel,
  request: AskedFor,
  text: string,
): Promise<Priced> {
  const counted = request.promptTokens + (text === '' ? 0 : await tokens.count(model.editorId, text));
  return { model, tokens: counted, cost: costOf(litellm, model, counted, request) };
}

function costOf(
  litellm: LiteLLMCore,
  { info }: ListedModel,
  inputTokens: number,
  { answerTokens, cachedTokens, requests }: AskedFor,
): number | undefined {
  const cacheReadTokens = Math.min(cachedTokens, inputTokens);
  const cost = litellm.estimateCost(info, { inputTokens, outputTokens: answerTokens, cacheReadTokens });
  return cost === undefined ? undefined : cost * requests;
}

/** The cheapest models that take the prompt. The text is counted once for all of them. */
async function cheapest(
  { tokens }: ToolSources,
  litellm: LiteLLMCore,
  models: readonly ListedModel[],
  request: AskedFor,
  text: string,
): Promise<ListedModel[]> {
  const counted = request.promptTokens + (text === '' ? 0 : await tokens.count('', text));
  return models
    .filter(({ info }) => info.maxInputTokens >= counted)
    .map((model) => ({ model, cost: costOf(litellm, model, counted, request) }))
    .filter(({ cost }) => cost !== undefined)
    .sort((one, other) => (one.cost ?? 0) - (other.cost ?? 0))
    .slice(0, mostShown)
    .map(({ model }) => model);
}

/** The models with this id; where there is none, those with this id or name whatever the case of letters. */
function modelsCalled(name: string, models: readonly ListedModel[]): ListedModel[] {
  const exact = models.filter(({ info, editorId }) => info.id === name || editorId === name);
  if (exact.length > 0) return exact;
  const wanted = name.trim().toLowerCase();
  return models.filter(({ info }) => info.id.toLowerCase() === wanted || info.name.toLowerCase() === wanted);
}

function row({ model: { info, gateway }, tokens, cost }: Priced, isOfSeveral: boolean): string[] {
  return [
    quoted(info.id),
    ...(isOfSeveral ? [quoted(gateway)] : []),
    String(tokens),
    cost === undefined ? 'unknown' : dollars(cost),
    tokens > info.maxInputTokens ? `too long: takes ${info.maxInputTokens} prompt tokens` : '',
  ];
}
