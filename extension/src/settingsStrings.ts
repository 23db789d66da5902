/** The texts of the settings page, in the editor's language. */
import { modelStrings } from './modelStrings.ts';
import { moreStrings } from './moreStrings.ts';
import type { PageStrings } from './protocol.ts';

/** The editor's `l10n.t`: finds the translation of an English text and fills in `{0}`. */
export type Translate = (text: string, ...values: string[]) => string;

/** Every text of the page. Texts with `{0}` are filled in by the page. */
export function pageStrings(t: Translate): PageStrings {
  return {
    heading: t('LiteLLM Gateway'),
    introduction: t(
      'Connects this editor to a LiteLLM gateway. Its models then appear in the model picker of the chat.',
    ),

    profileLabel: t('Profile'),
    profileAdd: t('Add'),
    profileDuplicate: t('Duplicate'),
    profileRename: t('Rename'),
    profileDelete: t('Delete'),
    profileName: t('Name of the profile'),
    profileCopyName: t('{0} copy'),
    profileUnsaved: t('{0} (unsaved changes)'),
    profileAdded: t('Added "{0}". Its URL and key are still to be entered.'),
    profileDuplicated: t('Added "{0}" with the same settings and key.'),
    profileDuplicatedWithoutKey: t('Added "{0}" with the same settings. No key was saved, so it has none.'),
    profileRenamed: t('Renamed.'),
    profileDeleted: t('Deleted "{0}".'),
    profileRestored: t('"{0}" is back.'),
    profileGone: t('The profile that was shown here was deleted elsewhere.'),
    undo: t('Undo'),
    groupsLabel: t("In the editor's list of models"),
    groupHelp: t(
      "This gateway was added in the editor's own list of models, which keeps its address and its key. The editor tells nobody what it is called there.",
    ),
    groupAddress: t('Address'),
    groupKey: t('API key'),
    groupKeySaved: t('Saved'),
    groupKeyNone: t('None'),
    groupManage: t("Open the Editor's List"),

    urlLabel: t('URL'),
    urlHelp: t('The address of the gateway.'),
    urlUnderstood: t('Requests go to {0}'),

    keyLabel: t('API key'),
    keyHelp: t("Kept in the editor's secret storage. Leave it empty for a gateway without keys."),
    keySaved: t('Saved'),
    keySavedHelp: t("A key is saved in the editor's secret storage. Type another one to replace it."),
    keyRemove: t('Remove'),
    keyRemoved: t('No key'),
    keyRemovedHelp: t('Saving removes the saved key.'),
    keyKeep: t('Keep Saved Key'),
    keyReplaceHelp: t('Saving replaces the saved key with this one.'),

    modelLabel: t('Model ID'),
    modelHelp: t("Choose one of the gateway's models, or type any ID."),
    modelNotListed: t('The gateway does not list this model. It is asked for all the same.'),
    modelListLabel: t('Models of the gateway'),
    openModelList: t('Show the models'),
    noMatch: t('No listed model matches "{0}". You can keep what you typed.'),
    noModelsYet: t('No list yet. Refresh asks the gateway for its models.'),
    matchesOne: t('1 model matches'),
    matchesMany: t('{0} models match'),

    refresh: t('Refresh'),
    modelsLoading: t('Asking the gateway for its models…'),
    modelsOne: t('The gateway offers 1 model.'),
    modelsMany: t('The gateway offers {0} models.'),
    modelsNone: t('The gateway shows no models to this key. Ask whoever runs it which models the key may use.'),
    modelsCancelled: t('Cancelled. Refresh asks again.'),
    modelsStale: t('Outdated: URL or key changed since.'),

    test: t('Test Connection'),
    testHeading: t('Connection Test'),
    testRunning: t('Testing…'),
    testPassed: t('The connection works.'),
    testFailed: t('The connection does not work yet.'),
    testCancelled: t('The test was cancelled.'),
    testStale: t('Outdated: settings changed since.'),
    copyDiagnosis: t('Copy Diagnosis'),
    diagnosisCopied: t('Copied. The text holds no key and no header values.'),
    noAnswerCame: t('no answer'),
    stepNames: {
      address: t('Address'),
      reachable: t('Reachable'),
      tls: t('TLS'),
      gateway: t('Gateway'),
      key: t('Key'),
      models: t('Models'),
      chat: t('Chat'),
    },
    stepWaiting: t('Waiting'),
    stepRunning: t('Running'),
    stepOk: t('OK'),
    stepFailed: t('Failed'),
    stepSkipped: t('Skipped'),
    milliseconds: t('{0} ms'),
    seconds: t('{0} s'),

    more: moreStrings(t),
    models: modelStrings(t),

    save: t('Save'),
    saving: t('Saving…'),
    savedFields: t('Saved: {0}'),
    listSeparator: t(', '),
    unsaved: t('Unsaved changes'),
    changed: t('Changed'),

    cancel: t('Cancel'),
    error: t('Error:'),
    warning: t('Warning:'),
    fixFields: t('Correct the marked fields first.'),
    noAnswer: t('The editor did not answer. Try again; if that does not help, close this page and open it again.'),
  };
}
