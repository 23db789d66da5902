/** The connection to the gateway of one profile as it is set up now, with its handlers and the models that it listed. */
import type { LiteLLMHandler, ModelCatalog, ModelInfo } from './core.ts';
import type { ErrorContext } from './errors.ts';
import type { WithheldKey } from './keyBinding.ts';
import type { StoredProfile } from './profiles.ts';

/** A model of a gateway, hidden or not. */
export interface CatalogModel {
  /** With the user's own words over the gateway's. */
  readonly info: ModelInfo;
  /** As the gateway lists it; undefined for a chosen model that it does not list. */
  readonly listed?: ModelInfo;
  /** The members that the user's own words replace. */
  readonly override?: object;
}

/** What the user says of the models of a gateway as such. */
interface Preferences {
  readonly hidden: ReadonlySet<string>;
  /** In the user's order. */
  readonly favorites: readonly string[];
}

/** What is needed to talk to the gateway of the current settings. */
export interface Connection {
  /** The profile that it was made for, to be compared with. */
  readonly madeFor: string;
  /** That without what only says which models are offered, and without what the user says of models at all. */
  readonly handlerMadeFor: string;
  readonly gatewayMadeFor: string;
  /** For the configured model. */
  readonly handler: LiteLLMHandler;
  /** For the other models that were asked so far. */
  readonly others: Map<string, LiteLLMHandler>;
  /** The gateway's address, without a query that may hold secrets. */
  readonly address: string;
  /** A saved key that this gateway does not get. */
  readonly withheld?: WithheldKey;
  /** Whether the user or the environment named anything of the connection. */
  readonly isConfigured: boolean;
  /** Whether the user or the environment named the model. */
  readonly hasChosenModel: boolean;
  readonly preferences: Preferences;
  /** What the user says of models, by their ids. */
  readonly overrides: ReadonlyMap<string, object>;
  /** The gateway does not tell what the key has spent. */
  isKeyUntold?: boolean;
  /** All that decides which models the gateway lists, with the key. */
  readonly askedWith: string;
  /** The models of that list as the core takes them, until it is given them. */
  unrestored?: Uint8Array;
  /** The last list that came, when it did, and its models. */
  read?: ReadModels;
}

/** A list of models. */
export interface ReadModels {
  readonly catalog: ModelCatalog;
  /** When it came, in milliseconds of the epoch. */
  readonly at: number;
  readonly models: readonly CatalogModel[];
  /** Whether it came in an earlier window. */
  readonly isKept?: boolean;
}

/** The handler of the configured model. It knows the models of an earlier window, which the core reads only here: to show them takes less. */
export function handlerOf(connection: Connection): LiteLLMHandler {
  const { handler, unrestored } = connection;
  delete connection.unrestored;
  if (unrestored) handler.restoreModels(unrestored);
  return handler;
}

/** The handler of a model. */
export function handlerFor(connection: Connection, modelId: string): LiteLLMHandler {
  const handler = handlerOf(connection);
  if (handler.getModel().id === modelId) return handler;
  // Kept, since a handler learns what its model refuses.
  const other = connection.others.get(modelId) ?? handler.withModel(modelId);
  connection.others.set(modelId, other);
  return other;
}

/** The listed models as they are offered: with the user's own words over the gateway's, and the chosen one among them, listed or not. */
export function modelsOf(connection: Connection, { models }: ModelCatalog): readonly CatalogModel[] {
  const { overrides, handler, hasChosenModel } = connection;
  const told = models.map((listed) => {
    const override = overrides.get(listed.id);
    return override
      ? { info: handlerFor(connection, listed.id).getModel().info, listed, override }
      : { info: listed, listed };
  });
  const { id } = handler.getModel();
  if (!hasChosenModel || models.some((listed) => listed.id === id)) return told;
  const override = overrides.get(id);
  return [{ info: handlerOf(connection).getModel().info, ...(override && { override }) }, ...told];
}

/** A model that the gateway does not list, as it would be asked. */
export function unlistedModel(connection: Connection, id: string): CatalogModel {
  const override = connection.overrides.get(id);
  return { info: handlerOf(connection).withModel(id).getModel().info, ...(override && { override }) };
}

/** The models as the user wants them: without the hidden ones, favourites first. */
export function preferred(
  { preferences: { hidden, favorites } }: Connection,
  models: readonly ModelInfo[],
): { readonly models: readonly ModelInfo[]; readonly favorites: ReadonlySet<string> } {
  const places = new Map(favorites.map((id, place) => [id, place]));
  const shown = models.filter(({ id }) => !hidden.has(id));
  const place = ({ id }: ModelInfo) => places.get(id) ?? favorites.length;
  const sorted = favorites.length > 0 ? shown.sort((one, other) => place(one) - place(other)) : shown;
  return { models: sorted, favorites: new Set(favorites) };
}

/** What is known of the models. */
export function infosOf(models: readonly CatalogModel[]): ModelInfo[] {
  return models.map(({ info }) => info);
}

/** What an error message tells of the gateway. */
export function contextOf({ address, withheld }: Connection): ErrorContext {
  return { gateway: address, ...(withheld && { withheld }) };
}

/** All that decides which models the gateway of a profile lists. It holds secrets, and is stored nowhere. */
export function askedWith({ settings: { baseUrl, headers, env }, key }: StoredProfile): string {
  return JSON.stringify([baseUrl, headers, env, key]);
}
