/** "Export Settings": writes the profiles into a file, without keys and without what else looks like a secret. */
import * as vscode from 'vscode';
import type { Log } from '../log.ts';
import type { Notifications } from '../notifications.ts';
import type { Profiles } from '../profiles.ts';
import { writeOwnProfiles } from './ownProfiles.ts';

/** What the export needs. */
export interface ExportDependencies {
  readonly profiles: Profiles;
  readonly log: Log;
  readonly notifications: Notifications;
}

/** Runs the command. */
export async function exportSettings({ profiles, log, notifications }: ExportDependencies): Promise<void> {
  const { t } = vscode.l10n;
  const listed = await profiles.list();
  const exported = listed
    .map(({ id, name }) => ({ name, settings: profiles.saved(id) }))
    .filter(({ settings }) => Object.keys(settings).length > 0);
  if (exported.length === 0) {
    await notifications.show('information', t('No settings are saved yet, so there is nothing to export.'), [
      'openSettings',
    ]);
    return;
  }
  const { text, leftOut } = writeOwnProfiles(exported);
  const file = await vscode.window.showSaveDialog({
    title: t('Export Settings'),
    saveLabel: t('Export'),
    defaultUri: vscode.Uri.joinPath(startFolder(), 'litellm-gateway-settings.json'),
    filters: { JSON: ['json'] },
  });
  if (!file) return;
  try {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
  } catch (error) {
    log.failure('Writing an export', error);
    await notifications.show('error', t('The file could not be written. Choose a folder that you may write to.'), [
      'showLog',
    ]);
    return;
  }
  const done = t('The settings were exported without the API keys.');
  const secrets = t('What looked like a secret was left out, too: {0}', leftOut.join(', '));
  await notifications.show('information', leftOut.length > 0 ? `${done} ${secrets}` : done, []);
}

/** The folder that is open, else the home folder, else the root of whatever the editor has. */
function startFolder(): vscode.Uri {
  const home = typeof process === 'undefined' ? undefined : process.env?.['HOME'] || process.env?.['USERPROFILE'];
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(home ?? '/');
}
