/**
 * The groups: gateways that the user adds in the editor's own list of models, each an address and a key that the editor keeps
 * and hands over whenever it asks for the group's models. A group's key goes to the address in the same group only.
 */
import * as vscode from 'vscode';
import type { Core } from './core.ts';
import { Gateway } from './gateway.ts';
import type { KeptModels } from './keptModels.ts';
import type { Log } from './log.ts';
import type { Notifications } from './notifications.ts';
import { type SavedSettings, type StoredProfile, settingNames } from './profiles.ts';
import type { ProfileChoice } from './protocol.ts';

/** What the editor keeps of a group, and the gateway that it is. */
interface Group {
  readonly gateway: Gateway;
  readonly shown: ProfileChoice;
  /** The round in which the editor named it last. */
  round: number;
}

/** The groups that the editor has named. */
export class Groups implements vscode.Disposable {
  readonly #core: Core;
  readonly #log: Log;
  readonly #notifications: Notifications;
  readonly #kept: KeptModels | undefined;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #modelsChanged = new vscode.EventEmitter<void>();
  /** By all that is in them. */
  readonly #groups = new Map<string, Group>();
  #round = 0;

  /** Fires when there are other groups than before. */
  readonly onDidChange = this.#changed.event;
  /** Fires when a group may have other models than before. */
  readonly onDidChangeModels = this.#modelsChanged.event;

  constructor(core: Core, log: Log, notifications: Notifications, kept?: KeptModels) {
    this.#core = core;
    this.#kept = kept;
    this.#log = log;
    this.#notifications = notifications;
  }

  dispose(): void {
    this.#changed.dispose();
    this.#modelsChanged.dispose();
  }

  /** The groups, for the settings page. */
  list(): readonly ProfileChoice[] {
    return [...this.#groups.values()].map(({ shown }) => shown);
  }

  /** The gateway of a group by its id. */
  find(id: string): Gateway | undefined {
    return [...this.#groups.values()].find(({ shown }) => shown.id === id)?.gateway;
  }

  /** Opens the editor's list of models, where groups are added, changed and removed. */
  async manage(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.chat.manage');
  }

  /**
   * The editor begins to name all of its groups. Whichever it did not name since it began the last time is not there any
   * more: nothing else tells of that.
   */
  beginRound(): void {
    const before = this.#groups.size;
    for (const [content, { round, gateway }] of this.#groups) {
      if (round === this.#round) continue;
      this.#groups.delete(content);
      // Groups at one address share a file.
      const isShared = [...this.#groups.values()].some((other) => other.gateway.id === gateway.id);
      if (!isShared) void this.#kept?.forget(gateway.id);
    }
    this.#round += 1;
    if (this.#groups.size !== before) this.#changed.fire();
  }

  /** The gateway of a group as the editor hands it over. */
  async gateway(configuration: Readonly<Record<string, unknown>>): Promise<Gateway> {
    const content = JSON.stringify(configuration);
    const litellm = await this.#core.load();
    const known = this.#groups.get(content);
    if (known) {
      known.round = this.#round;
      return known.gateway;
    }
    const settings: SavedSettings = {};
    for (const name of settingNames) if (configuration[name] !== undefined) settings[name] = configuration[name];
    const { baseUrl } = litellm.normalizeSettings(settings).settings;
    const { apiKey } = configuration;
    const isKey = typeof apiKey === 'string' && apiKey.trim() !== '';
    const key = isKey ? { apiKey: apiKey.trim(), origin: litellm.originOf(baseUrl) } : undefined;
    const stored: StoredProfile = { settings: { ...settings, env: {} }, ...(key && { key }) };
    const address = litellm.resolveEndpoints(baseUrl).root;
    const name = address.replace(/^https?:\/\//, '');
    const id = groupId(address, name);
    const source = { id, place: address, label: () => address, read: async () => stored };
    const changed = () => this.#modelsChanged.fire();
    const gateway = new Gateway(this.#core, source, this.#log, this.#notifications, changed, this.#kept);
    const shown = { id, name, group: { address, hasKey: isKey } };
    this.#groups.set(content, { gateway, shown, round: this.#round });
    this.#changed.fire();
    return gateway;
  }

  /** Asks all gateways for their models anew and tells the editor. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#groups.values()].map(({ gateway }) => gateway.models({ refresh: true })));
    this.#modelsChanged.fire();
  }
}

/**
 * The id of the group at an address: readable, and another one for another address. The editor keeps what the user chose for a
 * model by its id alone, so the same model of two gateways must have two.
 */
function groupId(address: string, name: string): string {
  const words = name.match(/[a-z0-9]+/g) ?? [];
  return `group:${[...words, hash(address)].join('-')}`;
}

/** FNV-1a of 32 bits, in hexadecimal digits: an editor's page without TLS has no cryptography to offer. */
export function hash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
