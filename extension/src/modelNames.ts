/**
 * The ids that the editor knows our models by: the gateway's own ids for the profile `default`, with the profile's id before
 * them for all others. The editor stores them with the user's choices, so they depend on nothing but profile and model, and
 * no two models have the same.
 *
 * The editor's table of models takes an id for Markdown whose links may run commands. So what would begin a link in the gateway's
 * id, which no gateway means, is written otherwise in the editor's.
 */
import { withoutLinks } from './logText.ts';
import { defaultProfile } from './profileEntries.ts';

/** What begins an id that names its profile; a model of the profile `default` that is called so names it, too. */
const withProfile = /^((?:group:)?[a-z0-9-]+)::(.*)$/s;

/** How the id of a group begins, and none of a profile. */
export const groupPrefix = 'group:';

/** Whether it is the id of a group that the editor keeps, and not of a profile. */
export function isGroup(id: string): boolean {
  return id.startsWith(groupPrefix);
}

/** The id of a gateway's model in the editor. */
export function editorModelId(profile: string, modelId: string): string {
  const id = withoutLinks(modelId).replaceAll('\n', '\u2028').replaceAll('\r', '\u2029');
  return profile === defaultProfile && !withProfile.test(id) ? id : `${profile}::${id}`;
}

/** The profile and the gateway's id of a model that the editor names. */
export function modelOfEditor(id: string): { profile: string; modelId: string } {
  const [, profile, modelId] = withProfile.exec(id) ?? [];
  return profile === undefined || modelId === undefined
    ? { profile: defaultProfile, modelId: ofGateway(id) }
    : { profile, modelId: ofGateway(modelId) };
}

function ofGateway(id: string): string {
  return id
    .replace(/(?<=[\]$<])\u200b/g, '')
    .replaceAll('\u2028', '\n')
    .replaceAll('\u2029', '\r');
}
