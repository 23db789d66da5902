/**
 * What answers took and cost, added up by model: of this session, and of the user's day in all windows. Only numbers and the
 * names of models and profiles are kept, nothing of what was said.
 *
 * Each window writes a file of its own for each day, so no two ever write one; the day is the sum of its files. A file is
 * written beside its place and then moved there, and one that can't be read is passed over.
 */
import * as vscode from 'vscode';
import type { Log } from './log.ts';

/** What some answers took. */
export interface Spent {
  /** Answers, complete or cut. */
  readonly requests: number;
  /** Tokens of their prompts, those from the cache included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens of their prompts that came from a provider's cache. */
  readonly cachedTokens: number;
  /** US dollars, of all whose cost is known. */
  readonly cost: number;
  /** How many of them have a cost that nobody tells: it is not 0, and in no sum. */
  readonly unknownCost: number;
  /** How many of them were counted here, since the gateway told no figures. */
  readonly estimated: number;
}

/** What a model took. */
export interface SpentOnModel extends Spent {
  /** The id of the profile. */
  readonly profile: string;
  /** Stands for the key, where several of one id have other ones. */
  readonly account?: string;
  /** The gateway's id of the model. */
  readonly modelId: string;
}

/** What was spent so far, the dearest model first. */
export interface Spending {
  /** Since this window was opened or loaded anew. */
  readonly session: readonly SpentOnModel[];
  /** Since midnight by the user's clock, in all windows on this machine. */
  readonly day: readonly SpentOnModel[];
}

/** One answer. */
export interface Answered extends Pick<SpentOnModel, 'account'> {
  readonly profile: string;
  readonly modelId: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number | undefined;
  /** US dollars; undefined is unknown. */
  readonly totalCost?: number | undefined;
  /** The figures were counted here. */
  readonly isEstimate?: boolean;
}

/** Where a part of the extension reads what was spent. */
export interface SpendingReader {
  /** Reads what the other windows wrote, too. */
  read(): Promise<Spending>;
}

/** The version of what is written. */
const version = 1;
/** More models than anybody asks in a day. */
const mostModels = 1000;
/** A larger file is none of ours. */
const mostBytes = 1_000_000;
/** The longest name of a model or a profile. */
const longestName = 500;

const fileName = /^(\d{4}-\d\d-\d\d)\.[a-z0-9]+\.json$/;
const members = [
  'requests',
  'inputTokens',
  'outputTokens',
  'cachedTokens',
  'cost',
  'unknownCost',
  'estimated',
] as const satisfies readonly (keyof Spent)[];

/** The sum of what models took. */
export function total(models: readonly Spent[]): Spent {
  return models.reduce(sum, nothing);
}

const nothing: Spent = {
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  cost: 0,
  unknownCost: 0,
  estimated: 0,
};

/** Keeps what was spent. */
export class Ledger implements SpendingReader, vscode.Disposable {
  readonly #folder: vscode.Uri;
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Names this window's files. */
  readonly #window: string;
  readonly #session = new Sums();
  /** This window's own sums of the day that is written on now. */
  #own = new Sums();
  #day: string;
  /** What the other windows' files said when they were last read, by their names. */
  #others = new Map<string, { readonly mark: string; readonly models: readonly SpentOnModel[] }>();
  #reading: Promise<void> | undefined;
  #writing: Promise<void> | undefined;
  #isWritten = true;
  readonly #told = new Set<string>();

  /** Fires when there are other figures than before. */
  readonly onDidChange = this.#changed.event;

