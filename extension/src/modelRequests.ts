/** Answers the page's requests about the models of a profile: the table, one model, and what the user says of them. */
import type { CoreIssue } from './fieldIssues.ts';
import { type OverrideEntry, overrideIssues, overrideOfTexts, textsOfOverride } from './modelOverrides.ts';
import { fieldsOfModel, rowOf, type ShownModel } from './modelTable.ts';
import { type Attempt, sourceOf, trailOf } from './modelTrail.ts';
import type {
  Failed,
  ModelPreferences,
  ModelTable,
  OverrideIssue,
  OverrideTexts,
  PreferenceChange,
  RequestMessage,
  Requests,
} from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** The models of one gateway. */
export interface ShownCatalog {
  readonly models: readonly ShownModel[];
  /** A model that the gateway does not list; absent where no list came. */
  readonly unlisted?: (id: string) => ShownModel;
  readonly attempts?: readonly Attempt[];
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  /** In milliseconds of the epoch. */
  readonly readAt?: number;
  /** Whether they are those of an earlier window. */
  readonly isKept?: boolean;
  readonly failure?: { readonly sentence: string };
  /** What was asked when it failed, and what came. */
  readonly failedAttempts?: readonly Attempt[];
}

/** The gateways of profiles, and of the groups that the editor keeps. */
export interface SessionCatalogs {
  find(profile: string): Promise<{ catalog(options: { refresh: boolean }): Promise<ShownCatalog> } | undefined>;
}

/** What is needed. */
export interface ModelDependencies {
  readonly catalogs: SessionCatalogs;
  readonly profiles: {
    list(): Promise<readonly { id: string }[]>;
    saved(profile: string): { modelOverrides?: unknown; hiddenModels?: unknown; favoriteModels?: unknown };
    save(
      profile: string,
      settings: { modelOverrides?: unknown; hiddenModels?: unknown; favoriteModels?: unknown },
    ): Promise<void>;
  };
  readonly core: { load(): Promise<{ normalizeSettings(input: unknown): { issues: readonly CoreIssue[] } }> };
  readonly translate: Translate;
}

/** The requests that are answered here. */
type ModelRequestName = 'listTable' | 'describeModel' | 'checkOverride' | 'changePreference' | 'saveOverride';

/** One of these requests. */
export type ModelRequestMessage = Extract<RequestMessage, { name: ModelRequestName }>;

/** How changes are made: one after another, and told where they could not be. */
export interface Saving {
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  saved(): void;
  failed(error: unknown): Failed;
}

/** So many rows that can't be read are told. */
const mostUnreadable = 20;
/** The longest sentence on one of them. */
const longestUnreadable = 300;

/** So many models that the gateway does not list are shown: nobody keeps words about more. */
const mostUnlisted = 500;

const settingOfList = { hidden: 'hiddenModels', favorites: 'favoriteModels' } as const;

/** The requests about models of one page. */
export class ModelRequests {
  readonly #dependencies: ModelDependencies;
  readonly #saving: Saving;
  /** The rows of profiles as they were last, as JSON. */
  readonly #rows = new Map<string, { json: string; version: number }>();
  #lastVersion = 0;

  constructor(dependencies: ModelDependencies, saving: Saving) {
    this.#dependencies = dependencies;
    this.#saving = saving;
  }

