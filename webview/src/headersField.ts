/** The folded field of the user's own headers: a row with name and value for each. */
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { HeaderRow, PageStrings } from '../../extension/src/protocol';
import { element, fill } from './elements';
import { FieldFrame, type FrameOptions } from './fieldFrame';
import { rowButton } from './listField';
import type { MoreField } from './moreField';

/** Rows of names and values. Empty rows are none. */
export class HeadersField implements MoreField<'headers'> {
  readonly frame: FieldFrame;
  readonly #strings: PageStrings;
  readonly #onChange: () => void;
  readonly #rows = element('div', { class: 'headers' });
  readonly #add: HTMLButtonElement;

  constructor(strings: PageStrings, options: FrameOptions, onChange: () => void) {
    this.#strings = strings;
    this.#onChange = onChange;
    this.frame = new FieldFrame(strings, options);
    this.#add = element('button', { class: 'link add', id: options.id, text: strings.more.addHeader });
    this.#add.type = 'button';
    this.#add.addEventListener('click', () => {
      this.#append({ name: '', value: '' });
      const name = this.#rows.lastElementChild?.querySelector('vscode-textfield');
      // A new element has nothing inside yet that could have the focus.
      void name?.updateComplete.then(() => name.focus());
    });
    this.frame.row.classList.add('stacked');
    this.frame.row.append(this.#rows, this.#add);
    this.#rows.role = 'group';
    this.#rows.ariaLabel = options.label;
    this.#rows.setAttribute('aria-describedby', this.frame.place.id);
  }

  get value(): HeaderRow[] {
    return [...this.#rows.children].flatMap((row) => {
      const [name, value] = [...row.querySelectorAll('vscode-textfield')].map((field) => field.value);
      return name?.trim() || value?.trim() ? [{ name: name?.trim() ?? '', value: value ?? '' }] : [];
    });
  }

  set value(headers: HeaderRow[]) {
    this.#rows.replaceChildren();
    for (const header of headers) this.#append(header);
  }

  focus(): void {
    (this.#rows.querySelector('vscode-textfield') ?? this.#add).focus();
  }

  #append({ name, value }: HeaderRow): void {
    const { headerName, headerValue, remove, removeHeader } = this.#strings.more;
    const number = String(this.#rows.children.length + 1);
    const row = element('div', { class: 'header', role: 'group', 'aria-label': number });
    const cell = (text: string, label: string) => {
      const field = element('vscode-textfield');
      field.autocomplete = 'off';
      field.label = label;
      field.placeholder = label;
      field.value = text;
      field.addEventListener('input', this.#onChange);
      void field.updateComplete.then(() => {
        field.wrappedElement.spellcheck = false;
        field.wrappedElement.style.borderRadius = '3px';
      });
      return field;
    };
    const drop = rowButton('remove', remove, fill(removeHeader, name || number), () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector('button') ?? this.#add).focus();
      this.#onChange();
    });
    row.append(cell(name, headerName), cell(value, headerValue), drop);
    this.#rows.append(row);
  }
}
