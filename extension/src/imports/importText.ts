/** What the user reads about an import. */
import * as vscode from 'vscode';
import { shortText } from '../logText.ts';
import type { SettingName } from '../profiles.ts';
import type { ImportedField, ImportedProfile, ImportRemark } from './imported.ts';
import type { ParseProblem } from './parsed.ts';

/** Why nothing can be taken from a file. */
export type ImportProblem =
  | ParseProblem
  | { readonly code: 'unknown_format' }
  | { readonly code: 'no_connection'; readonly program: string };

/** A sentence that names the file, what is wrong with it and what to do. */
export function presentImportProblem(file: string, problem: ImportProblem): string {
  const { t } = vscode.l10n;
  switch (problem.code) {
    case 'too_large':
      return t(
        '{0} has {1}. Settings of this kind have {2} at most: choose the file with the settings.',
        file,
        size(problem.bytes),
        size(problem.most),
      );
    case 'empty':
      return t('{0} is empty. Choose the file with the settings.', file);
    case 'not_text':
      return t('{0} is no text in UTF-8. Choose a settings file: JSON or YAML.', file);
    case 'too_complex':
      return t(
        '{0} nests or repeats its parts more than any settings do, and is not read. Take out what is not about LiteLLM, and import it again.',
        file,
      );
    case 'syntax':
      return t(
        '{0} is not valid {1}: line {2}, column {3}. Correct that place, and import it again.',
        file,
        problem.language,
        problem.line,
        problem.column,
      );
    case 'unknown_format':
      return t(
        '{0} is no settings file of Roo Code, Cline, Continue, OpenClaw, LiteLLM or this extension. Choose one of these.',
        file,
      );
    case 'no_connection':
      return t(
        '{0} is a file of {1}, but names no LiteLLM gateway. Set one up there first, or enter yours in the settings.',
        file,
        problem.program,
      );
    default:
      return problem satisfies never;
  }
}

/** What a reader left out or assumed. */
export function presentRemark(remark: ImportRemark): string {
  const { t } = vscode.l10n;
  switch (remark.code) {
    case 'missing_variable':
      return t(
        'The environment variable {0} is not set here, so {1} is left out.',
        shortText(remark.variable),
        shortText(remark.place),
      );
    case 'wrong_type':
      return t('{0} has a value of the wrong type: it is left out.', shortText(remark.place));
    case 'key_elsewhere':
      return t('The key is not in this file: enter it in the settings.');
    case 'assumed_address':
      return t('The file names no address: {0} is where LiteLLM usually is.', remark.place);
    case 'master_key':
      return t('This is the master key, which may do everything with the gateway.');
    case 'more_models':
      return t('{0} models are named: the gateway lists them itself.', remark.count);
    case 'left_out':
      return t('{0} was left out of the export: enter it anew.', shortText(remark.place));
    default:
      return remark satisfies never;
  }
}

/** The name of a field, as people say it. */
export function fieldTitle(name: SettingName | 'apiKey'): string {
  const { t } = vscode.l10n;
  switch (name) {
    case 'baseUrl':
      return t('URL');
    case 'apiKey':
      return t('API key');
    case 'modelId':
      return t('Model ID');
    default:
      return name;
  }
}

/** Where a field comes from. */
export function fieldOrigin(program: string, { place, variables, variableFile }: ImportedField): string {
  const { t } = vscode.l10n;
  if (variableFile !== undefined) {
    const names = shortText(variables.join(', '));
    return t('{0}: {1}, with {2} from the file {3} beside it', program, shortText(place), names, variableFile);
  }
  if (variables.length > 0) {
    return t('{0}: {1}, with the environment variable {2}', program, shortText(place), shortText(variables.join(', ')));
  }
  return place === '' ? t('{0}: not in the file', program) : `${program}: ${shortText(place)}`;
}

/** A profile in a few words: its address and model. */
export function profileSummary({ fields }: ImportedProfile): string {
  const shown = ['baseUrl', 'modelId'].flatMap((name) => fields.find((field) => field.name === name)?.shown ?? []);
  return shown.map(shortText).join(' · ');
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${Math.ceil(bytes / 1024 / 1024)} MB`;
}
