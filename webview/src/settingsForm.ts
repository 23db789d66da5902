/**
 * The settings form: collects what is typed, asks the extension about it and shows what it answers.
 *
 * Of several answers to the same question only the newest counts, and what is shown for older input says that it is stale.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import type {
  Draft,
  FieldIssue,
  FieldName,
  MoreName,
  Requests,
  SavedSettings,
  UnfoldedName,
  UnsavedTexts,
} from '../../extension/src/protocol';
import { ConnectionTest } from './connectionTest';
import { element, fill } from './elements';
import { Field } from './field';
import { KeyField } from './keyField';
import { ModelPicker } from './modelPicker';
import { ResetButton } from './moreField';
import { MoreFields } from './moreFields';
import { type Pending, type ProfileRpc, reasonOf } from './rpc';
import { StatusLine, type StatusText } from './status';

/** What the form needs. */
interface FormOptions {
  rpc: ProfileRpc;
  start: Requests['start']['result'];
  /** What was typed and not saved when the page was last there. */
  unsaved: UnsavedTexts | undefined;
  /** Keeps what is typed for when the editor loads the page anew; undefined when all is saved. */
  keep: (unsaved: UnsavedTexts | undefined) => void;
  /** What of the form is unfolded. */
  unfolded: readonly UnfoldedName[];
  /** Something was folded or unfolded. */
  unfold: (names: UnfoldedName[]) => void;
}

/** A pause in typing after which the input is checked, in milliseconds. */
const typingPause = 250;

/** The form of one profile. It works on while another profile's is shown. */
export class SettingsForm {
  readonly root: HTMLElement;
  readonly #rpc: ProfileRpc;
  readonly #strings: FormOptions['start']['strings'];
  readonly #keep: FormOptions['keep'];
  readonly #url: Field;
  readonly #key: KeyField;
  readonly #model: ModelPicker;
  readonly #more: MoreFields;
  readonly #resets: readonly (readonly [Field, ResetButton])[];
  readonly #modelsStatus = new StatusLine();
  readonly #test: ConnectionTest;
  readonly #saveButton: VscodeButton;
  readonly #saveStatus = new StatusLine();
  readonly #announcer = element('div', { class: 'announcer', 'aria-live': 'polite' });
  #saved: SavedSettings;
  #isSaving = false;
  #issues: readonly FieldIssue[] = [];
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #checking: Pending<'validate'> | undefined;
  #refreshing: Pending<'listModels'> | undefined;
  #testing: Pending<'testConnection'> | undefined;
  /** Counts the user's changes, so that what is stale is told without keeping what was typed, the key least of all. */
  readonly #changes = { key: 0, connection: 0, any: 0 };
  /** The changes that were made when the list of models, and the test, were asked for. */
  readonly #asked: { models?: number; test?: number } = {};

