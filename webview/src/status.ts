/** One line that says how something stands: an icon and words, with room kept for it, announced politely. */
import { element } from './elements';
import { type IconName, icon } from './icons';

/** What a status line says. */
export interface StatusText {
  icon?: IconName;
  text: string;
  /** A second sentence: why the first may no longer hold. */
  note?: string;
  /** Offers to stop what runs. */
  cancel?: { label: string; press: () => void };
}

/** A status line. */
export class StatusLine {
  readonly root: HTMLElement;
  readonly #words = element('span', { class: 'words', role: 'status' });
  readonly #cancel = element('button', { class: 'link' });
  #press: () => void = () => {};
  #said: StatusText = { text: '' };

  constructor() {
    this.#cancel.type = 'button';
    this.#cancel.hidden = true;
    this.#cancel.addEventListener('click', () => this.#press());
    this.root = element('div', { class: 'status' }, this.#words, this.#cancel);
  }

  /** Says something else. */
  say(said: StatusText): void {
    this.#said = said;
    const words: Node[] = [new Text(said.text)];
    if (said.note) words.push(new Text(' '), element('span', { class: 'note', text: said.note }));
    this.#words.replaceChildren(...(said.icon ? [icon(said.icon)] : []), element('span', {}, ...words));
    this.#cancel.hidden = said.cancel === undefined;
    if (said.cancel === undefined) return;
    this.#cancel.textContent = said.cancel.label;
    this.#press = said.cancel.press;
  }

  /** Whether it says this already: what is said again is announced again. */
  says({ icon, text, note }: StatusText): boolean {
    const { icon: ownIcon, text: ownText, note: ownNote } = this.#said;
    return icon === ownIcon && text === ownText && note === ownNote;
  }

  /** Adds why what is said may no longer hold. */
  addNote(note: string): void {
    if (this.#said.text !== '' && this.#said.note !== note) this.say({ ...this.#said, icon: 'stale', note });
  }
}
