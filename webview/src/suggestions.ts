/** Offers words for a text field below it, which takes any other text as well (the ARIA pattern of an editable combobox). */
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import { element, foreign } from './elements';
import { placePopup } from './popupPlace';

/** More are not shown at once: typing narrows them down. */
const mostShown = 100;

/** What a list of suggestions needs. */
interface SuggestionOptions {
  textfield: VscodeTextfield;
  /** The list is as wide as this. */
  row: HTMLElement;
  /** What screen readers call the list. */
  label: string;
  onChoose: (text: string) => void;
}

/** The suggestions of one field. */
export class Suggestions {
  /** The floating box, to be put beside the field. */
  readonly popup: HTMLElement;
  readonly #listbox: HTMLElement;
  readonly #options: SuggestionOptions;
  #offered: readonly string[] = [];
  #active: HTMLElement | undefined;

  constructor(options: SuggestionOptions) {
    this.#options = options;
    const { textfield, label } = options;
    this.#listbox = element('div', { class: 'listbox', role: 'listbox', 'aria-label': label });
    this.popup = element('div', { class: 'suggestions' }, this.#listbox);
    this.popup.popover = 'manual';
    // The field keeps the focus.
    this.popup.addEventListener('mousedown', (event) => event.preventDefault());
    this.#listbox.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
      if (row) this.#choose(row);
    });
    textfield.addEventListener('input', () => this.#show(textfield.value));
    textfield.addEventListener('click', () => {
      if (!this.isOpen) this.#show('');
    });
    textfield.addEventListener('keydown', (event) => this.#key(event));
    textfield.addEventListener('focusout', () => this.close());
    for (const happening of ['resize', 'scroll']) {
      addEventListener(happening, () => this.#place(), { passive: true });
    }
    void textfield.updateComplete.then(() => this.#describe());
  }

  /** Whether the list is to be seen. */
  get isOpen(): boolean {
    return this.popup.matches(':popover-open');
  }

  /** Replaces what is offered. Texts from a gateway may hold anything. */
  offer(texts: readonly string[]): void {
    this.#offered = texts;
    if (this.isOpen) this.#show(this.#options.textfield.value);
    this.#describe();
  }

  /** Closes the list. */
  close(): void {
    if (this.isOpen) this.popup.hidePopover();
    this.#activate(undefined);
    this.#describe();
  }

  get #input(): HTMLInputElement | null {
    return this.#options.textfield.wrappedElement;
  }

  #describe(): void {
    const input = this.#input;
    if (!input) return;
    const hasAny = this.#offered.length > 0;
    input.role = hasAny ? 'combobox' : null;
    input.ariaAutoComplete = hasAny ? 'list' : null;
    input.ariaHasPopup = hasAny ? 'listbox' : null;
    input.ariaExpanded = hasAny ? String(this.isOpen) : null;
    // This points from inside the field's shadow tree to the list outside of it, which ids cannot.
    input.ariaControlsElements = hasAny ? [this.#listbox] : null;
  }

  #show(typed: string): void {
    const word = typed.trim().toLowerCase();
    const shown = this.#offered.filter((text) => text.toLowerCase().includes(word)).slice(0, mostShown);
    this.#listbox.replaceChildren(
      ...shown.map((text) => {
        const row = element('div', { class: 'suggestion', role: 'option' }, foreign(text, 'words'));
        row.dataset['text'] = text;
        row.ariaSelected = 'false';
        return row;
      }),
    );
    this.#activate(undefined);
    if (shown.length === 0) {
      this.close();
      return;
    }
    if (!this.isOpen) this.popup.showPopover();
    this.#place();
    this.#describe();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (this.#offered.length === 0) return;
      event.preventDefault();
      if (!this.isOpen) this.#show('');
      this.#move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape' && this.isOpen) {
      event.preventDefault();
      this.close();
    } else if (event.key === 'Enter' && this.isOpen && this.#active) {
      // Whoever else listens must not take this key for something that was typed.
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#choose(this.#active);
    }
  }

  #move(by: number): void {
    const rows = [...this.#listbox.children].filter((row): row is HTMLElement => row instanceof HTMLElement);
    const position = this.#active ? rows.indexOf(this.#active) + by : by > 0 ? 0 : rows.length - 1;
    this.#activate(rows[Math.max(0, Math.min(position, rows.length - 1))]);
  }

  #activate(row: HTMLElement | undefined): void {
    for (const [other, is] of [
      [this.#active, false],
      [row, true],
    ] as const) {
      other?.classList.toggle('is-active', is);
      if (other) other.ariaSelected = String(is);
    }
    this.#active = row;
    row?.scrollIntoView({ block: 'nearest' });
    if (this.#input) this.#input.ariaActiveDescendantElement = row ?? null;
  }

  #choose(row: HTMLElement): void {
    this.close();
    this.#options.onChoose(row.dataset['text'] ?? '');
  }

  #place(): void {
    if (this.isOpen) placePopup(this.popup, this.#options.textfield, this.#options.row);
  }
}
