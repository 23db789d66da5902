/** Reads what the extension posts: what has another shape is nothing. */
import type { HostMessage, KeptPage, MoreTexts, RequestName, Requests } from '../../extension/src/protocol';

/** An answer before it is known to which request it belongs, and so which shape it must have. */
type UncheckedMessage = Exclude<HostMessage, { type: 'answer' }> | { type: 'answer'; id: number; result: unknown };

/** The message, when it is one of the protocol. */
export function readHostMessage(value: unknown): UncheckedMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { type, id } = value;
  switch (type) {
    case 'saved':
      return hasTexts(value, 'profile') && isSaved(value['saved']) ? (value as UncheckedMessage) : undefined;
    case 'profiles':
      return isListOf(value['profiles'], isProfile) ? (value as UncheckedMessage) : undefined;
    case 'show':
      return hasTexts(value, 'profile', 'view') && isView(value.view) ? (value as UncheckedMessage) : undefined;
  }
  if (typeof id !== 'number') return undefined;
  switch (type) {
    case 'answer':
      return { type, id, result: value['result'] };
    case 'failure':
      return typeof value['message'] === 'string' ? { type, id, message: value['message'] } : undefined;
    case 'progress':
      return isStep(value['step']) ? (value as UncheckedMessage) : undefined;
    default:
      return undefined;
  }
}

/** Whether this is an answer to the request of this name. */
export function isResult<Name extends RequestName>(name: Name, result: unknown): result is Requests[Name]['result'] {
  if (!isRecord(result)) return false;
  switch (name) {
    case 'start':
      return (
        isRecord(result['strings']) &&
        hasTexts(result, 'profile') &&
        isListOf(result['profiles'], isProfile) &&
        isSaved(result['saved']) &&
        hasTexts(result['defaults'], 'baseUrl', 'modelId') &&
        isMore(result['defaults']['more']) &&
        (result['kept'] === null || isKept(result['kept'])) &&
        isListOf(result['unfolded'], (name) => typeof name === 'string') &&
        (result['view'] === null || isView(result['view']))
      );
    case 'checkOverride':
      return isListOf(result['issues'], isOverrideIssue);
    case 'validate':
      return isListOf(result['issues'], isIssue) && typeof result['address'] === 'string';
    default:
      return isOutcome(name, result);
  }
}

function isOutcome(name: RequestName, result: Record<string, unknown>): boolean {
  switch (result['outcome']) {
    case 'listed':
      if (name === 'listGuardrails')
        return isListOf(result['guardrails'], (guardrail) => typeof guardrail === 'string');
      return name === 'listModels' && isListOf(result['models'], isModel);
    case 'copied':
      return name === 'copyDiagnosis';
    case 'finished':
      return name === 'testConnection';
    case 'saved':
      return name === 'save' && isSaved(result['saved']) && isListOf(result['issues'], isIssue);
    case 'changed':
      return name === 'changeProfiles' && hasTexts(result, 'profile') && isListOf(result['profiles'], isProfile);
    case 'opened':
      return name === 'manageModels';
    case 'table':
      return name === 'listTable' && isTable(result['table']);
    case 'preferred':
      return name === 'changePreference' && isPreferences(result);
    case 'described':
      return name === 'describeModel' && isDetail(result['model']);
    case 'overridden':
      return name === 'saveOverride';
    case 'notOverridden':
      return name === 'saveOverride' && isListOf(result['issues'], isOverrideIssue);
    case 'refused':
      return isListOf(result['issues'], isIssue);
    case 'failed':
      return typeof result['message'] === 'string';
    case 'cancelled':
      return name === 'listModels' || name === 'listGuardrails' || name === 'testConnection' || name === 'listTable';
    default:
      return false;
  }
}

function isView(value: unknown): boolean {
  return value === 'settings' || value === 'models';
}

function isTable(value: unknown): boolean {
  if (!hasTexts(value, 'state', 'source', 'failure') || !isPreferences(value)) return false;
  const { rows, version, trail, unreadable, readAt, isEditable } = value;
  return (
    (rows === null || isListOf(rows, isRow)) &&
    (readAt === null || typeof readAt === 'number') &&
    typeof isEditable === 'boolean' &&
    typeof version === 'number' &&
    isListOf(trail, (step) => hasTexts(step, 'path', 'came', 'meaning') && typeof step['isGood'] === 'boolean') &&
    isRecord(unreadable) &&
    typeof unreadable['count'] === 'number' &&
    isListOf(unreadable['first'], isText)
  );
}

