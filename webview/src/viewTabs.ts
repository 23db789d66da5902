/** The two views of a profile: a row of tabs, and the panel of each. */
import type { PageStrings, PageView } from '../../extension/src/protocol';
import { element } from './elements';

const views: readonly PageView[] = ['settings', 'models'];

/** The tabs with their panels. */
export class ViewTabs {
  readonly root: HTMLElement;
  readonly panels: Readonly<Record<PageView, HTMLElement>>;
  readonly #tabs: Readonly<Record<PageView, HTMLButtonElement>>;
  #view: PageView = 'settings';

  /** `choose` is called when the user wants to see a view. */
  constructor(strings: PageStrings, choose: (view: PageView) => void) {
    const { settingsTab, modelsTab, tabs } = strings.models;
    const tab = (view: PageView, text: string) => {
      const made = element('button', { class: 'tab', role: 'tab', id: `tab-${view}`, text });
      made.type = 'button';
      made.setAttribute('aria-controls', `view-${view}`);
      made.addEventListener('click', () => choose(view));
      return made;
    };
    const panel = (view: PageView) => {
      const made = element('div', { role: 'tabpanel', id: `view-${view}` });
      made.setAttribute('aria-labelledby', `tab-${view}`);
      return made;
    };
    this.#tabs = { settings: tab('settings', settingsTab), models: tab('models', modelsTab) };
    this.panels = { settings: panel('settings'), models: panel('models') };
    const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': tabs }, ...Object.values(this.#tabs));
    list.addEventListener('keydown', (event) => {
      if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
      event.preventDefault();
      // There are two: whichever way one goes, it is the other; the ends are told apart.
      const other = { Home: 'settings', End: 'models' }[event.key] ?? views.find((view) => view !== this.#view);
      choose(other === 'models' ? 'models' : 'settings');
      this.focus();
    });
    this.root = element('div', {}, list, this.panels.settings, this.panels.models);
    this.show('settings');
  }

  /** Shows a view. */
  show(view: PageView): void {
    this.#view = view;
    for (const name of views) {
      this.panels[name].hidden = name !== view;
      this.#tabs[name].ariaSelected = String(name === view);
      this.#tabs[name].tabIndex = name === view ? 0 : -1;
    }
  }

  /** Puts the keyboard on the tab of the view that is shown. */
  focus(): void {
    this.#tabs[this.#view].focus();
  }
}
