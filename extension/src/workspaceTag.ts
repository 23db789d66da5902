/** The name of what the user works on as a tag in the gateway's logs: only where he asked for it, and never a path. */

/** The longest name in a tag. */
const longestName = 60;

/**
 * The settings with the workspace's name among the tags, if they want that. `name` is the editor's, undefined for an empty window.
 * The tag says what it is: some gateways choose a deployment by tags, and a workspace may be called anything.
 */
export function withWorkspaceTag<Settings extends { readonly tags?: unknown; readonly workspaceTag?: unknown }>(
  settings: Settings,
  name: string | undefined,
): Settings {
  const { tags = [], workspaceTag } = settings;
  const cleaned = cleanName(name ?? '');
  if (workspaceTag !== true || cleaned === '' || !Array.isArray(tags)) return settings;
  return { ...settings, tags: [...tags, `workspace:${cleaned}`] };
}

/** One short word of a name: whoever made the workspace chose it freely. */
function cleanName(name: string): string {
  const last = name.split(/[\\/]/).findLast((part) => part.trim() !== '') ?? '';
  const plain = last.replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, ' ').replace(/\s+/g, ' ');
  return [...plain.trim()].slice(0, longestName).join('').trim();
}
