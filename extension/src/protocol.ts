/**
 * What the settings page and the extension say to each other. Types only: the page's bundle takes nothing else from the extension.
 *
 * The page asks (`request`), the extension answers each request once (`answer`), with any number of `progress` messages
 * before it. The page may `cancel` a request; it is answered all the same. Both sides check what arrives and ignore what has
 * another shape.
 */

/** The fields that the page edits, as they appear in issues. */
export type FieldName = 'baseUrl' | 'apiKey' | 'modelId';

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
}

/** What is checked while the user types: the draft without the key, which stays in the page. */
export interface DraftWithoutKey {
  baseUrl: string;
  modelId: string;
  key: HeldKey;
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
}

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
}

/** The steps of a connection test, in their order. */
export type TestStepName = 'address' | 'reachable' | 'gateway' | 'key' | 'models' | 'chat';

/** The outcome of one step of a connection test. */
export interface TestStep {
  step: TestStepName;
  status: 'ok' | 'failed' | 'skipped';
  durationMs: number;
  /** What was found, or for a failed step a sentence that says what went wrong and what to do. */
  text: string;
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
  /** The first request of a page. */
  start: {
    parameters: null;
    result: { strings: PageStrings; saved: SavedSettings; defaults: { baseUrl: string; modelId: string } };
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
  /** Stores the draft. */
  save: {
    parameters: Draft;
    result: { outcome: 'saved'; saved: SavedSettings; issues: FieldIssue[] } | Refused | Failed;
  };
}

/** The name of a request. */
export type RequestName = keyof Requests;

/** A request as the page posts it. `id` is a positive integer that grows with every request of a page. */
export type RequestMessage = {
  [Name in RequestName]: { type: 'request'; id: number; name: Name; parameters: Requests[Name]['parameters'] };
}[RequestName];

/** What the page posts. */
export type PageMessage = RequestMessage | { type: 'cancel'; id: number };

/** What the extension posts. */
export type HostMessage =
  | { type: 'answer'; id: number; result: Requests[RequestName]['result'] }
  /** The request could not be worked on at all. */
  | { type: 'failure'; id: number; message: string }
  | { type: 'progress'; id: number; step: TestStep }
  /** Something was saved, by this page or elsewhere. */
  | { type: 'saved'; saved: SavedSettings };

/** Every text of the page, in the editor's language. `{0}`, `{1}` stand for what the page fills in. */
export interface PageStrings {
  heading: string;
  introduction: string;

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

  save: string;
  saving: string;
  saved: string;
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
