/**
 * The gateway that the settings name: its handlers, its models, and what is known of its failures. Everything here is
 * rebuilt when the settings or the key change.
 */
import * as vscode from 'vscode';
import type { Core, LiteLLMHandler, ModelInfo } from './core.ts';
import { type ErrorContext, type PresentedError, presentError } from './errors.ts';
import { bindKey, type WithheldKey, withheldSentence } from './keyBinding.ts';
import type { Log } from './log.ts';
import { secretsOf } from './logText.ts';
import type { Notifications } from './notifications.ts';
import type { Profiles } from './profiles.ts';
import { presentSettingsIssue } from './settingsIssues.ts';

/** A failed discovery is not repeated sooner than this, however often the editor asks. */
const failureKeptMs = 30_000;

/** What is needed to talk to the gateway of the current settings. */
interface Connection {
  /** For the configured model. */
  readonly handler: LiteLLMHandler;
  /** For the other models that were asked so far. */
  readonly others: Map<string, LiteLLMHandler>;
  /** The gateway's address, without a query that may hold secrets. */
  readonly address: string;
  /** A saved key that this gateway does not get. */
  readonly withheld?: WithheldKey;
  /** Whether the user or the environment named anything of the connection. */
  readonly isConfigured: boolean;
  /** Whether the user or the environment named the model. */
  readonly hasChosenModel: boolean;
  /** The models of the last list that came. */
  listed?: readonly ModelInfo[];
}

/** The models to offer, and why there may be too few of them. */
export interface Listing {
  readonly models: readonly ModelInfo[];
  readonly failure?: PresentedError;
}

/** The gateway of the current settings. */
export class Gateway implements vscode.Disposable {
  readonly #core: Core;
  readonly #profiles: Profiles;
  readonly #log: Log;
  readonly #notifications: Notifications;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #connection: Promise<Connection> | undefined;
  #listing: Promise<Listing> | undefined;
  #failedAt: number | undefined;

  /** Fires when the models may be others than before. */
  readonly onDidChange = this.#changed.event;

  constructor(core: Core, profiles: Profiles, log: Log, notifications: Notifications) {
    this.#core = core;
    this.#profiles = profiles;
    this.#log = log;
    this.#notifications = notifications;
    this.#subscriptions = [
      this.#changed,
      profiles.onDidChange(() => {
        this.#reset();
        notifications.forget();
        this.#changed.fire();
      }),
      // A gateway that was down when the editor started is found when the user comes back to the window.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#retryListing();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /**
   * The models. The first call asks the gateway, later ones get the same answer until the settings change or `refresh`
   * is set; calls in between share the request. Never fails: a failure is told beside what can be offered all the same.
   */
  models(options: { refresh?: boolean } = {}): Promise<Listing> {
    const isStale = this.#failedAt !== undefined && Date.now() - this.#failedAt > failureKeptMs;
    if (this.#listing === undefined || options.refresh || isStale) {
      this.#failedAt = undefined;
      const listing: Promise<Listing> = this.#list(options.refresh ?? false).then((result) => {
        if (this.#listing === listing && result.failure) this.#failedAt = Date.now();
        return result;
      });
      this.#listing = listing;
    }
    return this.#listing;
  }

  /** Asks the gateway for its models anew and tells the editor. */
  async refresh(): Promise<Listing> {
    const listing = await this.models({ refresh: true });
    this.#changed.fire();
    return listing;
  }

  /** A handler that asks `modelId`. Fails when the settings can't be used. */
  async handler(modelId: string): Promise<LiteLLMHandler> {
    const { handler, others } = await this.#connect();
    if (handler.getModel().id === modelId) return handler;
    // Kept, since a handler learns what its model refuses.
    const other = others.get(modelId) ?? handler.withModel(modelId);
    others.set(modelId, other);
    return other;
  }

  /** What an error message tells of this gateway; nothing while the settings can't be used. */
  async errorContext(): Promise<ErrorContext> {
    return this.#connect().then(contextOf, () => ({}));
  }

  /** Takes note that the gateway answered: a list that failed before is tried again. */
  answered(): void {
    this.#retryListing();
  }

  #reset(): void {
    this.#connection = undefined;
    this.#listing = undefined;
    this.#failedAt = undefined;
  }

  #retryListing(): void {
    if (this.#failedAt !== undefined && Date.now() - this.#failedAt > failureKeptMs) this.#changed.fire();
  }

  #connect(): Promise<Connection> {
    this.#connection ??= this.#readSettings().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #readSettings(): Promise<Connection> {
    const [litellm, stored] = await Promise.all([this.#core.load(), this.#profiles.read('default')]);
    const { settings: given, withheld } = bindKey(litellm, stored.settings, stored.key);
    this.#log.keepOut(secretsOf({ ...given, apiKey: stored.key?.apiKey }));
    const { settings, issues } = litellm.normalizeSettings(given);
    for (const issue of issues) {
      const sentence = presentSettingsIssue(issue);
      this.#log.warn(sentence);
      // Plain http inside a company's own network is a choice; the settings panel says it too.
      if (issue.code !== 'insecure_http') this.#notifications.warnOnce(sentence, ['openSettings']);
    }
    const handler = new litellm.LiteLLMHandler(given);
    if (withheld) {
      const sentence = withheldSentence(vscode.l10n.t, withheld);
      this.#log.warn(sentence);
      this.#notifications.warnOnce(sentence, ['openSettings']);
    }
    const { env, ...saved } = stored.settings;
    return {
      handler,
      others: new Map(),
      address: litellm.resolveEndpoints(settings.baseUrl).root,
      ...(withheld && { withheld }),
      isConfigured: stored.key !== undefined || Object.keys({ ...saved, ...env }).length > 0,
      hasChosenModel: saved.modelId !== undefined || env.LITELLM_MODEL !== undefined,
    };
  }

  async #list(refresh: boolean): Promise<Listing> {
    let connection: Connection;
    try {
      connection = await this.#connect();
    } catch (error) {
      this.#log.failure('Reading the settings', error);
      return { models: [], failure: presentError(error) };
    }
    const { handler, address, isConfigured, hasChosenModel } = connection;
    try {
      const catalog = await handler.listModels({ refresh });
      this.#log.models(address, catalog);
      const models = hasChosenModel ? withModel(catalog.models, handler.getModel().info) : catalog.models;
      connection.listed = models;
      return { models };
    } catch (error) {
      const failure = presentError(error, { ...contextOf(connection), doing: 'list' });
      if (isConfigured) this.#log.failure(`Listing the models of ${address}`, error);
      else this.#log.info(`No gateway is set up, and none answers at ${address}.`);
      // A model can be asked without a new list; if that fails too, the user learns it where he asked.
      return { models: connection.listed ?? (isConfigured ? [handler.getModel().info] : []), failure };
    }
  }
}

function contextOf({ address, withheld }: Connection): ErrorContext {
  return { gateway: address, ...(withheld && { withheld }) };
}

/** The models with `model` among them: what the user chose is offered, listed or not. */
function withModel(models: readonly ModelInfo[], model: ModelInfo): readonly ModelInfo[] {
  return models.some(({ id }) => id === model.id) ? models : [model, ...models];
}
