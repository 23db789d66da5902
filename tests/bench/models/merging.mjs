/** How the plain program makes one model of several deployments: as small and as able as the least of them. */
import { familyOf, sameFamily } from './names.mjs';

const capabilities = [
  'supportsImages',
  'supportsPromptCache',
  'supportsComputerUse',
  'supportsTools',
  'supportsReasoning',
  'supportsPdf',
  'supportsAudio',
];
const fieldsWithDefaults = ['maxTokens', 'contextWindow', 'maxInputTokens', ...capabilities];
const prices = ['inputPrice', 'outputPrice', 'cacheReadsPrice', 'cacheWritesPrice'];
/** Efforts of thinking, from least to most. */
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The model that all these, each of one deployment, are. */
export function mergeModels(models) {
  const merged = { ...models[0], deployments: models.length };
  const assumed = new Set(merged.assumed);
  for (const limit of ['maxTokens', 'contextWindow', 'maxInputTokens']) {
    // Who states no limit takes no part.
    const stated = models.filter((model) => !model.assumed.includes(limit));
    if (stated.length === 0) continue;
    merged[limit] = Math.min(...stated.map((model) => model[limit]));
    assumed.delete(limit);
  }
  for (const capability of capabilities) {
    merged[capability] = models.every((model) => model[capability]);
    // One refusal is the gateway's word for all.
    const isRefused = models.some((model) => !model[capability] && !model.assumed.includes(capability));
    if (!isRefused && models.some((model) => model.assumed.includes(capability))) assumed.add(capability);
    else assumed.delete(capability);
  }
  merged.assumed = fieldsWithDefaults.filter((field) => assumed.has(field));
  merged.backendModel = commonBackendModel(models);
  merged.family = onlyOne(models.map(({ family }) => family)) ?? familyOf(merged.id, undefined);
  merged.mode = onlyOne(models.map(({ mode }) => mode).filter((mode) => mode !== null)) ?? null;
  merged.provider = onlyOne(models.map(({ provider }) => provider).filter((provider) => provider !== undefined));
  merged.reasoningEfforts = common([efforts, ...models.map(({ reasoningEfforts }) => reasoningEfforts)]);
  merged.supportedParams = common(models.map(({ supportedParams }) => supportedParams))?.sort();
  mergePrices(merged, models);
  return merged;
}

function onlyOne(values) {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** The backend model that all name; one of one family at several providers counts as the first by name. */
function commonBackendModel(models) {
  const names = models.map(({ backendModel }) => backendModel);
  const name = onlyOne(names);
  if (name !== undefined || names.includes(undefined)) return name;
  const [first, ...others] = names.sort();
  return others.every((other) => sameFamily(first, other)) ? first : undefined;
}

/** What all lists have in common; undefined where a list is. */
function common(lists) {
  if (lists.includes(undefined)) return undefined;
  const [first, ...others] = lists;
  return first.filter((word) => others.every((list) => list.includes(word)));
}

/** Prices on which all agree, at every size of prompt; a price on which they don't agree anywhere is unknown everywhere. */
function mergePrices(merged, models) {
  const tiers = models.flatMap(({ priceTiers }) => priceTiers ?? []);
  const sizes = [...new Set(tiers.map(({ abovePromptTokens }) => abovePromptTokens))].sort((one, other) => one - other);
  const priceTiers = sizes.map((abovePromptTokens) => ({ abovePromptTokens }));
  const [first] = models;
  for (const price of prices) {
    const agreeAt = (size) => {
      const expected = priceAt(first, price, size);
      return models.every((model) => priceAt(model, price, size) === expected);
    };
    if (models.every((model) => model[price] === first[price]) && sizes.every(agreeAt)) {
      for (const tier of priceTiers) tier[price] = priceAt(first, price, tier.abovePromptTokens);
    } else {
      merged[price] = undefined;
    }
  }
  const isStated = priceTiers.some((tier) => prices.some((price) => tier[price] !== undefined));
  merged.priceTiers = isStated ? priceTiers : undefined;
}

function priceAt(model, price, size) {
  const tier = model.priceTiers?.findLast(({ abovePromptTokens }) => abovePromptTokens <= size);
  return tier?.[price] ?? model[price];
}