  /** `storage` is the extension's own folder; `now` the clock. */
  constructor(storage: vscode.Uri, log: Log, now: () => Date = () => new Date()) {
    this.#folder = vscode.Uri.joinPath(storage, 'spending');
    this.#log = log;
    this.#now = now;
    this.#day = dayOf(now());
    this.#window = `${now().getTime().toString(36)}${Math.random().toString(36).slice(2, 10)}`;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** What is known without reading anything. */
  get known(): Spending {
    this.#turn();
    const day = new Sums();
    for (const sums of [this.#own.list(), ...[...this.#others.values()].map(({ models }) => models)]) {
      for (const models of sums) day.add(models);
    }
    return { session: this.#session.list(), day: day.list() };
  }

  /** Adds an answer. */
  add({ profile, account, modelId, totalCost, isEstimate, ...tokens }: Answered): void {
    const { inputTokens, outputTokens, cacheReadTokens } = tokens;
    this.#turn();
    const answer: SpentOnModel = {
      profile: profile.slice(0, longestName),
      ...(account !== undefined && account !== profile && { account: account.slice(0, longestName) }),
      modelId: modelId.slice(0, longestName),
      requests: 1,
      inputTokens: amount(inputTokens) ?? 0,
      outputTokens: amount(outputTokens) ?? 0,
      cachedTokens: amount(cacheReadTokens) ?? 0,
      cost: amount(totalCost) ?? 0,
      unknownCost: amount(totalCost) === undefined ? 1 : 0,
      estimated: isEstimate ? 1 : 0,
    };
    this.#session.add(answer);
    this.#own.add(answer);
    this.#isWritten = false;
    this.#changed.fire();
    this.#writing ??= this.#write();
    void this.read();
  }

  async read(): Promise<Spending> {
    this.#reading ??= this.#readOthers().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    return this.known;
  }

  /** Resolves when all that was added is in this window's file. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Begins a new day when the old one is over. */
  #turn(): void {
    const day = dayOf(this.#now());
    if (day === this.#day) return;
    this.#day = day;
    this.#own = new Sums();
    this.#others = new Map();
  }

  /** Writes until what is written is what is known. A failure is told, and what could not be written comes with the next answer. */
  async #write(): Promise<void> {
    try {
      while (!this.#isWritten) {
        this.#isWritten = true;
        const day = this.#day;
        const content = JSON.stringify({ version, day, models: this.#own.list() });
        const place = vscode.Uri.joinPath(this.#folder, `${day}.${this.#window}.json`);
        const beside = vscode.Uri.joinPath(this.#folder, `${day}.${this.#window}.new`);
        await vscode.workspace.fs.createDirectory(this.#folder);
        await vscode.workspace.fs.writeFile(beside, new TextEncoder().encode(content));
        await vscode.workspace.fs.rename(beside, place, { overwrite: true });
      }
    } catch (error) {
      this.#tellOnce('Writing down what was spent', error);
    } finally {
      this.#writing = undefined;
    }
  }

  /** Reads the other windows' files of today that are new or changed, and removes those of days that are long over. */
  async #readOthers(): Promise<void> {
    this.#turn();
    const day = this.#day;
    const yesterday = dayBefore(this.#now());
    // Without the folder nothing was ever spent.
    const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(this.#folder)).catch(() => []);
    const read = new Map<string, { mark: string; models: readonly SpentOnModel[] }>();
    for (const [name] of entries) {
      const fileDay = fileName.exec(name)?.[1] ?? /^(\d{4}-\d\d-\d\d)\.[a-z0-9]+\.new$/.exec(name)?.[1];
      if (fileDay === undefined) continue;
      const place = vscode.Uri.joinPath(this.#folder, name);
      // A window at the other side of midnight, or of a journey, may still write yesterday's.
      if (fileDay < yesterday) await Promise.resolve(vscode.workspace.fs.delete(place)).catch(() => undefined);
      if (fileDay !== day || !fileName.test(name) || name.includes(`.${this.#window}.`)) continue;
      const before = this.#others.get(name);
      try {
        const { mtime, size } = await vscode.workspace.fs.stat(place);
        const mark = `${mtime} ${size}`;
        if (before?.mark === mark) read.set(name, before);
        else if (size <= mostBytes)
          read.set(name, { mark, models: modelsIn(await vscode.workspace.fs.readFile(place)) });
      } catch (error) {
        // What it said before still holds.
        if (before) read.set(name, before);
        this.#tellOnce(`Reading what was spent (${name})`, error);
      }
    }
    if (day !== this.#day) return;
    const isChanged =
      read.size !== this.#others.size || [...read].some(([name, file]) => this.#others.get(name) !== file);
    this.#others = read;
    if (isChanged) this.#changed.fire();
  }

  #tellOnce(doing: string, error: unknown): void {
    if (this.#told.has(doing)) return;
    this.#told.add(doing);
    this.#log.failure(doing, error);
  }
}

/** Sums by profile, key and model. */
class Sums {
  readonly #models = new Map<string, SpentOnModel>();

  add(spent: SpentOnModel): void {
    const { profile, account, modelId } = spent;
    const key = JSON.stringify([profile, account, modelId]);
    const before = this.#models.get(key);
    if (before === undefined && this.#models.size >= mostModels) return;
    const sums = sum(before ?? nothing, spent);
    this.#models.set(key, { profile, ...(account !== undefined && { account }), modelId, ...sums });
  }

  /** The dearest first, then the one with the most tokens. */
  list(): SpentOnModel[] {
    return [...this.#models.values()].sort(
      (one, other) => other.cost - one.cost || other.inputTokens - one.inputTokens || other.requests - one.requests,
    );
  }
}

function sum(one: Spent, other: Spent): Spent {
  const added = {} as { [name in (typeof members)[number]]: number };
  // A gateway may send any figures, and a file with one that is too large is none of ours.
  for (const name of members) added[name] = Math.min(Number.MAX_SAFE_INTEGER, one[name] + other[name]);
  return added;
}

/** What a file says. Throws when it is none of ours, or was not written to its end. */
function modelsIn(bytes: Uint8Array): SpentOnModel[] {
  const file: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const { version: written, models } = (file ?? {}) as { version?: unknown; models?: unknown };
  if (written !== version || !Array.isArray(models)) throw new Error('It is no file of figures.');
  return models.slice(0, mostModels).map((entry: unknown) => {
    const model = (entry ?? {}) as Record<string, unknown>;
    const { profile, account, modelId } = model;
    if (typeof profile !== 'string' || typeof modelId !== 'string') throw new Error('A model has no name.');
    const spent = {} as { [name in (typeof members)[number]]: number };
    for (const name of members) {
      const value = amount(model[name]);
      if (value === undefined) throw new Error(`"${name}" is no figure.`);
      spent[name] = value;
    }
    // Earlier versions wrote none, and pass it over.
    const ofKey = typeof account === 'string' && { account: account.slice(0, longestName) };
    return { profile: profile.slice(0, longestName), ...ofKey, modelId: modelId.slice(0, longestName), ...spent };
  });
}

/** A number that can be an amount; a gateway may send any. */
function amount(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** The day by the user's clock. */
function dayOf(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function dayBefore(date: Date): string {
  return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1));
}
