/** A part of the page that is folded away until it is wanted; its title says what is set, changed or wrong inside. */
import type { MoreStrings } from '../../extension/src/protocol';
import { element, fill } from './elements';
import { icon } from './icons';

/** How many fields inside are what. */
export interface FoldedCounts {
  set: number;
  changed: number;
  errors: number;
}

/** One part that can be unfolded. */
export class Disclosure {
  readonly root: HTMLDetailsElement;
  readonly #strings: MoreStrings;
  readonly #notes = element('span', { class: 'notes' });

  /** `hint` says in the title what is inside. */
  constructor(strings: MoreStrings, given: { title: string; hint: string; content: Node[]; onToggle: () => void }) {
    this.#strings = strings;
    const { title, hint, content, onToggle } = given;
    const summary = element(
      'summary',
      {},
      icon('chevron'),
      element('span', { class: 'title', text: title }),
      element('span', { class: 'hint', text: hint }),
      this.#notes,
    );
    this.root = element('details', {}, summary, element('div', { class: 'folded' }, ...content));
    this.root.addEventListener('toggle', onToggle);
  }

  /** Whether it is unfolded. */
  get isOpen(): boolean {
    return this.root.open;
  }

  set isOpen(open: boolean) {
    this.root.open = open;
  }

  /** Says in the title what is inside. */
  count({ set, changed, errors }: FoldedCounts): void {
    const { setOne, setMany, changedOne, changedMany, errorsOne, errorsMany } = this.#strings;
    const told = (count: number, one: string, many: string) => (count === 1 ? one : fill(many, String(count)));
    const notes: HTMLElement[] = [];
    if (errors > 0)
      notes.push(
        element('span', { class: 'note is-error' }, icon('error'), new Text(told(errors, errorsOne, errorsMany))),
      );
    if (changed > 0)
      notes.push(element('span', { class: 'note' }, icon('unsaved'), new Text(told(changed, changedOne, changedMany))));
    if (set > 0) notes.push(element('span', { class: 'note', text: told(set, setOne, setMany) }));
    this.#notes.replaceChildren(...notes);
  }
}
