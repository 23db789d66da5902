/**
 * The user's own words about a model: between what is typed in the page and an entry of the setting `modelOverrides`.
 *
 * Nothing is judged here. What is no number stays the text that was typed, for the core to say so; only JSON that can't be
 * read is told from here.
 */
import { type CoreIssue, jsonSentence } from './fieldIssues.ts';
import { type JsonProblem, readJson } from './jsonText.ts';
import type { OverrideIssue, OverrideKind, OverrideName, OverrideTexts } from './protocol.ts';
import type { Translate } from './settingsStrings.ts';

/** Every field, in the order of the page. */
export const overrideKinds: Readonly<Record<OverrideName, OverrideKind>> = {
  name: 'text',
  description: 'text',
  provider: 'text',
  backendModel: 'text',
  family: 'text',
  mode: 'text',
  contextWindow: 'tokens',
  maxInputTokens: 'tokens',
  maxTokens: 'tokens',
  inputPrice: 'price',
  outputPrice: 'price',
  cacheReadsPrice: 'price',
  cacheWritesPrice: 'price',
  priceTiers: 'json',
  supportsTools: 'switch',
  supportsImages: 'switch',
  supportsPdf: 'switch',
  supportsAudio: 'switch',
  supportsReasoning: 'switch',
  supportsPromptCache: 'switch',
  supportsComputerUse: 'switch',
  reasoningEfforts: 'words',
  supportedParams: 'words',
  guardrails: 'words',
  fallbacks: 'words',
};

/** The fields by their names. */
export const overrideNames = Object.keys(overrideKinds) as OverrideName[];

/** An entry as it stands in the settings, whatever its type. */
export type OverrideEntry = Readonly<Record<string, unknown>>;

/** What stands in the fields for an entry. */
export function textsOfOverride(entry: OverrideEntry): OverrideTexts {
  const texts: OverrideTexts = {};
  for (const name of overrideNames) {
    const value = entry[name];
    if (!Object.hasOwn(entry, name) || value === undefined || value === null) continue;
    texts[name] = overrideText(overrideKinds[name], value);
  }
  return texts;
}

/** A value of a field as text. */
export function overrideText(kind: OverrideKind, value: unknown): string {
  if (typeof value === 'string') return value;
  const isWords =
    kind === 'words' && Array.isArray(value) && value.every((word) => typeof word === 'string' && isPlainWord(word));
  return isWords ? value.join(', ') : JSON.stringify(value, null, kind === 'json' ? 2 : 0);
}

/** Between commas it is read as the word that it is. */
function isPlainWord(word: string): boolean {
  return word !== '' && word.trim() === word && !/[,\n]|^\[/.test(word);
}

/** The entry that is typed, with members of `before` that are no fields; what can't be read keeps its text. */
export function overrideOfTexts(before: OverrideEntry, texts: OverrideTexts) {
  const unreadable: { field: OverrideName; problem: JsonProblem }[] = [];
  const entry: Record<string, unknown> = { ...before };
  for (const field of overrideNames) {
    const text = texts[field]?.trim() ?? '';
    delete entry[field];
    if (text === '') continue;
    const read = readText(overrideKinds[field], text);
    if ('problem' in read) unreadable.push({ field, problem: read.problem });
    else entry[field] = read.value;
  }
  return { entry, unreadable };
}

function readText(kind: OverrideKind, text: string): { value: unknown } | { problem: JsonProblem } {
  switch (kind) {
    case 'json':
      return readJson(text);
    case 'words': {
      // A list may hold objects, such as a fallback with messages of its own.
      const list = text.startsWith('[') ? readJson(text) : { value: undefined };
      if ('value' in list && Array.isArray(list.value)) return { value: list.value };
      return {
        value: text
          .split(/[,\n]/)
          .map((word) => word.trim())
          .filter((word) => word !== ''),
      };
    }
    case 'switch':
      return { value: text === 'true' ? true : text === 'false' ? false : text };
    // The core takes 0 and less for "no limit", which other programs write so; whoever types it is told that it is none.
    case 'tokens':
      return { value: Number.isFinite(Number(text)) && Number(text) > 0 ? Number(text) : text };
    case 'price':
      return { value: Number.isFinite(Number(text)) ? Number(text) : text };
    default:
      return { value: text };
  }
}

/** What is wrong with what is typed, each at its field: what the core says of it, and JSON that can't be read. */
export function overrideIssues(
  t: Translate,
  normalizeSettings: (input: unknown) => { issues: readonly CoreIssue[] },
  texts: OverrideTexts,
): OverrideIssue[] {
  const { entry, unreadable } = overrideOfTexts({}, texts);
  const found: OverrideIssue[] = unreadable.map(({ field, problem }) => ({ field, message: jsonSentence(t, problem) }));
  // What is good for a model does not depend on its id, which may be too long for a path.
  const place = 'modelOverrides.model.';
  for (const { path } of normalizeSettings({ modelOverrides: { model: entry } }).issues) {
    if (!path.startsWith(place)) continue;
    const field = overrideNames.find((name) => path.slice(place.length).split(/[.[]/, 1)[0] === name);
    if (field && !found.some((issue) => issue.field === field)) found.push({ field, message: sentence(t, field) });
  }
  return found;
}

function sentence(t: Translate, field: OverrideName): string {
  switch (overrideKinds[field]) {
    case 'tokens':
      return t('Type a whole number of at least {0}.', '1');
    case 'price':
      return t('Type a number of at least {0}.', '0');
    case 'json':
      return t(
        'Write a list of objects, such as [{ "abovePromptTokens": 200000, "inputPrice": 6, "outputPrice": 22.5 }].',
      );
    default:
      return t('The stored value has the wrong type. Change it here, or reset it.');
  }
}
