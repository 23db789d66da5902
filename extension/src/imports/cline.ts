/**
 * Cline keeps its state in `~/.cline/data`: `globalState.json` with the settings and, beside it, `secrets.json` with the keys; newer
 * versions in `settings/providers.json` with both. Settings are there once for acting and once for planning.
 */
import { type ImportedProfile, ProfileBuilder } from './imported.ts';
import { isObject, member } from './shape.ts';

const modes = ['actMode', 'planMode'] as const;

/** Whether this is one of Cline's files. */
export function isCline(file: unknown): boolean {
  return (
    isObject(member(file, 'providers')) ||
    ['liteLlmBaseUrl', 'liteLlmModelId', 'actModeApiProvider', 'planModeApiProvider', 'apiProvider'].some(
      (name) => member(file, name) !== undefined,
    )
  );
}

/** Whether the keys lie in a `secrets.json` beside this file. */
export function hasSecretsBeside(file: unknown): boolean {
  return isCline(file) && !isObject(member(file, 'providers'));
}

/** The connection to LiteLLM, and one to another server with OpenAI's language. `secrets` is the content of `secrets.json`, if there is one. */
export function readCline(file: unknown, secrets?: unknown): ImportedProfile[] {
  const found = isObject(member(file, 'providers'))
    ? [readProvider(file, 'litellm'), readProvider(file, 'openai')]
    : [readState(file, secrets, liteLLM), readState(file, secrets, openAi)];
  return found.filter((profile) => profile !== undefined);
}

interface Names {
  readonly provider: 'litellm' | 'openai';
  readonly title: string;
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly modelId: string;
}

const liteLLM: Names = {
  provider: 'litellm',
  title: 'Cline',
  baseUrl: 'liteLlmBaseUrl',
  apiKey: 'liteLlmApiKey',
  modelId: 'LiteLlmModelId',
};
const openAi: Names = {
  provider: 'openai',
  title: 'Cline (OpenAI Compatible)',
  baseUrl: 'openAiBaseUrl',
  apiKey: 'openAiApiKey',
  modelId: 'OpenAiModelId',
};

function readState(file: unknown, secrets: unknown, names: Names): ImportedProfile | undefined {
  const builder = new ProfileBuilder();
  builder.text('baseUrl', member(file, names.baseUrl), names.baseUrl);
  // A server with OpenAI's language is somewhere; LiteLLM may be where it is unless told otherwise.
  if (names.provider === 'openai' && !builder.has('baseUrl')) return undefined;
  for (const mode of modes) {
    if (member(file, `${mode}ApiProvider`) !== names.provider) continue;
    const effort = `${mode}ReasoningEffort`;
    builder.text('modelId', member(file, mode + names.modelId), mode + names.modelId);
    builder.value('reasoningEffort', ofMode(member(file, effort)), effort);
  }
  for (const mode of modes) builder.text('modelId', member(file, mode + names.modelId), mode + names.modelId);
  const older = names.provider === 'litellm' ? 'liteLlmModelId' : 'openAiModelId';
  builder.text('modelId', member(file, older), older);
  const key = member(secrets, names.apiKey);
  if (key !== undefined) builder.text('apiKey', key, `secrets.json: ${names.apiKey}`);
  else builder.text('apiKey', member(file, names.apiKey), names.apiKey);
  if (names.provider === 'litellm')
    builder.value('usePromptCache', member(file, 'liteLlmUsePromptCache'), 'liteLlmUsePromptCache');
  else builder.headers(member(file, 'openAiHeaders'), 'openAiHeaders');
  if (!builder.has('apiKey')) builder.remark({ code: 'key_elsewhere', place: names.apiKey });
  return builder.build(names.title, { isLiteLLM: names.provider === 'litellm' });
}

function readProvider(file: unknown, provider: 'litellm' | 'openai'): ImportedProfile | undefined {
  const builder = new ProfileBuilder();
  const place = `providers.${provider}.settings`;
  const settings = member(file, 'providers', provider, 'settings');
  const at = (name: string) => `${place}.${name}`;
  for (const [ours, theirs] of [
    ['baseUrl', 'baseUrl'],
    ['apiKey', 'apiKey'],
    ['modelId', 'model'],
  ] as const) {
    builder.text(ours, member(settings, theirs), at(theirs));
  }
  if (provider === 'openai' && !builder.has('baseUrl')) return undefined;
  builder.headers(member(settings, 'headers'), at('headers'));
  builder.value('maxTokens', member(settings, 'maxTokens'), at('maxTokens'));
  if (member(settings, 'reasoning', 'enabled') !== false) {
    builder.value('reasoningEffort', ofMode(member(settings, 'reasoning', 'effort')), at('reasoning.effort'));
  }
  const title = provider === 'litellm' ? liteLLM.title : openAi.title;
  return builder.build(title, { isLiteLLM: provider === 'litellm' });
}

/** Cline's word for no effort means that none is asked for. */
function ofMode(effort: unknown): unknown {
  return effort === 'none' ? undefined : effort;
}
