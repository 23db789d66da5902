/**
 * The whole page: the row of profiles above the form of the one that is shown. Each profile has a form of its own, which keeps
 * what is typed and works on while another one is shown; the texts that are not saved are handed to the editor for when it
 * loads the page anew, but never a key.
 */
import type {
  KeptPage,
  OverrideTexts,
  PageStrings,
  PageView,
  ProfileChoice,
  ProfilesChange,
  Requests,
  UnfoldedName,
  UnsavedTexts,
} from '../../extension/src/protocol';
import { element, fill } from './elements';
import { groupView } from './groupView';
import { ModelsView } from './modelsView';
import { ProfileSwitcher } from './profileSwitcher';
import { type Announcement, NoAnswer, type Rpc, reasonOf } from './rpc';
import { SettingsForm } from './settingsForm';
import { ViewTabs } from './viewTabs';

interface PageOptions {
  rpc: Rpc;
  start: Requests['start']['result'];
  kept: KeptPage | undefined;
  /** Keeps the state for when the editor loads the page anew, and for the question when it is closed. */
  keep: (state: KeptPage) => void;
}

/** The page. */
export class ProfilesPage {
  readonly root: HTMLElement;
  readonly #rpc: Rpc;
  readonly #strings: PageStrings;
  readonly #keep: PageOptions['keep'];
  readonly #switcher: ProfileSwitcher;
  readonly #tabs: ViewTabs;
  readonly #forms = new Map<string, SettingsForm>();
  /** The models of the profiles whose models were looked at. */
  readonly #models = new Map<string, ModelsView>();
  /** What is typed and not saved of models, by profile. */
  readonly #drafts: Map<string, Record<string, OverrideTexts>>;
  #view: PageView;
  readonly #unsaved: Map<string, UnsavedTexts>;
  /** The same in every form. */
  #unfolded: UnfoldedName[];
  /** What was last kept, as JSON. */
  #kept: string;
  #choices: readonly ProfileChoice[];
  #current: string;
  /** Counts what the user wanted to see: only the last counts when a form comes late. */
  #wishes = 0;
  #isChanging = false;
  /** The form of the profile that was deleted last, with what was typed in it. */
  #deleted: { id: string; form: SettingsForm | undefined } | undefined;

