/** "Import Settings": choose a file, see what is in it, take what is wanted. Nothing is saved before it was shown. */
import * as vscode from 'vscode';
import { chooseTarget } from '../chooseTarget.ts';
import type { Core, LiteLLMCore } from '../core.ts';
import { originOfSettings } from '../keyBinding.ts';
import type { Log } from '../log.ts';
import { shortText } from '../logText.ts';
import type { Notifications } from '../notifications.ts';
import type { Profiles, SavedSettings } from '../profiles.ts';
import { presentSettingsIssue } from '../settingsIssues.ts';
import { formats } from './formats.ts';
import { type ImportedField, type ImportedProfile, isLeftOut } from './imported.ts';
import { fieldOrigin, fieldTitle, presentImportProblem, presentRemark, profileSummary } from './importText.ts';
import { type Found, readImportFile, usualFiles } from './readFile.ts';

/** What the import needs. */
export interface ImportDependencies {
  readonly core: Core;
  readonly profiles: Profiles;
  readonly log: Log;
  readonly notifications: Notifications;
}

/** Runs the command. `file` is for callers that know it already. */
export async function importSettings(dependencies: ImportDependencies, file?: vscode.Uri): Promise<void> {
  const { t } = vscode.l10n;
  const { core, profiles, log, notifications } = dependencies;
  const chosenFile = file ?? (await chooseFile());
  if (!chosenFile) return;
  const name = shortText(chosenFile.path.split('/').at(-1) ?? '');
  let found: Awaited<ReturnType<typeof readImportFile>>;
  try {
    found = await readImportFile(chosenFile);
  } catch (error) {
    log.failure('Reading a file to import', error);
    await notifications.show('error', t('{0} could not be opened. Check that it is there and may be read.', name), []);
    return;
  }
  if ('problem' in found) {
    await notifications.show('error', presentImportProblem(name, found.problem), ['openSettings']);
    return;
  }
  const wanted = await chooseProfiles(found);
  if (!wanted) return;
  const litellm = await core.load();
  const usable = wanted.map((profile) => ({ profile, refused: refusedFields(litellm, profile) }));
  const taken = await chooseFields(found.program, usable);
  if (!taken) return;
  const target = taken.length === 1 ? await chooseTarget(profiles, t('Import Settings')) : 'new';
  if (!target) return;
  try {
    for (const { profile, fields } of taken) await save(litellm, profiles, target, profile, fields);
  } catch (error) {
    log.failure('Saving what was imported', error);
    await notifications.show('error', t('What was imported could not be saved. The log has the reason; try again.'), [
      'showLog',
    ]);
    return;
  }
  const names = taken.flatMap(({ fields }) => fields.map((field) => field.name));
  log.info(`Settings were imported from a file of ${found.program}: ${[...new Set(names)].join(', ')}.`);
  const done =
    taken.length === 1
      ? t('The settings of {0} were imported.', found.program)
      : t('{0} profiles of {1} were imported.', taken.length, found.program);
  const remarks = taken.flatMap(({ profile }) => profile.remarks.filter(isLeftOut).map(presentRemark));
  await notifications.show('information', [done, ...new Set(remarks)].join(' '), ['openSettings']);
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const found = await usualFiles(formats);
  const browse = {
    label: `$(folder-opened) ${t('Choose a File…')}`,
    detail: t(
      "Roo Code's export, Cline's globalState.json, Continue's or LiteLLM's config.yaml, openclaw.json, or an export of this extension",
    ),
    file: undefined,
  };
  if (found.length > 0) {
    const items = found.map(({ format, file, path }) => ({
      label: `$(file) ${format.name}`,
      description: path,
      file: file as vscode.Uri | undefined,
    }));
    const chosen = await vscode.window.showQuickPick([...items, browse], {
      title: t('Import Settings'),
      placeHolder: t('Where are the settings?'),
    });
    if (!chosen) return undefined;
    if (chosen.file) return chosen.file;
  }
  const files = await vscode.window.showOpenDialog({
    title: t('Import Settings'),
    openLabel: t('Import'),
    filters: { [t('Settings')]: ['json', 'json5', 'yaml', 'yml'], [t('All Files')]: ['*'] },
  });
  return files?.[0];
}

