import type { LiteLLMHandler } from './core.ts';

/**
 * What `activate()` of this extension returns, for other extensions:
 * `await vscode.extensions.getExtension<GatewayApi>('litellm-gateway.litellm-gateway')?.activate()`.
 */
export interface GatewayApi {
  /** The version of the core. */
  readonly version: string;
  /**
   * A handler for a gateway of the caller's choice, as Roo Code and Cline make theirs: it takes their names of the
   * settings too. Throws a `LiteLLMError` of kind `settings` when the settings can't be used or are for another provider.
   */
  buildApiHandler(configuration: { apiProvider: 'litellm' } & Record<string, unknown>): LiteLLMHandler;
  /** The exact number of `o200k_base` tokens of a text. The first call loads what that takes. */
  countTokens(text: string): Promise<number>;
}
