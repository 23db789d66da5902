/** The text of a `config.yaml` for LiteLLM, with comments for whoever reads it. No key is ever in it. */
import type { Provider } from './providers.ts';

/** A provider as it was chosen. */
export interface ChosenProvider {
  readonly provider: Provider;
  /** What was asked for, where the provider asks. */
  readonly address?: string;
  readonly modelName?: string;
}

/** The comments, in the language of the user. */
export interface ConfigurationComments {
  readonly introduction: readonly string[];
  readonly keyOf: (variable: string) => string;
  readonly noKey: string;
  /** Of a server on this machine: what its address is to a gateway in a container. */
  readonly inContainer: (host: string) => string;
  readonly masterKey: readonly string[];
}

/** The name by which a container knows the machine that it runs on. */
export const hostOfContainers = 'host.docker.internal';

/** The variable of the gateway's own key. */
export const masterKeyVariable = 'LITELLM_MASTER_KEY';

/** Writes the file. */
export function writeConfiguration(chosen: readonly ChosenProvider[], comments: ConfigurationComments): string {
  const lines = [...comments.introduction.map(comment), 'model_list:'];
  for (const { provider, address, modelName } of chosen) {
    const { keyVariable, asks } = provider;
    lines.push(`  ${comment(`${provider.title}. ${keyVariable ? comments.keyOf(keyVariable) : comments.noKey}`)}`);
    const asked = asks && modelName ? [{ name: modelName, model: asks.modelPrefix + modelName }] : [];
    for (const { name, model } of [...provider.models, ...asked]) {
      lines.push(`  - model_name: ${text(name)}`, '    litellm_params:', `      model: ${text(model)}`);
      if (address) {
        if (isOnThisMachine(address)) lines.push(`      ${comment(comments.inContainer(hostOfContainers))}`);
        lines.push(`      api_base: ${text(address)}`);
      }
      for (const [parameter, value] of Object.entries(provider.parameters ?? {})) {
        lines.push(`      ${parameter}: ${text(value)}`);
      }
      if (keyVariable) lines.push(`      api_key: os.environ/${keyVariable}`);
    }
  }
  lines.push('', 'general_settings:', ...comments.masterKey.map((line) => `  ${comment(line)}`));
  lines.push(`  master_key: os.environ/${masterKeyVariable}`, '');
  return lines.join('\n');
}

/** The variables that LiteLLM needs for this, its own key last. */
export function variablesOf(chosen: readonly ChosenProvider[]): string[] {
  const keys = chosen.flatMap(({ provider }) => provider.keyVariable ?? []);
  return [...new Set([...keys, masterKeyVariable])];
}

/** The variables that an existing file refers to. */
export function variablesIn(configuration: string): string[] {
  const named = [...configuration.matchAll(/\bos\.environ\/([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
  return [...new Set([...named, masterKeyVariable])];
}

function isOnThisMachine(address: string): boolean {
  return /^\w+:\/\/(localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/i.test(address);
}

function comment(line: string): string {
  return `# ${line.replace(/\s+/g, ' ')}`;
}

/** A text as YAML and JSON both write it. */
function text(value: string): string {
  return JSON.stringify(value);
}
