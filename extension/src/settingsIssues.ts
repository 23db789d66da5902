/** What is wrong with a setting, for the user. */
import * as vscode from 'vscode';
import type { SettingsIssue } from './core.ts';
import type { SettingSchema } from './fieldIssues.ts';
import { settingsSection } from './profiles.ts';

/**
 * A sentence that names the setting, what is wrong with it and what would be right. The core's reason is English: in a
 * language with translations it is told where it has one, else what the manifest says of the setting. `place` is where
 * the settings of its profile stand.
 */
export function presentSettingsIssue(issue: SettingsIssue, place: string = settingsSection): string {
  const { t } = vscode.l10n;
  const why = t(issue.message);
  const isTold = vscode.l10n.bundle === undefined || why !== issue.message;
  const field = issue.path === 'apiKey' ? t('API key') : `${place}.${issue.path}`;
  switch (issue.code) {
    case 'invalid_url':
      return isTold
        ? t('The setting "{0}" is not a usable address: {1}', field, why)
        : t('The setting "{0}" is not a usable address.', field);
    case 'unsupported_scheme':
      return t('The setting "{0}" must begin with http:// or https://.', field);
    case 'insecure_http':
      return t(
        'The API key is sent without encryption, because "{0}" begins with http://. Use https:// if the gateway has it.',
        field,
      );
    case 'invalid_header':
      return isTold
        ? t('The setting "{0}" holds something that an HTTP header can\'t carry: {1}', field, why)
        : t(
            'The setting "{0}" can\'t be sent as an HTTP header. Remove line breaks, control characters and characters beyond Latin-1.',
            field,
          );
    case 'wrong_type':
      return isTold
        ? t('The setting "{0}" has a value of the wrong type: {1}', field, why)
        : t('The setting "{0}" has a value of the wrong type. It must be {1}.', field, wanted(issue.path));
    case 'out_of_range':
      return isTold
        ? t('The setting "{0}" is out of its range: {1}', field, why)
        : t('The setting "{0}" is out of its range. It must be {1}.', field, wanted(issue.path));
    case 'unknown_field':
      return vscode.l10n.bundle === undefined
        ? t('Check the setting "{0}": {1}', field, why)
        : t('There is no setting "{0}". Check how its name is written.', field);
    default:
      // A newer core may have one more.
      return issue.code satisfies never;
  }
}

/** What a setting takes, in words. Parts of a setting are not in the manifest. */
function wanted(path: string): string {
  const { t } = vscode.l10n;
  const { type, minimum, maximum } = schemaOf(path);
  switch ([type].flat()[0]) {
    case 'integer':
    case 'number':
      if (minimum !== undefined && maximum !== undefined) return t('a number from {0} to {1}', minimum, maximum);
      return minimum === undefined ? t('a number') : t('a number of at least {0}', minimum);
    case 'boolean':
      return t('true or false');
    case 'string':
      return t('text');
    case 'array':
      return t('a list');
    case 'object':
      return t('an object');
    default:
      return t('as the description of the setting says');
  }
}

/** What the manifest says of a setting. */
export function schemaOf(path: string): SettingSchema {
  const manifest: unknown = vscode.extensions.getExtension('litellm-gateway.litellm-gateway')?.packageJSON;
  const { contributes } = (manifest ?? {}) as {
    contributes?: { configuration?: { properties?: Readonly<Record<string, SettingSchema>> } };
  };
  return contributes?.configuration?.properties?.[`${settingsSection}.${path}`] ?? {};
}
