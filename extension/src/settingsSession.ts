/**
 * The extension's side of one settings page: answers its requests with the core and the stored profile.
 *
 * Free of the editor's API, so that tests run it against the real page. What is typed is used as typed; the saved key is added here
 * and never sent to the page.
 */
import {
  bindDraft,
  checkDraft,
  fieldsOf,
  keyChanges,
  newKey,
  noFields,
  type SettingValues,
  withoutTypedKey,
} from './draftSettings.ts';
import { DraftTrials, type TrialDependencies } from './draftTrials.ts';
import { InTurn } from './inTurn.ts';
import { originOfSettings } from './keyBinding.ts';
import { type ModelRequestMessage, ModelRequests, type SessionCatalogs } from './modelRequests.ts';
import { moreTexts } from './moreSettings.ts';
import { readPageMessage } from './pageMessages.ts';
import { type ChangeableProfiles, changeProfiles, profileChoices, type SessionGroups } from './profileChanges.ts';
import type {
  Draft,
  DraftWithoutKey,
  Failed,
  HostMessage,
  KeptPage,
  PageStrings,
  PageView,
  ProfileChoice,
  RequestMessage,
  RequestName,
  Requests,
  SavedSettings,
  UnfoldedName,
} from './protocol.ts';
import type { SavedKey } from './secrets.ts';
import { pageStrings } from './settingsStrings.ts';
import { unlessAborted } from './unlessAborted.ts';

/** What of the stored profiles the page shows and changes; each is named by its id. */
export interface SessionProfiles extends ChangeableProfiles {
  /** The settings that the user saved, whatever their types; the key is not among them. */
  saved(profile: string): SettingValues;
  /** Whether a key is saved. */
  hasApiKey(profile: string): Promise<boolean>;
  /** All settings of the connection with the environment's values, and the saved key. */
  read(profile: string): Promise<{ settings: object; key?: SavedKey }>;
  /** Stores the settings that are given, undefined removing one; a key that is given replaces the saved one, null removes it. */
  save(profile: string, settings: SettingValues, key?: SavedKey | null): Promise<void>;
  /** Calls the listener after anything was saved, by whomever. */
  onDidChange(listener: () => void): { dispose(): void };
}

/** What a session needs. */
export interface SessionDependencies extends TrialDependencies {
  profiles: SessionProfiles;
  groups: SessionGroups;
  /** The models that the chat is offered, and how they were read. */
  catalogs: SessionCatalogs;
  log: { failure(doing: string, error: unknown): void };
  /** Called after every save. */
  onSaved: () => void;
  /** Which parts of the page are unfolded, from one page to the next. */
  unfolded: { read(): UnfoldedName[]; keep(names: UnfoldedName[]): void };
}

/** Answers one page's requests until it is disposed. */
export class SettingsSession {
  readonly #dependencies: SessionDependencies;
  readonly #post: (message: HostMessage) => void;
  readonly #strings: PageStrings;
  readonly #models: ModelRequests;
  readonly #trials: DraftTrials;
  readonly #subscriptions: readonly { dispose(): void }[];
  /** The profiles that the page has asked for: what is saved of them it is told. */
  readonly #shown = new Set<string>();
  /** The id of the profile that is to be shown first, whatever the page asks for. */
  #wished: string | undefined;
  /** What of it. */
  #wishedView: PageView | null = null;
  readonly #running = new Map<number, { name: RequestName; profile: string; abort: AbortController }>();
  /** Two changes that mix could leave the key of one with the address of the other. */
  readonly #changes = new InTurn();
  #disposed = false;
  /** What was typed when an earlier page was closed, and is wanted back. */
  readonly #restored: KeptPage | null;
  #kept: KeptPage | undefined;

