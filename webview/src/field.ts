/** One field of the form with a line of text. */
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { VscodeTextfield } from '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { PageStrings } from '../../extension/src/protocol';
import { element } from './elements';
import { FieldFrame, type FrameOptions } from './fieldFrame';

/** A text field with its label, its mark for a changed value and its place of help. */
export class Field extends FieldFrame {
  readonly textfield: VscodeTextfield;

  constructor(strings: PageStrings, options: FrameOptions & { type: 'text' | 'password' }) {
    super(strings, options);
    this.textfield = element('vscode-textfield', { id: options.id });
    this.textfield.type = options.type;
    this.textfield.autocomplete = 'off';
    this.row.append(this.textfield);
    void this.textfield.updateComplete.then(() => {
      this.input.spellcheck = false;
      // The element's own corners are round; the input inside would cover them.
      this.input.style.borderRadius = '3px';
      this.input.ariaDescribedByElements = [this.place];
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

  /** Puts the cursor into the field. */
  focus(): void {
    this.textfield.focus();
  }

  protected override showInvalid(invalid: boolean): void {
    this.textfield.invalid = invalid;
    void this.textfield.updateComplete.then(() => {
      this.input.ariaInvalid = String(invalid);
    });
  }
}
