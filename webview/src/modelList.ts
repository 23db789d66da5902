/**
 * The list under the model field. Only the rows in sight exist: a gateway may offer thousands of models, and typing must
 * stay fast.
 */
import type { ModelChoice, PageStrings } from '../../extension/src/protocol';
import { element, fill, foreign } from './elements';
import { icon } from './icons';

/** Rows that exist above and below those in sight. */
const spareRows = 4;

/** A list of models that is filtered by words and walked by keys. */
export class ModelList {
  /** The floating box; the browser shows it above everything else. */
  readonly popup: HTMLElement;
  readonly listbox: HTMLElement;
  readonly #strings: PageStrings;
  readonly #sizer: HTMLElement;
  readonly #note: HTMLElement;
  readonly #onChoose: (id: string) => void;
  #models: readonly ModelChoice[] = [];
  /** What is searched of each model, in the order of `#models`. */
  #searched: readonly string[] = [];
  /** Indexes into `#models`, in the order shown. */
  #shown: readonly number[] = [];
  #active = -1;
  #chosenId = '';
  #rowHeight = 44;
  /** Called with the row that is active, or none, whenever the rows were made anew. */
  onActiveRow: (row: HTMLElement | null) => void = () => {};

  /** `onChoose` is called with the id of the row that was clicked. */
  constructor(strings: PageStrings, onChoose: (id: string) => void) {
    this.#strings = strings;
    this.#onChoose = onChoose;
    this.#sizer = element('div', { class: 'sizer', role: 'presentation' });
    this.listbox = element(
      'div',
      { class: 'listbox', role: 'listbox', 'aria-label': strings.modelListLabel },
      this.#sizer,
    );
    this.#note = element('p', { class: 'note' });
    this.popup = element('div', { class: 'popup' }, this.listbox, this.#note);
    this.popup.popover = 'manual';
    this.listbox.addEventListener('scroll', () => this.#render());
    // The field keeps the focus.
    this.popup.addEventListener('mousedown', (event) => event.preventDefault());
    this.listbox.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
      const model = row && this.#modelAt(Number(row.dataset['position']));
      if (model) this.#onChoose(model.id);
    });
  }

  /** How many models pass the filter. */
  get count(): number {
    return this.#shown.length;
  }

  /** The id of the active row. */
  get activeId(): string | undefined {
    return this.#modelAt(this.#active)?.id;
  }

  /** Replaces the models. */
  setModels(models: readonly ModelChoice[]): void {
    this.#models = models;
    this.#searched = models.map((model) => `${model.id}\n${model.name}`.toLowerCase());
    this.#shown = models.map((_, index) => index);
    this.#active = -1;
  }

  /** Whether the gateway lists this id. */
  has(id: string): boolean {
    return this.#models.some((model) => model.id === id);
  }

  /** Shows all models, the chosen one active and in sight. */
  showAll(chosenId: string): void {
    this.#chosenId = chosenId;
    this.#shown = this.#models.map((_, index) => index);
    this.#active = chosenId === '' ? -1 : this.#models.findIndex((model) => model.id === chosenId);
    this.#show('');
    this.#scrollToActive('center');
  }

  /** Shows the models whose id or name holds every word; those that begin with the text come first. None is active. */
  filter(text: string): void {
    this.#chosenId = text.trim();
    const sought = text.trim().toLowerCase();
    const words = sought.split(/\s+/);
    const first: number[] = [];
    const others: number[] = [];
    for (const [index, searched] of this.#searched.entries()) {
      if (searched.startsWith(sought)) first.push(index);
      else if (words.every((word) => searched.includes(word))) others.push(index);
    }
    this.#shown = [...first, ...others];
    this.#active = -1;
    this.listbox.scrollTop = 0;
    this.#show(text);
  }

  /** Moves the active row by so many rows; it stops at both ends. */
  move(by: number): void {
    if (this.count === 0) return;
    const from = this.#active < 0 && by < 0 ? this.count : this.#active;
    this.#active = Math.max(0, Math.min(this.count - 1, from + by));
    this.#scrollToActive('nearest');
    this.#render();
  }

  /** Measures the rows: the box has come into sight. */
  measure(): void {
    const probe = this.#row(0);
    if (!probe) return;
    this.#sizer.append(probe);
    this.#rowHeight = probe.offsetHeight || this.#rowHeight;
  }

  #show(text: string): void {
    this.listbox.hidden = this.count === 0;
    this.#note.hidden = this.count > 0;
    const shortened = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    this.#note.textContent =
      this.#models.length === 0 ? this.#strings.noModelsYet : fill(this.#strings.noMatch, shortened);
    this.#render();
  }

  #scrollToActive(where: 'nearest' | 'center'): void {
    if (this.#active < 0) return;
    const top = this.#active * this.#rowHeight;
    const height = this.listbox.clientHeight;
    if (where === 'center') this.listbox.scrollTop = top - (height - this.#rowHeight) / 2;
    else if (top < this.listbox.scrollTop) this.listbox.scrollTop = top;
    else if (top + this.#rowHeight > this.listbox.scrollTop + height)
      this.listbox.scrollTop = top + this.#rowHeight - height;
  }

  #render(): void {
    this.#sizer.style.height = `${this.count * this.#rowHeight}px`;
    const first = Math.max(0, Math.floor(this.listbox.scrollTop / this.#rowHeight) - spareRows);
    const inSight = Math.ceil(this.listbox.clientHeight / this.#rowHeight);
    const last = Math.min(this.count, first + inSight + 2 * spareRows);
    const rows: HTMLElement[] = [];
    let activeRow: HTMLElement | null = null;
    for (let position = first; position < last; position += 1) {
      const row = this.#row(position);
      if (!row) continue;
      rows.push(row);
      if (position === this.#active) activeRow = row;
    }
    this.#sizer.replaceChildren(...rows);
    this.onActiveRow(activeRow);
  }

  #row(position: number): HTMLElement | undefined {
    const model = this.#modelAt(position);
    if (!model) return undefined;
    const figures = element('span', { class: 'figures' });
    if (model.price) figures.append(element('span', { class: 'price', text: model.price }));
    if (model.context) figures.append(element('span', { class: 'context', text: model.context }));
    const row = element('div', { class: 'row', role: 'option' }, foreign(model.id, 'model-id'));
    if (model.name !== model.id) row.append(foreign(model.name, 'model-name'));
    row.append(figures);
    row.style.top = `${position * this.#rowHeight}px`;
    row.dataset['position'] = String(position);
    row.ariaPosInSet = String(position + 1);
    row.ariaSetSize = String(this.count);
    const isChosen = model.id !== '' && model.id === this.#chosenId;
    row.ariaSelected = String(isChosen);
    if (isChosen) row.append(icon('passed'));
    row.classList.toggle('is-active', position === this.#active);
    return row;
  }

  #modelAt(position: number): ModelChoice | undefined {
    const index = this.#shown[position];
    return index === undefined ? undefined : this.#models[index];
  }
}
