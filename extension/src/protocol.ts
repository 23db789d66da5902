/**
 * What the settings page and the extension say to each other. Types only: the page's bundle takes nothing else from the extension.
 *
 * The page asks (`request`), the extension answers each request once (`answer`), with any number of `progress` messages
 * before it. The page may `cancel` a request; it is answered all the same. Both sides check what arrives and ignore what has
 * another shape.
 */

import type {
  ModelDetail,
  ModelPreferences,
  ModelStrings,
  ModelTable,
  OverrideIssue,
  OverrideTexts,
  PreferenceChange,
} from './modelProtocol.ts';

export type * from './modelProtocol.ts';

/** The fields that the page edits, as they appear in issues. */
export type FieldName = 'baseUrl' | 'apiKey' | 'modelId' | MoreName;

/** A header of the user's own. */
export interface HeaderRow {
  name: string;
  value: string;
}

/**
 * What stands in the fields that the page folds away, as typed; empty means the default. Waits are in seconds, items of lists
 * one text each, objects are JSON texts.
 */
export interface MoreTexts {
  maxTokens: string;
  temperature: string;
  topP: string;
  reasoningEffort: string;
  thinkingBudget: string;
  timeoutMs: string;
  discoveryTimeoutMs: string;
  maxRetries: string;
  headers: HeaderRow[];
  fallbacks: string[];
  guardrails: string[];
  numRetries: string;
  tags: string[];
  workspaceTag: boolean;
  user: string;
  metadata: string;
  usePromptCache: boolean;
  extraBody: string;
}

/** The name of a field that the page folds away: that of its setting. */
export type MoreName = keyof MoreTexts;

/** The groups in which these fields are folded away. */
export type MoreGroup = 'answers' | 'reasoning' | 'network' | 'gateway' | 'records' | 'requests';

/**
 * What is to happen to the key. The saved key itself never travels to the page, and a typed one travels only in `set`, with
 * the requests that need it.
 */
export type KeyChange =
  /** The saved key is used, if there is one; it goes to the origin that it was entered for, and to no other. */
  | { action: 'keep' }
  /** This key is used, and saved by `save`. */
  | { action: 'set'; value: string }
  /** No key is used, and `save` deletes the saved one. */
  | { action: 'remove' };

/** Everything that is typed in the form. */
export interface Draft {
  /** As typed; empty means the default. */
  baseUrl: string;
  /** As typed; empty means the default. */
  modelId: string;
  key: KeyChange;
  /** The folded fields that differ from what is saved. */
  more: Partial<MoreTexts>;
}

/** What is checked while the user types: the draft without the key, which stays in the page. */
export interface DraftWithoutKey {
  baseUrl: string;
  modelId: string;
  key: HeldKey;
  more: Partial<MoreTexts>;
}

/** Which key the form holds: one that is typed, the saved one, or none. */
export type HeldKey = 'typed' | 'saved' | 'none';

/** What is stored. */
export interface SavedSettings {
  /** Empty when none was saved. */
  baseUrl: string;
  /** Empty when none was saved. */
  modelId: string;
  /** Whether the editor keeps a key. */
  hasKey: boolean;
  more: MoreTexts;
}

/** What is typed and not saved of one profile, without what may be a secret: no key and no headers. */
export interface UnsavedTexts {
  baseUrl: string;
  modelId: string;
  more: Partial<Omit<MoreTexts, 'headers'>>;
  /** The fields that are changed, in the order of the page, those whose values are left out among them. */
  changed: FieldName[];
}

/** What of the page is kept beyond its own life. */
export interface KeptPage {
  /** The id of the profile that was shown. */
  profile: string;
  /** By the ids of profiles. */
  unsaved: Record<string, UnsavedTexts>;
  unfolded: UnfoldedName[];
  /** What is typed and not saved of models, by the ids of profiles and of models. */
  models: Record<string, Record<string, OverrideTexts>>;
  view: PageView;
}

/** What of a profile the page shows. */
export type PageView = 'settings' | 'models';

