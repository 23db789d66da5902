/**
 * The list of models as one makes it without a library: JSON.parse, and a mapping of the rows. It makes the same list as ours, with
 * every field, from rows that are as the gateway writes them; what operators may write besides, such as numbers as text, it does
 * not read.
 */
import { mergeModels } from './merging.mjs';
import { canUseComputer, familyOf, readableName } from './names.mjs';

/** Modes of models that do not chat. */
const hiddenModes = new Set([
  'embedding',
  'image_generation',
  'image_edit',
  'audio_transcription',
  'audio_speech',
  'rerank',
  'moderation',
  'completion',
  'realtime',
  'video_generation',
  'ocr',
  'search',
]);
/** What may follow the name of a price where it holds for prompts above a size. */
const aboveSize = /^_above_(\d+)k_tokens$/;

/** The models that the gateway behind `fetch` lists. */
export async function listByJsonParse() {
  const rows = await get('/v1/model/info');
  const names = await get('/v1/models');
  return modelsOf(rows, names);
}

async function get(path) {
  const response = await fetch(`http://127.0.0.1:4000${path}`);
  return JSON.parse(new TextDecoder().decode(await response.arrayBuffer())).data;
}

/** One model for each name in the rows; those that only `names` has are not in these data. */
export function modelsOf(rows, names) {
  const groups = new Map();
  for (const row of rows) {
    const { model_name: id, model_info: info } = row;
    if (id.includes('*') || hiddenModes.has(info.mode)) continue;
    const deployments = groups.get(id);
    const model = modelOf(id, row.litellm_params.model ?? undefined, info);
    if (deployments === undefined) groups.set(id, [model]);
    else deployments.push(model);
  }
  for (const { id } of names) if (!groups.has(id)) throw new Error(`${id} has no row`);
  const models = [];
  for (const deployments of groups.values()) {
    models.push(deployments.length === 1 ? deployments[0] : mergeModels(deployments));
  }
  return models;
}

function modelOf(id, backendModel, info) {
  const maxTokens = info.max_output_tokens ?? info.max_tokens ?? undefined;
  const contextWindow = info.max_input_tokens ?? undefined;
  const assumed = [];
  if (maxTokens === undefined) assumed.push('maxTokens');
  if (contextWindow === undefined) assumed.push('contextWindow', 'maxInputTokens');
  if (info.supports_vision == null) assumed.push('supportsImages');
  if (info.supports_prompt_caching == null) assumed.push('supportsPromptCache');
  if (info.supports_computer_use == null) assumed.push('supportsComputerUse');
  if (info.supports_function_calling == null) assumed.push('supportsTools');
  if (info.supports_reasoning == null) assumed.push('supportsReasoning');
  if (info.supports_pdf_input == null) assumed.push('supportsPdf');
  if (info.supports_audio_input == null) assumed.push('supportsAudio');
  return {
    id,
    name: readableName(id),
    backendModel,
    provider: info.litellm_provider ?? undefined,
    family: familyOf(id, backendModel),
    mode: info.mode ?? null,
    maxTokens: maxTokens ?? 8192,
    contextWindow: contextWindow ?? 200_000,
    maxInputTokens: contextWindow ?? 200_000,
    supportsImages: info.supports_vision ?? false,
    supportsPromptCache: info.supports_prompt_caching ?? false,
    supportsComputerUse: info.supports_computer_use ?? (backendModel !== undefined && canUseComputer(backendModel)),
    supportsTools: info.supports_function_calling ?? true,
    supportsReasoning: info.supports_reasoning ?? false,
    supportsPdf: info.supports_pdf_input ?? false,
    supportsAudio: info.supports_audio_input ?? false,
    reasoningEfforts: info.reasoning_effort_levels ?? effortsByFlags(info),
    supportedParams: listedOnce(info.supported_openai_params),
    inputPrice: perMillion(info.input_cost_per_token),
    outputPrice: perMillion(info.output_cost_per_token),
    cacheReadsPrice: perMillion(info.cache_read_input_token_cost),
    cacheWritesPrice: perMillion(info.cache_creation_input_token_cost),
    priceTiers: tiersOf(info),
    description: info.description ?? `${id} via LiteLLM`,
    deployments: 1,
    assumed,
  };
}

/** Without what is named twice, as LiteLLM does for some models; most lists stay as they are. */
function listedOnce(words) {
  if (words == null) return undefined;
  const isNew = (word, position) => words.indexOf(word) === position;
  return words.every(isNew) ? words : words.filter(isNew);
}

/** What the flags make of the usual words for the effort of thinking; undefined where there are none. */
function effortsByFlags(info) {
  if (info.supports_reasoning !== true) return undefined;
  const none = info.supports_none_reasoning_effort ?? undefined;
  const minimal = info.supports_minimal_reasoning_effort ?? undefined;
  const low = info.supports_low_reasoning_effort ?? undefined;
  const medium = info.supports_medium_reasoning_effort ?? undefined;
  const high = info.supports_high_reasoning_effort ?? undefined;
  const xhigh = info.supports_xhigh_reasoning_effort ?? undefined;
  const max = info.supports_max_reasoning_effort ?? undefined;
  if ((none ?? minimal ?? low ?? medium ?? high ?? xhigh ?? max) === undefined) return undefined;
  const taken = [];
  if (none === true) taken.push('none');
  if (minimal === true) taken.push('minimal');
  if (low !== false) taken.push('low');
  if (medium !== false) taken.push('medium');
  if (high !== false) taken.push('high');
  if (xhigh === true) taken.push('xhigh');
  if (max === true) taken.push('max');
  return taken;
}

/** Dollars per 1,000,000 tokens, without the noise of the multiplication. */
function perMillion(price) {
  return typeof price === 'number' ? Number((price * 1e6).toPrecision(12)) : undefined;
}

/** Prices of longer prompts, ascending; undefined where there are none. */
function tiersOf(info) {
  let tiers;
  for (const member in info) {
    if (!member.endsWith('k_tokens')) continue;
    const price = info[member];
    if (typeof price !== 'number') continue;
    const place = priceFromSize(member);
    if (place === undefined) continue;
    tiers ??= new Map();
    let tier = tiers.get(place.abovePromptTokens);
    if (tier === undefined) {
      tier = { abovePromptTokens: place.abovePromptTokens };
      tiers.set(place.abovePromptTokens, tier);
    }
    tier[place.field] = perMillion(price);
  }
  return tiers && [...tiers.values()].sort((one, other) => one.abovePromptTokens - other.abovePromptTokens);
}

const placesOfPrices = new Map();

/** Which price a member holds for prompts above how many tokens; each name is looked at once. */
function priceFromSize(member) {
  let place = placesOfPrices.get(member);
  if (place === undefined) {
    place = placeOf(member) ?? null;
    placesOfPrices.set(member, place);
  }
  return place ?? undefined;
}

function placeOf(member) {
  const fields = {
    input_cost_per_token: 'inputPrice',
    output_cost_per_token: 'outputPrice',
    cache_read_input_token_cost: 'cacheReadsPrice',
    cache_creation_input_token_cost: 'cacheWritesPrice',
  };
  for (const [name, field] of Object.entries(fields)) {
    const thousands = member.startsWith(name) && aboveSize.exec(member.slice(name.length))?.[1];
    if (thousands) return { field, abovePromptTokens: Number(thousands) * 1000 };
  }
  return undefined;
}
