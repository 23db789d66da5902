/** What every field of the form has around its control: label above, and one place below that holds the help or what is wrong. */
import '@vscode-elements/elements/dist/vscode-label/index.js';
import type { FieldIssue, PageStrings } from '../../extension/src/protocol';
import { element } from './elements';
import { icon } from './icons';

/** What a frame says. */
export interface FrameOptions {
  id: string;
  label: string;
  help: string;
}

/** A field without its control. */
export class FieldFrame {
  readonly root: HTMLElement;
  readonly label: string;
  /** Where the control stands; more controls may stand beside it. */
  readonly row = element('div', { class: 'control' });
  /** Holds the help or what is wrong: the description of the control. */
  readonly place: HTMLElement;
  protected readonly strings: PageStrings;
  readonly #heading: HTMLElement;
  readonly #changed: HTMLElement;
  readonly #help: HTMLElement;
  readonly #issue: HTMLElement;
  #hasError = false;

  /** `labelFor` is the id of the control when that is one that a label can name. */
  constructor(strings: PageStrings, { id, label, help }: FrameOptions, labelFor: string | undefined = id) {
    this.strings = strings;
    this.label = label;
    const labelElement = element('vscode-label', { text: label });
    if (labelFor === undefined) labelElement.id = `${id}-label`;
    else labelElement.htmlFor = labelFor;
    this.#changed = element('span', { class: 'changed', text: strings.changed });
    this.#help = element('p', { text: help });
    // Present from the start: a region that is inserted together with its text is not announced.
    this.#issue = element('p', { class: 'issue', role: 'alert' });
    this.place = element('div', { class: 'help', id: `${id}-help` }, this.#help, this.#issue);
    this.#heading = element('div', { class: 'heading' }, labelElement, this.#changed);
    this.root = element('div', { class: 'field' }, this.#heading, this.row, this.place);
    this.setChanged(false);
  }

  /** Whether something is wrong with what is typed. */
  get hasError(): boolean {
    return this.#hasError;
  }

  /** Puts a control between the label and the mark for a change. */
  addToHeading(control: HTMLElement): void {
    this.#changed.before(control);
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
  setIssues(issues: readonly Pick<FieldIssue, 'severity' | 'message'>[]): void {
    const severity = issues.some((issue) => issue.severity === 'error') ? 'error' : 'warning';
    const text = issues.map((issue) => issue.message).join(' ');
    this.#help.hidden = issues.length > 0;
    this.#hasError = issues.length > 0 && severity === 'error';
    this.root.classList.toggle('has-error', this.#hasError);
    this.showInvalid(this.#hasError);
    // Set only when it changes: the same sentence is not announced twice.
    if (this.#issue.dataset['text'] === `${severity} ${text}`) return;
    this.#issue.dataset['text'] = `${severity} ${text}`;
    this.#issue.replaceChildren();
    if (issues.length === 0) return;
    const word = severity === 'error' ? this.strings.error : this.strings.warning;
    this.#issue.append(icon(severity), element('span', {}, element('b', { text: `${word} ` }), new Text(text)));
  }

  /** Tells the control whether what it holds is wrong. */
  protected showInvalid(_invalid: boolean): void {}
}
