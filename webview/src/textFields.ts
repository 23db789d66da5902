/** Folded fields that hold one text: words, numbers with their unit, JSON, and a switch. */
import type { PageStrings } from '../../extension/src/protocol';
import { element, fill, readable } from './elements';
import { Field } from './field';
import { FieldFrame, type FrameOptions } from './fieldFrame';
import type { MoreField } from './moreField';
import { Suggestions } from './suggestions';

/** A line of text. */
export class LineField implements MoreField<'user'> {
  readonly frame: Field;

  /** `unit` stands behind what is typed; `placeholder` is what holds when nothing is. */
  constructor(
    strings: PageStrings,
    options: FrameOptions & { unit?: string; placeholder?: string; isNumber?: boolean },
    onChange: () => void,
  ) {
    const { unit, placeholder = '', isNumber = false } = options;
    this.frame = new Field(strings, { ...options, type: 'text' });
    const { textfield } = this.frame;
    textfield.placeholder = placeholder;
    if (isNumber) {
      textfield.classList.add('number');
      void textfield.updateComplete.then(() => {
        this.frame.input.inputMode = 'decimal';
      });
    }
    if (unit !== undefined) {
      textfield.append(element('span', { class: 'unit', slot: 'content-after', text: unit, 'aria-hidden': 'true' }));
    }
    textfield.addEventListener('input', onChange);
  }

  get value(): string {
    return this.frame.value;
  }

  set value(text: string) {
    this.frame.value = text;
  }

  focus(): void {
    this.frame.focus();
  }
}

/** A word that may be chosen from those that the chosen model knows. */
export class EffortField extends LineField {
  readonly #strings: PageStrings;
  readonly #help: string;
  readonly #suggestions: Suggestions;

  constructor(strings: PageStrings, options: FrameOptions, onChange: () => void) {
    super(strings, options, onChange);
    this.#strings = strings;
    this.#help = options.help;
    this.#suggestions = new Suggestions({
      textfield: this.frame.textfield,
      row: this.frame.row,
      label: fill(strings.more.suggestions, options.label),
      onChoose: (text) => {
        this.value = text;
        onChange();
      },
    });
    this.frame.root.append(this.#suggestions.popup);
  }

  /** Offers these efforts; without any, only typing is left. */
  offer(efforts: readonly string[]): void {
    this.#suggestions.offer(efforts);
    const { effortsOfModel } = this.#strings.more;
    const words = efforts.map((effort) => readable(effort)).join(this.#strings.listSeparator);
    const known = efforts.length > 0 ? ` ${fill(effortsOfModel, words)}` : '';
    this.frame.setHelp(this.#help + known);
  }
}

/** Several lines of JSON. The editor's element for them brings a picture along, which the page's policy forbids. */
export class JsonField implements MoreField<'metadata'> {
  readonly frame: FieldFrame;
  readonly #textarea: HTMLTextAreaElement;

  constructor(strings: PageStrings, options: FrameOptions, onChange: () => void) {
    const textarea = element('textarea', { class: 'json', id: options.id, 'aria-label': options.label });
    this.#textarea = textarea;
    this.frame = new (class extends FieldFrame {
      protected override showInvalid(invalid: boolean): void {
        textarea.ariaInvalid = String(invalid);
      }
    })(strings, options);
    textarea.rows = 4;
    // JSON reads from left to right in every language.
    textarea.dir = 'ltr';
    textarea.spellcheck = false;
    textarea.setAttribute('aria-describedby', this.frame.place.id);
    textarea.addEventListener('input', onChange);
    this.frame.row.append(textarea);
  }

  get value(): string {
    return this.#textarea.value;
  }

  set value(text: string) {
    this.#textarea.value = text;
  }

  focus(): void {
    this.#textarea.focus();
  }
}

/** On or off. */
export class SwitchField implements MoreField<'usePromptCache' | 'workspaceTag'> {
  readonly frame: FieldFrame;
  readonly #checkbox: HTMLInputElement;

  constructor(strings: PageStrings, options: FrameOptions, onChange: () => void) {
    this.frame = new FieldFrame(strings, options);
    this.#checkbox = element('input', { id: options.id, 'aria-label': options.label });
    this.#checkbox.type = 'checkbox';
    this.#checkbox.setAttribute('aria-describedby', this.frame.place.id);
    this.#checkbox.addEventListener('change', onChange);
    this.frame.row.append(this.#checkbox);
  }

  get value(): boolean {
    return this.#checkbox.checked;
  }

  set value(isOn: boolean) {
    this.#checkbox.checked = isOn;
  }

  focus(): void {
    this.#checkbox.focus();
  }
}
