/**
 * The public module of the core. It runs unchanged in Node ≥ 20, in a worker and in a page, and imports nothing of its host
 * when it loads.
 */

import load, {
  version as coreVersion,
  type Endpoints,
  estimateCost as estimate,
  Handler,
  initSync,
  type ModelInfo,
  type NormalizedSettings,
  normalizeSettings as normalize,
  originOf as origin,
  resolveEndpoints as resolve,
  secretsOf as secretTexts,
} from '../pkg/litellm_wasm.js';
import { HandlerMaker, LiteLLMHandler } from './handler.ts';
import { inCore } from './instance.ts';
import { readLocalFile } from './localFile.ts';
import type { SettingsInput } from './messages.ts';

export type {
  Calibration,
  CatalogIssue,
  Citation,
  CostSource,
  DiscoveryAttempt,
  Encryption,
  Endpoints,
  ErrorKind,
  FinishReason,
  GatewayCount,
  KeyInfo,
  McpEndpoint,
  McpServer,
  ModelCatalog,
  ModelInfo,
  ModelInfoOverride,
  NormalizedSettings,
  Prices,
  PriceTier,
  ProviderSettings,
  ResponseInfo,
  SettingsIssue,
  SettingsIssueCode,
  StepCause,
  StepName,
  StepRequest,
  StepStatus,
  StreamPart,
  ThinkingBlock,
  ToolCall,
  Usage,
} from '../pkg/litellm_wasm.js';
export type { ConnectionStep } from './connectionSteps.ts';
export { LiteLLMHandler } from './handler.ts';
export { LiteLLMError } from './liteLLMError.ts';
export type {
  CacheControl,
  ContentBlock,
  CreateMessageOptions,
  DocumentBlock,
  ImageBlock,
  Message,
  SettingsInput,
  Source,
  TextBlock,
  Tool,
  ToolResultBlock,
  ToolUseBlock,
} from './messages.ts';
export {
  type Counted,
  calibratedTokens,
  learnCalibration,
  messageTokens,
  promptTokens,
  type TextCounter,
  wideCharacters,
} from './promptTokens.ts';
export { estimateTokens } from './tokenEstimate.ts';
export { countTokens, type Encoding, initTokens, readTokenFiles, type TokenFileReader } from './tokens.ts';

let loading: Promise<unknown> | undefined;

/**
 * Loads the WebAssembly module, once; later calls wait for the first. Without `source` it is read from beside this module.
 * Everything else of this module needs it.
 */
export async function init(source?: BufferSource | WebAssembly.Module | URL | string): Promise<void> {
  loading ??= instantiate(source);
  try {
    await loading;
  } catch (thrown) {
    loading = undefined;
    throw thrown;
  }
}

/** Loads the WebAssembly module from what is at hand, for whoever can't wait for `init`. */
export function initNow(source: BufferSource | WebAssembly.Module): void {
  initSync({ module: source });
  loading = Promise.resolve();
}

async function instantiate(source: BufferSource | WebAssembly.Module | URL | string | undefined): Promise<void> {
  if (typeof source === 'object' && !(source instanceof URL)) {
    // Compiling so little at once costs less than handing the bytes to another thread.
    initNow(source);
    return;
  }
  const url = new URL(source ?? 'core_bg.wasm', import.meta.url);
  if (url.protocol === 'file:') {
    initSync({ module: await readLocalFile(url) });
    return;
  }
  await load({ module_or_path: url });
}

/** The version of the core. */
export function version(): string {
  return coreVersion();
}

/** Reads whatever is given as settings: complete settings, and what was wrong with what was given. Never throws. */
export function normalizeSettings(input: unknown): NormalizedSettings {
  return inCore(() => normalize(input));
}

/**
 * The texts among settings that a gateway may quote and nobody may log: the key, values of secret headers and of the base URL's
 * query, and credentials in `extraBody`, `metadata` and `fallbacks`. The handler's own errors are without them. Never throws.
 */
export function secretsOf(settings: SettingsInput | unknown): string[] {
  const texts = inCore(() => secretTexts(settings));
  return texts === '' ? [] : [...new Set(texts.split('\0'))];
}

/** The addresses made from a base URL as a person types it. Throws kind `settings` when it can't be used. */
export function resolveEndpoints(baseUrl: string): Endpoints {
  return inCore(() => resolve(baseUrl));
}

/** Scheme, host and port of a base URL: where a key for it may go. Throws kind `settings` when it can't be used. */
export function originOf(baseUrl: string): string {
  return inCore(() => origin(baseUrl));
}

/**
 * What so many tokens cost by the prices of a model, in US dollars, by the arithmetic of replies' own cost; undefined when a price
 * that is needed is unknown. Tokens read from and written to the cache are part of `inputTokens`.
 */
export function estimateCost(
  info: ModelInfo,
  usage: { inputTokens: number; outputTokens?: number; cacheReadTokens?: number; cacheWriteTokens?: number },
): number | undefined {
  return inCore(() => estimate(info, usage));
}

/**
 * A handler from the configuration of a program that has many providers; fields of other providers do no harm. Throws kind
 * `settings` when `apiProvider` names another one, or when the settings can't be used.
 */
export function buildApiHandler(configuration: { apiProvider: 'litellm' } & Record<string, unknown>): LiteLLMHandler {
  return new LiteLLMHandler(new HandlerMaker(() => inCore(() => Handler.ofConfiguration(configuration))));
}
