/** The gateways of all profiles: one of each, kept while the profile is there. */
import * as vscode from 'vscode';
import type { Core } from './core.ts';
import { Gateway, type Listing } from './gateway.ts';
import type { KeptModels } from './keptModels.ts';
import type { Log } from './log.ts';
import type { Notifications } from './notifications.ts';
import { defaultProfile, profilesSetting } from './profileEntries.ts';
import { type Profile, type Profiles, settingsSection } from './profiles.ts';
import { presentSettingsIssue } from './settingsIssues.ts';

/** So long the models of those that answered wait for a gateway that does not, in milliseconds. They come without its own then. */
const latestMs = 3000;

/** The models of one profile. */
export interface ProfileListing extends Listing {
  readonly profile: Profile;
}

/** The gateways of all profiles. */
export class Gateways implements vscode.Disposable {
  readonly #core: Core;
  readonly #profiles: Profiles;
  readonly #log: Log;
  readonly #notifications: Notifications;
  readonly #kept: KeptModels | undefined;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #didList = new vscode.EventEmitter<Gateway>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #gateways = new Map<string, Gateway>();
  /** The profiles as they were listed last, for messages that name one. */
  #listed: readonly Profile[] = [];
  #toldIssues = '';

  /** Fires when there may be other models than before. */
  readonly onDidChange = this.#changed.event;
  /** Fires when a gateway has listed its models anew. */
  readonly onDidList = this.#didList.event;

  constructor(core: Core, profiles: Profiles, log: Log, notifications: Notifications, kept?: KeptModels) {
    this.#core = core;
    this.#kept = kept;
    this.#profiles = profiles;
    this.#log = log;
    this.#notifications = notifications;
    this.#subscriptions = [
      this.#changed,
      this.#didList,
      profiles.onDidChange(() => {
        for (const gateway of this.#gateways.values()) gateway.follow();
        this.#changed.fire();
      }),
      // A gateway that was down when the editor started is found when the user comes back to the window.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (!focused) return;
        for (const gateway of this.#gateways.values()) gateway.retryListing();
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /**
   * The models of every profile. One that fails, or does not answer in time, hides nothing of the others: its models come
   * when it answers, and {@link Gateways.onDidChange} tells of them.
   */
  async models(): Promise<readonly ProfileListing[]> {
    const profiles = await this.#list();
    let isOver = false;
    const listings = profiles.map(async (profile) => {
      await this.#of(profile.id).models();
      if (isOver) this.#changed.fire();
    });
    await allOrFirst(listings);
    isOver = true;
    return profiles.map((profile) => ({ profile, ...this.#of(profile.id).known }));
  }

  /** Asks all gateways for their models anew and tells the editor. */
  async refresh(): Promise<readonly ProfileListing[]> {
    const profiles = await this.#list();
    const listings = await Promise.all(
      profiles.map(async (profile) => ({ profile, ...(await this.#of(profile.id).models({ refresh: true })) })),
    );
    this.#changed.fire();
    return listings;
  }

  /** The gateways that have listed models. */
  listed(): readonly Gateway[] {
    return [...this.#gateways.values()].filter(({ known }) => known.models.length > 0);
  }

  /** The gateway of a profile, if there is such a profile. */
  async find(profile: string): Promise<Gateway | undefined> {
    const isThere = (await this.#list()).some(({ id }) => id === profile);
    return isThere ? this.#of(profile) : undefined;
  }

  #of(profile: string): Gateway {
    const known = this.#gateways.get(profile);
    if (known) return known;
    const isFirst = profile === defaultProfile;
    const source = {
      id: profile,
      place: isFirst ? settingsSection : `${settingsSection}.${profilesSetting}.${profile}`,
      label: () => (this.#listed.length > 1 ? this.#profiles.name(profile) : undefined),
      read: () => this.#profiles.read(profile),
      listed: () => this.#didList.fire(gateway),
    };
    const changed = () => this.#changed.fire();
    const gateway: Gateway = new Gateway(this.#core, source, this.#log, this.#notifications, changed, this.#kept);
    this.#gateways.set(profile, gateway);
    return gateway;
  }

  async #list(): Promise<readonly Profile[]> {
    const profiles = await this.#profiles.list();
    this.#listed = profiles;
    const ids = new Set(profiles.map(({ id }) => id));
    for (const id of this.#gateways.keys()) {
      if (ids.has(id)) continue;
      this.#gateways.delete(id);
      void this.#kept?.forget(id);
    }
    this.#tellIssues();
    return profiles;
  }

  /** Tells what is wrong with the list of profiles itself, each time that it is something else. */
  #tellIssues(): void {
    const sentences = this.#profiles.issues().map((issue) => presentSettingsIssue(issue));
    const all = sentences.join('\n');
    if (all === this.#toldIssues) return;
    this.#toldIssues = all;
    for (const sentence of sentences) {
      this.#log.warn(sentence);
      this.#notifications.warnOnce(sentence, ['openSettings']);
    }
  }
}

/** Ends when all of the promises did, or some time after the first of several. */
function allOrFirst(promises: readonly Promise<void>[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    if (promises.length > 1) {
      void Promise.race(promises).then(() => {
        timer = setTimeout(end, latestMs);
      }, reject);
    }
    Promise.all(promises).then(end, reject);
  });
}
