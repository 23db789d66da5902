/** Asks which profile something goes into. */
import * as vscode from 'vscode';
import { shortText } from './logText.ts';
import type { Profiles } from './profiles.ts';

/** A profile that is there already, or a new one. Who has saved nothing yet is not asked. */
export async function chooseTarget(profiles: Profiles, title: string): Promise<string | 'new' | undefined> {
  const { t } = vscode.l10n;
  const used: { label: string; description: string; id: string }[] = [];
  for (const { id, name } of await profiles.list()) {
    const { settings, key } = await profiles.read(id);
    const { env: _environment, ...saved } = settings;
    if (key === undefined && Object.keys(saved).length === 0) continue;
    const description = typeof saved.baseUrl === 'string' ? shortText(saved.baseUrl) : '';
    used.push({ label: t('Change the Profile "{0}"', shortText(name)), description, id });
  }
  if (used.length === 0) return 'new';
  const add = { label: `$(add) ${t('Add a New Profile')}`, description: '', id: 'new' };
  const chosen = await vscode.window.showQuickPick([add, ...used], {
    title,
    placeHolder: t('Where do the settings go?'),
    ignoreFocusOut: true,
  });
  return chosen?.id;
}