  constructor({ rpc, start, kept, keep }: PageOptions) {
    const { strings, profile, profiles } = start;
    this.#rpc = rpc;
    this.#strings = strings;
    this.#keep = keep;
    this.#choices = profiles;
    this.#current = profile;
    this.#unsaved = new Map(Object.entries(kept?.unsaved ?? {}));
    this.#unfolded = start.unfolded;
    this.#drafts = new Map(Object.entries(kept?.models ?? {}));
    this.#view = start.view ?? kept?.view ?? 'settings';
    // A page as it is opened is nothing to be kept.
    this.#kept = JSON.stringify({ profile, unsaved: {}, unfolded: start.unfolded, models: {}, view: 'settings' });
    this.#tabs = new ViewTabs(strings, (view) => this.#showView(view));
    this.#switcher = new ProfileSwitcher(strings, {
      choose: (id) => void this.#show(id),
      change: (change) => void this.#change(change),
    });
    this.root = element(
      'main',
      {},
      element('h1', { text: strings.heading }),
      element('p', { class: 'introduction', text: strings.introduction }),
      this.#switcher.root,
      this.#tabs.root,
    );
    this.#put(this.#formOf(start).root);
    this.#showView(this.#view);
  }

  /** Puts the cursor where a new user begins. */
  async focus(): Promise<void> {
    if (this.#view === 'settings') await this.#forms.get(this.#current)?.focus();
  }

  /** Follows what was changed, here or elsewhere. */
  follow(announcement: Announcement): void {
    switch (announcement.type) {
      case 'saved':
        this.#forms.get(announcement.profile)?.follow(announcement.saved);
        this.#models.get(announcement.profile)?.follow();
        break;
      case 'profiles':
        this.#choices = announcement.profiles;
        this.#showChoices();
        if (!this.#isChanging && !this.#isThere(this.#current)) void this.#leaveRemoved();
        break;
      case 'show':
        this.#showView(announcement.view);
        if (this.#isThere(announcement.profile)) void this.#show(announcement.profile);
    }
  }

  #isThere(profile: string): boolean {
    return this.#choices.some(({ id }) => id === profile);
  }

  async #leaveRemoved(): Promise<void> {
    this.#forms.delete(this.#current);
    this.#models.delete(this.#current);
    const [first] = this.#choices;
    if (first && (await this.#show(first.id))) this.#switcher.say({ icon: 'warning', text: this.#strings.profileGone });
  }

  /** Shows a profile; false when another wish came in between, or the extension did not answer. */
  async #show(profile: string): Promise<boolean> {
    this.#wishes += 1;
    const wish = this.#wishes;
    const group = this.#choices.find(({ id }) => id === profile)?.group;
    try {
      const shown = group
        ? groupView(this.#strings, group, () => void this.#manage())
        : (await this.#open(profile)).root;
      if (wish !== this.#wishes) return false;
      this.#current = profile;
      this.#switcher.say({ text: '' });
      this.#put(shown);
      return true;
    } catch (error) {
      if (wish === this.#wishes) this.#failed(error);
      this.#showChoices();
      return false;
    }
  }

  #put(shown: HTMLElement): void {
    this.#forms.get(this.#current)?.unfold(this.#unfolded);
    this.#tabs.panels.settings.replaceChildren(shown);
    this.#showView(this.#view);
    this.#showChoices();
    this.#keepState();
  }

  #showView(view: PageView): void {
    this.#view = view;
    this.root.classList.toggle('is-wide', view === 'models');
    this.#tabs.show(view);
    if (view === 'models') {
      const models = this.#modelsOf(this.#current);
      const { models: panel } = this.#tabs.panels;
      if (panel.firstChild !== models.root) panel.replaceChildren(models.root);
      models.shown();
    }
    this.#keepState();
  }

  #modelsOf(profile: string): ModelsView {
    const open = this.#models.get(profile);
    if (open) return open;
    const view = new ModelsView({
      rpc: this.#rpc.of(profile),
      strings: this.#strings,
      drafts: this.#drafts.get(profile) ?? {},
      keep: (drafts) => {
        const isTyped = Object.keys(drafts).length > 0;
        const isOther = this.#drafts.has(profile) !== isTyped;
        if (isTyped) this.#drafts.set(profile, drafts);
        else this.#drafts.delete(profile);
        if (isOther) this.#showChoices();
        this.#keepState();
      },
      test: () => {
        this.#showView('settings');
        this.#forms.get(profile)?.test();
      },
    });
    this.#models.set(profile, view);
    return view;
  }

  async #open(profile: string): Promise<SettingsForm> {
    const open = this.#forms.get(profile);
    if (open) return open;
    const start = await this.#rpc.of(profile).request('start', null).answer;
    if (start.profile !== profile) throw new NoAnswer(this.#strings.profileGone);
    return this.#forms.get(profile) ?? this.#formOf(start);
  }

  #formOf(start: Requests['start']['result']): SettingsForm {
    const { profile } = start;
    const form = new SettingsForm({
      rpc: this.#rpc.of(profile),
      start,
      unsaved: this.#unsaved.get(profile),
      keep: (texts) => {
        const isOther = this.#unsaved.has(profile) !== (texts !== undefined);
        if (texts) this.#unsaved.set(profile, texts);
        else this.#unsaved.delete(profile);
        if (isOther) {
          this.#showChoices();
          this.#switcher.settle();
        }
        this.#keepState();
      },
      unfolded: this.#unfolded,
      unfold: (names) => {
        if (profile !== this.#current) return;
        this.#unfolded = names;
        this.#keepState();
      },
    });
    this.#forms.set(profile, form);
    return form;
  }

  #showChoices(): void {
    const unsaved = new Set([...this.#unsaved.keys(), ...this.#drafts.keys()]);
    this.#switcher.show({ choices: this.#choices, current: this.#current, unsaved });
  }

  #keepState(): void {
    // What was typed for a profile that was deleted is kept by its form alone.
    const unsaved = [...this.#unsaved].filter(([id]) => this.#isThere(id));
    const kept: KeptPage = {
      profile: this.#current,
      unsaved: Object.fromEntries(unsaved),
      unfolded: this.#unfolded,
      models: Object.fromEntries([...this.#drafts].filter(([id]) => this.#isThere(id))),
      view: this.#view,
    };
    const json = JSON.stringify(kept);
    if (json === this.#kept) return;
    this.#kept = json;
    this.#keep(kept);
  }

  async #change(change: ProfilesChange): Promise<void> {
    if (this.#isChanging) return;
    this.#isChanging = true;
    const from = this.#current;
    const name = this.#choices.find(({ id }) => id === from)?.name ?? '';
    try {
      const result = await this.#rpc.of(from).request('changeProfiles', change).answer;
      if (result.outcome === 'failed') {
        this.#switcher.say({ icon: 'error', text: result.message });
        return;
      }
      this.#choices = result.profiles;
      if (change.action === 'remove') {
        this.#deleted = { id: from, form: this.#forms.get(from) };
        this.#forms.delete(from);
        this.#models.delete(from);
      }
      if (change.action === 'restore' && this.#deleted?.id === result.profile && this.#deleted.form) {
        this.#forms.set(result.profile, this.#deleted.form);
      }
      await this.#show(result.profile);
      await this.#told(change, name);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isChanging = false;
    }
  }

  /** Whether the profile that is shown has a saved key. */
  get #hasKey(): boolean {
    return this.#forms.get(this.#current)?.hasKey ?? false;
  }

  /** Says what was changed, and puts the keyboard where it goes on. */
  async #told(change: ProfilesChange, before: string): Promise<void> {
    const strings = this.#strings;
    const now = this.#choices.find(({ id }) => id === this.#current)?.name ?? '';
    const passed = (text: string) => ({ icon: 'passed', text }) as const;
    switch (change.action) {
      case 'add':
        this.#switcher.say(passed(fill(strings.profileAdded, now)));
        await this.focus();
        break;
      case 'duplicate':
        this.#switcher.say(
          passed(fill(this.#hasKey ? strings.profileDuplicated : strings.profileDuplicatedWithoutKey, now)),
        );
        this.#switcher.focus('list');
        break;
      case 'rename':
        this.#switcher.say(passed(strings.profileRenamed));
        this.#switcher.focus('rename');
        break;
      case 'remove':
        this.#switcher.say(
          passed(fill(strings.profileDeleted, before)),
          () => void this.#change({ action: 'restore' }),
        );
        this.#switcher.focus('undo');
        break;
      case 'restore':
        this.#switcher.say(passed(fill(strings.profileRestored, now)));
        this.#switcher.focus('list');
    }
  }

  async #manage(): Promise<void> {
    try {
      const result = await this.#rpc.of(this.#current).request('manageModels', null).answer;
      if (result.outcome === 'failed') this.#switcher.say({ icon: 'error', text: result.message });
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#switcher.say({ icon: 'error', text: reasonOf(error, this.#strings.noAnswer) });
  }
}
