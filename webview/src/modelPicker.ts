/** The model field: takes any text, and offers the gateway's models below it (the ARIA pattern of an editable combobox). */
import type { ModelChoice, PageStrings } from '../../extension/src/protocol';
import { element, fill } from './elements';
import { Field } from './field';
import { icon } from './icons';
import { ModelList } from './modelList';
import { placePopup } from './popupPlace';

/** What the picker tells. */
interface PickerEvents {
  /** Another text stands in the field, typed or chosen. */
  onChange: () => void;
  /** Something that a screen reader should say. */
  announce: (text: string) => void;
}

/** A text field with a list of models. */
export class ModelPicker {
  readonly field: Field;
  readonly #strings: PageStrings;
  readonly #list: ModelList;
  readonly #events: PickerEvents;
  #models: readonly ModelChoice[] = [];
  #isListCurrent = false;
  /** Whether the open list shows only what matches what is typed. */
  #isFiltered = false;

  constructor(strings: PageStrings, events: PickerEvents) {
    this.#strings = strings;
    this.#events = events;
    this.field = new Field(strings, { id: 'model', label: strings.modelLabel, help: strings.modelHelp, type: 'text' });
    this.#list = new ModelList(strings, (id) => this.#choose(id));
    this.field.root.append(this.#list.popup);
    const { textfield } = this.field;
    const button = element(
      'button',
      { class: 'icon-button', slot: 'content-after', 'aria-label': strings.openModelList },
      icon('chevron'),
    );
    button.type = 'button';
    // The arrow keys open the list as well: a second stop for the Tab key would only be in the way.
    button.tabIndex = -1;
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      textfield.focus();
      if (this.#isOpen) this.#close();
      else this.#openAll();
    });
    textfield.append(button);
    textfield.addEventListener('input', () => this.#typed());
    textfield.addEventListener('keydown', (event) => this.#key(event));
    textfield.addEventListener('focusout', () => this.#close());
    textfield.addEventListener('click', (event) => {
      if (!event.composedPath().includes(button) && !this.#isOpen) this.#openAll();
    });
    for (const happening of ['resize', 'scroll']) {
      addEventListener(happening, () => this.#place(), { passive: true });
    }
    void textfield.updateComplete.then(() => this.#describe());
  }

  /** The model id as typed. */
  get value(): string {
    return this.field.value;
  }

  set value(id: string) {
    this.field.value = id;
    this.showListed();
  }

  /** The models of the list, whether or not it still belongs to what is typed. */
  get models(): readonly ModelChoice[] {
    return this.#models;
  }

  /** Replaces the models. The list stays open if it was. */
  setModels(models: readonly ModelChoice[]): void {
    this.#models = models;
    this.#list.setModels(models);
    this.setListCurrent(true);
    if (!this.#isOpen) return;
    this.#list.measure();
    if (this.#isFiltered) this.#list.filter(this.value);
    else this.#list.showAll(this.value.trim());
  }

  /** Whether the list belongs to what is typed now: only then does it say anything about the model that is typed. */
  setListCurrent(isCurrent: boolean): void {
    this.#isListCurrent = isCurrent;
    this.showListed();
  }

  /** Says so when the gateway does not list the model. */
  showListed(): void {
    const id = this.value.trim();
    const isMissing = this.#isListCurrent && id !== '' && !this.#list.has(id);
    this.field.setHelp(isMissing ? this.#strings.modelNotListed : this.#strings.modelHelp);
  }

  get #isOpen(): boolean {
    return this.#list.popup.matches(':popover-open');
  }

  #describe(): void {
    const { input } = this.field;
    input.role = 'combobox';
    input.ariaAutoComplete = 'list';
    input.ariaHasPopup = 'listbox';
    input.ariaExpanded = 'false';
    // These point from inside the field's shadow tree to the list outside of it, which ids cannot.
    input.ariaControlsElements = [this.#list.listbox];
    this.#list.onActiveRow = (row) => {
      input.ariaActiveDescendantElement = row;
    };
  }

  #typed(): void {
    this.#open();
    this.#isFiltered = true;
    this.#list.filter(this.value);
    const { matchesOne, matchesMany } = this.#strings;
    this.#events.announce(this.#list.count === 1 ? matchesOne : fill(matchesMany, String(this.#list.count)));
    this.#changed();
  }

  #choose(id: string): void {
    this.field.value = id;
    this.#close();
    this.#changed();
  }

  #changed(): void {
    this.showListed();
    this.#events.onChange();
  }

  #key(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const by = steps[event.key];
    if (by !== undefined) {
      event.preventDefault();
      if (this.#isOpen) this.#list.move(by);
      else this.#openAll();
    } else if (event.key === 'Enter' && this.#isOpen) {
      const id = this.#list.activeId;
      if (id === undefined) this.#close();
      else this.#choose(id);
    } else if (event.key === 'Escape' && this.#isOpen) {
      event.preventDefault();
      this.#close();
    }
  }

  #openAll(): void {
    this.#open();
    this.#isFiltered = false;
    this.#list.showAll(this.value.trim());
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#list.popup.showPopover();
    this.field.input.ariaExpanded = 'true';
    this.#place();
    this.#list.measure();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#list.popup.hidePopover();
    this.field.input.ariaExpanded = 'false';
    this.field.input.ariaActiveDescendantElement = null;
  }

  #place(): void {
    if (this.#isOpen) placePopup(this.#list.popup, this.field.textfield, this.field.row);
  }
}
