/** What the settings page and the extension say to each other about the models of a profile. Types only. */

/** What a model can take or do, in the order of the page. */
export type ModelAbility = 'tools' | 'images' | 'pdf' | 'audio' | 'reasoning' | 'promptCache' | 'computerUse';

/** The columns of figures. */
export type ModelFigure = 'contextWindow' | 'maxTokens' | 'inputPrice' | 'outputPrice';

/** A figure of a model, to be sorted by and to be read. */
export interface Figure {
  /** Tokens, or US dollars per 1,000,000 tokens; null when it is unknown. */
  amount: number | null;
  /** Such as "200K", "$3.00" or "free"; empty when it is unknown. */
  text: string;
  /** Nobody stated it: it is what holds until somebody does. */
  isAssumed: boolean;
}

/** One row of the table. Texts come from the gateway: they may hold anything, but are bounded, except for the id. */
export interface ModelRow extends Record<ModelFigure, Figure> {
  /** What is sent to the gateway, whole. */
  id: string;
  /** The id, readable. */
  name: string;
  /** Empty when it is unknown. */
  provider: string;
  abilities: ModelAbility[];
  /** Those of them that nobody stated. */
  assumedAbilities: ModelAbility[];
  /** How many deployments the gateway has behind the name. */
  deployments: number;
  /** Whether the gateway lists it; one that it does not is there since the user chose it, or said something of it. */
  isListed: boolean;
  /** Whether the user knows something of it better than the gateway. */
  isOverridden: boolean;
}

/** One request for the list, and what its answer means. */
export interface TrailStep {
  /** What was asked of the gateway, as the core names it. */
  path: string;
  isGood: boolean;
  /** What came, such as "200" or "403: This key may not …"; empty when nothing did. */
  came: string;
  /** What that means, and what to do where something is missing. */
  meaning: string;
}

/** Which of the models the user hides, and his favourites in their order, by id. */
export interface ModelPreferences {
  hidden: string[];
  favorites: string[];
}

/** The list of a profile's models, and how it was read. */
export interface ModelTable extends ModelPreferences {
  /** In the gateway's order; null when they are those that the page has. */
  rows: ModelRow[] | null;
  /** Of the rows: another number for other rows, from 1. */
  version: number;
  /**
   * `read`: as the gateway said it last. `kept`: it could not be read again, or is of an earlier window and was not yet.
   * `none`: it could not be read at all.
   */
  state: 'read' | 'kept' | 'none';
  /** When the list came, in milliseconds of the epoch; null when none did. */
  readAt: number | null;
  /** The path that the models came from; empty when none came. */
  source: string;
  /** Why the list could not be read and what to do; empty when it was. */
  failure: string;
  /** The requests of the last list that came. */
  trail: TrailStep[];
  /** Rows of the gateway that could not be read: how many, and the first of them. */
  unreadable: { count: number; first: string[] };
  /** Whether the user's words about the models can be saved: not those of a profile that the editor keeps. */
  isEditable: boolean;
}

/** What the user can say better than the gateway: the members of the core's `ModelInfoOverride`. */
export type OverrideName =
  | 'name'
  | 'description'
  | 'provider'
  | 'backendModel'
  | 'family'
  | 'mode'
  | 'contextWindow'
  | 'maxInputTokens'
  | 'maxTokens'
  | 'inputPrice'
  | 'outputPrice'
  | 'cacheReadsPrice'
  | 'cacheWritesPrice'
  | 'priceTiers'
  | 'supportsTools'
  | 'supportsImages'
  | 'supportsPdf'
  | 'supportsAudio'
  | 'supportsReasoning'
  | 'supportsPromptCache'
  | 'supportsComputerUse'
  | 'reasoningEfforts'
  | 'supportedParams'
  | SentName;

/** What is sent with the requests for a model, in place of what the settings send with all: the gateway says nothing of it. */
export type SentName = 'guardrails' | 'fallbacks';

/** A field of a model as the detail view names it. */
export type ModelFieldName = OverrideName | 'deployments';

