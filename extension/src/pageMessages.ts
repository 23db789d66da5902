/** Reads what the settings page posts. A webview's messages are input like any other: what has another shape is nothing. */
import { overrideNames } from './modelOverrides.ts';
import { moreKinds, moreNames } from './moreSettings.ts';
import type {
  Draft,
  DraftWithoutKey,
  FieldName,
  HeaderRow,
  HeldKey,
  KeptPage,
  KeyChange,
  MoreName,
  MoreTexts,
  OverrideTexts,
  PageMessage,
  PreferenceChange,
  ProfilesChange,
  UnfoldedName,
  UnsavedTexts,
} from './protocol.ts';

/** A name is for reading. */
const longestName = 200;

/** The message, made anew from its known members; nothing when it is none of ours. */
export function readPageMessage(value: unknown): PageMessage | undefined {
  if (!isRecord(value)) return undefined;
  if (value['type'] === 'keep') {
    const kept = readKeptPage(value['kept']);
    return kept && { type: 'keep', kept };
  }
  if (!isRequestId(value['id'])) return undefined;
  const id = value['id'];
  if (value['type'] === 'cancel') return { type: 'cancel', id };
  if (value['type'] !== 'request') return undefined;
  const { name, profile, parameters } = value;
  if (typeof profile !== 'string') return undefined;
  switch (name) {
    case 'start':
    case 'manageModels':
    case 'copyDiagnosis':
      return { type: 'request', id, name, profile, parameters: null };
    case 'validate': {
      const draft = readDraftWithoutKey(parameters);
      return draft && { type: 'request', id, name, profile, parameters: draft };
    }
    case 'listModels':
    case 'listGuardrails':
    case 'testConnection':
    case 'save': {
      const draft = readDraft(parameters);
      return draft && { type: 'request', id, name, profile, parameters: draft };
    }
    case 'changeProfiles': {
      const change = readProfilesChange(parameters);
      return change && { type: 'request', id, name, profile, parameters: change };
    }
    case 'listTable': {
      if (!isRecord(parameters)) return undefined;
      const { refresh, known, drafts } = parameters;
      if (typeof refresh !== 'boolean' || typeof known !== 'number' || !isListOfTexts(drafts)) {
        return undefined;
      }
      return { type: 'request', id, name, profile, parameters: { refresh, known, drafts } };
    }
    case 'describeModel': {
      const model = isRecord(parameters) ? parameters['id'] : undefined;
      return typeof model === 'string' ? { type: 'request', id, name, profile, parameters: { id: model } } : undefined;
    }
    case 'changePreference': {
      const change = readPreferenceChange(parameters);
      return change && { type: 'request', id, name, profile, parameters: change };
    }
    case 'checkOverride': {
      const texts = readOverrideTexts(parameters);
      return texts && { type: 'request', id, name, profile, parameters: texts };
    }
    case 'saveOverride': {
      const override = readOverride(parameters);
      return override && { type: 'request', id, name, profile, parameters: override };
    }
    default:
      return undefined;
  }
}

function readPreferenceChange(value: unknown): PreferenceChange | undefined {
  if (!isRecord(value)) return undefined;
  const { list, id, isIn } = value;
  if ((list !== 'hidden' && list !== 'favorites') || typeof id !== 'string' || typeof isIn !== 'boolean') return;
  return { list, id, isIn };
}

function readOverride(value: unknown): { id: string; texts: OverrideTexts } | undefined {
  if (!isRecord(value)) return undefined;
  const { id } = value;
  const texts = readOverrideTexts(value['texts']);
  return typeof id === 'string' && texts ? { id, texts } : undefined;
}

function readOverrideTexts(value: unknown): OverrideTexts | undefined {
  if (!isRecord(value)) return undefined;
  const texts: OverrideTexts = {};
  for (const name of overrideNames) {
    const text = value[name];
    if (text === undefined) continue;
    if (typeof text !== 'string') return undefined;
    texts[name] = text;
  }
  return texts;
}

const groups: readonly string[] = ['more', 'answers', 'reasoning', 'network', 'gateway', 'records', 'requests'];

/** Names of what is unfolded; what is no such name is left out. */
export function readUnfolded(value: unknown): UnfoldedName[] {
  return Array.isArray(value) ? value.filter((name): name is UnfoldedName => groups.includes(name)) : [];
}

