/** Which models the table shows, and in which order: kept so that a key press costs one walk over the searched texts. */
import type { ModelAbility, ModelFigure, ModelRow } from '../../extension/src/protocol';

/** What is shown of all models. */
export interface ModelQuery {
  search: string;
  /** Undefined is every provider, the empty text those that name none. */
  provider: string | undefined;
  abilities: ReadonlySet<ModelAbility>;
  show: 'all' | 'favorites' | 'hidden' | 'overridden' | 'unlisted';
}

/** A column by which the rows can be sorted. */
export type ModelColumn = 'favorite' | 'id' | 'provider' | 'abilities' | 'deployments' | ModelFigure;

/** An order of the rows. */
export interface ModelOrder {
  by: ModelColumn;
  isDescending: boolean;
}

/** What of the user's lists is needed. */
interface Lists {
  hidden: ReadonlySet<string>;
  favorites: ReadonlySet<string>;
}

/** The longest part of an id that is searched: names are for people. */
const longestSearched = 1000;

/** The rows of a gateway, ready to be searched and sorted. */
export class ModelIndex {
  readonly rows: readonly ModelRow[];
  /** Each provider with how many rows it has, by name. */
  readonly providers: ReadonlyMap<string, number>;
  readonly #searched: readonly string[];
  /** The place of each row when they are sorted by id. */
  #places: readonly number[] | undefined;
  #order: { key: string; indexes: readonly number[] } | undefined;

  constructor(rows: readonly ModelRow[]) {
    this.rows = rows;
    this.#searched = rows.map(({ id, name, provider }) =>
      `${id.slice(0, longestSearched)}\n${name}\n${provider}`.toLowerCase(),
    );
    const counts = new Map<string, number>();
    for (const { provider } of rows) counts.set(provider, (counts.get(provider) ?? 0) + 1);
    const { compare: byText } = new Intl.Collator('en', { numeric: true });
    this.providers = new Map([...counts].sort(([one], [other]) => byText(one, other)));
  }

  /** The rows that pass, in order. */
  select(query: ModelQuery, order: ModelOrder, lists: Lists): ModelRow[] {
    const words = query.search.trim().toLowerCase().split(/\s+/);
    const found: ModelRow[] = [];
    for (const index of this.#sorted(order, lists)) {
      const searched = this.#searched[index];
      const row = this.rows[index];
      if (searched === undefined || row === undefined) continue;
      if (words.every((word) => searched.includes(word)) && passes(row, query, lists)) found.push(row);
    }
    return found;
  }

  #sorted({ by, isDescending }: ModelOrder, lists: Lists): readonly number[] {
    const key = `${by} ${isDescending}`;
    // Favourites change while the rows stay.
    if (this.#order?.key === key && by !== 'favorite') return this.#order.indexes;
    const places = this.#byId();
    const values = this.rows.map((row, index) => sortedBy(row, by, places[index] ?? 0, lists));
    const sign = isDescending ? -1 : 1;
    const indexes = this.rows.map((_, index) => index);
    indexes.sort((one, other) => {
      const difference = compare(values[one] ?? null, values[other] ?? null, sign);
      return difference || (places[one] ?? 0) - (places[other] ?? 0);
    });
    this.#order = { key, indexes };
    return indexes;
  }

  #byId(): readonly number[] {
    if (this.#places) return this.#places;
    const { compare: byText } = new Intl.Collator('en', { numeric: true });
    const ids = this.rows.map(({ id }) => id.slice(0, longestSearched));
    const indexes = ids.map((_, index) => index).sort((one, other) => byText(ids[one] ?? '', ids[other] ?? ''));
    const places: number[] = [];
    for (const [place, index] of indexes.entries()) places[index] = place;
    this.#places = places;
    return places;
  }
}

function passes(row: ModelRow, { provider, abilities, show }: ModelQuery, { hidden, favorites }: Lists): boolean {
  if (provider !== undefined && row.provider !== provider) return false;
  if (show === 'favorites' && !favorites.has(row.id)) return false;
  if (show === 'hidden' && !hidden.has(row.id)) return false;
  if (show === 'overridden' && !row.isOverridden) return false;
  if (show === 'unlisted' && row.isListed) return false;
  for (const ability of abilities) if (!row.abilities.includes(ability)) return false;
  return true;
}

function sortedBy(row: ModelRow, by: ModelColumn, place: number, { favorites }: Lists): number | string | null {
  switch (by) {
    case 'favorite':
      return favorites.has(row.id) ? 0 : 1;
    case 'id':
      return place;
    case 'provider':
      return row.provider === '' ? null : row.provider.toLowerCase();
    case 'abilities':
      return row.abilities.length;
    case 'deployments':
      return row.deployments;
    default:
      return row[by].amount;
  }
}

/** What is unknown comes last, whichever way the others are sorted. */
function compare(one: number | string | null, other: number | string | null, sign: number): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -sign : sign;
}