/** How a field is typed: one line, a number, yes or no, words with commas between, or JSON. */
export type OverrideKind = 'text' | 'tokens' | 'price' | 'switch' | 'words' | 'json';

/**
 * Where a value comes from: the gateway stated it, the user did, it is made from the model's names, it is what holds while
 * nobody states it, or nobody knows it.
 */
export type ModelOrigin = 'gateway' | 'yours' | 'derived' | 'assumed' | 'unknown';

/** One field of a model. */
export interface ModelField {
  name: ModelFieldName;
  kind: OverrideKind;
  /** For reading, bounded; empty when it is unknown. Of a switch `true` or `false`. */
  text: string;
  origin: ModelOrigin;
  /** What holds without the user's word; empty where it is the same, or unknown. */
  without: string;
}

/** What the user says of a model, as typed, by field; a field that is absent or empty is the gateway's. */
export type OverrideTexts = Partial<Record<OverrideName, string>>;

/** All of a model. */
export interface ModelDetail {
  id: string;
  /** What is to be known before all else; empty when there is nothing. */
  note: string;
  fields: ModelField[];
  /** What is saved of the user's own words. */
  saved: OverrideTexts;
}

/** What is wrong with one of the user's words about a model. */
export interface OverrideIssue {
  field: OverrideName;
  /** A sentence that says what would be right. */
  message: string;
}

/** A change of one of the lists in which the user keeps models. */
export interface PreferenceChange {
  list: 'hidden' | 'favorites';
  id: string;
  /** Whether the model is in the list then. */
  isIn: boolean;
}

/** The texts of the page about models. `{0}`, `{1}` stand for what the page fills in. */
export interface ModelStrings {
  settingsTab: string;
  modelsTab: string;
  /** Names the two tabs. */
  tabs: string;
  search: string;
  searchHint: string;
  provider: string;
  anyProvider: string;
  noProvider: string;
  abilities: Record<ModelAbility, string>;
  /** Names the buttons of the abilities. */
  abilityFilter: string;
  show: string;
  showAll: string;
  showFavorites: string;
  showHidden: string;
  showOverridden: string;
  showUnlisted: string;
  columns: { favorite: string; id: string; provider: string; abilities: string; deployments: string } & Record<
    ModelFigure,
    string
  >;
  /** Names the table. */
  table: string;
  /** {0}: how many are shown. {1}: how many there are. */
  countSome: string;
  countAll: string;
  countOne: string;
  clear: string;
  /** {0}: the filters that are on. */
  noneMatches: string;
  /** {0}: what is searched for. */
  filterSearch: string;
  none: string;
  noneYet: string;
  loading: string;
  cancelled: string;
  refresh: string;
  /** {0}: a time. {1}: a path. */
  readAt: string;
  /** Said before the reason. {0}: the time of the list. */
  keptSince: string;
  /** {0}: when the list came. */
  keptMeanwhile: string;
  assumed: string;
  assumedLegend: string;
  unknown: string;
  hiddenMark: string;
  overriddenMark: string;
  unsavedMark: string;
  notListed: string;
  /** {0}: a model. */
  favorite: string;
  unfavorite: string;
  hide: string;
  unhide: string;
  hideShort: string;
  unhideShort: string;
  hiddenSaid: string;
  unhiddenSaid: string;
  favoriteSaid: string;
  unfavoriteSaid: string;
  keys: string;
  trail: string;
  trailMissing: string;
  trailFine: string;
  unreadableOne: string;
  unreadableMany: string;
  testInstead: string;
  readOnly: string;

  close: string;
  fields: Record<ModelFieldName, string>;
  origins: Record<ModelOrigin, string>;
  /** {0}: what holds without the user's word. */
  without: string;
  details: string;
  override: string;
  overrideHelp: string;
  asGateway: string;
  /** {0}: what the gateway says. */
  asGatewayIs: string;
  yes: string;
  no: string;
  kindHelp: Record<OverrideKind, string>;
  saved: string;
  reset: string;
  resetSaid: string;
}