function isRow(value: unknown): boolean {
  return (
    hasTexts(value, 'id', 'name', 'provider') &&
    [value['contextWindow'], value['maxTokens'], value['inputPrice'], value['outputPrice']].every(isFigure) &&
    isListOf(value['abilities'], isText) &&
    isListOf(value['assumedAbilities'], isText) &&
    typeof value['deployments'] === 'number' &&
    typeof value['isListed'] === 'boolean'
  );
}

function isFigure(value: unknown): boolean {
  return hasTexts(value, 'text') && (value['amount'] === null || typeof value['amount'] === 'number');
}

function isPreferences(value: Record<string, unknown>): boolean {
  return isListOf(value['hidden'], isText) && isListOf(value['favorites'], isText);
}

function isDetail(value: unknown): boolean {
  if (!hasTexts(value, 'id', 'note')) return false;
  const { fields, saved } = value;
  return isListOf(fields, (field) => hasTexts(field, 'name', 'kind', 'text', 'origin', 'without')) && isTexts(saved);
}

function isOverrideIssue(value: unknown): boolean {
  return hasTexts(value, 'field', 'message');
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isText);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isSaved(value: unknown): boolean {
  return hasTexts(value, 'baseUrl', 'modelId') && typeof value['hasKey'] === 'boolean' && isMore(value['more']);
}

/** Whether this is what a page keeps: the editor may have kept that of an older one. */
export function isKept(value: unknown): value is KeptPage {
  if (!hasTexts(value, 'profile') || !isRecord(value['unsaved'])) return false;
  const { models = {}, view = 'settings' } = value;
  if (!isView(view)) return false;
  if (
    !isRecord(models) ||
    !Object.values(models).every((texts) => isRecord(texts) && Object.values(texts).every(isTexts))
  )
    return false;
  return Object.values(value['unsaved']).every(isUnsaved) && Array.isArray(value['unfolded']);
}

function isUnsaved(value: unknown): boolean {
  return hasTexts(value, 'baseUrl', 'modelId') && isPartOfMore(value['more']) && Array.isArray(value['changed']);
}

/** A field of each kind with a value of its shape. */
const moreShapes: { [Name in keyof MoreTexts]: 'text' | 'texts' | 'rows' | 'switch' } = {
  maxTokens: 'text',
  temperature: 'text',
  topP: 'text',
  reasoningEffort: 'text',
  thinkingBudget: 'text',
  timeoutMs: 'text',
  discoveryTimeoutMs: 'text',
  maxRetries: 'text',
  headers: 'rows',
  fallbacks: 'texts',
  guardrails: 'texts',
  numRetries: 'text',
  tags: 'texts',
  workspaceTag: 'switch',
  user: 'text',
  metadata: 'text',
  usePromptCache: 'switch',
  extraBody: 'text',
};

const hasShape: Record<'text' | 'texts' | 'rows' | 'switch', (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  texts: (value) => isListOf(value, (item) => typeof item === 'string'),
  rows: (value) => isListOf(value, (row) => hasTexts(row, 'name', 'value')),
  switch: (value) => typeof value === 'boolean',
};

function isMore(value: unknown): boolean {
  return isRecord(value) && Object.entries(moreShapes).every(([name, shape]) => hasShape[shape](value[name]));
}

function isPartOfMore(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const given = Object.entries(moreShapes).filter(([name]) => value[name] !== undefined);
  return given.every(([name, shape]) => hasShape[shape](value[name]));
}

function isProfile(value: unknown): boolean {
  if (!hasTexts(value, 'id', 'name')) return false;
  const { group } = value;
  return group === undefined || (hasTexts(group, 'address') && typeof group['hasKey'] === 'boolean');
}

function isIssue(value: unknown): boolean {
  if (!hasTexts(value, 'field', 'severity', 'message')) return false;
  const isField = ['baseUrl', 'apiKey', 'modelId'].includes(value.field) || Object.hasOwn(moreShapes, value.field);
  return isField && ['error', 'warning'].includes(value.severity);
}

function isModel(value: unknown): boolean {
  if (!hasTexts(value, 'id', 'name', 'context', 'price')) return false;
  return isListOf(value['reasoningEfforts'], (effort) => typeof effort === 'string');
}

function isStep(value: unknown): boolean {
  if (!hasTexts(value, 'step', 'status', 'text', 'advice', 'asked', 'came') || typeof value['durationMs'] !== 'number')
    return false;
  const isKnown = ['address', 'reachable', 'tls', 'gateway', 'key', 'models', 'chat'].includes(value.step);
  return isKnown && ['ok', 'failed', 'skipped'].includes(value.status);
}

function hasTexts<Name extends string>(
  value: unknown,
  ...names: Name[]
): value is Record<Name, string> & Record<string, unknown> {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string');
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
