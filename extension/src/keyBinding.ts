/** Which saved key goes where: only to the origin that it was entered for. */
import type { SavedKey } from './secrets.ts';

/** What of the core it takes to compare addresses. */
export interface AddressRules {
  normalizeSettings(input: unknown): { settings: { baseUrl: string } };
  originOf(baseUrl: string): string;
}

/** A key that is not sent, since the settings name another gateway. */
export interface WithheldKey {
  /** The origin that it was entered for. */
  readonly savedFor: string;
  /** The origin that the settings name. */
  readonly origin: string;
}

/** Settings that are ready for the core. */
export interface BoundSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly withheld?: WithheldKey;
}

/** The origin that the settings name. One that can't be read is no key's: the core says what is wrong with it. */
export function originOfSettings(core: AddressRules, settings: object): string {
  return core.originOf(core.normalizeSettings(settings).settings.baseUrl);
}

/** The settings with the saved key, unless that was entered for another origin than the one they name. */
export function bindKey(core: AddressRules, settings: object, key: SavedKey | undefined): BoundSettings {
  if (key === undefined) return { settings: { ...settings } };
  const origin = originOfSettings(core, settings);
  if (origin === key.origin) return { settings: { ...settings, apiKey: key.apiKey } };
  return { settings: { ...settings }, withheld: { savedFor: key.origin, origin } };
}

/** What the user reads about a key that is not sent. */
export function withheldSentence(
  translate: (text: string, ...values: string[]) => string,
  { savedFor, origin }: WithheldKey,
): string {
  return translate(
    'The saved API key is for {0} and is not sent to {1}. Enter the key for {1}, or remove the saved one.',
    savedFor,
    origin,
  );
}
