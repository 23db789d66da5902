/**
 * Continue's `config.yaml` (and the older `config.json`) has one entry for each model. Entries that share address and key are one
 * profile of ours: the gateway lists the models itself. Keys are often references such as `${{ secrets.NAME }}`, whose values
 * lie in a file `.env` beside this one.
 */
import { type ImportedProfile, ProfileBuilder, type ReaderContext } from './imported.ts';
import { elements, isObject, member, textOf } from './shape.ts';

/** Whether this is Continue's configuration. */
export function isContinue(file: unknown): boolean {
  return elements(member(file, 'models')).some(
    (model) => textOf(member(model, 'provider')) !== undefined || textOf(member(model, 'uses')) !== undefined,
  );
}

interface Entry {
  readonly model: unknown;
  readonly place: string;
}

/** The gateways that models with provider `openai` or `litellm` and an address of their own are asked at. */
export function readContinue(file: unknown, context: ReaderContext): ImportedProfile[] {
  const groups = new Map<string, Entry[]>();
  elements(member(file, 'models')).forEach((model, index) => {
    const apiBase = textOf(member(model, 'apiBase'));
    const provider = member(model, 'provider');
    const isAddressed = provider === 'litellm' || (provider === 'openai' && apiBase && !isOpenAi(apiBase));
    if (!isObject(model) || !isAddressed) return;
    const key = JSON.stringify([apiBase, member(model, 'apiKey'), headersOf(model)]);
    groups.set(key, [...(groups.get(key) ?? []), { model, place: `models[${index}]` }]);
  });
  const profiles = [...groups.values()].flatMap((entries) => {
    const profile = readGroup(entries, context);
    return profile ? [profile] : [];
  });
  return profiles.sort((one, other) => Number(other.isLiteLLM) - Number(one.isLiteLLM));
}

function readGroup(entries: readonly Entry[], { environment, beside }: ReaderContext): ImportedProfile | undefined {
  const builder = new ProfileBuilder('continue', environment, beside);
  const chat = entries.find(({ model }) => isForChat(model)) ?? entries[0];
  if (!chat) return undefined;
  const { model, place } = chat;
  builder.text('baseUrl', member(model, 'apiBase'), `${place}.apiBase`);
  builder.text('apiKey', member(model, 'apiKey'), `${place}.apiKey`);
  builder.text('modelId', member(model, 'model'), `${place}.model`);
  builder.headers(headersOf(model), `${place}.requestOptions.headers`);
  builder.value(
    'extraBody',
    member(model, 'requestOptions', 'extraBodyProperties'),
    `${place}.requestOptions.extraBodyProperties`,
  );
  // Of both names the newer one comes first.
  for (const options of ['defaultCompletionOptions', 'completionOptions']) {
    for (const name of ['temperature', 'topP', 'maxTokens'] as const) {
      builder.value(name, member(model, options, name), `${place}.${options}.${name}`);
    }
    const contextWindow = member(model, options, 'contextLength');
    if (contextWindow !== undefined) builder.value('modelInfo', { contextWindow }, `${place}.${options}.contextLength`);
  }
  if (entries.length > 1) builder.remark({ code: 'more_models', place: 'models', count: entries.length });
  const name = textOf(member(model, 'name')) ?? textOf(member(model, 'title')) ?? 'Continue';
  const isLiteLLM = entries.some(
    (entry) =>
      member(entry.model, 'provider') === 'litellm' || /litellm|:4000\b/i.test(String(member(entry.model, 'apiBase'))),
  );
  return builder.build(name, { isLiteLLM });
}

function headersOf(model: unknown): unknown {
  return member(model, 'requestOptions', 'headers');
}

/** Without roles a model is for everything. */
function isForChat(model: unknown): boolean {
  const roles = member(model, 'roles');
  return roles === undefined || elements(roles).includes('chat');
}

/** Whether the address is OpenAI's own. */
function isOpenAi(address: string): boolean {
  return /^https:\/\/(?:[\w-]+\.)?openai\.com(?:[:/]|$)/i.test(address);
}