/** What of the page can be unfolded: groups, and `more` for what holds them. */
export type UnfoldedName = 'more' | MoreGroup;
/** A profile as the page lists it. */
export interface ProfileChoice {
  id: string;
  /** The user's word for it: it may hold anything. */
  name: string;
  /** Present when the editor keeps it, not we: it was added in the editor's own list of models and can only be read here. */
  group?: {
    /** The gateway's address, as it is understood; as written when it can't be used. */
    address: string;
    hasKey: boolean;
  };
}

/** What is to happen to the profiles. What is not named happens to the profile that the request is about. */
export type ProfilesChange =
  /** A new profile without settings. */
  | { action: 'add'; name: string }
  /** A new profile like this one, key included. */
  | { action: 'duplicate'; name: string }
  | { action: 'rename'; name: string }
  /** The profile is removed, and can be brought back until the next one is or the page is closed. */
  | { action: 'remove' }
  /** The profile that was removed last comes back. */
  | { action: 'restore' };

/** Something about one field, shown in its place of help. */
export interface FieldIssue {
  field: FieldName;
  /** An error keeps the settings from being used; a warning does not. */
  severity: 'error' | 'warning';
  /** A sentence that says what is wrong and what would be right. */
  message: string;
}

/** One model that the gateway offers. Texts come from the gateway: they may hold anything. */
export interface ModelChoice {
  /** What is sent to the gateway. */
  id: string;
  /** The id, readable. */
  name: string;
  /** The context window, such as "200K context"; empty when the gateway does not state it. */
  context: string;
  /** The price, such as "$3.00 in · $15.00 out per 1M"; empty when it is unknown. */
  price: string;
  /** The reasoning efforts that the model knows, as far as the gateway tells. */
  reasoningEfforts: string[];
}

/** The steps of a connection test, in their order. */
export type TestStepName = 'address' | 'reachable' | 'tls' | 'gateway' | 'key' | 'models' | 'chat';

/** The outcome of one step of a connection test. */
export interface TestStep {
  step: TestStepName;
  status: 'ok' | 'failed' | 'skipped';
  durationMs: number;
  /** What was found, or for a failed step a sentence that says what went wrong. */
  text: string;
  /** What to do about a failed step, where the text does not say it. */
  advice: string;
  /** What was asked, such as a method and an address, without a query; empty when nothing was. */
  asked: string;
  /** What came, such as "200"; empty when nothing did. */
  came: string;
}

/** The settings that were asked for can't be used; each reason belongs to a field. */
export interface Refused {
  outcome: 'refused';
  issues: FieldIssue[];
}

/** The work failed; what was typed is as good as before. */
export interface Failed {
  outcome: 'failed';
  /** A sentence that says what went wrong and what to do. */
  message: string;
}

/** The request was cancelled or replaced by a newer one of its kind. */
export interface Cancelled {
  outcome: 'cancelled';
}

