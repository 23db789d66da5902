/**
 * Roo Code's "Export" writes `roo-code-settings.json`: `providerProfiles.apiConfigs` holds the profiles by name, their keys in plain
 * text. Kilo Code and Zoo Code, which come from it, write the same.
 */
import { type ImportedProfile, ProfileBuilder } from './imported.ts';
import { isObject, member, members } from './shape.ts';

/** Whether this is such an export. */
export function isRooCode(file: unknown): boolean {
  return isObject(member(file, 'providerProfiles', 'apiConfigs'));
}

/** The profiles that use LiteLLM, the current one first, then those that use another server with OpenAI's language. */
export function readRooCode(file: unknown): ImportedProfile[] {
  const current = member(file, 'providerProfiles', 'currentApiConfigName');
  const profiles = members(member(file, 'providerProfiles', 'apiConfigs')).flatMap(([name, profile]) => {
    const read = readProfile(name, profile);
    return read ? [read] : [];
  });
  const rank = ({ name, isLiteLLM }: ImportedProfile) => (isLiteLLM ? 0 : 2) + (name === current ? 0 : 1);
  return profiles.sort((one, other) => rank(one) - rank(other));
}

function readProfile(name: string, profile: unknown): ImportedProfile | undefined {
  const provider = member(profile, 'apiProvider');
  const builder = new ProfileBuilder();
  const at = (field: string) => `providerProfiles.apiConfigs.${name}.${field}`;
  const text = (ours: 'baseUrl' | 'apiKey' | 'modelId', theirs: string) =>
    builder.text(ours, member(profile, theirs), at(theirs));
  if (provider === 'litellm') {
    text('baseUrl', 'litellmBaseUrl');
    text('baseUrl', 'litellmApiUrl');
    text('apiKey', 'litellmApiKey');
    text('modelId', 'litellmModelId');
    builder.value('usePromptCache', member(profile, 'litellmUsePromptCache'), at('litellmUsePromptCache'));
  } else if (provider === 'openai') {
    text('baseUrl', 'openAiBaseUrl');
    text('apiKey', 'openAiApiKey');
    text('modelId', 'openAiModelId');
    builder.headers(member(profile, 'openAiHeaders'), at('openAiHeaders'));
    builder.value('modelInfo', modelInfo(member(profile, 'openAiCustomModelInfo')), at('openAiCustomModelInfo'));
  } else return undefined;
  builder.value('temperature', member(profile, 'modelTemperature'), at('modelTemperature'));
  builder.value('maxTokens', member(profile, 'modelMaxTokens'), at('modelMaxTokens'));
  if (member(profile, 'enableReasoningEffort') !== false) {
    const effort = member(profile, 'reasoningEffort');
    if (effort !== 'disable') builder.value('reasoningEffort', effort, at('reasoningEffort'));
    builder.value('thinkingBudget', member(profile, 'modelMaxThinkingTokens'), at('modelMaxThinkingTokens'));
  }
  return builder.build(name, { isLiteLLM: provider === 'litellm' });
}

const modelInfoFields = [
  'maxTokens',
  'contextWindow',
  'supportsImages',
  'supportsPromptCache',
  'inputPrice',
  'outputPrice',
  'cacheWritesPrice',
  'cacheReadsPrice',
];

/** Their description of a model in our names, which are the same. */
function modelInfo(given: unknown): object | undefined {
  const known = members(given).filter(
    ([name, value]) => modelInfoFields.includes(name) && value !== null && value !== -1,
  );
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
