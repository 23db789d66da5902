/**
 * Profiles: named connections to gateways. The fields of the first one, `default`, are the settings `litellm-gateway.*`; the
 * others lie in one setting, by their ids. Each has its key in {@link Secrets}, under its id. What the fields mean, which
 * values are good and what holds when one is missing is the core's business: this file only collects them.
 */
import * as vscode from 'vscode';
import type { SettingsIssue } from './core.ts';
import { InTurn } from './inTurn.ts';
import { defaultProfile, type Entry, isEntry, nameOf, newId, profilesSetting, readEntries } from './profileEntries.ts';
import type { SavedKey, Secrets } from './secrets.ts';

/** The section of the settings. */
export const settingsSection = 'litellm-gateway';

/** Every setting of a connection, by its name in the core's `ProviderSettings`. `apiKey` is a secret, `sessionId` belongs to a call. */
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
  'workspaceTag',
  'metadata',
  'user',
  'guardrails',
  'fallbacks',
  'numRetries',
  'extraBody',
  'modelOverrides',
  'hiddenModels',
  'favoriteModels',
] as const;

/** The name of a setting. */
export type SettingName = (typeof settingNames)[number];

/** Settings as the user wrote them: any value may have any type. */
export type SavedSettings = { [name in SettingName]?: unknown };

const environmentNames = ['LITELLM_BASE_URL', 'LITELLM_API_KEY', 'LITELLM_MODEL'] as const;

/** A profile's settings with what stands in for those that were not saved: input for the core's `normalizeSettings`. */
export interface ProfileSettings extends SavedSettings {
  /** The environment's variables; they describe the profile `default`, and no other. */
  env: { [name in (typeof environmentNames)[number]]?: string };
}

/** All that is stored of a profile. Its key is no member of its settings: it goes to its own origin only. */
export interface StoredProfile {
  readonly settings: ProfileSettings;
  readonly key?: SavedKey;
}

/** Whether the user or the environment named anything of a profile's connection. */
export function isConfigured({ settings: { env, ...saved }, key }: StoredProfile): boolean {
  return key !== undefined || Object.keys({ ...saved, ...env }).length > 0;
}

/** A profile as it is listed. */
export interface Profile {
  /** Never changes. */
  readonly id: string;
  /** For people; any text, and two profiles may have the same. */
  readonly name: string;
}

/** A profile that is to be added. */
export interface NewProfile {
  readonly name: string;
  readonly settings?: SavedSettings;
  readonly key?: SavedKey;
}

/** A profile that was removed, as long as that can be undone. Its key is here and nowhere else. */
interface RemovedProfile extends NewProfile {
  readonly id: string;
}

/** Reads and saves the profiles. */
export class Profiles implements vscode.Disposable {
  readonly #secrets: Secrets;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  /** All profiles but one share a setting, which is read, changed and written. */
  readonly #changes = new InTurn();
  /** While a change is under way its many steps are one: told at its end. */
  #isChanging = false;
  #removed: RemovedProfile | undefined;