/** What each request takes and gives. */
export interface Requests {
  /**
   * What the page shows of a profile. The first request of a page may name the profile that was shown last; `profile` is the
   * one that is shown, another one where there is none of that id.
   */
  start: {
    parameters: null;
    result: {
      strings: PageStrings;
      profile: string;
      profiles: ProfileChoice[];
      saved: SavedSettings;
      /** What holds where nothing is typed. */
      defaults: { baseUrl: string; modelId: string; more: MoreTexts };
      /** What was typed when the page was closed, and is wanted back. */
      kept: KeptPage | null;
      unfolded: UnfoldedName[];
      /** What the user wants to see; null when that is whatever was shown last. */
      view: PageView | null;
    };
  };
  /** Checks what is typed; answered without any network call. */
  validate: {
    parameters: DraftWithoutKey;
    /** `address` is the gateway's, as it is understood; empty when what is typed can't be used. */
    result: { issues: FieldIssue[]; address: string };
  };
  /** Asks the gateway of the draft for its models. */
  listModels: {
    parameters: Draft;
    result: { outcome: 'listed'; models: ModelChoice[] } | Refused | Failed | Cancelled;
  };
  /** Tries the draft's connection step by step; each finished step is a progress message. */
  testConnection: { parameters: Draft; result: { outcome: 'finished' } | Refused | Failed | Cancelled };
  /** Asks the gateway of the draft for its guardrails; an empty list when it does not tell them. */
  listGuardrails: {
    parameters: Draft;
    result: { outcome: 'listed'; guardrails: string[] } | Refused | Failed | Cancelled;
  };
  /** Puts the last test of the profile into the clipboard, as text for an administrator. */
  copyDiagnosis: { parameters: null; result: { outcome: 'copied' } | Failed };
  /** Stores the draft. */
  save: {
    parameters: Draft;
    result: { outcome: 'saved'; saved: SavedSettings; issues: FieldIssue[] } | Refused | Failed;
  };
  /** Changes which profiles there are; `profile` is the one to show then. */
  changeProfiles: {
    parameters: ProfilesChange;
    result: { outcome: 'changed'; profile: string; profiles: ProfileChoice[] } | Failed;
  };
  /**
   * The models of the profile as it is saved; `refresh` asks the gateway for them anew. `known` is the version of the rows that
   * the page has, 0 for none.
   */
  listTable: {
    parameters: { refresh: boolean; known: number; drafts: string[] };
    result: { outcome: 'table'; table: ModelTable } | Failed | Cancelled;
  };
  /** Puts a model into one of the user's lists, or takes it out. */
  changePreference: {
    parameters: PreferenceChange;
    result: ({ outcome: 'preferred' } & ModelPreferences) | Failed;
  };
  /** All that is known of a model. */
  describeModel: { parameters: { id: string }; result: { outcome: 'described'; model: ModelDetail } | Failed };
  /** Checks the user's own words about a model; answered without any network call. */
  checkOverride: { parameters: OverrideTexts; result: { issues: OverrideIssue[] } };
  /** Stores what was changed of the user's own words about a model: an empty text is removed, what is not given stays. */
  saveOverride: {
    parameters: { id: string; texts: OverrideTexts };
    result: { outcome: 'overridden' } | { outcome: 'notOverridden'; issues: OverrideIssue[] } | Failed;
  };
  /** Opens the editor's own list of models, where the groups are. */
  manageModels: { parameters: null; result: { outcome: 'opened' } | Failed };
}

/** The name of a request. */
export type RequestName = keyof Requests;

/**
 * A request as the page posts it. `id` is a positive integer that grows with every request of a page; `profile` is the id of
 * the profile that it is about.
 */
export type RequestMessage = {
  [Name in RequestName]: {
    type: 'request';
    id: number;
    name: Name;
    profile: string;
    parameters: Requests[Name]['parameters'];
  };
}[RequestName];

/** What the page posts. */
export type PageMessage = RequestMessage | { type: 'cancel'; id: number } | { type: 'keep'; kept: KeptPage };

/** What the extension posts. */
export type HostMessage =
  | { type: 'answer'; id: number; result: Requests[RequestName]['result'] }
  /** The request could not be worked on at all. */
  | { type: 'failure'; id: number; message: string }
  | { type: 'progress'; id: number; step: TestStep }
  /** Something of a profile was saved, by this page or elsewhere. */
  | { type: 'saved'; profile: string; saved: SavedSettings }
  /** There may be other profiles than before, or other names. */
  | { type: 'profiles'; profiles: ProfileChoice[] }
  /** The user wants to see this profile, and this of it; an empty id is whichever is shown. */
  | { type: 'show'; profile: string; view: PageView };

/** Every text of the page, in the editor's language. `{0}`, `{1}` stand for what the page fills in. */
export interface PageStrings {
  heading: string;
  introduction: string;

