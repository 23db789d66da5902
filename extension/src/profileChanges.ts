/** What the settings page asks for about the profiles themselves: which there are, and how they are called. */
import type { ProfileChoice, ProfilesChange } from './protocol.ts';

/** The stored profiles, as far as the page changes which there are; each is named by its id. */
export interface ChangeableProfiles {
  /** There is always one. */
  list(): Promise<readonly { id: string; name: string }[]>;
  /** Each gives the id of the profile that is there then. */
  add(profile: { name: string }): Promise<string>;
  duplicate(profile: string, name: string): Promise<string>;
  rename(profile: string, name: string): Promise<void>;
  /** Removes a profile with its key. */
  remove(profile: string): Promise<void>;
  /** Brings back what was removed last and gives its id; undefined when there is nothing to bring back. */
  restore(): Promise<string | undefined>;
  /** Lets go of what was removed last. */
  forgetRemoved(): void;
}

/** The groups that the user added in the editor's own list of models, which keeps them. */
export interface SessionGroups {
  list(): readonly ProfileChoice[];
  onDidChange(listener: () => void): { dispose(): void };
  /** Opens the editor's list of models. */
  manage(): Promise<void>;
}

/** Names longer than this are cut: a name is for reading. */
const longestName = 200;

/** All that can be shown: the stored profiles, then the groups. */
export async function profileChoices(profiles: ChangeableProfiles, groups: SessionGroups): Promise<ProfileChoice[]> {
  const stored = await profiles.list();
  return [...stored, ...groups.list()].map((choice) => ({ ...choice, name: choice.name.slice(0, longestName) }));
}

/** Makes a change that begins at `profile`, and gives the id of the profile to show then. */
export async function changeProfiles(
  profiles: ChangeableProfiles,
  profile: string,
  change: ProfilesChange,
): Promise<string> {
  switch (change.action) {
    case 'add':
      return profiles.add({ name: change.name });
    case 'duplicate':
      return profiles.duplicate(profile, change.name);
    case 'rename':
      await profiles.rename(profile, change.name);
      return profile;
    case 'remove':
      return removed(profiles, profile);
    case 'restore':
      return (await profiles.restore()) ?? profile;
  }
}

/** Removes a profile; the one after it is shown then, else the one before. */
async function removed(profiles: ChangeableProfiles, profile: string): Promise<string> {
  const before = (await profiles.list()).map(({ id }) => id);
  await profiles.remove(profile);
  const left = new Set((await profiles.list()).map(({ id }) => id));
  const place = before.indexOf(profile);
  const neighbours = [...before.slice(place + 1), ...before.slice(0, Math.max(0, place)).reverse(), ...left];
  return neighbours.find((id) => left.has(id)) ?? profile;
}
