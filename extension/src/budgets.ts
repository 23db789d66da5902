/**
 * The budgets of the profiles' keys, as the gateways tell them: with their replies, and when they are asked after an answer. A gateway
 * that does not tell is not asked again until its profile changes.
 *
 * A gateway books what an answer cost some seconds later. Until it has, the costs of the answers here are added to what it says.
 */
import * as vscode from 'vscode';
import type { KeyInfo } from './core.ts';
import type { Log } from './log.ts';
import { dollars } from './money.ts';
import type { Notifications } from './notifications.ts';

/** The budget of a key, in US dollars. */
export interface Budget {
  /** The id of the profile, or what stands for a group's key. */
  readonly profile: string;
  readonly spent: number;
  /** What may be spent; undefined is no limit, or none that is known. */
  readonly most: number | undefined;
  /** When a new period begins. */
  readonly resetAt: Date | undefined;
}

/** A gateway whose key has a budget. */
export interface BudgetSource {
  /** The id of the profile or group, for the settings page. */
  readonly id: string;
  /** Stands for the key, where several of one id have other ones. */
  readonly account?: string;
  /** What the gateway tells of its key; undefined when it does not tell. Fails when it can't tell now. */
  keyInfo(): Promise<KeyInfo | undefined>;
}

/** What a reply tells of the key beside the answer. */
interface ReplyFigures {
  readonly keySpend?: number | undefined;
  readonly keyMaxBudget?: number | undefined;
}

/** What is known of a key. */
interface Known {
  /** What the gateway said, and when, in milliseconds of the epoch. */
  readonly told: number;
  readonly most: number | undefined;
  readonly resetAt: Date | undefined;
  /** What was spent by all that is known. */
  readonly spent: number;
}

/** What the user was warned of. */
interface Warned {
  readonly most: number;
  readonly resetAt?: string | undefined;
  readonly share: number;
}

/** A gateway is not asked more often than this. */
const askEveryMs = 3 * 60_000;
/** So long a gateway takes to book an answer, with room to spare. */
const bookedWithinMs = 60_000;
/** The shares of a budget at which the user is warned, the largest first. */
const warnedShares = [0.95, 0.8];
/** Below this share a warning that was given is forgotten. */
const forgottenShare = 0.7;
/** Where the warnings that were given are kept, by profile. */
const storageKey = 'budgetWarnings';
/** The largest amount that is believed. */
const largestAmount = 1e12;

/** Keeps the budgets. */
export class Budgets implements vscode.Disposable {
  readonly #storage: vscode.Memento;
  readonly #notifications: Pick<Notifications, 'show'>;
  readonly #log: Log;
  readonly #nameOf: (profile: string) => string;
  readonly #now: () => number;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #known = new Map<string, Known>();
  /** When each account was asked last, in one object from its first question until it is forgotten: an answer to an older one is void. */
  readonly #asked = new Map<string, { at: number }>();
  /** The latest answers that a gateway may not have booked yet. */
  #unbooked: readonly { readonly account: string; readonly at: number; readonly cost: number }[] = [];

  /** Fires when there are other figures than before. */
  readonly onDidChange = this.#changed.event;

