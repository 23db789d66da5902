/** Our own export: profiles without keys, and without what else looks like a secret. */

import { secretName } from '../logText.ts';
import { type SavedSettings, settingNames } from '../profiles.ts';
import { type ImportedProfile, ProfileBuilder } from './imported.ts';
import { elements, isObject, member, members, textOf } from './shape.ts';

/** What the first member of the file says it is. */
const format = 'litellm-gateway-profiles';

/** A profile as it is exported. */
export interface ExportedProfile {
  readonly name: string;
  readonly settings: SavedSettings;
}

/** The text of the file, and the places of what was left out of it. */
export interface Export {
  readonly text: string;
  readonly leftOut: readonly string[];
}

/** Writes profiles. Keys are no part of their settings; secrets elsewhere in them are left out, and the file says where. */
export function writeOwnProfiles(profiles: readonly ExportedProfile[]): Export {
  const all: string[] = [];
  const written = profiles.map(({ name, settings }) => {
    const leftOut: string[] = [];
    const kept: SavedSettings = {};
    for (const setting of settingNames) {
      const value = settings[setting];
      if (value !== undefined) kept[setting] = withoutSecrets(setting, value, leftOut);
    }
    all.push(...leftOut.map((place) => `${name}: ${place}`));
    return { name, settings: kept, ...(leftOut.length > 0 && { leftOut }) };
  });
  return { text: `${JSON.stringify({ format, version: 1, profiles: written }, null, 2)}\n`, leftOut: all };
}

/** Whether this is an export of ours. */
export function isOwnProfiles(file: unknown): boolean {
  return member(file, 'format') === format;
}

/** The profiles of an export. A setting that we do not have, or no more, is passed over. */
export function readOwnProfiles(file: unknown): ImportedProfile[] {
  return elements(member(file, 'profiles')).flatMap((profile, index) => {
    const builder = new ProfileBuilder();
    const at = `profiles[${index}]`;
    const settings = member(profile, 'settings');
    for (const name of settingNames) {
      const value = member(settings, name);
      const place = `${at}.settings.${name}`;
      if (name === 'headers') builder.headers(value, place);
      else if (typeof value === 'string') builder.text(name, value, place);
      else builder.value(name, value, place);
    }
    for (const place of elements(member(profile, 'leftOut'))) {
      if (typeof place === 'string') builder.remark({ code: 'left_out', place });
    }
    const read = builder.build(textOf(member(profile, 'name')) ?? `${index + 1}`);
    return read ? [read] : [];
  });
}

/** A setting's value without what looks like a secret; the places of that are added to `leftOut`. */
function withoutSecrets(place: string, value: unknown, leftOut: string[]): unknown {
  if (place === 'baseUrl') return typeof value === 'string' ? withoutSecretQuery(value, leftOut) : value;
  if (Array.isArray(value))
    return value.map((element, index) => withoutSecrets(`${place}[${index}]`, element, leftOut));
  if (!isObject(value)) return value;
  const kept = members(value).flatMap(([name, inner]) => {
    const at = `${place}.${name}`;
    // Numbers are none: `max_tokens` is no token.
    if (typeof inner === 'string' && secretName.test(name)) {
      leftOut.push(at);
      return [];
    }
    return [[name, withoutSecrets(at, inner, leftOut)] as const];
  });
  return Object.fromEntries(kept);
}

/** An address without the parameters of its query that look like secrets. */
function withoutSecretQuery(address: string, leftOut: string[]): string {
  const [before = '', query] = address.split(/\?(.*)/s);
  if (query === undefined) return address;
  const kept = query.split('&').filter((parameter) => {
    const [name = ''] = parameter.split('=');
    const isSecret = secretName.test(name);
    if (isSecret) leftOut.push(`baseUrl?${name}`);
    return !isSecret;
  });
  return kept.length > 0 ? `${before}?${kept.join('&')}` : before;
}
