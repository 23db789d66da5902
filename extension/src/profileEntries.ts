/**
 * The setting `litellm-gateway.profiles`: the profiles beside the first one, by their ids. It is written by hand as often as by
 * the settings panel, so whatever is wrong with it is told and left where it stands.
 */
import type { SettingsIssue } from './core.ts';

/** The profile whose fields are the settings `litellm-gateway.*` themselves. In the setting its entry has a name only. */
export const defaultProfile = 'default';

/** The setting that holds the other profiles, without its section. */
export const profilesSetting = 'profiles';

/** A profile as it is written: its name, and the fields that the settings have too. */
export type Entry = Readonly<Record<string, unknown>>;

/** What is written in the setting. */
export interface Entries {
  /** The entries that can be used, by their ids. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** What is wrong, with paths that begin at the setting. */
  readonly issues: readonly SettingsIssue[];
}

/** The id of a profile is part of the ids of its models, and of the name under which its key is kept. */
const idPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const longestId = 40;

/** Reads the setting. `names` are the fields that an entry may have beside its name. */
export function readEntries(value: unknown, names: readonly string[]): Entries {
  const entries = new Map<string, Entry>();
  const issues: SettingsIssue[] = [];
  const wrong = (path: string, code: 'wrong_type' | 'unknown_field', message: string) =>
    issues.push({ path: path === '' ? profilesSetting : `${profilesSetting}.${path}`, code, message, fatal: false });
  if (value === undefined || value === null) return { entries, issues };
  if (!isEntry(value)) {
    wrong('', 'wrong_type', 'Expected an object with a profile for each id.');
    return { entries, issues };
  }
  for (const [id, entry] of Object.entries(value)) {
    if (!isProfileId(id)) {
      wrong(id, 'wrong_type', 'The id of a profile has small letters, digits and single hyphens, and no more than 40.');
      continue;
    }
    if (!isEntry(entry)) {
      wrong(id, 'wrong_type', 'Expected an object with the name and the settings of a profile.');
      continue;
    }
    entries.set(id, entry);
    if (entry['name'] !== undefined && nameOf(entry) === undefined) {
      wrong(`${id}.name`, 'wrong_type', 'Expected text.');
    }
    for (const name of Object.keys(entry)) {
      if (name === 'name') continue;
      if (name === 'apiKey') {
        wrong(`${id}.${name}`, 'unknown_field', 'A key does not belong here. Enter it in the settings panel.');
      } else if (id === defaultProfile) {
        wrong(`${id}.${name}`, 'unknown_field', 'The fields of this profile are the other settings of the extension.');
      } else if (!names.includes(name)) {
        wrong(`${id}.${name}`, 'unknown_field', 'There is no such setting.');
      }
    }
  }
  return { entries, issues };
}

/** Whether this can be a profile's id. */
export function isProfileId(id: string): boolean {
  return id.length <= longestId && idPattern.test(id);
}

/** The name in an entry, if there is one. */
export function nameOf(entry: Entry | undefined): string | undefined {
  const name = entry?.['name'];
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : undefined;
}

/** An id made of a profile's first name; it stays when the name changes. */
export async function newId(name: string, isTaken: (id: string) => boolean | Promise<boolean>): Promise<string> {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['profile'];
  const stem = words
    .join('-')
    .slice(0, longestId - 8)
    .replace(/-+$/, '');
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (id !== defaultProfile && !(await isTaken(id))) return id;
  }
}

/** Whether this is an object as JSON has them. */
export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
