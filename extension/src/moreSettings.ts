/**
 * The settings that the page folds away: between the values of the settings and what stands in the page's fields.
 *
 * Nothing is judged here. What is no number stays the text that was typed, for the core to say so; only what can't be made a
 * value at all, JSON that can't be read, is told from here.
 */
import { type JsonProblem, readJson } from './jsonText.ts';
import type { HeaderRow, MoreName, MoreTexts } from './protocol.ts';

/** How a setting stands in the page. */
export type MoreKind = 'number' | 'seconds' | 'text' | 'switch' | 'texts' | 'models' | 'headers' | 'json';

/** Every folded setting, in the order of the page. */
export const moreKinds: Readonly<Record<MoreName, MoreKind>> = {
  maxTokens: 'number',
  temperature: 'number',
  topP: 'number',
  reasoningEffort: 'text',
  thinkingBudget: 'number',
  timeoutMs: 'seconds',
  discoveryTimeoutMs: 'seconds',
  maxRetries: 'number',
  headers: 'headers',
  fallbacks: 'models',
  guardrails: 'texts',
  numRetries: 'number',
  tags: 'texts',
  workspaceTag: 'switch',
  user: 'text',
  metadata: 'json',
  usePromptCache: 'switch',
  extraBody: 'json',
};

/** The names of the folded settings. */
export const moreNames = Object.keys(moreKinds) as MoreName[];

/** A text that is no JSON. */
export interface UnreadableText {
  readonly name: MoreName;
  readonly problem: JsonProblem;
}

/** What stands in the fields for these settings, whatever their types. */
export function moreTexts(settings: Readonly<Record<string, unknown>>): MoreTexts {
  const texts = moreNames.map((name) => [name, textOf(moreKinds[name], settings[name] ?? undefined)]);
  return Object.fromEntries(texts) as MoreTexts;
}

/** The settings that these texts stand for; undefined is none. */
export function settingsOfTexts(texts: Partial<MoreTexts>): {
  settings: Partial<Record<MoreName, unknown>>;
  unreadable: readonly UnreadableText[];
} {
  const settings: Partial<Record<MoreName, unknown>> = {};
  const unreadable: UnreadableText[] = [];
  for (const name of moreNames) {
    const text = texts[name];
    if (text === undefined) continue;
    const read = readValue(moreKinds[name], text);
    if ('problem' in read) unreadable.push({ name, problem: read.problem });
    else settings[name] = read.value;
  }
  return { settings, unreadable };
}

function textOf(kind: MoreKind, value: unknown): MoreTexts[MoreName] {
  switch (kind) {
    case 'switch':
      return value !== false;
    case 'texts':
    case 'models':
      return value === undefined ? [] : [value].flat().flatMap((item) => (item === null ? [] : [shown(item)]));
    case 'headers':
      return isRecord(value) ? rowsOf(value) : [];
    case 'json':
      return value === undefined ? '' : JSON.stringify(value, null, 2);
    case 'seconds':
      return typeof value === 'number' ? String(value / 1000) : shown(value);
    default:
      return shown(value);
  }
}

function rowsOf(headers: Record<string, unknown>): HeaderRow[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [{ name, value: shown(value) }]));
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readValue(kind: MoreKind, text: MoreTexts[MoreName]): { value: unknown } | { problem: JsonProblem } {
  // True is the default, and a setting that is as it is by default is none.
  if (typeof text === 'boolean') return { value: text ? undefined : false };
  if (typeof text === 'string') return readText(kind, text.trim());
  if (kind === 'headers') return { value: headersOf(text as readonly HeaderRow[]) };
  const items: unknown[] = [];
  for (const item of text as readonly string[]) {
    const word = item.trim();
    if (word === '') continue;
    // A fallback may be an object, as the gateway takes it.
    const read = kind === 'models' && word.startsWith('{') ? readJson(word) : { value: word };
    if ('problem' in read) return read;
    items.push(read.value);
  }
  return { value: items.length === 0 ? undefined : items };
}

function readText(kind: MoreKind, text: string): { value: unknown } | { problem: JsonProblem } {
  if (text === '') return { value: undefined };
  if (kind === 'json') return readJson(text);
  const number = Number(text);
  const isNumber = (kind === 'number' || kind === 'seconds') && Number.isFinite(number);
  if (!isNumber) return { value: text };
  return { value: kind === 'seconds' ? Math.round(number * 1000) : number };
}

function headersOf(rows: readonly HeaderRow[]): Record<string, string> | undefined {
  const given = rows.filter(({ name, value }) => name.trim() !== '' || value.trim() !== '');
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map(({ name, value }) => [name.trim(), value]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
