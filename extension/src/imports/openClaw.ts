/**
 * OpenClaw (before: Clawdbot) keeps its configuration as JSON5. The gateway is `models.providers.litellm`; models are named
 * `litellm/<id>` elsewhere, or by an alias; texts may hold `${NAME}`, which its own `env` section can define.
 */
import { type ImportedProfile, ProfileBuilder, type ReaderContext } from './imported.ts';
import type { Variables } from './references.ts';
import { elements, isObject, member, members, textOf } from './shape.ts';

/** Whether this is such a configuration. */
export function isOpenClaw(file: unknown): boolean {
  return isObject(member(file, 'models', 'providers')) || isObject(member(file, 'agents', 'defaults'));
}

/** The providers that are LiteLLM by name, and others with OpenAI's language. */
export function readOpenClaw(file: unknown, { environment }: ReaderContext): ImportedProfile[] {
  const variables = { ...ownVariables(file), ...defined(environment) };
  const profiles = members(member(file, 'models', 'providers')).flatMap(([name, provider]) => {
    const isLiteLLM = /litellm/i.test(name);
    if (!isLiteLLM && !/^openai-(completions|responses)$/.test(String(member(provider, 'api')))) return [];
    const profile = readProvider(file, name, provider, variables, isLiteLLM);
    return profile ? [profile] : [];
  });
  return profiles.sort((one, other) => Number(other.isLiteLLM) - Number(one.isLiteLLM));
}

function readProvider(file: unknown, name: string, provider: unknown, variables: Variables, isLiteLLM: boolean) {
  const builder = new ProfileBuilder('dollar', variables);
  const place = `models.providers.${name}`;
  builder.text('baseUrl', member(provider, 'baseUrl'), `${place}.baseUrl`);
  if (!isLiteLLM && !builder.has('baseUrl')) return undefined;
  takeKey(builder, member(provider, 'apiKey'), `${place}.apiKey`);
  builder.headers(member(provider, 'headers'), `${place}.headers`);
  const models = elements(member(provider, 'models'));
  const primary = primaryOf(file, name);
  const first = textOf(member(models[0], 'id'));
  if (primary) builder.text('modelId', primary.id, primary.place);
  else builder.text('modelId', first, `${place}.models[0].id`);
  const index = models.findIndex((model) => member(model, 'id') === (primary?.id ?? first));
  builder.value('modelInfo', modelInfo(models[index]), `${place}.models[${index}]`);
  const fallbacks = elements(member(file, 'agents', 'defaults', 'model', 'fallbacks')).flatMap(
    (reference) => idOf(file, reference, name) ?? [],
  );
  if (fallbacks.length > 0) builder.value('fallbacks', fallbacks, 'agents.defaults.model.fallbacks');
  if (models.length > 1) builder.remark({ code: 'more_models', place: `${place}.models`, count: models.length });
  return builder.build(name, { isLiteLLM });
}

/** A key is a text, or an object that names where it is kept. */
function takeKey(builder: ProfileBuilder, key: unknown, place: string): void {
  if (!isObject(key)) builder.text('apiKey', key, place);
  else if (member(key, 'source') === 'env' && textOf(member(key, 'id')) !== undefined) {
    builder.text('apiKey', `\${${textOf(member(key, 'id'))}}`, `${place}.id`);
  } else builder.remark({ code: 'key_elsewhere', place });
}

/** The model that agents use, if it is one of this provider. */
function primaryOf(file: unknown, provider: string): { id: string; place: string } | undefined {
  const model = member(file, 'agents', 'defaults', 'model');
  const place = isObject(model) ? 'agents.defaults.model.primary' : 'agents.defaults.model';
  const id = idOf(file, isObject(model) ? member(model, 'primary') : model, provider);
  return id === undefined ? undefined : { id, place };
}

/** The id in a reference `<provider>/<id>`, or in the one that has this alias. */
function idOf(file: unknown, reference: unknown, provider: string): string | undefined {
  const given = textOf(reference);
  const aliased = members(member(file, 'agents', 'defaults', 'models')).find(
    ([, model]) => given !== undefined && textOf(member(model, 'alias'))?.toLowerCase() === given.toLowerCase(),
  );
  const named = aliased?.[0] ?? given;
  return named?.startsWith(`${provider}/`) ? named.slice(provider.length + 1) : undefined;
}

/** What it knows of a model, in our names. Prices are US dollars per million tokens there too; all of them 0 means unknown. */
function modelInfo(model: unknown): object | undefined {
  const prices = [
    ['inputPrice', 'input'],
    ['outputPrice', 'output'],
    ['cacheReadsPrice', 'cacheRead'],
    ['cacheWritesPrice', 'cacheWrite'],
  ].flatMap(([ours = '', theirs = '']) => {
    const price = member(model, 'cost', theirs);
    return typeof price === 'number' ? [[ours, price] as const] : [];
  });
  const input = member(model, 'input');
  const known = [
    ['contextWindow', member(model, 'contextWindow')],
    ['maxTokens', member(model, 'maxTokens')],
    ['supportsImages', Array.isArray(input) ? input.includes('image') : undefined],
    ...(prices.some(([, price]) => price > 0) ? prices : []),
  ].filter(([, value]) => value !== undefined && value !== null);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

/** The variables of its `env` section, which hold where the environment has none. */
function ownVariables(file: unknown): Variables {
  const given = [...members(member(file, 'env')), ...members(member(file, 'env', 'vars'))];
  return Object.fromEntries(given.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string'));
}

function defined(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value));
}
