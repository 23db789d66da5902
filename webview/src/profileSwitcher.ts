/** The row that says which profile is shown, switches to another one, and adds, copies, renames and deletes profiles. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { PageStrings, ProfileChoice, ProfilesChange } from '../../extension/src/protocol';
import { element, fill, readable } from './elements';
import { StatusLine, type StatusText } from './status';

/** What the row shows. */
export interface ShownProfiles {
  choices: readonly ProfileChoice[];
  /** The id of the profile that is shown. */
  current: string;
  /** The ids of those with changes that are not saved. */
  unsaved: ReadonlySet<string>;
}

interface Callbacks {
  /** The user wants to see another profile. */
  choose: (profile: string) => void;
  /** The user wants the profiles changed, beginning at the one that is shown. */
  change: (change: ProfilesChange) => void;
}

/** What the field for a name is open for. */
type Naming = 'add' | 'duplicate' | 'rename';

/** The row. */
export class ProfileSwitcher {
  readonly root: HTMLElement;
  readonly #strings: PageStrings;
  readonly #callbacks: Callbacks;
  readonly #list = element('select', { id: 'profile' });
  /** In the list's place while there is nothing to choose. */
  readonly #name = element('bdi', { class: 'profile-name' });
  readonly #row: HTMLElement;
  readonly #buttons: Readonly<Record<Naming | 'remove', HTMLButtonElement>>;
  readonly #naming: HTMLElement;
  /** Holds the row, or the field for a name. */
  readonly #place = element('div');
  readonly #nameField = element('vscode-textfield', { id: 'profile-name' });
  readonly #confirm = element('vscode-button');
  readonly #status = new StatusLine();
  #openFor: Naming | undefined;
  #offersUndo = false;
  #shown: ShownProfiles = { choices: [], current: '', unsaved: new Set() };

  constructor(strings: PageStrings, callbacks: Callbacks) {
    this.#strings = strings;
    this.#callbacks = callbacks;
    const label = element('label', { for: 'profile', text: strings.profileLabel });
    this.#list.addEventListener('change', () => callbacks.choose(this.#list.value));
    this.#buttons = {
      rename: link(strings.profileRename, () => this.#openNaming('rename')),
      duplicate: link(strings.profileDuplicate, () => this.#openNaming('duplicate')),
      remove: link(strings.profileDelete, () => callbacks.change({ action: 'remove' })),
      add: link(strings.profileAdd, () => this.#openNaming('add')),
    };
    const actions = element('div', { class: 'profile-actions' }, ...Object.values(this.#buttons));
    this.#row = element('div', { class: 'profile-row' }, label, this.#list, this.#name, actions);

    this.#confirm.addEventListener('click', () => this.#named());
    // The key that presses the button must not press what has the focus after it, too.
    this.#confirm.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') event.preventDefault();
    });
    this.#nameField.autocomplete = 'off';
    this.#nameField.addEventListener('keydown', (event) => this.#nameKey(event));
    this.#naming = element(
      'div',
      { class: 'profile-row' },
      element('label', { for: 'profile-name', text: strings.profileName }),
      this.#nameField,
      this.#confirm,
      link(strings.cancel, () => this.#closeNaming()),
    );
    this.#nameField.label = strings.profileName;
    this.#place.append(this.#row);
    this.root = element(
      'div',
      { class: 'profiles', role: 'group', 'aria-label': strings.profileLabel },
      this.#place,
      this.#status.root,
    );
  }

  /** Shows other profiles, or another one of them. */
  show(shown: ShownProfiles): void {
    this.#shown = shown;
    const { choices, current } = shown;
    const stored = choices.filter(({ group }) => !group);
    const groups = choices.filter(({ group }) => group);
    const options: HTMLElement[] = stored.map((choice) => this.#option(choice));
    if (groups.length > 0) {
      const optgroup = element('optgroup', {}, ...groups.map((choice) => this.#option(choice)));
      optgroup.label = this.#strings.groupsLabel;
      options.push(optgroup);
    }
    const isOne = choices.length < 2;
    this.#list.replaceChildren(...(isOne ? [] : options));
    this.#list.value = current;
    this.#list.hidden = isOne;
    this.#name.hidden = !isOne;
    this.#name.textContent = readable(this.#current?.name ?? '');
    const isGroup = this.#current?.group !== undefined;
    this.#buttons.rename.hidden = isGroup;
    this.#buttons.duplicate.hidden = isGroup;
    this.#buttons.remove.hidden = isGroup || stored.length < 2;
  }

  /** The user went on: what was said is old, unless it can still be taken back. */
  settle(): void {
    if (!this.#offersUndo) this.say({ text: '' });
  }

  /** Says what came of a change. `undo` offers to take it back. */
  say(said: StatusText, undo?: () => void): void {
    this.#offersUndo = undo !== undefined;
    this.#status.say(undo ? { ...said, cancel: { label: this.#strings.undo, press: undo } } : said);
  }

  /** Puts the keyboard where it goes on after a change. */
  focus(place: 'list' | 'undo' | 'rename'): void {
    if (place === 'undo') this.#status.root.querySelector('button')?.focus();
    else if (place === 'rename') this.#buttons.rename.focus();
    else if (this.#list.hidden) this.#buttons.add.focus();
    else this.#list.focus();
  }

  get #current(): ProfileChoice | undefined {
    return this.#shown.choices.find(({ id }) => id === this.#shown.current);
  }

  #option({ id, name }: ProfileChoice): HTMLOptionElement {
    const isUnsaved = this.#shown.unsaved.has(id);
    const text = isUnsaved ? fill(this.#strings.profileUnsaved, readable(name)) : readable(name);
    const option = element('option', { text });
    option.value = id;
    return option;
  }

  #openNaming(openFor: Naming): void {
    const { profileAdd, profileCopyName, profileDuplicate, profileRename } = this.#strings;
    const name = this.#current?.name ?? '';
    this.#openFor = openFor;
    this.#nameField.value = { add: '', duplicate: fill(profileCopyName, name), rename: name }[openFor];
    this.#confirm.textContent = { add: profileAdd, duplicate: profileDuplicate, rename: profileRename }[openFor];
    this.#place.replaceChildren(this.#naming);
    this.say({ text: '' });
    void this.#nameField.updateComplete.then(() => {
      this.#nameField.wrappedElement.spellcheck = false;
      this.#nameField.focus();
      this.#nameField.wrappedElement.select();
    });
  }

  #closeNaming(): void {
    const openFor = this.#openFor;
    this.#openFor = undefined;
    this.#place.replaceChildren(this.#row);
    if (openFor) this.#buttons[openFor].focus();
  }

  #named(): void {
    const name = this.#nameField.value.trim();
    const action = this.#openFor;
    if (action === undefined) return;
    if (name === '') {
      this.#nameField.focus();
      return;
    }
    this.#closeNaming();
    this.#callbacks.change({ action, name });
  }

  #nameKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') this.#named();
    else if (event.key === 'Escape') this.#closeNaming();
    else return;
    event.preventDefault();
  }
}

function link(text: string, press: () => void): HTMLButtonElement {
  const made = element('button', { class: 'link', text });
  made.type = 'button';
  made.addEventListener('click', press);
  return made;
}
