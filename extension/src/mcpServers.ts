/**
 * The gateways' servers of the Model Context Protocol, offered to the editor: it starts them, and its agent uses their tools
 * through the gateway that has them, with the profile's key.
 *
 * Nothing is asked for their sake alone before one is started: a gateway is asked after it has listed its models, and its answer is
 * kept without any secret for the next start of the editor. The key is handed over when a server starts, not before.
 */
import * as vscode from 'vscode';
import type { McpServer } from './core.ts';
import { isLiteLLMError, type PresentedError, plainError, presentError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import type { Gateways } from './gateways.ts';
import { hash } from './hash.ts';
import type { Log } from './log.ts';
import { shortText } from './logText.ts';
import type { Notifications } from './notifications.ts';
import { isTurnedOff, type Profiles, type StoredProfile } from './profiles.ts';

/** The setting that turns this off. */
export const mcpSetting = 'offerMcpServers';

/** The id of the provider in the manifest. */
const providerId = 'litellm-gateway.servers';
const storageKey = 'mcpServers';

/** What is kept of a profile. */
interface Kept {
  /** Stands for the connection by which they were listed: for another one they are not offered. */
  readonly connection: string;
  readonly servers: readonly McpServer[];
}

/** A server as the editor knows it. */
interface Offered {
  readonly profile: string;
  readonly server: McpServer;
}

/** Offers the servers of all profiles. */
export class McpServers
  implements vscode.McpServerDefinitionProvider<vscode.McpHttpServerDefinition>, vscode.Disposable
{
  readonly #gateways: Gateways;
  readonly #profiles: Profiles;
  readonly #storage: vscode.Memento;
  readonly #log: Log;
  readonly #notifications: Notifications;
  /** Messages that are still to be read. */
  readonly #shown = new Set<string>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  /** All of the connections by which servers were listed in this session, by profile. */
  readonly #connections = new Map<string, string>();
  readonly #kept: Map<string, Kept>;
  /** By their labels, which are what the editor tells servers apart by. */
  #offered: ReadonlyMap<string, Offered> = new Map();
  /** What the editor has, or was told to ask for. */
  #told = fingerprint(this.#offered);
  #wasOn = isOn();

  /** Fires when there are other servers than those that the editor has. */
  readonly onDidChangeMcpServerDefinitions = this.#changed.event;

  constructor(gateways: Gateways, profiles: Profiles, storage: vscode.Memento, log: Log, notifications: Notifications) {
    this.#notifications = notifications;
    this.#gateways = gateways;
    this.#profiles = profiles;
    this.#storage = storage;
    this.#log = log;
    this.#kept = new Map(Object.entries(storage.get<Record<string, Kept>>(storageKey, {})));
    this.#subscriptions = [
      this.#changed,
      gateways.onDidList((gateway) => void this.list(gateway)),
      profiles.onDidChange(() => void this.#follow()),
    ];
  }

  /** Offers the servers to an editor that takes any; an older one has no such method, and loses nothing else. */
  register(): this {
    if (typeof vscode.lm.registerMcpServerDefinitionProvider === 'function') {
      this.#subscriptions.push(vscode.lm.registerMcpServerDefinitionProvider(providerId, this));
    }
    return this;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The servers that are known, without their keys. Asks nobody. */
  async provideMcpServerDefinitions(): Promise<vscode.McpHttpServerDefinition[]> {
    this.#offered = await this.#find();
    this.#told = fingerprint(this.#offered);
    return [...this.#offered].map(
      ([label, { server }]) => new vscode.McpHttpServerDefinition(label, uriOf(server.url), {}, server.version),
    );
  }

  /**
   * The server with the key. The gateway is asked first: what is wrong with the key, or with the gateway, is a sentence then, and
   * no dialog by which the editor would ask for a sign-in that a gateway does not have. Then the server's address is tried: one
   * that leads away from the gateway gets no key, since the editor would take it along.
   */
  async resolveMcpServerDefinition(
    definition: vscode.McpHttpServerDefinition,
    token: vscode.CancellationToken,
  ): Promise<vscode.McpHttpServerDefinition> {
    const { label } = definition;
    const offered = this.#offered.get(label);
    const gateway = offered && isOn() && (await this.#gateways.find(offered.profile));
    const gone = { sentence: vscode.l10n.t('The gateway does not offer it any more.'), actions: [] };
    if (!gateway) throw this.#refusal(label, gone);
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      const servers = await this.#ask(gateway, abort.signal);
      const server = servers.find(({ name }) => name === offered.server.name);
      const handler = await gateway.handlerOfAny();
      const endpoint = server && (await handler.mcpEndpoint(server.name, { signal: abort.signal }));
      if (!endpoint) throw this.#refusal(label, gone);
      const { url, headers } = endpoint;
      return new vscode.McpHttpServerDefinition(label, uriOf(url), Object.fromEntries(headers), server.version);
    } catch (error) {
      if (!isLiteLLMError(error)) throw error;
      const context = { ...(await gateway.errorContext()), doing: 'list' } as const;
      throw this.#refusal(label, presentError(error, context), gateway.id);
    } finally {
      subscription.dispose();
    }
  }

  /**
   * Says why a server does not start: the editor itself keeps what it is told. The chat starts servers with each question, so
   * nothing is said again while it is still to be read.
   */
  #refusal(
    label: string,
    { kind, sentence, actions }: Omit<PresentedError, 'kind'> & Partial<PresentedError>,
    profile = '',
  ): Error {
    const whole = vscode.l10n.t('The MCP server "{0}" could not start. {1}', label, sentence);
    if (kind !== 'aborted' && !this.#shown.has(whole)) {
      this.#shown.add(whole);
      void this.#notifications.show('error', whole, actions, profile).finally(() => this.#shown.delete(whole));
    }
    return plainError(whole);
  }

  /** Asks a gateway that has just listed its models for its servers. A failure is in the log alone: what was known stays. */
  async list(gateway: Gateway): Promise<void> {
    if (isOn()) await this.#ask(gateway).catch(() => undefined);
  }

  /** Asks for the servers and keeps them. What fails is in the log. */
  async #ask(gateway: Gateway, signal?: AbortSignal): Promise<readonly McpServer[]> {
    try {
      const before = await this.#profiles.read(gateway.id);
      const servers = await (await gateway.handlerOfAny()).listMcpServers({ ...(signal && { signal }) });
      if (connectionOf(before) === connectionOf(await this.#profiles.read(gateway.id))) {
        this.#connections.set(gateway.id, connectionOf(before));
        await this.#keep(gateway.id, servers.length > 0 ? { connection: placeOf(before), servers } : undefined);
      }
      return servers;
    } catch (error) {
      this.#log.failure('Asking for the MCP servers', error);
      throw error;
    }
  }

  async #keep(profile: string, kept: Kept | undefined): Promise<void> {
    if (kept) this.#kept.set(profile, kept);
    else this.#kept.delete(profile);
    await this.#update();
    await this.#storage.update(storageKey, Object.fromEntries(this.#kept));
  }

  /** Drops what was listed by another connection; what is offered when the setting is turned on has still to be listed. */
  async #follow(): Promise<void> {
    for (const [profile, connection] of this.#connections) {
      if (connectionOf(await this.#profiles.read(profile)) === connection) continue;
      this.#connections.delete(profile);
      await this.#keep(profile, undefined);
    }
    const isTurnedOn = isOn() && !this.#wasOn;
    this.#wasOn = isOn();
    if (isTurnedOn) for (const gateway of this.#gateways.listed()) await this.list(gateway);
    await this.#update();
  }

  /** Tells the editor when it has something else than what is to be offered. */
  async #update(): Promise<void> {
    const found = fingerprint(await this.#find());
    if (found === this.#told) return;
    this.#told = found;
    this.#changed.fire();
  }

  /** What is to be offered now. */
  async #find(): Promise<ReadonlyMap<string, Offered>> {
    const found: { name: string; profileName: string; offered: Offered }[] = [];
    const profiles = isOn() ? await this.#profiles.list() : [];
    for (const { id, name: profileName } of profiles) {
      const kept = this.#kept.get(id);
      if (!kept || kept.connection !== placeOf(await this.#profiles.read(id))) continue;
      for (const server of kept.servers) {
        // What cannot be seen is shown by its address.
        const name = shortText(server.name).trim() || encodeURIComponent(server.name);
        found.push({ name, profileName: shortText(profileName), offered: { profile: id, server } });
      }
    }
    // Not whether several offer servers: the editor remembers by the label whom the user trusts, so none may change because
    // another gateway comes or goes.
    const isOfSeveral = profiles.length > 1;
    const offered = new Map<string, Offered>();
    for (const { name, profileName, offered: one } of found) {
      const label = isOfSeveral ? `${name} (${profileName})` : name;
      let free = label;
      for (let number = 2; offered.has(free); number++) free = `${label} ${number}`;
      offered.set(free, one);
    }
    return offered;
  }
}

function isOn(): boolean {
  return !isTurnedOff(mcpSetting);
}

/** All that decides which servers a gateway shows. It holds secrets, and is not stored. */
function connectionOf({ settings: { baseUrl, headers, env }, key }: StoredProfile): string {
  return JSON.stringify([baseUrl, headers, env, key]);
}

/** Stands for the gateway, and for whether there is a key for it. An address may hold a secret, and is not stored as it is. */
function placeOf({ settings: { baseUrl, env }, key }: StoredProfile): string {
  return hash(JSON.stringify([baseUrl ?? null, env.LITELLM_BASE_URL ?? null, key?.origin ?? null]));
}

/**
 * An address as the editor takes it. It decodes all of what it is given and sends the result as it is (`uri.toString(true)`), so
 * that an encoded "+", "&" or "/" would arrive as a character that means something else: what is to be sent is encoded once more.
 */
function uriOf(url: string): vscode.Uri {
  return vscode.Uri.parse(url.replaceAll('%', '%25'), true);
}

function fingerprint(offered: ReadonlyMap<string, Offered>): string {
  return JSON.stringify(
    [...offered].map(([label, { profile, server }]) => [label, profile, server.url, server.version]),
  );
}