  /** Fires after a profile or its key was changed, by whomever. */
  readonly onDidChange = this.#changed.event;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
    const changed = () => {
      if (!this.#isChanging) this.#changed.fire();
    };
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) changed();
      }),
      secrets.onDidChangeApiKey(changed),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /**
   * The profiles, `default` first. It is not among them while nothing is known of it and there are others; alone it is always
   * there, for whoever is new. Never fails.
   */
  async list(): Promise<readonly Profile[]> {
    const others = [...this.#entries().keys()].filter((id) => id !== defaultProfile);
    const isDefaultListed = others.length === 0 || (await this.#isInUse(defaultProfile).catch(() => true));
    const ids = isDefaultListed ? [defaultProfile, ...others] : others;
    return ids.map((id) => ({ id, name: this.name(id) }));
  }

  /** The name of a profile; its id where the user gave none. */
  name(id: string): string {
    return nameOf(this.#entries().get(id)) ?? (id === defaultProfile ? vscode.l10n.t('Default') : id);
  }

  /** What is wrong with the setting that holds the other profiles. What is wrong with their fields is the core's to say. */
  issues(): readonly SettingsIssue[] {
    return readEntries(savedValue(profilesSetting), settingNames).issues;
  }

  /** The settings that the user saved, without the key. A setting that was never touched is absent. */
  saved(id: string): SavedSettings {
    const entry = this.#entries().get(id);
    const saved: SavedSettings = {};
    for (const name of settingNames) {
      const value = id === defaultProfile ? savedValue(name) : entry?.[name];
      if (value !== undefined && value !== null) saved[name] = value;
    }
    return saved;
  }

  /** Whether a key is saved. */
  async hasApiKey(id: string): Promise<boolean> {
    return (await this.#secrets.apiKey(id)) !== undefined;
  }

  /** All that is known of the connection: saved settings, saved key, and the environment for what was not saved. */
  async read(id: string): Promise<StoredProfile> {
    const key = await this.#secrets.apiKey(id);
    const env = id === defaultProfile ? environment() : {};
    const saved = this.saved(id);
    // A container's description can set variables: it must not send headers that hold a secret to an address of its own, nor
    // lead away from where the saved key belongs.
    if (key !== undefined || saved.headers !== undefined) delete env.LITELLM_BASE_URL;
    return { settings: { ...saved, env }, ...(key !== undefined && { key }) };
  }

  /**
   * Saves the given settings of a profile: undefined removes one, what is not named stays. `key` is saved when it is given;
   * null removes the saved one. A key that is saved without an address is for the environment's, which is saved with it.
   */
  async save(id: string, settings: SavedSettings, key?: SavedKey | null): Promise<void> {
    await this.#change(() => this.#save(id, settings, key));
  }

  /** Adds a profile and gives its id. The very first one is `default`. */
  async add(profile: NewProfile): Promise<string> {
    return this.#change(async () => {
      const hasOthers = [...this.#entries().keys()].some((id) => id !== defaultProfile);
      const isFirst = !hasOthers && !(await this.#isInUse(defaultProfile));
      return this.#add(isFirst ? defaultProfile : await this.#newId(profile.name), profile);
    });
  }

  /**
   * Adds a profile like another one and gives its id. The key is copied inside the secret storage, for the same origin as
   * before: what the copy's address becomes does not matter.
   */
  async duplicate(id: string, name: string): Promise<string> {
    return this.#change(async () => {
      const key = await this.#secrets.apiKey(id);
      return this.#add(await this.#newId(name), { name, settings: this.saved(id), ...(key && { key }) });
    });
  }

  /** Gives a profile another name. */
  async rename(id: string, name: string): Promise<void> {
    await this.#change(() => this.#writeEntry(id, { name: name.trim() || undefined }));
  }

  /** Removes a profile with its key. {@link Profiles.restore} brings it back until the next one is removed. */
  async remove(id: string): Promise<void> {
    await this.#change(async () => {
      const key = await this.#secrets.apiKey(id);
      const removed = { id, name: this.name(id), settings: this.saved(id), ...(key && { key }) };
      try {
        if (id === defaultProfile) await this.#save(id, unsetting(removed.settings));
        await this.#writeEntry(id, undefined);
        await this.#secrets.storeApiKey(id, undefined);
      } catch (error) {
        // What can't be removed whole stays whole, as far as the editor lets it.
        await this.#add(id, removed).catch(() => undefined);
        throw error;
      }
      this.#removed = removed;
    });
  }

  /** Brings back what was removed last and gives its id; undefined when there is nothing to bring back. */
  async restore(): Promise<string | undefined> {
    return this.#change(async () => {
      const removed = this.#removed;
      if (removed === undefined) return undefined;
      const isTaken = this.#entries().has(removed.id) || (await this.#isInUse(removed.id));
      const id = await this.#add(isTaken ? await this.#newId(removed.name) : removed.id, removed);
      this.#removed = undefined;
      return id;
    });
  }

  /** Lets go of what was removed last, key included. */
  forgetRemoved(): void {
    this.#removed = undefined;
  }

  async #add(id: string, { name, settings = {}, key }: NewProfile): Promise<string> {
    const isUnnamed = id === defaultProfile && name === vscode.l10n.t('Default');
    if (!isUnnamed) await this.#writeEntry(id, { name: name.trim() || id });
    await this.#save(id, settings, key);
    return id;
  }

  /** An id that nothing has: a key that is still stored under it would be found again. */
  #newId(name: string): Promise<string> {
    const entries = this.#entries();
    return newId(name, async (id) => entries.has(id) || this.#removed?.id === id || (await this.hasApiKey(id)));
  }

  async #save(id: string, settings: SavedSettings, key?: SavedKey | null): Promise<void> {
    const changes = { ...settings };
    const { baseUrl } = { ...this.saved(id), ...settings };
    const previous = await this.read(id);
    const { LITELLM_BASE_URL } = previous.settings.env;
    if (key && !baseUrl && LITELLM_BASE_URL) changes.baseUrl = LITELLM_BASE_URL;
    let isAnySaved = false;
    try {
      // While address and key are not both new, there is no key: no window sees the one with the other.
      if (key !== undefined) await this.#secrets.storeApiKey(id, undefined);
      if (id === defaultProfile) {
        for (const name of settingNames) {
          if (!(name in changes)) continue;
          await writeValue(name, changes[name]);
          isAnySaved = true;
        }
      } else if (Object.keys(changes).length > 0) {
        await this.#writeEntry(id, changes);
        isAnySaved = true;
      }
      if (key) await this.#secrets.storeApiKey(id, key);
    } catch (error) {
      if (key !== undefined && !isAnySaved) await this.#secrets.storeApiKey(id, previous.key);
      throw error;
    }
  }

  /** Changes members of a profile's entry, undefined removing one; undefined for all removes the entry. */
  async #writeEntry(id: string, changes: Entry | undefined): Promise<void> {
    const value = savedValue(profilesSetting) ?? {};
    if (!isEntry(value)) {
      throw new Error(vscode.l10n.t('the setting "{0}" is no object', `${settingsSection}.${profilesSetting}`));
    }
    const { [id]: before, ...others } = value;
    const entry = changes && withoutGaps({ ...(isEntry(before) && before), ...changes });
    const isLeft = entry !== undefined && (id !== defaultProfile || Object.keys(entry).length > 0);
    const entries = isLeft ? { ...value, [id]: entry } : others;
    await writeValue(profilesSetting, Object.keys(entries).length > 0 ? entries : undefined);
  }

  /** Whether the user or the environment says anything of a profile. */
  async #isInUse(id: string): Promise<boolean> {
    return isConfigured(await this.read(id));
  }

  #entries(): ReadonlyMap<string, Entry> {
    return readEntries(savedValue(profilesSetting), settingNames).entries;
  }

  #change<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#changes.run(async () => {
      this.#isChanging = true;
      try {
        return await work();
      } finally {
        this.#isChanging = false;
        this.#changed.fire();
      }
    });
  }
}

/** What the user saved; the settings are machine-scoped, so that a workspace can't redirect a key: only his own value counts. */
function savedValue(name: string): unknown {
  return vscode.workspace.getConfiguration(settingsSection).inspect(name)?.globalValue;
}

/** Whether the user turned off what is on otherwise. */
export function isTurnedOff(setting: string): boolean {
  return savedValue(setting) === false;
}

async function writeValue(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(settingsSection);
  await configuration.update(name, value, vscode.ConfigurationTarget.Global);
}

/** What removes these settings. */
function unsetting(settings: SavedSettings): SavedSettings {
  return Object.fromEntries(Object.keys(settings).map((name) => [name, undefined]));
}

function withoutGaps(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
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
