/** The part of the form that is folded away under "More": groups of fields for everything a request can carry. */
import type {
  FieldIssue,
  FieldName,
  ModelChoice,
  MoreGroup,
  MoreName,
  MoreTexts,
  PageStrings,
  UnfoldedName,
} from '../../extension/src/protocol';
import { Disclosure, type FoldedCounts } from './disclosure';
import { fill } from './elements';
import { HeadersField } from './headersField';
import { ListField } from './listField';
import { isSame, type MoreField, ResetButton } from './moreField';
import { EffortField, JsonField, LineField, SwitchField } from './textFields';

/** The groups and their fields, in the order of the page. */
const groups: Readonly<Record<MoreGroup, readonly MoreName[]>> = {
  answers: ['maxTokens', 'temperature', 'topP'],
  reasoning: ['reasoningEffort', 'thinkingBudget'],
  network: ['timeoutMs', 'discoveryTimeoutMs', 'maxRetries', 'headers'],
  gateway: ['fallbacks', 'guardrails', 'numRetries'],
  records: ['tags', 'workspaceTag', 'user', 'metadata'],
  requests: ['usePromptCache', 'extraBody'],
};

const groupNames = Object.keys(groups) as MoreGroup[];
const names = groupNames.flatMap((group) => groups[group]);

/** What the folded fields need. */
interface MoreOptions {
  saved: MoreTexts;
  defaults: MoreTexts;
  unfolded: readonly UnfoldedName[];
  /** The user changed a field. */
  onChange: (name: MoreName) => void;
  /** Something was folded or unfolded. */
  onToggle: () => void;
  /** Something that a screen reader should say. */
  announce: (text: string) => void;
}

/** All folded fields. */
export class MoreFields {
  readonly root: HTMLElement;
  readonly #options: MoreOptions;
  readonly #more: Disclosure;
  readonly #groups = new Map<MoreGroup, Disclosure>();
  readonly #fields = new Map<MoreName, MoreField>();
  readonly #resets = new Map<MoreName, ResetButton>();
  readonly #effort: EffortField;
  readonly #fallbacks: ListField;
  readonly #guardrails: ListField;
  #saved: MoreTexts;

