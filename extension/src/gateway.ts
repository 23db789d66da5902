/**
 * The gateway of one profile: its handlers, its models, and what is known of its failures. Everything here is rebuilt when
 * the profile changes.
 */
import * as vscode from 'vscode';
import type { Core, KeyInfo, LiteLLMError, LiteLLMHandler, ModelCatalog, ModelInfo } from './core.ts';
import { type ErrorContext, type PresentedError, presentError } from './errors.ts';
import {
  askedWith,
  type CatalogModel,
  type Connection,
  contextOf,
  handlerFor,
  handlerOf,
  infosOf,
  modelsOf,
  preferred,
  type ReadModels,
  unlistedModel,
} from './gatewayConnection.ts';
import type { KeptList, KeptModels } from './keptModels.ts';
import { bindKey, withheldSentence } from './keyBinding.ts';
import type { Log } from './log.ts';
import { secretsOf } from './logText.ts';
import type { Notifications } from './notifications.ts';
import { defaultProfile } from './profileEntries.ts';
import { isConfigured, type StoredProfile } from './profiles.ts';
import { presentSettingsIssue } from './settingsIssues.ts';
import { withWorkspaceTag } from './workspaceTag.ts';

/** A failed discovery is not repeated sooner than this, however often the editor asks. */
const failureKeptMs = 30_000;

/** A list older than this is asked for anew when the editor asks, which gets the old one meanwhile. */
const listKeptMs = 10 * 60_000;

/** Where what is known of a gateway comes from. */
export interface GatewaySource {
  /** The id of the profile. */
  readonly id: string;
  /** Tells it from the others of the same id, which have other keys; without it there are none. */
  readonly account?: string;
  /** Where its settings stand, for messages about one. */
  readonly place: string;
  /** What messages call it, where there are several; else undefined. */
  label(): string | undefined;
  read(): Promise<StoredProfile>;
  /** Called after the gateway has listed its models anew. */
  listed?(): void;
}

/** All models of a gateway, and how it came to tell them. */
export interface GatewayCatalog extends Partial<Pick<ModelCatalog, 'attempts' | 'issues'>> {
  /** In the gateway's order. */
  readonly models: readonly CatalogModel[];
  /** A model that is not among them, as it would be asked; absent where no list came. */
  readonly unlisted?: (id: string) => CatalogModel;
  /** When they came, in milliseconds of the epoch. */
  readonly readAt?: number;
  /** Whether they are those of an earlier window, since the gateway has not answered this one. */
  readonly isKept?: boolean;
  /** Why they could not be read again, or at all. */
  readonly failure?: PresentedError;
  /** What was asked then, and what came. */
  readonly failedAttempts?: ModelCatalog['attempts'];
}

/** The models to offer, and why there may be too few of them. */
export interface Listing {
  /** Without those that the user hides; his favourites first. */
  readonly models: readonly ModelInfo[];
  /** The ids of his favourites among them. */
  readonly favorites?: ReadonlySet<string>;
  /** Whether they are those of an earlier window. */
  readonly isKept?: boolean;
  readonly failure?: PresentedError;
  /** What was asked and what came, where that gave no list. */
  readonly attempts?: ModelCatalog['attempts'];
}

/** The gateway of one profile. */
export class Gateway {
  readonly #core: Core;
  readonly #source: GatewaySource;
  readonly #log: Log;
  readonly #notifications: Notifications;
  readonly #changed: () => void;
  #connection: Promise<Connection> | undefined;
  /** What was known before the profile changed: a change of what is offered is no reason to ask the gateway again. */
  #previous: Connection | undefined;
  /** The comparison of the connection with a profile that may have changed. */
  #following: Promise<void> = Promise.resolve();
  readonly #keptModels: KeptModels | undefined;
  /** The list of an earlier window that was read before there is a connection, and what it was asked with. */
  #readAhead: { readonly askedWith: string; readonly list: Promise<KeptList | undefined> } | undefined;
  #listing: Promise<Listing> | undefined;
  /** The list in place of which another one is asked for. */
  #renewing: Promise<Listing> | undefined;
  /** When the gateway was asked last. */
  #askedAt = 0;
  #failedAt: number | undefined;
  #known: Listing = { models: [] };

  /** `changed` is called when the models may be others than before, for another reason than a change of the profile. */
  constructor(
    core: Core,
    source: GatewaySource,
    log: Log,
    notifications: Notifications,
    changed: () => void,
    keptModels?: KeptModels,
  ) {
    this.#keptModels = keptModels;
    this.#core = core;
    this.#source = source;
    this.#log = log;
    this.#notifications = notifications;
    this.#changed = changed;
  }