/** Which of the profiles; the only one without a question. */
async function chooseProfiles({ program, profiles }: Found): Promise<readonly ImportedProfile[] | undefined> {
  const { t } = vscode.l10n;
  if (profiles.length === 1) return profiles;
  const items = profiles.map((profile) => ({
    label: shortText(profile.name),
    description: profileSummary(profile),
    detail: profile.isLiteLLM ? 'LiteLLM' : t("Another server that speaks OpenAI's language, maybe a LiteLLM gateway"),
    picked: profile.isLiteLLM,
    profile,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Import from {0}', program),
    placeHolder: t('Which profiles?'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ profile }) => profile) : undefined;
}

/** What the core refuses of a profile's fields, by their names: taking it would leave a connection that can't be used. */
function refusedFields(litellm: LiteLLMCore, { fields }: ImportedProfile): ReadonlyMap<string, string> {
  const settings = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const fatal = litellm.normalizeSettings(settings).issues.filter(({ fatal }) => fatal);
  return new Map(fatal.map((issue) => [issue.path.split(/[.[]/)[0] ?? '', presentSettingsIssue(issue)]));
}

interface Candidate {
  readonly profile: ImportedProfile;
  readonly refused: ReadonlyMap<string, string>;
}

interface Taken {
  readonly profile: ImportedProfile;
  readonly fields: readonly ImportedField[];
}

type FieldRow = vscode.QuickPickItem & { readonly profile?: ImportedProfile; readonly field?: ImportedField };

/** Shows every field with its value and its place, all of them chosen, and gives those that stay so. */
async function chooseFields(program: string, candidates: readonly Candidate[]): Promise<readonly Taken[] | undefined> {
  const { t } = vscode.l10n;
  // Rows that are never checked: there is nothing to take.
  const note = (icon: string, text: string): FieldRow => ({ label: `$(${icon}) ${t('Note')}`, detail: text });
  const separator = (label: string): FieldRow => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const rows = candidates.flatMap(({ profile, refused }): FieldRow[] => [
    separator(shortText(profile.name)),
    ...profile.fields
      .filter(({ name }) => !refused.has(name))
      .map((field) => ({
        label: fieldTitle(field.name),
        description: shortText(field.shown),
        detail: fieldOrigin(program, field),
        picked: true,
        profile,
        field,
      })),
    ...profile.remarks.map((remark) => note(isLeftOut(remark) ? 'warning' : 'info', presentRemark(remark))),
    ...[...refused.values()].map((sentence) => note('warning', sentence)),
  ]);
  const chosen = await vscode.window.showQuickPick(rows, {
    title: t('Import from {0}', program),
    placeHolder: t('These settings are taken. Uncheck what is not wanted.'),
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  if (!chosen || chosen.length === 0) return undefined;
  return candidates.flatMap(({ profile }) => {
    const fields = chosen.flatMap((row) => (row.profile === profile && row.field ? [row.field] : []));
    return fields.length > 0 ? [{ profile, fields }] : [];
  });
}

/** Saves what was taken. The key goes to the secret storage, for the address that stands beside it in the file. */
async function save(
  litellm: LiteLLMCore,
  profiles: Profiles,
  target: string | 'new',
  { name, fields: all }: ImportedProfile,
  fields: readonly ImportedField[],
): Promise<void> {
  const settings: SavedSettings = {};
  let apiKey: string | undefined;
  for (const field of fields) {
    if (field.name !== 'apiKey') settings[field.name] = field.value;
    else if (typeof field.value === 'string') apiKey = field.value;
  }
  // The address of the file also when the user takes the key alone: the key is no other gateway's.
  const baseUrl = all.find((field) => field.name === 'baseUrl')?.value;
  const key = apiKey === undefined ? undefined : { apiKey, origin: originOfSettings(litellm, { baseUrl }) };
  if (target === 'new') await profiles.add({ name, settings, ...(key && { key }) });
  else await profiles.save(target, settings, key);
}