  /** `nameOf` is what messages call a profile; `now` the time in milliseconds of the epoch. */
  constructor(
    storage: vscode.Memento,
    notifications: Pick<Notifications, 'show'>,
    log: Log,
    nameOf: (profile: string) => string,
    now: () => number = Date.now,
  ) {
    this.#storage = storage;
    this.#notifications = notifications;
    this.#log = log;
    this.#nameOf = nameOf;
    this.#now = now;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** What is known of each profile's key. */
  get list(): readonly Budget[] {
    return [...this.#known].map(([profile, { spent, most, resetAt }]) => ({ profile, spent, most, resetAt }));
  }

  /** What is known of a profile's key. */
  of(profile: string): Budget | undefined {
    return this.list.find((budget) => budget.profile === profile);
  }

  /** Takes what a reply tells of the key. */
  replied(source: BudgetSource, { keySpend, keyMaxBudget }: ReplyFigures): void {
    const told = amount(keySpend);
    const most = amount(keyMaxBudget);
    // Of a key without a budget of its own the figure may be of another period, and `keyInfo` says more.
    const resetAt = this.#known.get(accountOf(source))?.resetAt;
    if (told !== undefined && most !== undefined) this.#tell(source, told, most, resetAt);
  }

  /** Takes what an answer cost, and asks the gateway if it was not asked for long. Nothing here fails. */
  async answered(source: BudgetSource, cost: number | undefined): Promise<void> {
    const now = this.#now();
    const account = accountOf(source);
    const spent = amount(cost);
    if (spent !== undefined && spent > 0) {
      const recent = this.#unbooked.filter(({ at }) => now - at < bookedWithinMs);
      this.#unbooked = [...recent, { account, at: now, cost: spent }];
      const known = this.#known.get(account);
      if (known) this.#set(source, { ...known, spent: known.spent + spent });
    }
    const askedAt = this.#asked.get(account)?.at;
    // What cost nothing changed nothing.
    if (askedAt !== undefined && (spent === 0 || now - askedAt < askEveryMs)) return;
    await this.refresh(source);
  }

  /** Asks a gateway now. */
  async refresh(source: BudgetSource): Promise<void> {
    const account = accountOf(source);
    const asked = this.#asked.get(account) ?? { at: 0 };
    asked.at = this.#now();
    this.#asked.set(account, asked);
    try {
      const info = await source.keyInfo();
      // The profile may have another key by now.
      if (info === undefined || this.#asked.get(account) !== asked) return;
      const told = amount(info.spend);
      if (told !== undefined) this.#tell(source, told, amount(info.maxBudget), dateOf(info.budgetResetAt));
    } catch (error) {
      this.#log.failure('Asking for the budget of the key', error);
    }
  }

  /** Asks these gateways now. */
  async refreshAll(sources: readonly BudgetSource[]): Promise<void> {
    await Promise.all(sources.map((source) => this.refresh(source)));
  }

  /** Forgets what is known: profiles or their keys may be others. */
  forget(): void {
    this.#known.clear();
    this.#asked.clear();
    this.#unbooked = [];
    this.#changed.fire();
  }

  /** Forgets what is known of one gateway's key: it is not there any more. */
  forgetKey(source: BudgetSource): void {
    const gone = accountOf(source);
    this.#known.delete(gone);
    this.#asked.delete(gone);
    this.#unbooked = this.#unbooked.filter(({ account }) => account !== gone);
    this.#changed.fire();
  }

  #tell(source: BudgetSource, told: number, most: number | undefined, resetAt: Date | undefined): void {
    const now = this.#now();
    const account = accountOf(source);
    const before = this.#known.get(account);
    const isSamePeriod = before?.most === most && sameTime(before?.resetAt, resetAt);
    const unbooked = this.#unbooked
      .filter((answer) => answer.account === account && now - answer.at < bookedWithinMs)
      .reduce((sum, { cost }) => sum + cost, 0);
    // Between what is booked and all that may not be: where the figures here already were.
    const spent = before && isSamePeriod ? Math.max(told, Math.min(before.spent, told + unbooked)) : told;
    this.#set(source, { told, most, resetAt, spent });
  }

  #set(source: BudgetSource, known: Known): void {
    this.#known.set(accountOf(source), known);
    this.#warn(source, known);
    this.#changed.fire();
  }

  #remember(warned: Record<string, Warned>): void {
    Promise.resolve(this.#storage.update(storageKey, warned)).catch((error: unknown) =>
      this.#log.failure('Remembering a warning', error),
    );
  }

  /** Warns once for each share of a budget in a period of it. */
  #warn(source: BudgetSource, { spent, most, resetAt }: Known): void {
    const profile = accountOf(source);
    if (most === undefined || most === 0 || spent >= most) return;
    const share = warnedShares.find((share) => spent / most >= share);
    const all = this.#storage.get<Record<string, Warned>>(storageKey, {});
    const before = all[profile];
    if (share === undefined) {
      // A gateway need not say when a period begins: it has when much less is spent.
      if (before && spent / most < forgottenShare) {
        const { [profile]: _, ...others } = all;
        this.#remember(others);
      }
      return;
    }
    const period = resetAt?.toISOString();
    const isSame = before?.most === most && (period === undefined || (before.resetAt ?? period) === period);
    if (before && isSame && before.share >= share) return;
    const warned = { ...all, [profile]: { most, share, ...(period !== undefined && { resetAt: period }) } };
    this.#remember(warned);
    const { t } = vscode.l10n;
    const percent = String(Math.floor((spent / most) * 100));
    const figures = [this.#nameOf(profile), percent, dollars(spent), dollars(most)];
    const sentence =
      resetAt === undefined
        ? t('{0}: {1} % of the budget of this API key is spent, {2} of {3}.', ...figures)
        : t(
            '{0}: {1} % of the budget of this API key is spent, {2} of {3}. It begins anew on {4}.',
            ...figures,
            dateText(resetAt),
          );
    void this.#notifications.show('warning', sentence, ['showUsage', 'openSettings'], source.id);
  }
}

/** A day as it is written in the editor's language. */
export function dateText(date: Date): string {
  return date.toLocaleDateString(vscode.env.language, { dateStyle: 'medium' });
}

/** What stands for the key of a gateway. */
export function accountOf({ id, account }: BudgetSource): string {
  return account ?? id;
}

function sameTime(one: Date | undefined, other: Date | undefined): boolean {
  return one === undefined || other === undefined || one.getTime() === other.getTime();
}

function dateOf(text: string | undefined): Date | undefined {
  const date = text === undefined ? undefined : new Date(text);
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= largestAmount ? value : undefined;
}
