/** One field of the form: label above, control, and one place below that holds the help or what is wrong. */
import '@vscode-elements/elements/dist/vscode-label/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { FieldIssue, PageStrings } from '../../extension/src/protocol';
import { element } from './elements';
import { icon } from './icons';

/** A text field with its label, its mark for a changed value and its place of help. */
export class Field {
  readonly root: HTMLElement;
  readonly textfield: VscodeTextfield;
  /** Where the control stands; more controls may stand beside it. */
  readonly row: HTMLElement;
  readonly #strings: PageStrings;
  readonly #changed: HTMLElement;
  readonly #help: HTMLElement;
  readonly #issue: HTMLElement;

  constructor(strings: PageStrings, options: { id: string; label: string; help: string; type: 'text' | 'password' }) {
    this.#strings = strings;
    const { id, label, help, type } = options;
    this.textfield = element('vscode-textfield', { id });
    this.textfield.type = type;
    this.textfield.autocomplete = 'off';
    const labelElement = element('vscode-label', { text: label });
    labelElement.htmlFor = id;
    this.#changed = element('span', { class: 'changed', text: strings.changed });
    this.row = element('div', { class: 'control' }, this.textfield);
    this.#help = element('p', { text: help });
    // Present from the start: a region that is inserted together with its text is not announced.
    this.#issue = element('p', { class: 'issue', role: 'alert' });
    const place = element('div', { class: 'help' }, this.#help, this.#issue);
    this.root = element(
      'div',
      { class: 'field' },
      element('div', { class: 'heading' }, labelElement, this.#changed),
      this.row,
      place,
    );
    this.setChanged(false);
    void this.textfield.updateComplete.then(() => {
      this.input.spellcheck = false;
      // The element's own corners are round; the input inside would cover them.
      this.input.style.borderRadius = '3px';
      this.input.ariaDescribedByElements = [place];
    });
  }

  /** The real input inside; there once the field was first rendered. */
  get input(): HTMLInputElement {
    return this.textfield.wrappedElement;
  }

  /** What is typed. */
  get value(): string {
    return this.textfield.value;
  }

  set value(text: string) {
    this.textfield.value = text;
  }

  /** Replaces the help. */
  setHelp(text: string): void {
    if (this.#help.textContent !== text) this.#help.textContent = text;
  }

  /** Marks the field as changed and not saved. */
  setChanged(changed: boolean): void {
    this.root.classList.toggle('is-changed', changed);
    this.#changed.setAttribute('aria-hidden', String(!changed));
  }

  /** Shows what is wrong in the place of the help; nothing wrong shows the help. */
  setIssues(issues: readonly FieldIssue[]): void {
    const severity = issues.some((issue) => issue.severity === 'error') ? 'error' : 'warning';
    const text = issues.map((issue) => issue.message).join(' ');
    this.#help.hidden = issues.length > 0;
    this.textfield.invalid = issues.length > 0 && severity === 'error';
    this.root.classList.toggle('has-error', this.textfield.invalid);
    void this.textfield.updateComplete.then(() => {
      this.input.ariaInvalid = String(this.textfield.invalid);
    });
    // Set only when it changes: the same sentence is not announced twice.
    if (this.#issue.dataset['text'] === `${severity} ${text}`) return;
    this.#issue.dataset['text'] = `${severity} ${text}`;
    this.#issue.replaceChildren();
    if (issues.length === 0) return;
    const word = severity === 'error' ? this.#strings.error : this.#strings.warning;
    this.#issue.append(icon(severity), element('span', {}, element('b', { text: `${word} ` }), new Text(text)));
  }
}