function readKeptPage(value: unknown): KeptPage | undefined {
  if (!isRecord(value) || typeof value['profile'] !== 'string' || !isRecord(value['unsaved'])) return undefined;
  const unsaved: [string, UnsavedTexts][] = [];
  for (const [profile, given] of Object.entries(value['unsaved'])) {
    const texts = readUnsaved(given);
    if (!texts) return undefined;
    unsaved.push([profile, texts]);
  }
  const { profile } = value;
  const models = readKeptModels(value['models']);
  const view = value['view'] === 'models' ? 'models' : 'settings';
  const unfolded = readUnfolded(value['unfolded']);
  return { profile, unsaved: Object.fromEntries(unsaved), unfolded, models, view };
}

/** What has another shape is left out: the page of an older version knew none of it. */
function readKeptModels(value: unknown): KeptPage['models'] {
  if (!isRecord(value)) return {};
  const ofProfiles = Object.entries(value).map(([profile, models]): [string, Record<string, OverrideTexts>] => {
    const read = Object.entries(isRecord(models) ? models : {}).flatMap(([id, given]): [string, OverrideTexts][] => {
      const texts = readOverrideTexts(given);
      return texts ? [[id, texts]] : [];
    });
    return [profile, Object.fromEntries(read)];
  });
  return Object.fromEntries(ofProfiles);
}

function readUnsaved(value: unknown): UnsavedTexts | undefined {
  const texts = readTexts(value);
  const changed = isRecord(value) ? value['changed'] : undefined;
  if (!texts || !Array.isArray(changed)) return undefined;
  const { headers: _, ...more } = texts.more;
  return { ...texts, more, changed: changed.filter(isFieldName) };
}

function isFieldName(value: unknown): value is FieldName {
  return ['baseUrl', 'apiKey', 'modelId', ...moreNames].some((name) => name === value);
}

function readDraft(value: unknown): Draft | undefined {
  const texts = readTexts(value);
  const key = isRecord(value) ? readKeyChange(value['key']) : undefined;
  return texts && key && { ...texts, key };
}

function readDraftWithoutKey(value: unknown): DraftWithoutKey | undefined {
  const texts = readTexts(value);
  const key = isRecord(value) ? value['key'] : undefined;
  return texts && isHeldKey(key) ? { ...texts, key } : undefined;
}

function readTexts(value: unknown): { baseUrl: string; modelId: string; more: Partial<MoreTexts> } | undefined {
  if (!isRecord(value)) return undefined;
  const { baseUrl, modelId } = value;
  const more = readMore(value['more']);
  if (typeof baseUrl !== 'string' || typeof modelId !== 'string' || !more) return undefined;
  return { baseUrl, modelId, more };
}

function readMore(value: unknown): Partial<MoreTexts> | undefined {
  if (!isRecord(value)) return undefined;
  const more: Partial<Record<MoreName, unknown>> = {};
  for (const name of moreNames) {
    const text = value[name];
    if (text === undefined) continue;
    if (!isTextOf(name, text)) return undefined;
    more[name] = name === 'headers' ? (text as HeaderRow[]).map(({ name, value }) => ({ name, value })) : text;
  }
  return more as Partial<MoreTexts>;
}

function isTextOf(name: MoreName, text: unknown): boolean {
  switch (moreKinds[name]) {
    case 'switch':
      return typeof text === 'boolean';
    case 'texts':
    case 'models':
      return isListOfTexts(text);
    case 'headers':
      return Array.isArray(text) && text.every(isHeaderRow);
    default:
      return typeof text === 'string';
  }
}

function isHeaderRow(value: unknown): value is HeaderRow {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['value'] === 'string';
}

function readProfilesChange(value: unknown): ProfilesChange | undefined {
  if (!isRecord(value)) return undefined;
  const { action, name } = value;
  if (action === 'remove' || action === 'restore') return { action };
  if (action !== 'add' && action !== 'duplicate' && action !== 'rename') return undefined;
  if (typeof name !== 'string' || name.trim() === '') return undefined;
  return { action, name: name.trim().slice(0, longestName) };
}

function isHeldKey(value: unknown): value is HeldKey {
  return value === 'typed' || value === 'saved' || value === 'none';
}

function readKeyChange(value: unknown): KeyChange | undefined {
  if (!isRecord(value)) return undefined;
  if (value['action'] === 'keep' || value['action'] === 'remove') return { action: value['action'] };
  if (value['action'] !== 'set' || typeof value['value'] !== 'string') return undefined;
  return { action: 'set', value: value['value'] };
}

function isRequestId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
