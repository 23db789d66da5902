/** A folded field that holds several words: one row for each, and a line below to type or choose another. */
import type { PageStrings } from '../../extension/src/protocol';
import { element, fill, foreign } from './elements';
import { Field } from './field';
import type { FrameOptions } from './fieldFrame';
import { icon } from './icons';
import type { MoreField } from './moreField';
import { Suggestions } from './suggestions';

/** What a list field needs beyond its frame. */
interface ListOptions extends FrameOptions {
  /** Whether the order counts, so that items can be moved. */
  isOrdered: boolean;
  onChange: () => void;
  /** Something that a screen reader should say. */
  announce: (text: string) => void;
}

/** Words in an order. What is typed below and not yet added counts as the last one, so that nothing typed is lost. */
export class ListField implements MoreField<'tags' | 'guardrails' | 'fallbacks'> {
  readonly frame: Field;
  readonly #strings: PageStrings;
  readonly #options: ListOptions;
  readonly #list = element('ul', { class: 'items' });
  readonly #suggestions: Suggestions;
  #items: string[] = [];
  #offered: readonly string[] = [];

  constructor(strings: PageStrings, options: ListOptions) {
    this.#strings = strings;
    this.#options = options;
    this.frame = new Field(strings, { ...options, type: 'text' });
    const { textfield, row } = this.frame;
    row.before(this.#list);
    this.#list.setAttribute('aria-label', options.label);
    this.#suggestions = new Suggestions({
      textfield,
      row,
      label: fill(strings.more.suggestions, options.label),
      onChoose: (text) => this.#add(text),
    });
    const add = element('button', {
      class: 'link add',
      text: strings.more.add,
      'aria-label': fill(strings.more.addTo, options.label),
    });
    add.type = 'button';
    add.addEventListener('click', () => {
      this.#add(this.frame.value);
      this.focus();
    });
    row.append(add);
    this.frame.root.append(this.#suggestions.popup);
    textfield.addEventListener('input', options.onChange);
    textfield.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.#add(this.frame.value);
    });
    this.#render();
  }

  get value(): string[] {
    const pending = this.frame.value.trim();
    return pending === '' || this.#items.includes(pending) ? [...this.#items] : [...this.#items, pending];
  }

  set value(items: string[]) {
    this.#items = [...items];
    this.frame.value = '';
    this.#render();
  }

  focus(): void {
    this.frame.focus();
  }

  /** Offers these words to choose from. */
  offer(words: readonly string[]): void {
    this.#offered = words;
    this.#offer();
  }

  #offer(): void {
    this.#suggestions.offer(this.#offered.filter((word) => !this.#items.includes(word)));
  }

  #add(text: string): void {
    const item = text.trim();
    this.#suggestions.close();
    this.frame.value = '';
    if (item === '') return;
    if (!this.#items.includes(item)) this.#change([...this.#items, item]);
    this.#options.announce(fill(this.#strings.more.added, item));
  }

  #change(items: string[]): void {
    this.#items = items;
    this.#render();
    this.#options.onChange();
  }

  #render(): void {
    this.#list.hidden = this.#items.length === 0;
    this.#list.replaceChildren(...this.#items.map((item, position) => this.#row(item, position)));
    this.#offer();
  }

  #row(item: string, position: number): HTMLElement {
    const { more } = this.#strings;
    const row = element('li', {}, foreign(item, 'item'));
    if (this.#options.isOrdered && position > 0) {
      row.append(rowButton('up', more.moveUp, fill(more.moveItemUp, item), () => this.#moveUp(position)));
    }
    row.append(rowButton('remove', more.remove, fill(more.removeItem, item), () => this.#remove(position)));
    return row;
  }

  #moveUp(position: number): void {
    const items = [...this.#items];
    items.splice(position - 1, 0, ...items.splice(position, 1));
    this.#change(items);
    // The button goes on with the row as long as there is one; the first row has only the other.
    const buttons = this.#list.children[position - 1]?.querySelectorAll('button');
    buttons?.[0]?.focus();
  }

  #remove(position: number): void {
    const item = this.#items[position] ?? '';
    this.#change(this.#items.filter((_, other) => other !== position));
    const next = this.#list.children[Math.min(position, this.#items.length - 1)];
    const last = [...(next?.querySelectorAll('button') ?? [])].at(-1);
    if (last) last.focus();
    else this.focus();
    this.#options.announce(fill(this.#strings.more.removed, item));
  }
}

/** A small button of a row, which shows an icon and tells screen readers what it is about. */
export function rowButton(name: 'up' | 'remove', title: string, label: string, press: () => void): HTMLButtonElement {
  const made = element('button', { class: 'icon-button', 'aria-label': label }, icon(name));
  made.type = 'button';
  made.title = title;
  made.addEventListener('click', press);
  return made;
}
