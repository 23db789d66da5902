/** The user's own words about one model: a field for each, checked as typed, saved together. */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import type {
  FieldIssue,
  ModelDetail,
  ModelField,
  OverrideName,
  OverrideTexts,
  PageStrings,
} from '../../extension/src/protocol';
import { element, fill, readable } from './elements';
import { FieldFrame, type FrameOptions } from './fieldFrame';
import { type Pending, type ProfileRpc, reasonOf } from './rpc';
import { StatusLine } from './status';
import { JsonField, LineField } from './textFields';

/** A pause in typing after which the input is checked, in milliseconds. */
const typingPause = 250;

interface OverrideField {
  readonly frame: FieldFrame;
  value: string;
  focus(): void;
}

interface Options {
  rpc: ProfileRpc;
  strings: PageStrings;
  model: ModelDetail;
  /** What was typed and not saved before. */
  draft: OverrideTexts | undefined;
  /** Keeps what is typed; undefined when all is saved. */
  keep: (texts: OverrideTexts | undefined) => void;
  /** It was saved. */
  saved: () => void;
}

/** The form. */
export class ModelOverride {
  readonly root: HTMLElement;
  readonly #options: Options;
  readonly #fields = new Map<OverrideName, OverrideField>();
  readonly #status = new StatusLine();
  readonly #save = element('vscode-button');
  #saved: OverrideTexts;
  #isSaving = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #checking: Pending<'checkOverride'> | undefined;

