/** What the readers of other programs' files give: profiles, each field with the place that it comes from. */
import type { SettingName } from '../profiles.ts';
import { type ReferenceStyle, resolveReferences, type Variables } from './references.ts';
import { isGiven, isObject, members, textOf } from './shape.ts';

/** A setting of ours, or the key. */
export type ImportedFieldName = SettingName | 'apiKey';

/** A field as it was found. */
export interface ImportedField {
  readonly name: ImportedFieldName;
  /** The value to take, with the values of variables in it. */
  readonly value: unknown;
  /** Where it stands in the file, such as `providerProfiles.apiConfigs.work.litellmBaseUrl`. */
  readonly place: string;
  /** What to show in place of the value: as the file has it, so that no variable's value is seen. */
  readonly shown: string;
  /** The variables whose values are in it. */
  readonly variables: readonly string[];
  /** The file beside this one that some of them come from; of the environment are all where there is none. */
  readonly variableFile?: string;
}

/** What a reader left out, or had to assume. */
export type ImportRemark =
  /** A variable is named that is not set here. */
  | { readonly code: 'missing_variable'; readonly place: string; readonly variable: string }
  /** The value is of another type than ours. */
  | { readonly code: 'wrong_type'; readonly place: string }
  /** The key is kept by the other program, not in the file. */
  | { readonly code: 'key_elsewhere'; readonly place: string }
  /** The file names no address, so the default of LiteLLM is taken. */
  | { readonly code: 'assumed_address'; readonly place: string }
  /** The key may do everything with the gateway. */
  | { readonly code: 'master_key'; readonly place: string }
  /** More models than the one that is taken are named; the gateway lists them itself. */
  | { readonly code: 'more_models'; readonly place: string; readonly count: number }
  /** Our own export leaves secrets out. */
  | { readonly code: 'left_out'; readonly place: string };

/** Whether something is missing because of it. */
export function isLeftOut({ code }: ImportRemark): boolean {
  return ['missing_variable', 'wrong_type', 'key_elsewhere', 'left_out'].includes(code);
}

/** A connection that can be taken. */
export interface ImportedProfile {
  /** What the other program calls it. */
  readonly name: string;
  readonly fields: readonly ImportedField[];
  readonly remarks: readonly ImportRemark[];
  /** Whether the other program says that this is a LiteLLM gateway; else it is any server that speaks OpenAI's language. */
  readonly isLiteLLM: boolean;
}

/** What a reader has beside the file's content. */
export interface ReaderContext {
  /** The environment of the extension's host. */
  readonly environment: Variables;
  /** The variables in a file beside this one. */
  readonly beside?: VariableFile;
}

/** A file with variables, which come before those of the environment. */
export interface VariableFile {
  readonly name: string;
  readonly variables: Variables;
}

/** Longer texts are no names, addresses, keys or header values. */
const longestText = 8192;

/** Collects a profile. */
export class ProfileBuilder {
  readonly #style: ReferenceStyle | undefined;
  readonly #variables: Variables;
  readonly #beside: VariableFile | undefined;
  readonly #fields: ImportedField[] = [];
  readonly #remarks: ImportRemark[] = [];

  /** With a style, references in texts are resolved by `variables`, and by those of a file `beside` before. */
  constructor(style?: ReferenceStyle, variables: Variables = {}, beside?: VariableFile) {
    this.#style = style;
    this.#variables = { ...variables, ...beside?.variables };
    this.#beside = beside;
  }

  /** Takes a text: an address, a model, a key. */
  text(name: ImportedFieldName, value: unknown, place: string): void {
    if (!isGiven(value)) return;
    const text = textOf(value);
    if (text === undefined || text.length > longestText) {
      this.remark({ code: 'wrong_type', place });
      return;
    }
    const resolved = this.#resolve(text, place);
    if (resolved) this.#add(name, resolved.text, place, text, resolved.variables);
  }

  /** Takes a value whose type the core judges. */
  value(name: ImportedFieldName, value: unknown, place: string): void {
    if (!isGiven(value)) return;
    this.#add(name, value, place, JSON.stringify(value).slice(0, longestText), []);
  }

  /** Takes headers: an object of texts. A header whose variable is missing is left out. */
  headers(value: unknown, place: string): void {
    if (!isGiven(value)) return;
    if (!isObject(value)) {
      this.remark({ code: 'wrong_type', place });
      return;
    }
    const headers: Record<string, string> = {};
    const variables: string[] = [];
    for (const [name, given] of members(value)) {
      const text = textOf(given);
      const at = `${place}.${name}`;
      if (text === undefined || text.length > longestText || name === '__proto__') {
        this.remark({ code: 'wrong_type', place: at });
        continue;
      }
      const resolved = this.#resolve(text, at);
      if (!resolved) continue;
      headers[name] = resolved.text;
      variables.push(...resolved.variables);
    }
    // The values of headers may be secrets: only their names are shown.
    if (Object.keys(headers).length > 0)
      this.#add('headers', headers, place, Object.keys(headers).join(', '), variables);
  }

  /** Notes what is not taken, or is taken with a condition. */
  remark(remark: ImportRemark): void {
    this.#remarks.push(remark);
  }

  /** Whether a field was taken. */
  has(name: ImportedFieldName): boolean {
    return this.#fields.some((field) => field.name === name);
  }

  /** The profile; undefined when nothing was found for it. */
  build(name: string, { isLiteLLM = true } = {}): ImportedProfile | undefined {
    if (this.#fields.length === 0) return undefined;
    return { name, fields: this.#fields, remarks: this.#remarks, isLiteLLM };
  }

  #add(name: ImportedFieldName, value: unknown, place: string, shown: string, variables: readonly string[]): void {
    // The first place that names a field is the one that counts.
    if (!this.has(name)) {
      const { name: file, variables: inFile = {} } = this.#beside ?? {};
      const isOfFile = file !== undefined && variables.some((variable) => Object.hasOwn(inFile, variable));
      const origin = { place, variables, ...(isOfFile && { variableFile: file }) };
      this.#fields.push({ name, value, shown: name === 'apiKey' ? '••••' : shown, ...origin });
    }
  }

  /** The text with its references resolved; undefined, with a remark, when a variable is missing. */
  #resolve(text: string, place: string): { text: string; variables: readonly string[] } | undefined {
    if (!this.#style) return { text, variables: [] };
    const resolved = resolveReferences(text, this.#style, this.#variables);
    for (const variable of resolved.missing) this.remark({ code: 'missing_variable', place, variable });
    return resolved.missing.length > 0 ? undefined : resolved;
  }
}