  profileLabel: string;
  profileAdd: string;
  profileDuplicate: string;
  profileRename: string;
  profileDelete: string;
  /** The label of the field for a profile's name. */
  profileName: string;
  /** The name that a copy is given at first. {0}: the name of the profile. */
  profileCopyName: string;
  /** In the list, of a profile whose changes are not saved. {0}: its name. */
  profileUnsaved: string;
  /** {0}: its name. */
  profileAdded: string;
  /** {0}: its name. */
  profileDuplicated: string;
  /** {0}: its name. */
  profileDuplicatedWithoutKey: string;
  profileRenamed: string;
  /** {0}: its name. */
  profileDeleted: string;
  /** {0}: its name. */
  profileRestored: string;
  /** The profile that was shown was removed elsewhere. */
  profileGone: string;
  undo: string;
  /** The heading of the profiles that the editor keeps, in the list. */
  groupsLabel: string;
  groupHelp: string;
  groupAddress: string;
  groupKey: string;
  groupKeySaved: string;
  groupKeyNone: string;
  groupManage: string;

  urlLabel: string;
  urlHelp: string;
  /** {0}: the address as it is understood. */
  urlUnderstood: string;

  keyLabel: string;
  /** No key is saved. */
  keyHelp: string;
  /** The placeholder of the empty field when a key is saved. */
  keySaved: string;
  keySavedHelp: string;
  keyRemove: string;
  /** The placeholder after "Remove". */
  keyRemoved: string;
  keyRemovedHelp: string;
  keyKeep: string;
  /** A typed key will take the saved one's place. */
  keyReplaceHelp: string;

  modelLabel: string;
  modelHelp: string;
  modelNotListed: string;
  modelListLabel: string;
  openModelList: string;
  /** The list: nothing in it matches. {0}: what was typed. */
  noMatch: string;
  /** The list: nothing was fetched yet. */
  noModelsYet: string;
  /** Said to screen readers when the list is filtered. */
  matchesOne: string;
  /** {0}: how many. */
  matchesMany: string;

  refresh: string;
  modelsLoading: string;
  modelsOne: string;
  /** {0}: how many. */
  modelsMany: string;
  modelsNone: string;
  modelsCancelled: string;
  modelsStale: string;

  test: string;
  testHeading: string;
  testRunning: string;
  testPassed: string;
  testFailed: string;
  testCancelled: string;
  testStale: string;
  copyDiagnosis: string;
  diagnosisCopied: string;
  /** Between what was asked and what came. */
  noAnswerCame: string;
  stepNames: Record<TestStepName, string>;
  stepWaiting: string;
  stepRunning: string;
  stepOk: string;
  stepFailed: string;
  stepSkipped: string;
  /** {0}: milliseconds. */
  milliseconds: string;
  /** {0}: seconds with a fraction. */
  seconds: string;

  /** The folded fields. */
  more: MoreStrings;
  models: ModelStrings;

  save: string;
  saving: string;
  /** {0}: the labels of the fields that were saved. */
  savedFields: string;
  /** Between two labels. */
  listSeparator: string;
  unsaved: string;
  /** Beside the label of a changed field. */
  changed: string;

  cancel: string;
  error: string;
  warning: string;
  fixFields: string;
  /** The extension did not answer in time. */
  noAnswer: string;
}

/** The texts of the folded fields. */
export interface MoreStrings {
  title: string;
  /** What is below the title, in a few words. */
  summary: string;
  groups: Record<MoreGroup, string>;
  labels: Record<MoreName, string>;
  /** What each does and its unit. {0}: its default, where that is a figure. */
  help: Record<MoreName, string>;

  /** In a folded title. {0}: how many. */
  setOne: string;
  setMany: string;
  changedOne: string;
  changedMany: string;
  errorsOne: string;
  errorsMany: string;

  reset: string;
  /** Read by screen readers. {0}: the label of the field. */
  resetField: string;

  seconds: string;
  tokens: string;

  add: string;
  /** {0}: the label of the field. */
  addTo: string;
  remove: string;
  /** {0}: what is removed. */
  removeItem: string;
  moveUp: string;
  /** {0}: what is moved. */
  moveItemUp: string;
  /** Said to screen readers. {0}: what was added or removed. */
  added: string;
  removed: string;

  headerName: string;
  headerValue: string;
  addHeader: string;
  /** {0}: the number of the row. */
  removeHeader: string;

  /** The list of suggestions. {0}: the label of the field. */
  suggestions: string;
  /** {0}: the efforts that the chosen model knows. */
  effortsOfModel: string;
}
