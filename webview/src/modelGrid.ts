/**
 * The table of models. Only the rows in sight exist, and the one that has the keyboard: a gateway may have thousands of
 * models.
 */
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { ModelRow, ModelStrings } from '../../extension/src/protocol';
import { element } from './elements';
import { icon } from './icons';
import { cellsOf, type RowMarks } from './modelCells';
import type { ModelColumn, ModelOrder } from './modelFilter';

interface Callbacks {
  /** The details of a model are wanted. */
  open: (id: string) => void;
  favorite: (id: string) => void;
  hide: (id: string) => void;
  sort: (order: ModelOrder) => void;
  marks: (id: string) => RowMarks;
}

const sortable: readonly ModelColumn[] = [
  'favorite',
  'id',
  'provider',
  'contextWindow',
  'maxTokens',
  'inputPrice',
  'outputPrice',
  'abilities',
  'deployments',
];

/** What is worth most first when a column is sorted by for the first time. */
const descendingFirst: ReadonlySet<ModelColumn> = new Set(['contextWindow', 'maxTokens', 'abilities', 'deployments']);

/** Rows that exist above and below those in sight. */
const spareRows = 2;

/** The table. */
export class ModelGrid {
  readonly root: HTMLElement;
  readonly #strings: ModelStrings;
  readonly #callbacks: Callbacks;
  readonly #headers = new Map<ModelColumn, { cell: HTMLElement; button: HTMLButtonElement }>();
  readonly #body = element('div', { class: 'grid-body', role: 'rowgroup' });
  readonly #sizer = element('div', { class: 'sizer', role: 'presentation' });
  readonly #virtualizer: Virtualizer<HTMLDivElement, HTMLElement>;
  #rows: readonly ModelRow[] = [];
  /** The rows that exist, by their place. */
  readonly #made = new Map<number, HTMLElement>();
  /** Rows that were made before and can be used again, by their models. */
  #kept = new Map<ModelRow, HTMLElement>();
  #rowHeight = 48;
  #active = 0;
  #scrollTop = 0;

