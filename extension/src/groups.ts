/**
 * The groups: gateways that the user adds in the editor's own list of models, each an address and a key that the editor keeps
 * and hands over whenever it asks for the group's models. A group's key goes to the address in the same group only.
 */
import * as vscode from 'vscode';
import type { Core } from './core.ts';
import { Gateway } from './gateway.ts';
import { hash } from './hash.ts';
import type { KeptModels } from './keptModels.ts';
import type { Log } from './log.ts';
import { groupPrefix } from './modelNames.ts';
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
  readonly #removed = new vscode.EventEmitter<Gateway>();
  /** By all that is in them. */
  readonly #groups = new Map<string, Group>();
  #round = 0;

  /** Fires when there are other groups than before. */
  readonly onDidChange = this.#changed.event;
  /** Fires when a group may have other models than before. */
  readonly onDidChangeModels = this.#modelsChanged.event;
  /** Fires with the gateway of a group that is not there any more, or is another one by now. */
  readonly onDidRemove = this.#removed.event;

  constructor(core: Core, log: Log, notifications: Notifications, kept?: KeptModels) {
    this.#core = core;
    this.#kept = kept;
    this.#log = log;
    this.#notifications = notifications;
  }

  dispose(): void {
    this.#changed.dispose();
    this.#modelsChanged.dispose();
    this.#removed.dispose();
  }

  /** The groups, for the settings page. */
  list(): readonly ProfileChoice[] {
    return [...this.#groups.values()].map(({ shown }) => shown);
  }

  /** The gateway of a group by its id. */
  find(id: string): Gateway | undefined {
    return [...this.#groups.values()].find(({ shown }) => shown.id === id)?.gateway;
  }

  /**
   * What a group, or the account of one, is called; those of several at one address are numbered. `id` is that of the group where
   * the account may be gone: then it is another key than those that are there.
   */
  name(account: string, id = account): string | undefined {
    const groups = [...this.#groups.values()];
    const found = groups.find(({ gateway }) => gateway.account === account);
    const shown = (found ?? groups.find((group) => group.shown.id === id))?.shown;
    if (shown === undefined) return undefined;
    if (!found) return account === shown.id ? shown.name : vscode.l10n.t('{0}, another key', shown.name);
    const beside = groups.filter((group) => group.shown.id === shown.id).map(({ gateway }) => gateway.account);
    const accounts = [...new Set(beside)];
    return accounts.length === 1 ? shown.name : `${shown.name} (${accounts.indexOf(account) + 1})`;
  }

  /** The gateway of each account, with what that is called. */
  accounts(): readonly { readonly gateway: Gateway; readonly name: string }[] {
    const gateways = new Map([...this.#groups.values()].map(({ gateway }) => [gateway.account, gateway]));
    return [...gateways].map(([account, gateway]) => ({ gateway, name: this.name(account) ?? account }));
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
      void this.#forgetKept(gateway);
      this.#removed.fire(gateway);
    }
    this.#round += 1;
    if (this.#groups.size !== before) this.#changed.fire();
  }

  /** Removes the kept list of a group that is gone, unless one that is there is asked with the same. */
  async #forgetKept(gone: Gateway): Promise<void> {
    const askedWith = await gone.askedWith();
    const others = [...this.#groups.values()].filter(({ gateway }) => gateway.id === gone.id);
    const shared = await Promise.all(others.map(({ gateway }) => gateway.askedWith()));
    if (!shared.includes(askedWith)) await this.#kept?.forget(gone.id, askedWith);
  }

  /** The gateway of a group as the editor hands it over. */
  async gateway(configuration: Readonly<Record<string, unknown>>): Promise<Gateway> {
    const content = JSON.stringify(configuration);
    const litellm = await this.#core.load();
    const known = this.#known(content);
    if (known) return known;
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
    // Each key has a budget of its own, and groups with other keys may be at one address. What it spent is told in other windows, too.
    const mark = await this.#kept?.markOf(JSON.stringify([baseUrl, key?.apiKey ?? null]));
    const meanwhile = this.#known(content);
    if (meanwhile) return meanwhile;
    const account = mark === undefined ? this.#freeAccount(id) : `${id}#${mark}`;
    const source = { id, account, place: address, label: () => address, read: async () => stored };
    const changed = () => this.#modelsChanged.fire();
    const gateway = new Gateway(this.#core, source, this.#log, this.#notifications, changed, this.#kept);
    const shown = { id, name, group: { address, hasKey: isKey } };
    this.#groups.set(content, { gateway, shown, round: this.#round });
    this.#changed.fire();
    return gateway;
  }

  #known(content: string): Gateway | undefined {
    const known = this.#groups.get(content);
    if (known) known.round = this.#round;
    return known?.gateway;
  }

  /** The id, or the first free one with a number. */
  #freeAccount(id: string): string {
    const taken = new Set([...this.#groups.values()].map(({ gateway }) => gateway.account));
    let account = id;
    for (let number = 2; taken.has(account); number++) account = `${id}#${number}`;
    return account;
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
  return `${groupPrefix}${[...words, hash(address)].join('-')}`;
}
