/** How the list was read: each request, what came, what that means; and the rows that could not be read. */
import type { ModelStrings, ModelTable } from '../../extension/src/protocol';
import { element, fill, foreign } from './elements';
import { icon } from './icons';

/** The part of the page below the table; unfolded by itself where something is missing. */
export class ModelTrail {
  readonly root: HTMLDetailsElement;
  readonly #strings: ModelStrings;
  readonly #notes = element('span', { class: 'notes' });
  readonly #steps = element('ol', { class: 'trail-steps' });
  readonly #unreadable = element('div');
  #shown = '';

  constructor(strings: ModelStrings) {
    this.#strings = strings;
    const title = element('span', { class: 'title', text: strings.trail });
    const summary = element('summary', {}, icon('chevron'), title, this.#notes);
    const folded = element('div', { class: 'folded' }, this.#steps, this.#unreadable);
    this.root = element('details', { class: 'more trail' }, summary, folded);
    this.root.hidden = true;
  }

  /** Shows how a table was read. */
  show({ trail, unreadable }: ModelTable): void {
    const strings = this.#strings;
    // What the user folded stays so until there is something else to tell.
    const json = JSON.stringify([trail, unreadable]);
    if (json === this.#shown) return;
    this.#shown = json;
    this.root.hidden = trail.length === 0;
    const isMissing = trail.some(({ isGood }) => !isGood) || unreadable.count > 0;
    this.root.open = isMissing;
    const note = element('span', { class: 'note' }, icon(isMissing ? 'warning' : 'passed'));
    note.append(isMissing ? strings.trailMissing : strings.trailFine);
    this.#notes.replaceChildren(note);
    this.#steps.replaceChildren(
      ...trail.map(({ path, isGood, came, meaning }) =>
        element(
          'li',
          {},
          icon(isGood ? 'passed' : 'warning'),
          element(
            'div',
            {},
            foreign(came === '' ? path : `${path} → ${came}`, 'asked'),
            element('div', { class: 'meaning', text: meaning }),
          ),
        ),
      ),
    );
    const { count, first } = unreadable;
    const told = count === 1 ? strings.unreadableOne : fill(strings.unreadableMany, String(count));
    const list = element('ul', {}, ...first.map((text) => element('li', {}, foreign(text, 'asked'))));
    this.#unreadable.replaceChildren(...(count > 0 ? [element('p', { text: told }), list] : []));
  }
}