  constructor(strings: PageStrings, options: MoreOptions) {
    this.#options = options;
    this.#saved = options.saved;
    const { more } = strings;
    const frame = (name: MoreName) => ({ id: name, label: more.labels[name], help: this.#help(strings, name) });
    const changed = (name: MoreName) => () => this.#changed(name);
    const line = (name: MoreName, unit?: string) =>
      new LineField(
        strings,
        {
          ...frame(name),
          isNumber: name !== 'user',
          placeholder: String(options.defaults[name]),
          ...(unit && { unit }),
        },
        changed(name),
      );
    const list = (name: MoreName, isOrdered: boolean) =>
      new ListField(strings, { ...frame(name), isOrdered, onChange: changed(name), announce: options.announce });
    this.#effort = new EffortField(strings, frame('reasoningEffort'), changed('reasoningEffort'));
    this.#fallbacks = list('fallbacks', true);
    this.#guardrails = list('guardrails', false);
    const fields: { [Name in MoreName]: MoreField<Name> } = {
      maxTokens: line('maxTokens', more.tokens),
      temperature: line('temperature'),
      topP: line('topP'),
      reasoningEffort: this.#effort,
      thinkingBudget: line('thinkingBudget', more.tokens),
      timeoutMs: line('timeoutMs', more.seconds),
      discoveryTimeoutMs: line('discoveryTimeoutMs', more.seconds),
      maxRetries: line('maxRetries'),
      headers: new HeadersField(strings, frame('headers'), changed('headers')),
      fallbacks: this.#fallbacks,
      guardrails: this.#guardrails,
      numRetries: line('numRetries'),
      tags: list('tags', false),
      workspaceTag: new SwitchField(strings, frame('workspaceTag'), changed('workspaceTag')),
      user: line('user'),
      metadata: new JsonField(strings, frame('metadata'), changed('metadata')),
      usePromptCache: new SwitchField(strings, frame('usePromptCache'), changed('usePromptCache')),
      extraBody: new JsonField(strings, frame('extraBody'), changed('extraBody')),
    };
    for (const name of names) {
      const field = fields[name] as MoreField;
      field.value = options.saved[name];
      this.#fields.set(name, field);
      this.#resets.set(name, new ResetButton(strings, field.frame, () => this.#reset(name)));
    }
    for (const group of groupNames) {
      const hint = groups[group].map((name) => more.labels[name]).join(strings.listSeparator);
      const content = groups[group].map((name) => fields[name].frame.root);
      const disclosure = new Disclosure(more, {
        title: more.groups[group],
        hint,
        content,
        onToggle: options.onToggle,
      });
      this.#groups.set(group, disclosure);
    }
    this.#more = new Disclosure(more, {
      title: more.title,
      hint: more.summary,
      content: [...this.#groups.values()].map(({ root }) => root),
      onToggle: options.onToggle,
    });
    this.root = this.#more.root;
    this.root.classList.add('more');
    this.open = options.unfolded;
    this.#show();
  }

  /** The fields that differ from what is saved, as typed. */
  get changed(): Partial<MoreTexts> {
    const changed = names.filter((name) => this.#isChanged(name));
    return Object.fromEntries(changed.map((name) => [name, this.#value(name)])) as Partial<MoreTexts>;
  }

  /** What is unfolded. */
  get open(): UnfoldedName[] {
    return this.#disclosures.filter(([, disclosure]) => disclosure.isOpen).map(([name]) => name);
  }

  set open(names: readonly UnfoldedName[]) {
    for (const [name, disclosure] of this.#disclosures) disclosure.isOpen = names.includes(name);
  }

  /** Types these texts into their fields. */
  restore(texts: Partial<MoreTexts>): void {
    for (const name of names) {
      const text = texts[name];
      if (text !== undefined) this.#setValue(name, text);
    }
    this.#show();
  }

  /** Something was saved: fields follow that the user has not changed, or not since they were `sent` to be saved. */
  follow(saved: MoreTexts, sent: Partial<MoreTexts> = {}): void {
    const before = this.#saved;
    this.#saved = saved;
    for (const name of names) {
      if (isSame(this.#value(name), sent[name] ?? before[name])) this.#setValue(name, saved[name]);
    }
    this.#show();
  }

  /** Shows what is wrong, each at its field. */
  setIssues(issues: readonly FieldIssue[]): void {
    for (const name of names) this.#fields.get(name)?.frame.setIssues(issues.filter(({ field }) => field === name));
    this.#show();
  }

  /** Unfolds this field and puts the cursor into it. */
  focus(name: FieldName): void {
    const field = this.#fields.get(name as MoreName);
    const group = groupNames.find((group) => groups[group].some((member) => member === name));
    if (!field || !group) return;
    this.#more.isOpen = true;
    const disclosure = this.#groups.get(group);
    if (disclosure) disclosure.isOpen = true;
    field.focus();
  }

  /** Offers what the gateway has. `modelId` is the chosen model. */
  offer(models: readonly ModelChoice[], modelId: string): void {
    this.#effort.offer(models.find(({ id }) => id === modelId)?.reasoningEfforts ?? []);
    this.#fallbacks.offer(models.map(({ id }) => id).filter((id) => id !== modelId));
  }

  /** Offers the gateway's guardrails. */
  offerGuardrails(names: readonly string[]): void {
    this.#guardrails.offer(names);
  }

  get #disclosures(): [UnfoldedName, Disclosure][] {
    return [['more', this.#more], ...this.#groups];
  }

  #help(strings: PageStrings, name: MoreName): string {
    return fill(strings.more.help[name], String(this.#options.defaults[name]));
  }

  #value(name: MoreName): MoreTexts[MoreName] {
    return this.#fields.get(name)?.value ?? this.#saved[name];
  }

  #setValue(name: MoreName, value: MoreTexts[MoreName]): void {
    const field = this.#fields.get(name);
    // A list that holds the same may still have a word below it that was not added yet.
    if (field) field.value = value;
  }

  #isChanged(name: MoreName): boolean {
    return !isSame(this.#value(name), this.#saved[name]);
  }

  /** Whether the field holds something else than its default: figures that are typed as they are by default are set, too. */
  #isSet(name: MoreName): boolean {
    return !isSame(this.#value(name), this.#empty(name));
  }

  #empty(name: MoreName): MoreTexts[MoreName] {
    const value = this.#options.defaults[name];
    return typeof value === 'string' ? '' : value;
  }

  #reset(name: MoreName): void {
    this.#setValue(name, this.#empty(name));
    this.#fields.get(name)?.focus();
    this.#changed(name);
  }

  #changed(name: MoreName): void {
    this.#show();
    this.#options.onChange(name);
  }

  #show(): void {
    const sum: FoldedCounts = { set: 0, changed: 0, errors: 0 };
    for (const group of groupNames) {
      const counts: FoldedCounts = { set: 0, changed: 0, errors: 0 };
      for (const name of groups[group]) {
        const isChanged = this.#isChanged(name);
        const isSet = this.#isSet(name);
        const frame = this.#fields.get(name)?.frame;
        frame?.setChanged(isChanged);
        this.#resets.get(name)?.show(isSet);
        counts.set += Number(isSet);
        counts.changed += Number(isChanged);
        counts.errors += Number(frame?.hasError ?? false);
      }
      this.#groups.get(group)?.count(counts);
      sum.set += counts.set;
      sum.changed += counts.changed;
      sum.errors += counts.errors;
    }
    this.#more.count(sum);
  }
}
