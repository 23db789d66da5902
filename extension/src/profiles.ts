/**
 * Profiles: named connections to a gateway. There is one, `default`: its fields are the `litellm-gateway.*` settings, its
 * key lies in {@link Secrets}. What the fields mean, which values are good and what holds when one is missing is the core's
 * business: this file only collects them.
 */
import * as vscode from 'vscode';
import type { SavedKey, Secrets } from './secrets.ts';

/** The section of the settings. */
export const settingsSection = 'litellm-gateway';

/** Every setting, by its name in the core's `ProviderSettings`. `apiKey` is a secret, `sessionId` belongs to a call. */
export const settingNames = [
  'baseUrl',
  'modelId',
  'modelInfo',
  'headers',
  'maxTokens',
  'temperature',
  'topP',
  'reasoningEffort',
  'thinkingBudget',
  'usePromptCache',
  'timeoutMs',
  'discoveryTimeoutMs',
  'maxRetries',
  'tags',
  'metadata',
  'user',
  'guardrails',
  'fallbacks',
  'numRetries',
  'extraBody',
] as const;

/** The name of a setting. */
export type SettingName = (typeof settingNames)[number];

/** Settings as the user wrote them: any value may have any type. */
export type SavedSettings = { [name in SettingName]?: unknown };

const environmentNames = ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL'] as const;

/** A profile's settings with what stands in for those that were not saved: input for the core's `normalizeSettings`. */
export interface ProfileSettings extends SavedSettings {
  /** The environment's variables. */
  env: { [name in (typeof environmentNames)[number]]?: string };
}

/** All that is stored of a profile. Its key is no member of its settings: it goes to its own origin only. */
export interface StoredProfile {
  readonly settings: ProfileSettings;
  readonly key?: SavedKey;
}

/** Reads and saves the profile `default`. */
export class Profiles implements vscode.Disposable {
  readonly #secrets: Secrets;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  /** While a save is under way its many changes are one: told at its end. */
  #saving = false;

  /** Fires after the settings or the key were changed, by whomever. */
  readonly onDidChange = this.#changed.event;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
    const changed = () => {
      if (!this.#saving) this.#changed.fire();
    };
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) changed();
      }),
      secrets.onDidChangeApiKey('default', changed),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The settings that the user saved, without the key. A setting that was never touched is absent. */
  saved(): SavedSettings {
    const configuration = vscode.workspace.getConfiguration(settingsSection);
    const saved: SavedSettings = {};
    for (const name of settingNames) {
      // The settings are machine-scoped, so that a workspace can't redirect the key: only the user's own value counts.
      const value = configuration.inspect(name)?.globalValue;
      if (value !== undefined && value !== null) saved[name] = value;
    }
    return saved;
  }

  /** Whether a key is saved. */
  async hasApiKey(): Promise<boolean> {
    return (await this.#secrets.apiKey('default')) !== undefined;
  }

  /** All that is known of the connection: saved settings, saved key, and the environment for what was not saved. */
  async read(): Promise<StoredProfile> {
    const key = await this.#secrets.apiKey('default');
    const env = environment();
    const saved = this.saved();
    // A container's description can set variables: it must not send headers that hold a secret to an address of its own, nor
    // lead away from where the saved key belongs.
    if (key !== undefined || saved.headers !== undefined) delete env.LITELLM_BASE_URL;
    return { settings: { ...saved, env }, ...(key !== undefined && { key }) };
  }

  /**
   * Saves the given settings: undefined removes one, what is not named stays. `key` is saved when it is given; null removes
   * the saved one. A key that is saved without an address is for the environment's, which is saved with it.
   */
  async save(settings: SavedSettings, key?: SavedKey | null): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(settingsSection);
    const changes = { ...settings };
    const { baseUrl } = { ...this.saved(), ...settings };
    const previous = await this.read();
    const { LITELLM_BASE_URL } = previous.settings.env;
    if (key && !baseUrl && LITELLM_BASE_URL) changes.baseUrl = LITELLM_BASE_URL;
    let isAnySaved = false;
    this.#saving = true;
    try {
      // While address and key are not both new, there is no key: no window sees the one with the other.
      if (key !== undefined) await this.#secrets.storeApiKey('default', undefined);
      for (const name of settingNames) {
        if (!(name in changes)) continue;
        await configuration.update(name, changes[name], vscode.ConfigurationTarget.Global);
        isAnySaved = true;
      }
      if (key) await this.#secrets.storeApiKey('default', key);
    } catch (error) {
      if (key !== undefined && !isAnySaved) await this.#secrets.storeApiKey('default', previous.key);
      throw error;
    } finally {
      this.#saving = false;
      this.#changed.fire();
    }
  }
}

/** The variables of the environment that describe a gateway. A web host has no environment. */
function environment(): ProfileSettings['env'] {
  const env: ProfileSettings['env'] = {};
  if (typeof process === 'undefined') return env;
  for (const name of environmentNames) {
    const value = process.env?.[name];
    if (value) env[name] = value;
  }
  return env;
}
