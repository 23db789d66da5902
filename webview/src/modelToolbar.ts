/** What of the models is shown: a search, filters, and in words what they are. */
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { ModelAbility, PageStrings } from '../../extension/src/protocol';
import { element, fill, readable } from './elements';
import type { ModelQuery } from './modelFilter';

const abilities: readonly ModelAbility[] = [
  'tools',
  'images',
  'pdf',
  'audio',
  'reasoning',
  'promptCache',
  'computerUse',
];
const shows: readonly ModelQuery['show'][] = ['all', 'favorites', 'hidden', 'overridden', 'unlisted'];

/** So many providers are offered: nobody has more, and a gateway may name another one with each of its models. */
const mostProviders = 500;

/** Before the name of a provider, so that no provider has the value of "all". */
const providerMark = ':';

/** The toolbar. */
export class ModelToolbar {
  readonly root: HTMLElement;
  readonly #strings: PageStrings;
  readonly #search = element('vscode-textfield', { id: 'model-search' });
  readonly #provider = element('select', { id: 'model-provider' });
  readonly #show = element('select', { id: 'model-show' });
  readonly #abilities = new Map<ModelAbility, HTMLButtonElement>();
  #query: ModelQuery = { search: '', provider: undefined, abilities: new Set(), show: 'all' };

  /** `onChange` is called with each change by the user. */
  constructor(strings: PageStrings, onChange: () => void) {
    this.#strings = strings;
    const { models } = strings;
    const changed = () => {
      this.#query = {
        search: this.#search.value,
        provider: this.#provider.value === '' ? undefined : this.#provider.value.slice(providerMark.length),
        abilities: new Set(abilities.filter((name) => this.#abilities.get(name)?.ariaPressed === 'true')),
        show: shows.find((name) => name === this.#show.value) ?? 'all',
      };
      onChange();
    };
    this.#search.label = models.search;
    this.#search.placeholder = models.searchHint;
    this.#search.autocomplete = 'off';
    this.#search.addEventListener('input', changed);
    void this.#search.updateComplete.then(() => {
      this.#search.wrappedElement.spellcheck = false;
      this.#search.wrappedElement.type = 'search';
      this.#search.wrappedElement.style.borderRadius = '3px';
    });
    for (const select of [this.#provider, this.#show]) select.addEventListener('change', changed);
    const words: Record<ModelQuery['show'], string> = {
      all: models.showAll,
      favorites: models.showFavorites,
      hidden: models.showHidden,
      overridden: models.showOverridden,
      unlisted: models.showUnlisted,
    };
    for (const name of shows) {
      const option = element('option', { text: words[name] });
      option.value = name;
      this.#show.append(option);
    }
    for (const name of abilities) {
      const button = element('button', { class: 'chip', text: models.abilities[name] });
      button.type = 'button';
      button.ariaPressed = 'false';
      button.addEventListener('click', () => {
        button.ariaPressed = String(button.ariaPressed !== 'true');
        changed();
      });
      this.#abilities.set(name, button);
    }
    this.setProviders(new Map());
    this.root = element(
      'div',
      { class: 'model-toolbar' },
      element(
        'div',
        { class: 'labelled search' },
        element('label', { for: 'model-search', text: models.search }),
        this.#search,
      ),
      element(
        'div',
        { class: 'labelled' },
        element('label', { for: 'model-provider', text: models.provider }),
        this.#provider,
      ),
      element('div', { class: 'labelled' }, element('label', { for: 'model-show', text: models.show }), this.#show),
      element(
        'div',
        { class: 'chips', role: 'group', 'aria-label': models.abilityFilter },
        ...this.#abilities.values(),
      ),
    );
  }

  /** What is to be shown. */
  get query(): ModelQuery {
    return this.#query;
  }

  /** The filters that are on, in words; none when all is shown. */
  get words(): string[] {
    const { models } = this.#strings;
    const { search, provider } = this.#query;
    const words: string[] = [];
    if (search.trim() !== '') words.push(fill(models.filterSearch, readable(search.trim()).slice(0, 60)));
    if (provider !== undefined) words.push(provider === '' ? models.noProvider : readable(provider));
    for (const ability of this.#query.abilities) words.push(models.abilities[ability]);
    if (this.#query.show !== 'all') words.push(this.#show.selectedOptions[0]?.text ?? '');
    return words;
  }

  /** Offers these providers; a chosen one that is not among them any more stays chosen. */
  setProviders(providers: ReadonlyMap<string, number>): void {
    const { models } = this.#strings;
    const chosen = this.#provider.value;
    const all = element('option', { text: models.anyProvider });
    all.value = '';
    const options = [...providers].slice(0, mostProviders).map(([name, count]) => {
      const text = `${name === '' ? models.noProvider : readable(name)} (${count})`;
      const option = element('option', { text });
      option.value = providerMark + name;
      return option;
    });
    const isGone = chosen !== '' && !options.some(({ value }) => value === chosen);
    if (isGone) {
      const option = element('option', { text: readable(chosen.slice(providerMark.length)) });
      option.value = chosen;
      options.push(option);
    }
    this.#provider.replaceChildren(all, ...options);
    this.#provider.value = chosen;
  }

  /** Shows all models. */
  clear(): void {
    this.#search.value = '';
    this.#provider.value = '';
    this.#show.value = 'all';
    for (const button of this.#abilities.values()) button.ariaPressed = 'false';
    this.#query = { search: '', provider: undefined, abilities: new Set(), show: 'all' };
  }

  /** Puts the cursor into the search. */
  focus(): void {
    this.#search.focus();
  }
}
