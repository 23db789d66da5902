/** From what is typed in the settings page to the core's settings, and to what is stored of them. */
import { type CoreIssue, fieldOf, issueSentence, jsonSentence, type SettingSchema } from './fieldIssues.ts';
import { type AddressRules, type BoundSettings, bindKey, withheldSentence } from './keyBinding.ts';
import { settingsOfTexts, type UnreadableText } from './moreSettings.ts';
import type { Draft, FieldIssue, HeldKey, KeyChange, MoreName, MoreTexts } from './protocol.ts';
import type { SavedKey } from './secrets.ts';
import type { Translate } from './settingsStrings.ts';

/** Settings of the page by their names; undefined is none. */
export type SettingValues = { [name in 'baseUrl' | 'modelId' | MoreName | ModelListName]?: unknown };

/** The settings about single models. */
type ModelListName = 'modelOverrides' | 'hiddenModels' | 'favoriteModels';

/** No field is given: what then holds is the default. */
export const noFields = { baseUrl: undefined, modelId: undefined };

/** What the form's key means while the user is still typing: the rules ask only whether there is one. */
export const keyChanges: Readonly<Record<HeldKey, KeyChange>> = {
  typed: { action: 'set', value: 'key' },
  saved: { action: 'keep' },
  none: { action: 'remove' },
};

/** The settings that are typed: of the folded ones those that were changed, as far as they can be read. */
export function fieldsOf({ baseUrl, modelId, more }: Pick<Draft, 'baseUrl' | 'modelId' | 'more'>): SettingValues {
  const { settings } = settingsOfTexts(more);
  return { baseUrl: baseUrl.trim() || undefined, modelId: modelId.trim() || undefined, ...settings };
}

/** The core's input for what is typed, with all other settings as they are stored. */
export function bindDraft(
  core: AddressRules,
  stored: { settings: object; key?: SavedKey },
  draft: Draft,
): BoundSettings {
  const settings = { ...stored.settings, ...fieldsOf(draft) };
  const typedKey = draft.key.action === 'set' ? draft.key.value.trim() : '';
  if (typedKey !== '') return { settings: { ...settings, apiKey: typedKey } };
  return bindKey(core, settings, draft.key.action === 'remove' ? undefined : stored.key);
}

/** What the profile is told about the key: nothing keeps it, null removes it. A typed one is for the address that is typed. */
export function newKey(key: KeyChange, origin: string): SavedKey | null | undefined {
  if (key.action === 'remove') return null;
  const apiKey = key.action === 'set' ? key.value.trim() : '';
  return apiKey === '' ? undefined : { apiKey, origin };
}

/** What of the core it takes to judge what is typed. */
export interface DraftRules extends AddressRules {
  normalizeSettings(input: unknown): {
    settings: { baseUrl: string; modelId: string };
    issues: readonly (CoreIssue & { fatal: boolean })[];
  };
}

/** What is said of it, and how. */
export interface DraftWords {
  translate: Translate;
  /** What the manifest says of a setting. */
  schemaOf: (name: string) => SettingSchema;
}

/** The complete settings of what is typed, and what is wrong with its fields. */
export function checkDraft(
  core: DraftRules,
  { settings, withheld }: BoundSettings,
  more: Partial<MoreTexts>,
  { translate, schemaOf }: DraftWords,
): { normalized: { baseUrl: string; modelId: string }; issues: FieldIssue[] } {
  const { settings: normalized, issues } = core.normalizeSettings(settings);
  const ofFields: FieldIssue[] = settingsOfTexts(more).unreadable.map(({ name, problem }: UnreadableText) => ({
    field: name,
    severity: 'error',
    message: jsonSentence(translate, problem),
  }));
  for (const issue of issues) {
    const field = fieldOf(issue.path);
    if (!field) continue;
    const message = issueSentence(translate, field, issue, schemaOf(field));
    ofFields.push({ field, severity: issue.fatal ? 'error' : 'warning', message });
  }
  // Without a usable address there is nothing that a key could be withheld from.
  if (withheld && !issues.some(({ fatal }) => fatal)) {
    const message = withheldSentence(translate, withheld);
    ofFields.push({ field: 'apiKey', severity: 'error', message });
  }
  return { normalized, issues: ofFields };
}

/** Errors of the core never hold the key; those of anything else might. */
export function withoutTypedKey(text: string, { key }: Draft): string {
  return key.action === 'set' && key.value.trim() !== '' ? text.replaceAll(key.value.trim(), '…') : text;
}
