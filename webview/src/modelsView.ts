/**
 * The models of one profile: the table with its filters, how and when it was read, and what the user says of single models.
 *
 * Of several answers only the newest counts; what is sorted, searched, scrolled to and typed stays when the list is read anew.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { ModelPreferences, ModelTable, OverrideTexts, PageStrings } from '../../extension/src/protocol';
import { element, fill, readable } from './elements';
import { ModelDetailBox } from './modelDetail';
import { ModelIndex, type ModelOrder } from './modelFilter';
import { ModelGrid } from './modelGrid';
import { ModelToolbar } from './modelToolbar';
import { ModelTrail } from './modelTrail';
import { type Pending, type ProfileRpc, reasonOf } from './rpc';
import { StatusLine, type StatusText } from './status';

interface Options {
  rpc: ProfileRpc;
  strings: PageStrings;
  /** What was typed and not saved of models, by id. */
  drafts: Readonly<Record<string, OverrideTexts>>;
  /** Keeps what is typed. */
  keep: (drafts: Record<string, OverrideTexts>) => void;
  /** The connection is to be tested, step by step. */
  test: () => void;
}

/** A pause after which a screen reader is told how many models are left, in milliseconds. */
const sayingPause = 600;

/** The view. */
export class ModelsView {
  readonly root: HTMLElement;
  readonly #options: Options;
  readonly #strings: PageStrings;
  readonly #toolbar: ModelToolbar;
  readonly #grid: ModelGrid;
  readonly #trail: ModelTrail;
  readonly #status = new StatusLine();
  readonly #done = new StatusLine();
  readonly #count = element('span', { class: 'count' });
  readonly #clear = element('button', { class: 'link' });
  readonly #empty = element('div', { class: 'empty' });
  readonly #test = element('button', { class: 'link' });
  readonly #legend = element('p', { class: 'legend' });
  readonly #announcer = element('div', { class: 'announcer', 'aria-live': 'polite' });
  readonly #drafts: Map<string, OverrideTexts>;
  #index = new ModelIndex([]);
  #table: ModelTable | undefined;
  #order: ModelOrder = { by: 'id', isDescending: false };
  #hidden: ReadonlySet<string> = new Set();
  #favorites: ReadonlySet<string> = new Set();
  #loading: { request: Pending<'listTable'>; isRefresh: boolean; isQuiet: boolean } | undefined;
  #sayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#strings = options.strings;
    this.#drafts = new Map(Object.entries(options.drafts));
    const { models } = options.strings;
    this.#toolbar = new ModelToolbar(options.strings, () => this.#filter());
    this.#grid = new ModelGrid(models, {
      open: (id) => this.#open(id),
      favorite: (id) => void this.#prefer('favorites', id, !this.#favorites.has(id)),
      hide: (id) => void this.#prefer('hidden', id, !this.#hidden.has(id)),
      sort: (order) => {
        this.#order = order;
        this.#filter();
      },
      marks: (id) => ({
        isFavorite: this.#favorites.has(id),
        isHidden: this.#hidden.has(id),
        isUnsaved: this.#drafts.has(id),
        isEditable: this.#table?.isEditable ?? false,
      }),
    });
    this.#trail = new ModelTrail(models);
    this.#clear.type = 'button';
    this.#clear.textContent = models.clear;
    this.#clear.addEventListener('click', () => {
      this.#toolbar.clear();
      this.#filter();
      this.#toolbar.focus();
    });
    this.#test.type = 'button';
    this.#test.textContent = models.testInstead;
    this.#test.addEventListener('click', () => options.test());
    this.#test.hidden = true;
    const refresh = element('vscode-button', { text: models.refresh });
    refresh.secondary = true;
    refresh.addEventListener('click', () => void this.load({ refresh: true }));
    this.#legend.textContent = models.assumedLegend;
    this.root = element(
      'div',
      { class: 'models' },
      element('div', { class: 'list-state' }, refresh, this.#status.root, this.#test),
      this.#toolbar.root,
      element('div', { class: 'count-row' }, this.#count, this.#clear, this.#done.root),
      this.#grid.root,
      this.#empty,
      this.#legend,
      this.#trail.root,
      this.#announcer,
    );
    this.#filter();
  }

  /** The view has come into sight: the first time it asks for the models. */
  shown(): void {
    if (!this.#table && !this.#loading) void this.load({ refresh: false });
    this.#grid.shown();
  }

  /** Something of the profile was saved, here or elsewhere. */
  follow(): void {
    // A list that is on its way was asked for before: it is asked for again.
    if (this.#table || this.#loading) void this.load({ refresh: false, isQuiet: this.#table !== undefined });
  }

  /** Asks for the models; what is shown stays until they come. */
  async load(wanted: { refresh: boolean; isQuiet?: boolean }): Promise<void> {
    const { models } = this.#strings;
    const before = this.#loading;
    before?.request.cancel();
    // A refresh that the user waits for is not lost to a list that something else wants.
    const isRefresh = wanted.refresh || (before?.isRefresh ?? false);
    const isQuiet = (wanted.isQuiet ?? false) && (before?.isQuiet ?? true);
    const known = this.#table?.version ?? 0;
    const drafts = [...this.#drafts.keys()];
    const request = this.#options.rpc.request('listTable', { refresh: isRefresh, known, drafts });
    const loading = { request, isRefresh, isQuiet };
    this.#loading = loading;
    const cancel = () => {
      request.cancel();
      if (this.#loading === loading) this.#loading = undefined;
      this.#status.say({ icon: 'skipped', text: models.cancelled });
      this.#showEmpty();
    };
    if (!isQuiet) {
      this.#status.say({
        icon: 'running',
        text: models.loading,
        cancel: { label: this.#strings.cancel, press: cancel },
      });
    }
    this.#showEmpty();
    try {
      const result = await request.answer;
      if (this.#loading !== loading) return;
      this.#loading = undefined;
      if (result.outcome === 'table') this.#show(result.table, isQuiet);
      else if (result.outcome === 'failed') this.#status.say({ icon: 'error', text: result.message });
      else this.#status.say({ icon: 'skipped', text: models.cancelled });
    } catch (error) {
      if (this.#loading !== loading) return;
      this.#loading = undefined;
      this.#status.say({ icon: 'error', text: reasonOf(error, this.#strings.noAnswer) });
    }
    this.#showEmpty();
  }

  #show(table: ModelTable, isQuiet: boolean): void {
    this.#table = table;
    if (table.rows) {
      this.#index = new ModelIndex(table.rows);
      this.#toolbar.setProviders(this.#index.providers);
    }
    this.#setPreferences(table);
    this.#trail.show(table);
    const state = this.#stateOf(table);
    // A list that came along with another change is no news while it is the same one.
    if (!isQuiet || !this.#status.says(state)) this.#status.say(state);
    this.#test.hidden = table.failure === '';
    this.#filter({ toTop: false });
    // The extension asks already: this waits for what comes.
    if (table.state === 'kept' && table.failure === '') void this.load({ refresh: true, isQuiet: true });
  }

  #stateOf({ state, readAt, source, failure }: ModelTable): StatusText {
    const { models } = this.#strings;
    const time = readAt === null ? '' : timeOf(readAt);
    if (state === 'none')
      return failure === '' ? { text: models.noneYet } : { icon: 'error', text: readable(failure, 1000) };
    if (state === 'kept' && failure === '') return { icon: 'running', text: fill(models.keptMeanwhile, time) };
    if (state === 'kept') {
      return { icon: 'error', text: readable(failure, 1000), note: fill(models.keptSince, time) };
    }
    const isWhole = this.#index.rows.some(({ isListed }) => isListed);
    return { icon: isWhole ? 'passed' : 'warning', text: fill(models.readAt, time, source) };
  }

  #setPreferences({ hidden, favorites }: ModelPreferences): void {
    this.#hidden = new Set(hidden);
    this.#favorites = new Set(favorites);
  }

  #filter({ toTop = true }: { toTop?: boolean } = {}): void {
    const { models } = this.#strings;
    const lists = { hidden: this.#hidden, favorites: this.#favorites };
    const rows = this.#index.select(this.#toolbar.query, this.#order, lists);
    const all = this.#index.rows.length;
    const isFiltered = this.#toolbar.words.length > 0;
    const count =
      rows.length === all
        ? all === 1
          ? models.countOne
          : fill(models.countAll, grouped(all))
        : fill(models.countSome, grouped(rows.length), grouped(all));
    this.#count.textContent = all > 0 ? count : '';
    this.#clear.hidden = !isFiltered;
    const hadKeyboard = this.#grid.root.contains(document.activeElement);
    this.#grid.root.hidden = rows.length === 0;
    this.#legend.hidden = rows.length === 0;
    this.#grid.show(rows, this.#order, toTop);
    if (hadKeyboard) this.#keepKeyboard();
    this.#showEmpty(rows.length);
    clearTimeout(this.#sayTimer);
    if (toTop && all > 0) this.#sayTimer = setTimeout(() => this.#announce(count), sayingPause);
  }

  /** Puts the keyboard on the table, or where it can be filled again. */
  #focusTable(): void {
    this.#grid.focus();
    this.#keepKeyboard();
  }

  /** What has the keyboard may be gone with the table. */
  #keepKeyboard(): void {
    if (this.#grid.root.hidden) this.#toolbar.focus();
  }

  #showEmpty(shown = this.#grid.root.hidden ? 0 : 1): void {
    this.#empty.hidden = shown > 0;
    if (shown > 0) return;
    const { models, listSeparator } = this.#strings;
    const all = this.#index.rows.length;
    const words = this.#toolbar.words.join(listSeparator);
    // What is wrong stands in the line above.
    const isTold = this.#loading !== undefined || this.#table?.state !== 'read';
    const text = all > 0 ? fill(models.noneMatches, words) : isTold ? '' : models.none;
    if (this.#empty.textContent !== text) this.#empty.textContent = text;
  }

  async #prefer(list: 'hidden' | 'favorites', id: string, isIn: boolean): Promise<void> {
    const { models, undo } = this.#strings;
    try {
      const result = await this.#options.rpc.request('changePreference', { list, id, isIn }).answer;
      if (result.outcome === 'failed') {
        this.#done.say({ icon: 'error', text: result.message });
        return;
      }
      this.#setPreferences(result);
      this.#filter({ toTop: false });
      const sentence =
        list === 'hidden'
          ? isIn
            ? models.hiddenSaid
            : models.unhiddenSaid
          : isIn
            ? models.favoriteSaid
            : models.unfavoriteSaid;
      const takeBack = () => {
        void this.#prefer(list, id, !isIn);
        this.#focusTable();
      };
      this.#done.say({
        icon: 'passed',
        text: fill(sentence, readable(id, 80)),
        cancel: { label: undo, press: takeBack },
      });
    } catch (error) {
      this.#done.say({ icon: 'error', text: reasonOf(error, this.#strings.noAnswer) });
    }
  }

  #open(id: string): void {
    const { rpc, strings } = this.#options;
    const box = new ModelDetailBox({
      rpc,
      strings,
      id,
      isEditable: this.#table?.isEditable ?? false,
      draft: this.#drafts.get(id),
      keep: (texts) => this.#keep(id, texts),
      saved: () => void this.load({ refresh: false, isQuiet: true }),
      closed: () => {
        this.#grid.refresh();
        this.#focusTable();
        // The row of one that is not listed may be there for what was typed alone.
        const row = this.#index.rows.find((shown) => shown.id === id);
        if (row?.isListed === false) void this.load({ refresh: false, isQuiet: true });
      },
    });
    void box.open();
  }

  #keep(id: string, texts: OverrideTexts | undefined): void {
    if (texts) this.#drafts.set(id, texts);
    else if (!this.#drafts.delete(id)) return;
    this.#options.keep(Object.fromEntries(this.#drafts));
  }

  #announce(text: string): void {
    this.#announcer.textContent = text;
  }
}

/** The time of day, with the day when it is another one. */
function timeOf(milliseconds: number): string {
  const time = new Date(milliseconds);
  const isToday = time.toDateString() === new Date().toDateString();
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang, { timeStyle: 'short', ...(isToday ? {} : { dateStyle: 'medium' }) }).format(
    time,
  );
}

function grouped(count: number): string {
  return count.toLocaleString(document.documentElement.lang);
}
