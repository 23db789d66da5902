/** The field of the API key. The page never has the saved key: it knows only that there is one. */
import type { HeldKey, KeyChange, PageStrings } from '../../extension/src/protocol';
import { element } from './elements';
import { Field } from './field';

/** A password field that is empty while the saved key is kept. */
export class KeyField {
  readonly field: Field;
  readonly #strings: PageStrings;
  readonly #button: HTMLButtonElement;
  readonly #onChange: () => void;
  #hasKey = false;
  #removed = false;

  /** `onChange` is called when the user changes what is to happen to the key. */
  constructor(strings: PageStrings, onChange: () => void) {
    this.#strings = strings;
    this.#onChange = onChange;
    this.field = new Field(strings, { id: 'key', label: strings.keyLabel, help: strings.keyHelp, type: 'password' });
    // Password managers would otherwise offer to keep the gateway's key as the editor's password.
    this.field.textfield.setAttribute('autocomplete', 'new-password');
    this.#button = element('button', { class: 'link', slot: 'content-after' });
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => this.#press());
    this.field.textfield.append(this.#button);
    this.field.textfield.addEventListener('input', () => {
      this.#show();
      onChange();
    });
    this.#show();
  }

  /** What the form says about the key. */
  get change(): KeyChange {
    if (this.#isTyped) return { action: 'set', value: this.field.value };
    return this.#removed ? { action: 'remove' } : { action: 'keep' };
  }

  /** Which key would be used. */
  get held(): HeldKey {
    if (this.#isTyped) return 'typed';
    return this.#hasKey && !this.#removed ? 'saved' : 'none';
  }

  /** Whether saving would change the saved key. */
  get isChanged(): boolean {
    return this.#isTyped || this.#removed;
  }

  /** Takes note of whether a key is saved; what the user typed stays. */
  setSaved(hasKey: boolean): void {
    this.#hasKey = hasKey;
    if (!hasKey) this.#removed = false;
    this.#show();
  }

  /** Forgets what was typed or chosen. */
  clear(): void {
    this.#removed = false;
    this.field.value = '';
    this.#show();
  }

  get #isTyped(): boolean {
    return this.field.value.trim() !== '';
  }

  #press(): void {
    const removes = !this.isChanged;
    this.clear();
    this.#removed = removes;
    this.#show();
    this.field.textfield.focus();
    this.#onChange();
  }

  #show(): void {
    const strings = this.#strings;
    this.#button.hidden = !this.#hasKey;
    this.#button.textContent = this.isChanged ? strings.keyKeep : strings.keyRemove;
    this.field.textfield.placeholder = this.#removed ? strings.keyRemoved : this.#hasKey ? strings.keySaved : '';
    this.field.setHelp(this.#helpText());
  }

  #helpText(): string {
    const strings = this.#strings;
    if (!this.#hasKey) return strings.keyHelp;
    if (this.#isTyped) return strings.keyReplaceHelp;
    return this.#removed ? strings.keyRemovedHelp : strings.keySavedHelp;
  }
}
