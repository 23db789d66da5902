/**
 * The `config.yaml` that LiteLLM itself is started with: the names of its models and its master key. The keys of its providers are
 * the gateway's own business and are never taken.
 */
import { type ImportedProfile, ProfileBuilder, type ReaderContext } from './imported.ts';
import { elements, member, members, textOf } from './shape.ts';

/** Where LiteLLM listens unless its command line says otherwise: no address stands in the file. */
const usualAddress = 'http://localhost:4000';

/** Whether this is a configuration of LiteLLM. */
export function isLiteLlmConfiguration(file: unknown): boolean {
  return Array.isArray(member(file, 'model_list')) || member(file, 'general_settings', 'master_key') !== undefined;
}

/** The gateway that this file makes. */
export function readLiteLlmConfiguration(file: unknown, { environment }: ReaderContext): ImportedProfile[] {
  const variables = { ...environment, ...ownVariables(file) };
  const builder = new ProfileBuilder('litellm', variables);
  const address = 'environment_variables.PROXY_BASE_URL';
  builder.text('baseUrl', member(file, 'environment_variables', 'PROXY_BASE_URL'), address);
  if (!builder.has('baseUrl')) {
    builder.text('baseUrl', usualAddress, '');
    builder.remark({ code: 'assumed_address', place: usualAddress });
  }
  builder.text('apiKey', member(file, 'general_settings', 'master_key'), 'general_settings.master_key');
  if (builder.has('apiKey')) builder.remark({ code: 'master_key', place: 'general_settings.master_key' });
  const names = new Map<string, number>();
  elements(member(file, 'model_list')).forEach((model, index) => {
    const name = textOf(member(model, 'model_name'));
    if (name !== undefined && isForChat(model, name) && !names.has(name)) names.set(name, index);
  });
  const [first] = names;
  if (first) builder.text('modelId', first[0], `model_list[${first[1]}].model_name`);
  if (names.size > 1) builder.remark({ code: 'more_models', place: 'model_list', count: names.size });
  const profile = builder.build('LiteLLM');
  return profile ? [profile] : [];
}

/** A wildcard is no model, and embeddings, images and speech are not for a chat. */
function isForChat(model: unknown, name: string): boolean {
  const mode = member(model, 'model_info', 'mode');
  return !name.includes('*') && (mode === undefined || mode === 'chat' || mode === 'responses');
}

/** The variables that the file sets itself; a reference among them is one to the environment. */
function ownVariables(file: unknown): Record<string, string> {
  const given = members(member(file, 'environment_variables'));
  return Object.fromEntries(
    given.filter((entry): entry is readonly [string, string] => {
      const [, value] = entry;
      return typeof value === 'string' && !value.startsWith('os.environ/');
    }),
  );
}
