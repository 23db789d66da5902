import type { CatalogIssue, DiscoveryAttempt, ModelCatalog, ModelInfo, PriceTier } from '../pkg/litellm_wasm.js';

/** What a table has beside texts and numbers. */
interface Rest {
  words: string[];
  lists: string[][];
  tiers: PriceTier[][];
  fieldsWithDefaults: string[];
  attempts: DiscoveryAttempt[];
  issues: CatalogIssue[];
}

/** How many numbers a model has: `COLUMNS` in `crates/core/src/catalog/table.rs`, which says what each of them is. */
const columns = 19;

/**
 * The catalog that the core's table of models stands for. Objects are made here, since an engine makes those that it sees being
 * made several times sooner than those that it reads from JSON.
 */
export function catalogOf([texts, numbers, rest]: [texts: string, numbers: Float64Array, rest: string]): ModelCatalog {
  const { words, lists, tiers, fieldsWithDefaults, attempts, issues }: Rest = JSON.parse(rest);
  const models: ModelInfo[] = [];
  const assumed = new Map<number, string[]>();
  let start = 0;
  /** The text that goes up to a position, from where the one before ended. */
  const textTo = (end: number) => {
    const text = texts.slice(start, end);
    start = end;
    return text;
  };
  /** One of a model's own: who changes it changes no other model. */
  const listAt = (position: number) => (lists[position] ?? []).slice();
  const number = (position: number) => numbers[position] as number;

  for (let at = 0; at < numbers.length; at += columns) {
    const id = textTo(number(at));
    const name = textTo(number(at + 1));
    const backendModel = textTo(number(at + 2));
    const family = textTo(number(at + 3));
    const description = textTo(number(at + 4));
    const provider = words[number(at + 5)];
    const capabilities = number(at + 9);
    const contextWindow = number(at + 8);
    const fields = number(at + 18);
    let names = assumed.get(fields);
    if (names === undefined) {
      names = fieldsWithDefaults.filter((_, position) => (fields & (1 << position)) !== 0);
      assumed.set(fields, names);
    }
    // What each model has is made at once, and what most have comes before the rest: that is soonest for an engine.
    const model = {
      id,
      name,
      family,
      mode: words[number(at + 6)] ?? null,
      maxTokens: number(at + 7),
      contextWindow,
      maxInputTokens: contextWindow,
      supportsImages: (capabilities & 1) !== 0,
      supportsPromptCache: (capabilities & 2) !== 0,
      supportsComputerUse: (capabilities & 4) !== 0,
      supportsTools: (capabilities & 8) !== 0,
      supportsReasoning: (capabilities & 16) !== 0,
      supportsPdf: (capabilities & 32) !== 0,
      supportsAudio: (capabilities & 64) !== 0,
      description: description === '' ? `${id} via LiteLLM` : description,
      deployments: number(at + 17),
      assumed: names.slice(),
    } as ModelInfo;
    if (backendModel !== '') model.backendModel = backendModel;
    if (provider !== undefined) model.provider = provider;
    if (number(at + 12) >= 0) model.inputPrice = number(at + 12);
    if (number(at + 13) >= 0) model.outputPrice = number(at + 13);
    if (number(at + 11) >= 0) model.supportedParams = listAt(number(at + 11));
    if (number(at + 14) >= 0) model.cacheReadsPrice = number(at + 14);
    if (number(at + 10) >= 0) model.reasoningEfforts = listAt(number(at + 10));
    if (number(at + 15) >= 0) model.cacheWritesPrice = number(at + 15);
    const priceTiers = tiers[number(at + 16)];
    if (priceTiers !== undefined) model.priceTiers = priceTiers;
    models.push(model);
  }
  return { models, attempts, issues };
}
