/** Reads what the settings page posts. A webview's messages are input like any other: what has another shape is nothing. */
import type { Draft, DraftWithoutKey, HeldKey, KeyChange, PageMessage, ProfilesChange } from './protocol.ts';

/** A name is for reading. */
const longestName = 200;

/** The message, made anew from its known members; nothing when it is none of ours. */
export function readPageMessage(value: unknown): PageMessage | undefined {
  if (!isRecord(value) || !isRequestId(value['id'])) return undefined;
  const id = value['id'];
  if (value['type'] === 'cancel') return { type: 'cancel', id };
  if (value['type'] !== 'request') return undefined;
  const { name, profile, parameters } = value;
  if (typeof profile !== 'string') return undefined;
  switch (name) {
    case 'start':
    case 'manageModels':
      return { type: 'request', id, name, profile, parameters: null };
    case 'validate': {
      const draft = readDraftWithoutKey(parameters);
      return draft && { type: 'request', id, name, profile, parameters: draft };
    }
    case 'listModels':
    case 'testConnection':
    case 'save': {
      const draft = readDraft(parameters);
      return draft && { type: 'request', id, name, profile, parameters: draft };
    }
    case 'changeProfiles': {
      const change = readProfilesChange(parameters);
      return change && { type: 'request', id, name, profile, parameters: change };
    }
    default:
      return undefined;
  }
}

function readDraft(value: unknown): Draft | undefined {
  if (!isRecord(value)) return undefined;
  const { baseUrl, modelId } = value;
  const key = readKeyChange(value['key']);
  if (typeof baseUrl !== 'string' || typeof modelId !== 'string' || !key) return undefined;
  return { baseUrl, modelId, key };
}

function readDraftWithoutKey(value: unknown): DraftWithoutKey | undefined {
  if (!isRecord(value)) return undefined;
  const { baseUrl, modelId, key } = value;
  if (typeof baseUrl !== 'string' || typeof modelId !== 'string' || !isHeldKey(key)) return undefined;
  return { baseUrl, modelId, key };
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
