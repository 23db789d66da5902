/** From what is typed in the settings page to the core's settings, and to what is stored of them. */
import { type AddressRules, type BoundSettings, bindKey } from './keyBinding.ts';
import { settingsOfTexts } from './moreSettings.ts';
import type { Draft, HeldKey, KeyChange, MoreName } from './protocol.ts';
import type { SavedKey } from './secrets.ts';

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