  constructor(strings: ModelStrings, callbacks: Callbacks) {
    this.#strings = strings;
    this.#callbacks = callbacks;
    const headRow = element('div', { class: 'grid-row', role: 'row' });
    headRow.ariaRowIndex = '1';
    for (const column of sortable) headRow.append(this.#header(column));
    const last = element('div', { class: 'cell visibility', role: 'columnheader' });
    last.append(element('span', { class: 'announcer', text: strings.show }));
    headRow.append(last);
    for (const [index, cell] of [...headRow.children].entries()) cell.ariaColIndex = String(index + 1);
    this.#body.append(this.#sizer);
    this.root = element(
      'div',
      { class: 'grid', role: 'grid', 'aria-label': strings.table },
      element('div', { class: 'grid-head', role: 'rowgroup' }, headRow),
      this.#body,
    );
    this.root.ariaDescription = strings.keys;
    this.root.ariaColCount = String(sortable.length + 1);
    this.#virtualizer = new Virtualizer<HTMLDivElement, HTMLElement>(this.#options());
    this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.#body.addEventListener('scroll', () => {
      this.#scrollTop = this.#body.scrollTop;
    });
    this.#body.addEventListener('click', (event) => this.#clicked(event));
    this.#body.addEventListener('keydown', (event) => this.#pressed(event));
    this.#body.addEventListener('focusin', (event) => {
      const row = rowAt(event.target);
      if (row) this.#setActive(Number(row.dataset['place']));
    });
    // Another width is another layout, and may be another height of rows.
    new ResizeObserver(() => this.measure()).observe(this.root);
  }

  /**
   * Shows other rows, the active one staying active where it is among them. Those of another search or order begin at the top,
   * and say what they said before.
   */
  show(rows: readonly ModelRow[], order: ModelOrder, toTop: boolean): void {
    if (toTop) this.#keepMade();
    const activeId = this.#rows[this.#active]?.id;
    const focused = this.#focusedPress();
    this.#rows = rows;
    const place = rows.findIndex(({ id }) => id === activeId);
    // Where it has gone, the one that took its place is next.
    const next = toTop ? 0 : Math.max(0, Math.min(this.#active, rows.length - 1));
    this.#active = place < 0 ? next : place;
    for (const [column, { cell, button }] of this.#headers) {
      const isSorted = column === order.by;
      cell.ariaSort = isSorted ? (order.isDescending ? 'descending' : 'ascending') : 'none';
      button.replaceChildren(
        ...headerContent(this.#strings, column, isSorted && icon(order.isDescending ? 'down' : 'up')),
      );
    }
    this.root.ariaRowCount = String(rows.length + 1);
    if (toTop) {
      this.#body.scrollTop = 0;
      this.#scrollTop = 0;
    }
    this.#renew();
    if (focused !== undefined) this.#focus(focused);
  }

  /** Makes the rows anew: what they say of the user's lists may have changed. */
  refresh(): void {
    const focused = this.#focusedPress();
    this.#renew();
    if (focused !== undefined) this.#focus(focused);
  }

  /** The table has come into sight again, where the browser has forgotten how far it was scrolled. */
  shown(): void {
    this.#body.scrollTop = this.#scrollTop;
    this.measure();
  }

  /** Puts the keyboard on the active row. */
  focus(): void {
    this.#focus('');
  }

  /** Measures the rows. */
  measure(): void {
    const [row] = this.#rows;
    if (!row || this.#body.clientHeight === 0) return;
    const probe = this.#row(row);
    this.#sizer.append(probe);
    const height = probe.offsetHeight;
    probe.remove();
    if (height === 0 || height === this.#rowHeight) return;
    this.#rowHeight = height;
    this.#renew();
  }

  #options() {
    return {
      count: this.#rows.length,
      getScrollElement: () => this.#body,
      estimateSize: () => this.#rowHeight,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      overscan: spareRows,
      onChange: () => this.#render(),
      rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const places = defaultRangeExtractor(range);
        const isActiveFar = this.#active < range.count && !places.includes(this.#active);
        return isActiveFar ? [...places, this.#active].sort((one, other) => one - other) : places;
      },
    };
  }

  /** Keeps the rows that exist for their models: making one takes ten times as long as moving it. */
  #keepMade(): void {
    for (const [place, row] of this.#made) {
      const model = this.#rows[place];
      if (model) this.#kept.set(model, row);
    }
    this.#made.clear();
  }

  #renew(): void {
    for (const row of this.#made.values()) row.remove();
    this.#made.clear();
    this.#virtualizer.setOptions(this.#options());
    this.#virtualizer.measure();
    this.#virtualizer._willUpdate();
    this.#render();
    for (const row of this.#kept.values()) row.remove();
    this.#kept.clear();
  }

  #render(): void {
    this.#sizer.style.height = `${this.#virtualizer.getTotalSize()}px`;
    const wanted = new Set(this.#virtualizer.getVirtualItems().map(({ index }) => index));
    for (const [place, row] of this.#made) {
      if (wanted.has(place)) continue;
      row.remove();
      this.#made.delete(place);
    }
    // Screen readers and the tabulator key go by the order of the elements.
    let before: HTMLElement | undefined;
    for (const place of wanted) {
      const model = this.#rows[place];
      if (!model) continue;
      let row = this.#made.get(place);
      if (!row) {
        row = this.#kept.get(model) ?? this.#row(model);
        this.#kept.delete(model);
        this.#put(row, place);
        this.#made.set(place, row);
        if (row.previousSibling !== (before ?? null) || !row.parentNode) {
          if (before) before.after(row);
          else this.#sizer.prepend(row);
        }
      }
      before = row;
    }
  }

  #row(model: ModelRow): HTMLElement {
    const marks = this.#callbacks.marks(model.id);
    const row = element('div', { class: 'grid-row', role: 'row' }, ...cellsOf(this.#strings, model, marks));
    row.classList.toggle('is-hidden', marks.isHidden);
    return row;
  }

  #put(row: HTMLElement, place: number): void {
    row.style.top = `${place * this.#rowHeight}px`;
    row.dataset['place'] = String(place);
    row.ariaRowIndex = String(place + 2);
    row.tabIndex = place === this.#active ? 0 : -1;
  }

  #header(column: ModelColumn): HTMLElement {
    const button = element('button', { class: 'sort' }, ...headerContent(this.#strings, column, false));
    button.type = 'button';
    const cell = element('div', { class: `cell ${column}`, role: 'columnheader' }, button);
    button.addEventListener('click', () => {
      const sorted = cell.ariaSort;
      const isFirst = sorted === 'none' || sorted === null;
      this.#callbacks.sort({
        by: column,
        isDescending: isFirst ? descendingFirst.has(column) : sorted === 'ascending',
      });
    });
    this.#headers.set(column, { cell, button });
    return cell;
  }

  #clicked(event: MouseEvent): void {
    const row = rowAt(event.target);
    const model = row && this.#rows[Number(row.dataset['place'])];
    if (!model) return;
    this.#setActive(Number(row.dataset['place']));
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-press]') : null;
    if (button?.dataset['press'] === 'favorite') this.#callbacks.favorite(model.id);
    else if (button?.dataset['press'] === 'hide') this.#callbacks.hide(model.id);
    // Whoever marks a name to copy it wants no details.
    else if (getSelection()?.isCollapsed !== false) {
      row.focus({ preventScroll: true });
      this.#callbacks.open(model.id);
    }
  }

  #pressed(event: KeyboardEvent): void {
    const row = rowAt(event.target);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.#body.clientHeight / this.#rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.#rows.length,
      End: this.#rows.length,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      const press = event.target instanceof HTMLElement ? (event.target.dataset['press'] ?? '') : '';
      const place = Math.max(0, Math.min(this.#rows.length - 1, this.#active + step));
      this.#setActive(place);
      this.#virtualizer.scrollToIndex(place, { align: 'auto' });
      // The row may not exist before the browser has scrolled.
      this.#render();
      this.#focus(press);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') this.#moveInside(row, event);
    else if ((event.key === 'Enter' || event.key === ' ') && event.target === row) {
      const model = this.#rows[this.#active];
      if (model) this.#callbacks.open(model.id);
    } else return;
    event.preventDefault();
  }

  #moveInside(row: HTMLElement, event: KeyboardEvent): void {
    const stops = [row, ...row.querySelectorAll<HTMLElement>('[data-press]')];
    const isForward = (event.key === 'ArrowRight') === (getComputedStyle(row).direction === 'ltr');
    const at = stops.indexOf(event.target as HTMLElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + (isForward ? 1 : -1)))]?.focus({ preventScroll: true });
  }

  #setActive(place: number): void {
    if (place === this.#active) return;
    const before = this.#made.get(this.#active);
    if (before) before.tabIndex = -1;
    this.#active = place;
    const now = this.#made.get(place);
    if (now) now.tabIndex = 0;
    // The row must exist while it has the keyboard, wherever the table is scrolled to.
    this.#virtualizer.setOptions(this.#options());
  }

  /** What of the active row has the keyboard: a button, or the row itself; undefined when nothing has. */
  #focusedPress(): string | undefined {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || !this.#body.contains(focused)) return undefined;
    return focused.dataset['press'] ?? '';
  }

  #focus(press: string): void {
    const row = this.#made.get(this.#active);
    const button = press === '' ? null : row?.querySelector<HTMLElement>(`[data-press="${press}"]`);
    (button ?? row)?.focus({ preventScroll: true });
  }
}

function headerContent(strings: ModelStrings, column: ModelColumn, arrow: SVGSVGElement | false): Node[] {
  const text = strings.columns[column];
  const words =
    column === 'favorite' ? [icon('star'), element('span', { class: 'announcer', text })] : [element('span', { text })];
  return arrow ? [...words, arrow] : words;
}

function rowAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('.grid-row[data-place]') : null;
}
