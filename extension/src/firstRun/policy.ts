/**
 * What an organisation's policy decides. The editor tells extensions of no policy, and its sentences about one are in its own
 * language; but the value that a policy gives a setting holds although nobody set it: neither the user, nor a workspace, nor
 * the default.
 */
import * as vscode from 'vscode';

/** A setting of the editor. */
export interface EditorSetting {
  readonly section: string;
  readonly name: string;
}

/**
 * Whether a policy decides a setting. One that says just what the user or the default says is not told from these, and forbids
 * nothing that holds.
 */
export function isSetByPolicy({ section, name }: EditorSetting): boolean {
  const configuration = vscode.workspace.getConfiguration(section);
  const found = configuration.inspect<unknown>(name);
  if (found === undefined) return false;
  const { workspaceFolderValue, workspaceValue, globalValue, defaultValue } = found;
  const own = [workspaceFolderValue, workspaceValue, globalValue, defaultValue].find((value) => value !== undefined);
  return JSON.stringify(configuration.get(name)) !== JSON.stringify(own);
}

/** The organisations to one of which a GitHub account must belong before the editor's AI features work at all; none without such a policy. */
export function demandedOrganisations(): readonly string[] {
  const setting = { section: 'chat', name: 'approvedAccountOrganizations' };
  if (!isSetByPolicy(setting)) return [];
  const named = vscode.workspace.getConfiguration(setting.section).get<unknown>(setting.name);
  return Array.isArray(named) ? named.filter((name): name is string => typeof name === 'string') : [];
}