  /** The id of the profile. */
  get id(): string {
    return this.#source.id;
  }

  /** Stands for its key where that is what counts: the id, or another one where several share it. */
  get account(): string {
    return this.#source.account ?? this.#source.id;
  }

  /**
   * The models. The first call gets those of an earlier window, if there are any, else it asks the gateway; later ones get the
   * same answer until the profile changes or `refresh` is set; calls in between share the request. Where the list is of an
   * earlier window, or old, the gateway is asked besides, and `changed` called if it offers others. Never fails: a failure is
   * told beside what can be offered all the same.
   */
  async models({ refresh = false }: { refresh?: boolean } = {}): Promise<Listing> {
    await this.#following;
    const age = Date.now() - (this.#failedAt ?? this.#askedAt);
    const isDue = age > (this.#failedAt === undefined ? listKeptMs : failureKeptMs);
    const hasList = (await this.#connection?.catch(() => undefined))?.read !== undefined;
    if (this.#listing === undefined || refresh || (isDue && this.#failedAt !== undefined && !hasList)) {
      this.#take(this.#list(refresh));
    } else if (isDue && hasList) {
      this.#renew();
    }
    return this.#listing as Promise<Listing>;
  }

  /** Makes it the answer to whoever asks. */
  #take(coming: Promise<Listing>): void {
    this.#failedAt = undefined;
    const listing: Promise<Listing> = coming.then((result) => {
      if (this.#listing !== listing) return result;
      if (result.failure) this.#failedAt = Date.now();
      this.#known = result;
      // The list is given out before anything is done for the next one.
      if (result.isKept) setTimeout(() => this.#listing === listing && this.#renew());
      return result;
    });
    this.#listing = listing;
  }

  /** Asks the gateway anew, and tells the editor if it offers other models than those that are known. */
  #renew(): void {
    const before = this.#listing;
    if (before === undefined || this.#renewing === before) return;
    this.#renewing = before;
    Promise.all([before, this.#list(true)])
      .then(([known, renewed]) => {
        // The profile was changed meanwhile, or the user had it asked.
        if (this.#listing !== before) return;
        this.#take(Promise.resolve(renewed));
        if (offered(known) !== offered(renewed)) this.#changed();
      })
      .catch((error: unknown) => this.#log.failure('Asking for the models anew', error));
  }

  /**
   * All models with how they were read: what {@link Gateway.models} offers is taken from them. A failure leaves those that
   * were read before. `refresh` asks the gateway anew and tells the editor.
   */
  async catalog({ refresh = false }: { refresh?: boolean } = {}): Promise<GatewayCatalog> {
    const { failure, attempts } = await this.models({ refresh });
    if (refresh) this.#changed();
    const connection = await this.#connect().catch(() => undefined);
    const read = connection?.read;
    return {
      models: read?.models ?? [],
      ...(connection && read && { unlisted: (id: string) => unlistedModel(connection, id) }),
      ...(read && { readAt: read.at, attempts: read.catalog.attempts, issues: read.catalog.issues }),
      ...(read?.isKept && { isKept: true }),
      ...(failure && { failure }),
      ...(attempts && { failedAttempts: attempts }),
    };
  }

  /** What {@link Gateway.models} gave last, for whoever can't wait. */
  get known(): Listing {
    return this.#known;
  }

  /** A handler that asks `modelId`. Fails when the settings can't be used. */
  async handler(modelId: string): Promise<LiteLLMHandler> {
    return handlerFor(await this.#connect(), modelId);
  }

  /** What its list of models is kept for. */
  async askedWith(): Promise<string> {
    return askedWith(await this.#source.read());
  }

  /** A handler for what concerns no model. Fails when the settings can't be used. */
  async handlerOfAny(): Promise<LiteLLMHandler> {
    return handlerOf(await this.#connect());
  }

  /**
   * What the gateway tells of the key. One that does not tell is not asked again until the profile changes; fails when it can't
   * tell now.
   */
  async keyInfo(): Promise<KeyInfo | undefined> {
    const connection = await this.#connect();
    if (connection.isKeyUntold) return undefined;
    const info = await connection.handler.keyInfo();
    if (info === undefined) connection.isKeyUntold = true;
    return info;
  }

  /** What an error message tells of this gateway; nothing while the settings can't be used. */
  async errorContext(): Promise<ErrorContext> {
    return this.#connect().then(contextOf, () => ({}));
  }

  /** Shows a warning about this gateway, once until its profile changes. */
  warnOnce(sentence: string, actions: Parameters<Notifications['warnOnce']>[1]): void {
    this.#notifications.warnOnce(this.named(sentence), actions, this.id);
  }

  /** A sentence with what messages call this gateway, where there are several. */
  named(sentence: string): string {
    const label = this.#source.label();
    return label === undefined ? sentence : vscode.l10n.t('{0}: {1}', label, sentence);
  }

  /** Takes note that the gateway answered, or that the user is back: a list that failed before is tried again. */
  retryListing(): void {
    if (this.#failedAt !== undefined && Date.now() - this.#failedAt > failureKeptMs) this.#changed();
  }

  /** Takes note that the profile may have changed; what is asked from here on waits until that is known. */
  follow(): void {
    const connection = this.#connection;
    this.#following = Promise.all([this.#source.read().then(JSON.stringify), connection])
      .then(([profile, made]) => ({ isSame: profile === made?.madeFor, made }))
      .catch(() => ({ isSame: false, made: undefined }))
      .then(({ isSame, made }) => {
        if (isSame || this.#connection !== connection) return;
        this.#previous = made ?? this.#previous;
        this.#connection = undefined;
        this.#listing = undefined;
        this.#failedAt = undefined;
        this.#known = { models: [] };
        this.#notifications.forget(this.id);
      });
  }

  async #connect(): Promise<Connection> {
    await this.#following;
    this.#connection ??= this.#readSettings().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #readSettings(): Promise<Connection> {
    const [litellm, stored] = await Promise.all([this.#core.load(), this.#source.read()]);
    const { settings: bound, withheld } = bindKey(litellm, stored.settings, stored.key);
    const given = withWorkspaceTag(bound, vscode.workspace.name);
    this.#log.keepOut([...secretsOf({ ...given, apiKey: stored.key?.apiKey }), ...litellm.secretsOf(given)]);
    const { settings, issues } = litellm.normalizeSettings(given);
    for (const issue of issues) {
      const sentence = presentSettingsIssue(issue, this.#source.place);
      this.#log.warn(sentence);
      // Plain http inside a company's own network is a choice; the settings panel says it too.
      if (issue.code !== 'insecure_http') this.warnOnce(sentence, ['openSettings']);
    }
    const { hiddenModels, favoriteModels, ...asked } = stored.settings;
    const { modelOverrides, modelInfo, ...connecting } = asked;
    const handlerMadeFor = JSON.stringify({ ...stored, settings: asked });
    const gatewayMadeFor = JSON.stringify({ ...stored, settings: connecting });
    const previous = this.#previous;
    this.#previous = undefined;
    const isSameHandler = previous?.handlerMadeFor === handlerMadeFor;
    const handler = isSameHandler ? previous.handler : new litellm.LiteLLMHandler(given);
    const read = previous?.gatewayMadeFor === gatewayMadeFor ? previous.read : undefined;
    const kept = isSameHandler ? undefined : await this.#readKept(stored);
    this.#readAhead = undefined;
    const overrides = new Map<string, object>(Object.entries(settings.modelOverrides ?? {}));
    if (settings.modelInfo) overrides.set(handler.getModel().id, settings.modelInfo);
    if (withheld) {
      const sentence = withheldSentence(vscode.l10n.t, withheld);
      this.#log.warn(sentence);
      this.warnOnce(sentence, ['openSettings']);
    }
    const { env, ...saved } = stored.settings;
    const connection: Connection = {
      madeFor: JSON.stringify(stored),
      handlerMadeFor,
      gatewayMadeFor,
      askedWith: askedWith(stored),
      handler,
      others: isSameHandler ? previous.others : new Map(),
      address: litellm.resolveEndpoints(settings.baseUrl).root,
      ...(withheld && { withheld }),
      isConfigured: isConfigured(stored),
      hasChosenModel: saved.modelId !== undefined || env.LITELLM_MODEL !== undefined,
      preferences: { hidden: new Set(settings.hiddenModels), favorites: settings.favoriteModels ?? [] },
      overrides,
      ...(read && { read }),
      ...(isSameHandler && previous.unrestored && { unrestored: previous.unrestored }),
    };
    if (kept) this.#restore(connection, kept);
    return connection;
  }

  async #list(refresh: boolean): Promise<Listing> {
    let connection: Connection;
    try {
      const isFirst = this.#connection === undefined && this.#previous === undefined;
      const listing = isFirst && !refresh ? await this.#listAhead() : undefined;
      if (listing) return listing;
      connection = await this.#connect();
    } catch (error) {
      this.#log.failure('Reading the settings', error);
      return { models: [], failure: presentError(error) };
    }
    const { address, isConfigured, hasChosenModel } = connection;
    const isDefault = this.id === defaultProfile;
    // The first profile finds a gateway that runs here; another one that was only named is still to be filled in.
    if (!isConfigured && !isDefault) return { models: [] };
    if (!isConfigured) void this.#keptModels?.forget(this.id, connection.askedWith);
    if (!refresh && connection.read?.isKept) {
      // A change of what is offered makes a kept list no newer.
      return { ...preferred(connection, infosOf(connection.read.models)), isKept: true };
    }
    const handler = handlerOf(connection);
    try {
      const catalog = await handler.listModels({ refresh });
      this.#askedAt = Date.now();
      const isNew = catalog !== connection.read?.catalog;
      if (isNew) {
        this.#log.models(address, catalog);
        this.#source.listed?.();
      }
      const at = isNew ? Date.now() : (connection.read?.at ?? Date.now());
      const listing = this.#read(connection, { catalog, at });
      if (isNew && isConfigured) this.#keep(connection);
      return listing;
    } catch (error) {
      const failure = presentError(error, { ...contextOf(connection), doing: 'list' });
      if (isConfigured) this.#log.failure(`Listing the models of ${address}`, error);
      else this.#log.info(`No gateway is set up, and none answers at ${address}.`);
      // Whom the gateway refuses is offered no models in the next window.
      if (failure.kind === 'auth') void this.#keptModels?.forget(this.id, connection.askedWith);
      // A model can be asked without a new list; if that fails too, the user learns it where he asked.
      const isOffered = isConfigured && (hasChosenModel || isDefault);
      const models = connection.read ? infosOf(connection.read.models) : isOffered ? [handler.getModel().info] : [];
      const { attempts } = error as Partial<LiteLLMError>;
      return { ...preferred(connection, models), failure, ...(attempts && { attempts }) };
    }
  }

  /** Takes note of a list, and gives what is offered of it. */
  #read(connection: Connection, { catalog, at }: Omit<ReadModels, 'models'>): Listing {
    const models = modelsOf(connection, catalog);
    connection.read = { catalog, at, models };
    return preferred(connection, infosOf(models));
  }

  /**
   * The models of an earlier window, where nothing that the user says of models has to be regarded: then they are there before
   * the core is loaded.
   */
  async #listAhead(): Promise<Listing | undefined> {
    if (!this.#keptModels) return undefined;
    const stored = await this.#source.read();
    const { modelInfo, modelOverrides, hiddenModels, favoriteModels, env, ...settings } = stored.settings;
    if ([modelInfo, modelOverrides, hiddenModels, favoriteModels].some((said) => said !== undefined)) return undefined;
    const models = (await this.#readKept(stored))?.models;
    const chosen = settings.modelId ?? env.LITELLM_MODEL;
    const isWhole = chosen === undefined || models?.some(({ id }) => id === chosen);
    return models && isWhole ? { models, favorites: new Set(), isKept: true } : undefined;
  }

  /** The list of an earlier window that was asked with what is stored now. */
  async #readKept(stored: StoredProfile): Promise<KeptList | undefined> {
    if (!this.#keptModels || !isConfigured(stored)) return undefined;
    const asked = askedWith(stored);
    if (this.#readAhead?.askedWith !== asked) {
      this.#readAhead = { askedWith: asked, list: this.#keptModels.read(this.id, asked) };
    }
    return this.#readAhead.list;
  }

  /** Takes note of the list of an earlier window. */
  #restore(connection: Connection, { models: listed, restorable, at }: KeptList): void {
    const { address } = connection;
    const since = new Date(at).toISOString();
    this.#log.info(`${address}: ${listed.length} models are those of ${since}, until it answers.`);
    connection.unrestored = restorable;
    const catalog = { models: [...listed], attempts: [], issues: [] };
    connection.read = { catalog, at, models: modelsOf(connection, catalog), isKept: true };
  }

  /** Keeps the list for the next window. Nobody waits for it. */
  #keep({ handler, askedWith, read }: Connection): void {
    const restorable = this.#keptModels && handler.keptModels();
    if (!restorable || !read) return;
    const kept = { models: read.catalog.models, restorable, at: read.at };
    this.#keptModels
      ?.write(this.id, askedWith, kept)
      .catch((error: unknown) => this.#log.failure('Keeping the list of models', error));
  }
}

/** What the editor is told of a list, to be compared. */
function offered({ models, favorites = new Set() }: Listing): string {
  return JSON.stringify([models, [...favorites]]);
}