  constructor(options: FormOptions) {
    const { start, unsaved } = options;
    const strings = start.strings;
    this.#rpc = options.rpc;
    this.#strings = strings;
    this.#keep = options.keep;
    this.#saved = start.saved;

    this.#url = new Field(strings, { id: 'url', label: strings.urlLabel, help: strings.urlHelp, type: 'text' });
    this.#url.textfield.placeholder = start.defaults.baseUrl;
    this.#key = new KeyField(strings, () => this.#keyChanged());
    this.#model = new ModelPicker(strings, {
      onChange: () => this.#modelChanged(),
      announce: (text) => this.#announce(text),
    });
    this.#more = new MoreFields(strings, {
      saved: start.saved.more,
      defaults: start.defaults.more,
      unfolded: options.unfolded,
      onChange: (name) => this.#changed({ connection: name === 'headers' }),
      onToggle: () => options.unfold(this.#more.open),
      announce: (text) => this.#announce(text),
    });
    this.#model.field.textfield.placeholder = start.defaults.modelId;
    this.#test = new ConnectionTest(
      strings,
      (text) => this.#announce(text),
      () => this.#copyDiagnosis(),
    );
    this.#url.textfield.addEventListener('input', () => this.#urlChanged());
    for (const field of [this.#url, this.#model.field]) {
      field.textfield.addEventListener('change', () => void this.#check());
    }

    this.#resets = [
      [this.#url, new ResetButton(strings, this.#url, () => this.#resetUrl())],
      [this.#model.field, new ResetButton(strings, this.#model.field, () => this.#resetModel())],
    ];
    const refresh = button(strings.refresh, true, () => void this.#refreshModels());
    this.#model.field.row.append(refresh);
    this.#model.field.root.append(this.#modelsStatus.root);
    this.#saveButton = button(strings.save, false, () => void this.#save());
    const test = button(strings.test, true, () => void this.#testConnection());

    this.#url.value = unsaved?.baseUrl ?? start.saved.baseUrl;
    this.#key.setSaved(start.saved.hasKey);
    this.#model.value = unsaved?.modelId ?? start.saved.modelId;
    if (unsaved) this.#more.restore(unsaved.more);
    this.root = element(
      'div',
      { class: 'form' },
      this.#url.root,
      this.#key.field.root,
      this.#model.field.root,
      this.#more.root,
      element('div', { class: 'actions' }, this.#saveButton, test, this.#saveStatus.root),
      this.#test.root,
      this.#announcer,
    );
    document.addEventListener('keydown', (event) => this.#shortcut(event));
    this.#showChanges();
    void this.#check();
    const isSet = start.saved.baseUrl !== '' || start.saved.hasKey;
    // The saved key goes to the saved address without being asked, and to no other one.
    if (isSet && !this.#isDirty) void this.#refreshModels();
  }

  /** Puts the cursor where a new user begins. */
  async focus(): Promise<void> {
    await this.#url.textfield.updateComplete;
    if (this.#saved.baseUrl === '' && !this.#saved.hasKey) this.#url.input.focus();
  }

  /** Unfolds these parts, and folds the others. */
  unfold(names: readonly UnfoldedName[]): void {
    this.#more.open = names;
  }

  /** Tests the connection. */
  test(): void {
    void this.#testConnection();
    this.#test.root.scrollIntoView({ block: 'nearest' });
  }

  /** Something was saved, here or elsewhere: fields that the user has not changed follow. */
  follow(saved: SavedSettings): void {
    const before = this.#saved;
    // What this form saved is told once more: it knows, and has said so.
    if (JSON.stringify(saved) === JSON.stringify(before)) return;
    this.#saved = saved;
    const isOtherUrl = this.#url.value === before.baseUrl && saved.baseUrl !== before.baseUrl;
    if (isOtherUrl) this.#url.value = saved.baseUrl;
    if (this.#model.value === before.modelId && saved.modelId !== before.modelId) this.#model.value = saved.modelId;
    this.#key.setSaved(saved.hasKey);
    this.#more.follow(saved.more);
    this.#showChanges();
    if (!isOtherUrl) return;
    this.#count({ connection: true });
    void this.#check();
  }

  /** Whether a key is saved. */
  get hasKey(): boolean {
    return this.#saved.hasKey;
  }

  get #draft(): Draft {
    const { baseUrl, modelId, more } = this.#texts;
    return { baseUrl, modelId, key: this.#key.change, more };
  }

  get #texts() {
    return { baseUrl: this.#url.value, modelId: this.#model.value, more: this.#more.changed };
  }

  /** The fields that saving would change, in the order of the page. */
  get #changedFields(): FieldName[] {
    const changed: FieldName[] = [];
    if (this.#isUrlChanged) changed.push('baseUrl');
    if (this.#key.isChanged) changed.push('apiKey');
    if (this.#isModelChanged) changed.push('modelId');
    return [...changed, ...(Object.keys(this.#more.changed) as MoreName[])];
  }

  get #isDirty(): boolean {
    return this.#changedFields.length > 0;
  }

  get #isUrlChanged(): boolean {
    return this.#url.value.trim() !== this.#saved.baseUrl;
  }

  get #isModelChanged(): boolean {
    return this.#model.value.trim() !== this.#saved.modelId;
  }

  /** An empty field means the default, which stands in it as its placeholder. */
  #resetUrl(): void {
    this.#url.value = '';
    this.#url.focus();
    this.#urlChanged();
  }

  #resetModel(): void {
    this.#model.value = '';
    this.#model.field.focus();
    this.#modelChanged();
  }

  #urlChanged(): void {
    // The help may tell how the address before was understood.
    this.#url.setHelp(this.#strings.urlHelp);
    this.#changed({ connection: true });
  }

  #modelChanged(): void {
    this.#more.offer(this.#model.models, this.#model.value.trim());
    this.#changed({ connection: false });
  }

  #keyChanged(): void {
    this.#changes.key += 1;
    // A typed key is checked when it is used: what was said of the last one no longer holds.
    this.#setIssues(this.#issues.filter((issue) => issue.field !== 'apiKey'));
    this.#changed({ connection: true });
  }

  #changed(change: { connection: boolean }): void {
    this.#count(change);
    this.#showChanges();
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => void this.#check(), typingPause);
  }

  #count({ connection }: { connection: boolean }): void {
    this.#changes.any += 1;
    if (connection) {
      this.#changes.connection += 1;
      this.#model.setListCurrent(false);
    }
    this.#showStale();
  }

  /** Says so where something that is shown was asked for with other input. */
  #showStale(): void {
    const { models, test } = this.#asked;
    if (!this.#refreshing && models !== undefined && models !== this.#changes.connection) {
      this.#modelsStatus.addNote(this.#strings.modelsStale);
      this.#model.setListCurrent(false);
    }
    if (!this.#testing && test !== undefined && test !== this.#changes.any) this.#test.setStale();
  }

  #showChanges(): void {
    this.#url.setChanged(this.#isUrlChanged);
    this.#key.field.setChanged(this.#key.isChanged);
    this.#model.field.setChanged(this.#isModelChanged);
    for (const [field, reset] of this.#resets) reset.show(field.value.trim() !== '');
    const isDirty = this.#isDirty;
    this.#keepUnsaved();
    this.#saveButton.ariaDisabled = String(!isDirty || this.#isSaving);
    if (this.#isSaving) return;
    this.#saveStatus.say(isDirty ? { icon: 'unsaved', text: this.#strings.unsaved } : { text: '' });
  }

  /** Hands over what outlives the page: neither a typed key nor headers, which may hold one. */
  #keepUnsaved(): void {
    const { headers: _, ...more } = this.#more.changed;
    const changed = this.#changedFields;
    this.#keep(changed.length > 0 ? { ...this.#texts, more, changed } : undefined);
  }

  async #check(): Promise<void> {
    clearTimeout(this.#checkTimer);
    this.#checking?.cancel();
    const key = this.#key.held;
    const parameters = { ...this.#texts, key };
    this.#checking = this.#rpc.request('validate', parameters);
    try {
      const { issues, address } = await this.#checking.answer;
      // A typed key stays here until it is used: what was said of it then still holds.
      const ofKey = (key === 'typed' ? this.#issues : issues).filter((issue) => issue.field === 'apiKey');
      this.#setIssues([...issues.filter((issue) => issue.field !== 'apiKey'), ...ofKey]);
      const { urlHelp, urlUnderstood } = this.#strings;
      const isAsTyped = address === '' || address === this.#url.value.trim();
      this.#url.setHelp(isAsTyped ? urlHelp : fill(urlUnderstood, address));
    } catch {
      // Says nothing about the input: saving and testing check it again, and tell their failures.
    }
  }

  async #refreshModels(): Promise<void> {
    const strings = this.#strings;
    this.#refreshing?.cancel();
    const draft = this.#draft;
    const refreshing = this.#rpc.request('listModels', draft);
    this.#refreshing = refreshing;
    this.#asked.models = this.#changes.connection;
    const end = (said: StatusText) => {
      this.#refreshing = undefined;
      this.#modelsStatus.say(said);
      this.#showStale();
    };
    const cancelled = { icon: 'skipped', text: strings.modelsCancelled } as const;
    const cancel = () => {
      refreshing.cancel();
      end(cancelled);
    };
    const running = {
      icon: 'running',
      text: strings.modelsLoading,
      cancel: { label: strings.cancel, press: cancel },
    } as const;
    this.#modelsStatus.say(running);
    const result = await outcomeOf(refreshing, strings.noAnswer);
    if (this.#refreshing !== refreshing) return;
    if (result.outcome === 'cancelled') end(cancelled);
    else if (result.outcome !== 'listed') end(this.#failure(result));
    else {
      this.#model.setModels(result.models);
      this.#more.offer(result.models, this.#model.value.trim());
      void this.#offerGuardrails(draft);
      end(this.#modelCount(result.models.length));
    }
  }

  #modelCount(count: number): StatusText {
    const { modelsMany, modelsNone, modelsOne } = this.#strings;
    if (count === 0) return { icon: 'warning', text: modelsNone };
    return { icon: 'passed', text: count === 1 ? modelsOne : fill(modelsMany, String(count)) };
  }

  async #testConnection(): Promise<void> {
    const strings = this.#strings;
    this.#testing?.cancel();
    const testing = this.#rpc.request('testConnection', this.#draft, (step) => this.#test.step(step));
    this.#testing = testing;
    this.#asked.test = this.#changes.any;
    const end = (stopped?: StatusText) => {
      this.#testing = undefined;
      if (stopped) this.#test.stop(stopped);
      else this.#test.finish();
      this.#showStale();
    };
    const cancelled = { icon: 'skipped', text: strings.testCancelled } as const;
    this.#test.start(() => {
      testing.cancel();
      end(cancelled);
    });
    const result = await outcomeOf(testing, strings.noAnswer);
    if (this.#testing !== testing) return;
    if (result.outcome === 'finished') end();
    else end(result.outcome === 'cancelled' ? cancelled : this.#failure(result));
  }

  async #copyDiagnosis(): Promise<StatusText> {
    const { noAnswer, diagnosisCopied } = this.#strings;
    const result = await outcomeOf(this.#rpc.request('copyDiagnosis', null), noAnswer);
    if (result.outcome === 'failed') return { icon: 'error', text: result.message };
    return { icon: 'passed', text: diagnosisCopied };
  }

  /** What can't be listed is typed. */
  async #offerGuardrails(draft: Draft): Promise<void> {
    const result = await outcomeOf(this.#rpc.request('listGuardrails', draft), '');
    if (result.outcome === 'listed') this.#more.offerGuardrails(result.guardrails);
  }

  async #save(): Promise<void> {
    if (this.#isSaving || !this.#isDirty) return;
    const strings = this.#strings;
    const keyChanges = this.#changes.key;
    const draft = this.#draft;
    const changed = this.#changedFields;
    const saving = this.#rpc.request('save', draft);
    this.#isSaving = true;
    this.#showChanges();
    this.#saveStatus.say({ icon: 'running', text: strings.saving });
    const result = await outcomeOf(saving, strings.noAnswer);
    this.#isSaving = false;
    if (result.outcome !== 'saved') {
      this.#showChanges();
      this.#saveStatus.say(this.#failure(result));
      return;
    }
    const { saved, issues } = result;
    this.#saved = saved;
    // What was typed while this was being saved is not saved yet.
    if (keyChanges === this.#changes.key) this.#key.clear();
    if (!this.#isUrlChanged) this.#url.value = saved.baseUrl;
    if (!this.#isModelChanged) this.#model.value = saved.modelId;
    this.#key.setSaved(saved.hasKey);
    this.#more.follow(saved.more, draft.more);
    this.#setIssues(issues);
    this.#showChanges();
    const labels = changed.map((name) => this.#label(name)).join(strings.listSeparator);
    if (!this.#isDirty) this.#saveStatus.say({ icon: 'passed', text: fill(strings.savedFields, labels) });
  }

  /** Shows what the extension refused beside its fields, and gives the sentence for the place of the button. */
  #failure(result: { outcome: 'refused'; issues: FieldIssue[] } | { outcome: 'failed'; message: string }): StatusText {
    if (result.outcome === 'failed') return { icon: 'error', text: result.message };
    this.#setIssues(result.issues);
    const first = this.#fields.find(([name]) => result.issues.some((issue) => issue.field === name));
    const folded = result.issues.find(({ severity }) => severity === 'error')?.field;
    if (first) first[1].textfield.focus();
    else if (folded) this.#more.focus(folded);
    return { icon: 'error', text: this.#strings.fixFields };
  }

  #setIssues(issues: readonly FieldIssue[]): void {
    this.#issues = issues;
    for (const [name, field] of this.#fields) field.setIssues(issues.filter((issue) => issue.field === name));
    this.#more.setIssues(issues);
  }

  #label(name: FieldName): string {
    const { urlLabel, keyLabel, modelLabel, more } = this.#strings;
    if (name === 'baseUrl') return urlLabel;
    if (name === 'apiKey') return keyLabel;
    return name === 'modelId' ? modelLabel : more.labels[name];
  }

  get #fields(): readonly [FieldName, Field][] {
    return [
      ['baseUrl', this.#url],
      ['apiKey', this.#key.field],
      ['modelId', this.#model.field],
    ];
  }

  #announce(text: string): void {
    this.#announcer.textContent = text;
  }

  #shortcut(event: KeyboardEvent): void {
    const isSave =
      (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 's';
    // Only the form that is seen is saved.
    if (!isSave || !this.root.isConnected) return;
    event.preventDefault();
    void this.#save();
  }
}

/** The answer; a request that failed as such is an outcome like others. */
async function outcomeOf<Name extends 'listModels' | 'listGuardrails' | 'testConnection' | 'copyDiagnosis' | 'save'>(
  pending: Pending<Name>,
  noAnswer: string,
): Promise<Requests[Name]['result'] | { outcome: 'failed'; message: string }> {
  try {
    return await pending.answer;
  } catch (error) {
    return { outcome: 'failed', message: reasonOf(error, noAnswer) };
  }
}

function button(label: string, secondary: boolean, press: () => void): VscodeButton {
  const made = element('vscode-button', { text: label });
  made.secondary = secondary;
  made.addEventListener('click', press);
  // The space key presses the button and would scroll the page as well.
  made.addEventListener('keydown', (event) => {
    if (event.key === ' ') event.preventDefault();
  });
  return made;
}
