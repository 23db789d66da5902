/** What the page shows of the models of a gateway: rows of the table, and all fields of one model with where they come from. */

import type { PriceTier } from './core.ts';
import { overrideKinds, overrideNames, overrideText } from './modelOverrides.ts';
import { inThrees, price, priceLine, tokenCount } from './modelText.ts';
import type {
  Figure,
  ModelAbility,
  ModelField,
  ModelFigure,
  ModelOrigin,
  ModelRow,
  OverrideName,
  SentName,
} from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** What is shown of a model: the core's `ModelInfo`, by the names of its fields. */
export type ShownInfo = Readonly<Partial<Record<OverrideName, unknown>>> & {
  readonly id: string;
  readonly name: string;
  readonly contextWindow: number;
  readonly maxTokens: number;
  readonly deployments: number;
  readonly assumed: readonly string[];
};

/** A model as the gateway of a profile has it. */
export interface ShownModel {
  /** With the user's own words. */
  readonly info: ShownInfo;
  /** As the gateway lists it; undefined for a chosen model that it does not list. */
  readonly listed?: ShownInfo;
  readonly override?: object;
}

/** Names are for reading. */
const longestName = 200;
/** Nobody reads more of a description, and a gateway may send a megabyte. */
const longestText = 2000;
/** More words than any model has of a kind. */
const mostWords = 200;
/** The longest word that is shown. */
const longestWord = 100;

const abilityFields: Readonly<Record<ModelAbility, OverrideName>> = {
  tools: 'supportsTools',
  images: 'supportsImages',
  pdf: 'supportsPdf',
  audio: 'supportsAudio',
  reasoning: 'supportsReasoning',
  promptCache: 'supportsPromptCache',
  computerUse: 'supportsComputerUse',
};
const abilities = Object.keys(abilityFields) as ModelAbility[];

/** The row of a model. */
export function rowOf(t: Translate, { info, listed, override }: ShownModel): ModelRow {
  const has = abilities.filter((ability) => info[abilityFields[ability]] === true);
  return {
    id: info.id,
    name: cut(info.name, longestName),
    provider: cut(typeof info.provider === 'string' ? info.provider : '', longestName),
    contextWindow: figure(t, info, 'contextWindow'),
    maxTokens: figure(t, info, 'maxTokens'),
    inputPrice: figure(t, info, 'inputPrice'),
    outputPrice: figure(t, info, 'outputPrice'),
    abilities: has,
    assumedAbilities: has.filter((ability) => info.assumed.includes(abilityFields[ability])),
    deployments: info.deployments,
    isListed: listed !== undefined,
    // An entry may hold nothing that counts.
    isOverridden: override !== undefined && Object.keys(override).length > 0,
  };
}

function figure(t: Translate, info: ShownInfo, name: ModelFigure): Figure {
  const value = info[name];
  const isPrice = overrideKinds[name] === 'price';
  if (typeof value !== 'number') return { amount: null, text: '', isAssumed: false };
  const text = isPrice ? (value === 0 ? t('free') : price(value)) : tokenCount(value);
  return { amount: value, text, isAssumed: info.assumed.includes(name) };
}

/** All fields of a model. */
export function fieldsOfModel(t: Translate, model: ShownModel): ModelField[] {
  const { info, listed } = model;
  const own = { ...model.override } as Partial<Record<SentName, unknown>>;
  const fields: ModelField[] = overrideNames.map((name) => {
    const isOfRequests = name === 'guardrails' || name === 'fallbacks';
    const text = fieldText(t, name, isOfRequests ? own[name] : info[name]);
    const without = listed && !isOfRequests ? fieldText(t, name, listed[name]) : '';
    return {
      name,
      kind: overrideKinds[name],
      text,
      origin: originOf(model, name, text),
      without: without === text ? '' : without,
    };
  });
  const deployments = { kind: 'text', text: String(info.deployments), origin: 'gateway', without: '' } as const;
  if (listed) fields.push({ name: 'deployments', ...deployments });
  return fields;
}

/** Fields that count for each other where only one of them is given. */
const partners: Partial<Record<OverrideName, OverrideName>> = {
  contextWindow: 'maxInputTokens',
  maxInputTokens: 'contextWindow',
};

function originOf({ info, listed, override = {} }: ShownModel, name: OverrideName, text: string): ModelOrigin {
  const partner = partners[name];
  if (Object.hasOwn(override, name) || (partner !== undefined && Object.hasOwn(override, partner))) return 'yours';
  if (text === '') return 'unknown';
  if (info.assumed.includes(name)) return 'assumed';
  // Made from the model's ids, as is the description of a model of which the operator says nothing.
  if (name === 'name' || name === 'family') return 'derived';
  if (name === 'description' && info.description === `${info.id} via LiteLLM`) return 'derived';
  return listed ? 'gateway' : 'assumed';
}

/** A value for reading. */
function fieldText(t: Translate, name: OverrideName, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value) && value.length === 0) return '';
  const kind = overrideKinds[name];
  if (kind === 'json' && Array.isArray(value))
    return value
      .slice(0, mostWords)
      .map((tier) => tierText(t, tier))
      .join('; ');
  if (kind === 'tokens' && typeof value === 'number') return inThrees(String(value));
  if (kind === 'price' && typeof value === 'number') return value === 0 ? t('free') : price(value);
  if (kind === 'words' && Array.isArray(value)) {
    const words = value
      .slice(0, mostWords)
      .map((word) => cut(typeof word === 'string' ? word : JSON.stringify(word), longestWord));
    return [...words, ...(value.length > mostWords ? ['…'] : [])].join(', ');
  }
  // Lines are the page's business, and what is cut is not broken into lines before.
  const text = overrideText(kind, value).slice(0, 2 * longestText);
  return cut(text.replace(/\s+/g, ' '), longestText);
}

/** What longer prompts cost, such as "over 200,000 tokens: $6.00 in · $22.50 out per 1M". */
function tierText(t: Translate, { abovePromptTokens, inputPrice, outputPrice }: PriceTier): string {
  return t('over {0} tokens: {1}', inThrees(String(abovePromptTokens)), priceLine(t, inputPrice, outputPrice) || '–');
}

/** Whole characters only: half of one would be another. */
function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…` : text;
}