  constructor(options: Options) {
    this.#options = options;
    const { model, strings, draft } = options;
    this.#saved = model.saved;
    const texts = draft ?? model.saved;
    for (const known of model.fields) {
      if (known.name === 'deployments') continue;
      const field = this.#field(known);
      field.value = texts[known.name] ?? '';
      this.#fields.set(known.name, field);
    }
    this.#save.textContent = strings.save;
    this.#save.addEventListener('click', () => void this.#saveAll());
    const reset = element('vscode-button', { text: strings.models.reset });
    reset.secondary = true;
    reset.addEventListener('click', () => this.#reset());
    this.root = element(
      'div',
      { class: 'override' },
      element('p', { class: 'override-help', text: strings.models.overrideHelp }),
      element('div', { class: 'override-fields' }, ...[...this.#fields.values()].map(({ frame }) => frame.root)),
      element('div', { class: 'actions' }, this.#save, reset, this.#status.root),
    );
    this.#showChanges();
    if (draft) void this.#check();
  }

  /** What is typed of each field that is not empty. */
  get #texts(): OverrideTexts {
    const texts: OverrideTexts = {};
    for (const [name, field] of this.#fields) {
      const text = field.value.trim();
      if (text !== '') texts[name] = text;
    }
    return texts;
  }

  get #isDirty(): boolean {
    const texts = this.#texts;
    return [...this.#fields.keys()].some((name) => (texts[name] ?? '') !== (this.#saved[name] ?? '').trim());
  }

  #field({ name, kind, text, origin, without }: ModelField): OverrideField {
    const { strings } = this.#options;
    const { fields, kindHelp } = strings.models;
    const options: FrameOptions = { id: `override-${name}`, label: fields[name], help: kindHelp[kind] };
    const gateway = origin === 'yours' ? without : text;
    const changed = () => this.#changed();
    switch (kind) {
      case 'switch':
        return new ChoiceField(strings, options, gateway, changed);
      case 'json':
        return new JsonField(strings, options, changed);
      default:
        return new LineField(
          strings,
          { ...options, placeholder: readable(gateway).slice(0, 80), isNumber: kind === 'tokens' || kind === 'price' },
          changed,
        );
    }
  }

  #changed(): void {
    this.#showChanges();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), typingPause);
  }

  #showChanges(): void {
    const texts = this.#texts;
    for (const [name, { frame }] of this.#fields)
      frame.setChanged((texts[name] ?? '') !== (this.#saved[name] ?? '').trim());
    const isDirty = this.#isDirty;
    this.#options.keep(isDirty ? texts : undefined);
    this.#save.ariaDisabled = String(!isDirty || this.#isSaving);
    if (this.#isSaving) return;
    this.#status.say(isDirty ? { icon: 'unsaved', text: this.#options.strings.unsaved } : { text: '' });
  }

  #reset(): void {
    for (const field of this.#fields.values()) field.value = '';
    this.#changed();
    if (this.#isDirty) this.#status.say({ icon: 'unsaved', text: this.#options.strings.models.resetSaid });
  }

  async #check(): Promise<void> {
    clearTimeout(this.#timer);
    this.#checking?.cancel();
    this.#checking = this.#options.rpc.request('checkOverride', this.#texts);
    try {
      this.#setIssues((await this.#checking.answer).issues);
    } catch {
      // Says nothing about the input: saving checks it again, and tells its failure.
    }
  }

  #setIssues(issues: readonly { field: OverrideName; message: string }[]): void {
    for (const [name, { frame }] of this.#fields) {
      const own = issues.filter(({ field }) => field === name);
      frame.setIssues(
        own.map(({ message }): Pick<FieldIssue, 'severity' | 'message'> => ({ severity: 'error', message })),
      );
    }
  }

  async #saveAll(): Promise<void> {
    if (this.#isSaving || !this.#isDirty) return;
    const { rpc, model, strings } = this.#options;
    const texts = this.#texts;
    const changes: OverrideTexts = {};
    for (const name of this.#fields.keys()) {
      const text = texts[name] ?? '';
      if (text !== (this.#saved[name] ?? '').trim()) changes[name] = text;
    }
    this.#isSaving = true;
    this.#showChanges();
    this.#status.say({ icon: 'running', text: strings.saving });
    try {
      const result = await rpc.request('saveOverride', { id: model.id, texts: changes }).answer;
      this.#isSaving = false;
      if (result.outcome === 'overridden') {
        this.#saved = texts;
        this.#setIssues([]);
        this.#showChanges();
        if (!this.#isDirty) this.#status.say({ icon: 'passed', text: strings.models.saved });
        this.#options.saved();
        return;
      }
      this.#showChanges();
      if (result.outcome === 'failed') this.#status.say({ icon: 'error', text: result.message });
      else {
        this.#setIssues(result.issues);
        this.#status.say({ icon: 'error', text: strings.fixFields });
        const [first] = result.issues;
        if (first) this.#fields.get(first.field)?.focus();
      }
    } catch (error) {
      this.#isSaving = false;
      this.#showChanges();
      this.#status.say({ icon: 'error', text: reasonOf(error, strings.noAnswer) });
    }
  }
}

/** Yes, no, or whatever the gateway says. */
class ChoiceField implements OverrideField {
  readonly frame: FieldFrame;
  readonly #select: HTMLSelectElement;

  constructor(strings: PageStrings, options: FrameOptions, gateway: string, onChange: () => void) {
    const select = element('select', { id: options.id, 'aria-label': options.label });
    this.#select = select;
    this.frame = new (class extends FieldFrame {
      protected override showInvalid(invalid: boolean): void {
        select.ariaInvalid = String(invalid);
      }
    })(strings, options);
    const { asGateway, asGatewayIs, yes, no } = strings.models;
    const word = { true: yes, false: no }[gateway];
    for (const [value, text] of [
      ['', word === undefined ? asGateway : fill(asGatewayIs, word)],
      ['true', yes],
      ['false', no],
    ] as const) {
      const option = element('option', { text });
      option.value = value;
      select.append(option);
    }
    select.setAttribute('aria-describedby', this.frame.place.id);
    select.addEventListener('change', onChange);
    this.frame.row.append(select);
  }

  get value(): string {
    return this.#select.value;
  }

  set value(text: string) {
    this.#select.value = text;
    // A stored value that is neither is told as it is, for the core to judge.
    if (this.#select.value === text) return;
    const option = element('option', { text: readable(text) });
    option.value = text;
    this.#select.append(option);
    this.#select.value = text;
  }

  focus(): void {
    this.#select.focus();
  }
}
