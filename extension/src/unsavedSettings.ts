/** Asks about what was typed in a settings page that is closed: an editor closes such a page without asking it. */
import * as vscode from 'vscode';
import { shortText } from './logText.ts';
import { showMessage } from './messages.ts';
import type { FieldName, KeptPage } from './protocol.ts';
import { pageStrings } from './settingsStrings.ts';

/** What of the profiles is told. */
interface ListedProfiles {
  list(): Promise<readonly { id: string; name: string }[]>;
}

/** Offers to open the page again with what was typed; `restore` does so. */
export async function askAboutUnsaved({ unsaved, models }: KeptPage, profiles: ListedProfiles, restore: () => void) {
  const left = Object.entries(unsaved).filter(([, { changed }]) => changed.length > 0);
  const leftModels = Object.entries(models).filter(([, texts]) => Object.keys(texts).length > 0);
  if (left.length + leftModels.length === 0) return;
  const { t } = vscode.l10n;
  const strings = pageStrings(t);
  const labels: Record<FieldName, string> = {
    baseUrl: strings.urlLabel,
    apiKey: strings.keyLabel,
    modelId: strings.modelLabel,
    ...strings.more.labels,
  };
  const named = (names: readonly FieldName[]) => names.map((name) => labels[name]).join(strings.listSeparator);
  const listed = await profiles.list();
  const ofProfile = (text: string, id: string) => {
    const name = listed.find((profile) => profile.id === id)?.name;
    return listed.length > 1 && name !== undefined ? t('{0} ({1})', text, name) : text;
  };
  const told = [
    ...left.map(([id, { changed }]) => ofProfile(named(changed), id)),
    ...leftModels.map(([id, texts]) => ofProfile(Object.keys(texts).map(shortText).join(strings.listSeparator), id)),
  ];
  const secrets = [...new Set(left.flatMap(([, { changed }]) => changed))].filter(
    (name) => name === 'apiKey' || name === 'headers',
  );
  const question = t('The settings of LiteLLM Gateway were closed before they were saved: {0}.', told.join('; '));
  // What may be a secret is kept nowhere.
  const remark = secrets.length > 0 ? ` ${t('To be typed again: {0}.', named(secrets))}` : '';
  const open = t('Open Again');
  const answer = await showMessage('warning', question + remark, open, t('Discard'));
  if (answer === open) restore();
}