  /** `post` hands a message to the page; `restored` is typed into it. */
  constructor(
    dependencies: SessionDependencies,
    post: (message: HostMessage) => void,
    restored: KeptPage | null = null,
  ) {
    this.#dependencies = dependencies;
    this.#post = post;
    this.#restored = restored;
    this.#strings = pageStrings(dependencies.translate);
    this.#trials = new DraftTrials(dependencies, this.#strings);
    this.#models = new ModelRequests(dependencies, {
      inTurn: (work) => this.#changes.run(work),
      saved: dependencies.onSaved,
      failed: (error) => this.#notSaved(error),
    });
    this.#subscriptions = [
      dependencies.profiles.onDidChange(() => void this.#announceSaved()),
      dependencies.groups.onDidChange(() => void this.#announceProfiles()),
    ];
  }

  /** Stops all that runs; nothing is posted from here on. */
  dispose(): void {
    this.#disposed = true;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#dependencies.profiles.forgetRemoved();
    for (const { abort } of this.#running.values()) abort.abort();
  }

  /** What the page holds and nobody saved. */
  get kept(): KeptPage | undefined {
    return this.#kept;
  }

  /** Shows this of the profile of this id, if there is one, else of the one that is shown, as soon as there is a page. */
  show(profile: string, view: PageView | null): void {
    if (profile === '' && view === null) return;
    if (this.#shown.size > 0) {
      this.#send({ type: 'show', profile, view: view ?? 'settings' });
      return;
    }
    if (profile !== '') this.#wished = profile;
    this.#wishedView = view;
  }

  /** Takes whatever the page posted; what is no message of the protocol is ignored. */
  receive(value: unknown): void {
    const message = readPageMessage(value);
    if (!message || this.#disposed) return;
    if (message.type === 'keep') {
      this.#kept = message.kept;
      this.#dependencies.unfolded.keep(message.kept.unfolded);
    } else if (message.type === 'cancel') this.#running.get(message.id)?.abort.abort();
    else if (!this.#running.has(message.id)) void this.#answer(message);
  }

  async #answer(message: RequestMessage): Promise<void> {
    const { id, name, profile } = message;
    const abort = new AbortController();
    // The newest request to look at a profile's gateway is the one that counts.
    if (['listModels', 'listGuardrails', 'testConnection', 'listTable'].includes(name)) this.#abortAll(name, profile);
    this.#running.set(id, { name, profile, abort });
    try {
      const result = await this.#work(message, abort.signal);
      this.#send({ type: 'answer', id, result });
    } catch (error) {
      this.#dependencies.log.failure(`The settings page's request ${name}`, error);
      this.#send({ type: 'failure', id, message: this.#dependencies.describeError(error, {}) });
    } finally {
      this.#running.delete(id);
    }
  }

  #work(message: RequestMessage, signal: AbortSignal): Promise<Requests[RequestName]['result']> {
    const { profile } = message;
    switch (message.name) {
      case 'start':
        return this.#start(profile);
      case 'validate':
        return this.#validate(profile, message.parameters);
      case 'listModels':
        return this.#trials.listModels(profile, message.parameters, signal);
      case 'listGuardrails':
        return this.#trials.listGuardrails(profile, message.parameters, signal);
      case 'copyDiagnosis':
        return this.#trials.copyDiagnosis(profile);
      case 'testConnection':
        return this.#trials.testConnection(profile, message.parameters, signal, (step) =>
          this.#send({ type: 'progress', id: message.id, step }),
        );
      case 'save':
        return this.#changes.run(() => this.#save(profile, message.parameters));
      case 'changeProfiles':
        return this.#changes.run(() => this.#changeProfiles(profile, message.parameters));
      case 'manageModels':
        return this.#manageModels();
      default:
        return this.#answerAboutModels(message, signal);
    }
  }

  /** A list that the chat waits for, too, is not stopped: only the page does not wait for it any more. */
  async #answerAboutModels(
    message: ModelRequestMessage,
    signal: AbortSignal,
  ): Promise<Requests[ModelRequestMessage['name']]['result']> {
    try {
      return await unlessAborted(this.#models.answer(message), signal);
    } catch (error) {
      if (signal.aborted && message.name === 'listTable') return { outcome: 'cancelled' };
      throw error;
    }
  }

  async #start(asked: string): Promise<Requests['start']['result']> {
    const { core: unloaded, profiles, groups } = this.#dependencies;
    const core = await unloaded.load();
    const choices = await profileChoices(profiles, groups);
    const isStored = (wish: string | undefined) => choices.some(({ id, group }) => id === wish && !group);
    const profile = [this.#wished, asked, this.#restored?.profile].find(isStored) ?? choices[0]?.id ?? '';
    this.#wished = undefined;
    const view = this.#wishedView;
    this.#wishedView = null;
    this.#shown.add(profile);
    const saved = await this.#saved(profile);
    const { settings } = await this.#storedIfReadable(profile);
    const { baseUrl, modelId } = core.normalizeSettings({ ...settings, ...noFields }).settings;
    const more = moreTexts({ ...core.normalizeSettings({}).settings });
    const defaults = { baseUrl, modelId, more };
    const unfolded = this.#dependencies.unfolded.read();
    return {
      strings: this.#strings,
      profile,
      profiles: choices,
      saved,
      defaults,
      kept: this.#restored,
      unfolded,
      view,
    };
  }

  async #validate(profile: string, draft: DraftWithoutKey): Promise<Requests['validate']['result']> {
    const core = await this.#dependencies.core.load();
    const bound = bindDraft(core, await this.#storedIfReadable(profile), { ...draft, key: keyChanges[draft.key] });
    const { issues, normalized } = checkDraft(core, bound, draft.more, this.#dependencies);
    if (issues.some((issue) => issue.field === 'baseUrl' && issue.severity === 'error')) return { issues, address: '' };
    return { issues, address: core.resolveEndpoints(normalized.baseUrl).root };
  }

  async #changeProfiles(
    profile: string,
    change: Requests['changeProfiles']['parameters'],
  ): Promise<Requests['changeProfiles']['result']> {
    const { profiles, groups, onSaved } = this.#dependencies;
    try {
      await this.#assertStored(profile);
      const shown = await changeProfiles(profiles, profile, change);
      onSaved();
      return { outcome: 'changed', profile: shown, profiles: await profileChoices(profiles, groups) };
    } catch (error) {
      return this.#notSaved(error);
    }
  }

  async #manageModels(): Promise<Requests['manageModels']['result']> {
    await this.#dependencies.groups.manage();
    return { outcome: 'opened' };
  }

  /** Hands and other windows can remove a profile that is shown here; saving it would make another one of its id. */
  async #assertStored(profile: string): Promise<void> {
    const isStored = (await this.#dependencies.profiles.list()).some(({ id }) => id === profile);
    if (!isStored) throw new Error(this.#dependencies.translate('this profile was removed'));
  }

  async #save(profile: string, draft: Draft): Promise<Requests['save']['result']> {
    const { profiles, core, onSaved } = this.#dependencies;
    try {
      const litellm = await core.load();
      await this.#assertStored(profile);
      const bound = bindDraft(litellm, await profiles.read(profile), draft);
      const { issues } = checkDraft(litellm, bound, draft.more, this.#dependencies);
      if (issues.some((issue) => issue.severity === 'error')) return { outcome: 'refused', issues };
      await profiles.save(profile, fieldsOf(draft), newKey(draft.key, originOfSettings(litellm, bound.settings)));
      onSaved();
      return { outcome: 'saved', saved: await this.#saved(profile), issues };
    } catch (error) {
      return this.#notSaved(error, draft);
    }
  }

  #notSaved(error: unknown, draft?: Draft): Failed {
    const { translate, log } = this.#dependencies;
    const text = error instanceof Error ? error.message : String(error);
    const withoutKey = new Error(draft ? withoutTypedKey(text, draft) : text);
    log.failure('Saving the settings', withoutKey);
    const cause = withoutKey.message.replace(/[\s.]+$/, '');
    return {
      outcome: 'failed',
      message: translate('The settings could not be saved: {0}. Nothing you typed is lost; try again.', cause),
    };
  }

  /** The stored settings for work that needs no key: a secret storage that fails must not keep the form from being shown. */
  async #storedIfReadable(profile: string): ReturnType<SessionProfiles['read']> {
    try {
      return await this.#dependencies.profiles.read(profile);
    } catch {
      return { settings: {} };
    }
  }

  async #saved(profile: string): Promise<SavedSettings> {
    const { profiles, log } = this.#dependencies;
    const stored = profiles.saved(profile);
    const { baseUrl, modelId } = stored;
    const text = (value: unknown) => (typeof value === 'string' ? value : '');
    let hasKey = false;
    try {
      hasKey = await profiles.hasApiKey(profile);
    } catch (error) {
      log.failure('Reading the API key from the secret storage', error);
    }
    return { baseUrl: text(baseUrl), modelId: text(modelId), hasKey, more: moreTexts(stored) };
  }

  async #announceSaved(): Promise<void> {
    for (const { id, group } of await this.#announceProfiles()) {
      if (!group && this.#shown.has(id)) this.#send({ type: 'saved', profile: id, saved: await this.#saved(id) });
    }
  }

  async #announceProfiles(): Promise<ProfileChoice[]> {
    const { profiles, groups } = this.#dependencies;
    const choices = await profileChoices(profiles, groups);
    this.#send({ type: 'profiles', profiles: choices });
    return choices;
  }

  #abortAll(name: RequestName, profile: string): void {
    for (const request of this.#running.values()) {
      if (request.name === name && request.profile === profile) request.abort.abort();
    }
  }

  #send(message: HostMessage): void {
    if (!this.#disposed) this.#post(message);
  }
}
