/**
 * Profiles: named connections to a gateway. There is one, `default`: its fields are the `litellm-gateway.*` settings, its
 * key lies in {@link Secrets}. What the fields mean, which values are good and what holds when one is missing is the core's
 * business: this file only collects them.
 */
import * as vscode from 'vscode';
import type { Secrets } from './secrets.ts';

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

/** A profile's settings with all that belongs to them, ready for the core's `normalizeSettings`. */
export interface ProfileSettings extends SavedSettings {
  apiKey?: string;
  /** The environment's variables, for fields that were not saved. */
  env?: { [name in (typeof environmentNames)[number]]?: string };
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
  async read(): Promise<ProfileSettings> {
    const apiKey = await this.#secrets.apiKey('default');
    const env = environment();
    // A container's description can set variables: it must not send a saved key to an address of its own.
    if (apiKey !== undefined) delete env.LITELLM_BASE_URL;
    return { ...this.saved(), ...(apiKey !== undefined && { apiKey }), env };
  }

  /**
   * Saves the given settings: undefined removes one, what is not named stays. `apiKey` is saved when it is given; an
   * empty one removes the saved key.
   */
  async save(settings: SavedSettings, apiKey?: string): Promise<void> {
    const configuration = vscode.workspace.getConfiguration(settingsSection);
    this.#saving = true;
    try {
      if (apiKey !== undefined) await this.#secrets.storeApiKey('default', apiKey);
      for (const name of settingNames) {
        if (!(name in settings)) continue;
        await configuration.update(name, settings[name], vscode.ConfigurationTarget.Global);
      }
    } finally {
      this.#saving = false;
      this.#changed.fire();
    }
  }
}

/** The variables of the environment that describe a gateway. A web host has no environment. */
function environment(): NonNullable<ProfileSettings['env']> {
  const env: NonNullable<ProfileSettings['env']> = {};
  if (typeof process === 'undefined') return env;
  for (const name of environmentNames) {
    const value = process.env?.[name];
    if (value) env[name] = value;
  }
  return env;
}