  /** Answers a request. */
  async answer(message: ModelRequestMessage): Promise<Requests[ModelRequestMessage['name']]['result']> {
    const { profile } = message;
    switch (message.name) {
      case 'listTable':
        return { outcome: 'table', table: await this.#table(profile, message.parameters) };
      case 'describeModel':
        return this.#describe(profile, message.parameters.id);
      case 'checkOverride':
        return { issues: await this.#check(message.parameters) };
      case 'changePreference':
        return this.#save(async () => ({
          outcome: 'preferred',
          ...(await this.#prefer(profile, message.parameters)),
        }));
      case 'saveOverride':
        return this.#save(async () => {
          const issues = await this.#override(profile, message.parameters.id, message.parameters.texts);
          return issues.length > 0 ? { outcome: 'notOverridden', issues } : { outcome: 'overridden' };
        });
    }
  }

  #save<Result>(work: () => Promise<Result>): Promise<Result | Failed> {
    return this.#saving.inTurn(async () => {
      try {
        const result = await work();
        this.#saving.saved();
        return result;
      } catch (error) {
        return this.#saving.failed(error);
      }
    });
  }

  /** The table. Never fails: why there is no list is told in its place. */
  async #table(profile: string, { refresh, known, drafts }: Requests['listTable']['parameters']): Promise<ModelTable> {
    const { catalogs, translate } = this.#dependencies;
    const gateway = await catalogs.find(profile);
    if (!gateway) throw new Error(translate('this profile was removed'));
    const catalog = await gateway.catalog({ refresh });
    const { models, attempts = [], failedAttempts = attempts, issues = [], readAt, isKept, failure } = catalog;
    const rows = [...models, ...this.#unlisted(profile, catalog, drafts)].map((model) => rowOf(translate, model));
    const json = JSON.stringify(rows);
    const before = this.#rows.get(profile);
    const version = before?.json === json ? before.version : this.#lastVersion + 1;
    this.#lastVersion = Math.max(this.#lastVersion, version);
    this.#rows.set(profile, { json, version });
    const first = issues.slice(0, mostUnreadable).map(({ path, message }) => `${path}: ${message}`);
    return {
      rows: version === known ? null : rows,
      version,
      ...this.#preferences(profile),
      state: readAt === undefined ? 'none' : failure || isKept ? 'kept' : 'read',
      readAt: readAt ?? null,
      source: sourceOf(attempts),
      failure: failure?.sentence ?? '',
      trail: trailOf(translate, failedAttempts),
      unreadable: { count: issues.length, first: first.map((text) => text.slice(0, longestUnreadable)) },
      isEditable: await this.#isStored(profile),
    };
  }

  /** What the user hides, prefers or describes, and the gateway does not list: all that he said is to be found, and taken back. */
  #unlisted(profile: string, { models, unlisted }: ShownCatalog, drafts: readonly string[]): ShownModel[] {
    if (!unlisted) return [];
    const listed = new Set(models.map(({ info }) => info.id));
    const { hidden, favorites } = this.#preferences(profile);
    const named = new Set([...drafts, ...favorites, ...hidden, ...Object.keys(this.#overrides(profile))]);
    const gone = [...named].filter((id) => id.trim() !== '' && !listed.has(id));
    return gone.slice(0, mostUnlisted).map(unlisted);
  }

  /** Puts a model into a list of the user's, or takes it out. */
  async #prefer(profile: string, { list, id, isIn }: PreferenceChange): Promise<ModelPreferences> {
    const { profiles } = this.#dependencies;
    await this.#assertStored(profile);
    const setting = settingOfList[list];
    const given = profiles.saved(profile)[setting];
    const others: unknown[] = Array.isArray(given) ? given.filter((item) => item !== id) : [];
    const changed = isIn ? [...others, id] : others;
    await profiles.save(profile, { [setting]: changed.length > 0 ? changed : undefined });
    return this.#preferences(profile);
  }

  /** All of a model, whether it is listed or not; nothing where there is no list. */
  async #describe(profile: string, id: string): Promise<Requests['describeModel']['result']> {
    const { catalogs, translate } = this.#dependencies;
    const catalog = await (await catalogs.find(profile))?.catalog({ refresh: false });
    const model = catalog?.models.find(({ info }) => info.id === id) ?? catalog?.unlisted?.(id);
    if (!model) return { outcome: 'failed', message: translate('The gateway does not list this model any more.') };
    const saved = textsOfOverride(this.#entry(profile, id));
    const note = model.listed ? '' : translate('The gateway does not list this model. What you say of it is kept.');
    return { outcome: 'described', model: { id, note, fields: fieldsOfModel(translate, model), saved } };
  }

  /** What is wrong with the user's own words about a model. */
  async #check(texts: OverrideTexts): Promise<OverrideIssue[]> {
    const { core, translate } = this.#dependencies;
    const { normalizeSettings } = await core.load();
    return overrideIssues(translate, normalizeSettings, texts);
  }

  /** Saves the user's own words about a model, unless something is wrong with them. */
  async #override(profile: string, id: string, changes: OverrideTexts): Promise<OverrideIssue[]> {
    const { profiles } = this.#dependencies;
    await this.#assertStored(profile);
    // What was changed elsewhere while the page was open stays.
    const before = this.#entry(profile, id);
    const texts = { ...textsOfOverride(before), ...changes };
    const issues = await this.#check(texts);
    if (issues.length > 0) return issues;
    const { entry } = overrideOfTexts(before, texts);
    const { [id]: _, ...others } = this.#overrides(profile);
    const changed = Object.keys(entry).length > 0 ? { ...others, [id]: entry } : others;
    await profiles.save(profile, { modelOverrides: Object.keys(changed).length > 0 ? changed : undefined });
    return [];
  }

  #preferences(profile: string): ModelPreferences {
    const saved = this.#dependencies.profiles.saved(profile);
    const ids = (given: unknown) => (Array.isArray(given) ? given.filter((id) => typeof id === 'string') : []);
    return { hidden: ids(saved.hiddenModels), favorites: ids(saved.favoriteModels) };
  }

  #overrides(profile: string): OverrideEntry {
    const given = this.#dependencies.profiles.saved(profile).modelOverrides;
    return isRecord(given) ? given : {};
  }

  #entry(profile: string, id: string): OverrideEntry {
    const overrides = this.#overrides(profile);
    const entry = Object.hasOwn(overrides, id) ? overrides[id] : undefined;
    return isRecord(entry) ? entry : {};
  }

  async #isStored(profile: string): Promise<boolean> {
    return (await this.#dependencies.profiles.list()).some(({ id }) => id === profile);
  }

  async #assertStored(profile: string): Promise<void> {
    if (!(await this.#isStored(profile))) throw new Error(this.#dependencies.translate('this profile was removed'));
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
