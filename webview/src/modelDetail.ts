/** All of one model, in a box above the table: every field with where it comes from, and the user's own words. */
import type { ModelDetail, ModelField, OverrideTexts, PageStrings } from '../../extension/src/protocol';
import { element, fill, foreign, readable } from './elements';
import { icon } from './icons';
import { ModelOverride } from './modelOverride';
import { type ProfileRpc, reasonOf } from './rpc';
import { StatusLine } from './status';

interface Options {
  rpc: ProfileRpc;
  strings: PageStrings;
  id: string;
  isEditable: boolean;
  draft: OverrideTexts | undefined;
  keep: (texts: OverrideTexts | undefined) => void;
  /** The user's words were saved. */
  saved: () => void;
  closed: () => void;
}

/** Texts that only the page breaks into lines. */
const longFields: readonly string[] = ['description', 'priceTiers', 'supportedParams'];

/** A wait is said only when it lasts longer than this, in milliseconds. */
const quietWait = 250;

/** The box. It is there while it is open. */
export class ModelDetailBox {
  readonly root: HTMLDialogElement;
  readonly #options: Options;
  readonly #facts = element('dl', { class: 'model-facts' });
  readonly #place = element('div');
  readonly #status = new StatusLine();

  constructor(options: Options) {
    this.#options = options;
    const { strings, id } = options;
    const { models } = strings;
    const title = element('h2', { id: 'model-detail-title' }, foreign(id, 'model-id'));
    const close = element('button', { class: 'icon-button', 'aria-label': models.close }, icon('remove'));
    close.type = 'button';
    close.title = models.close;
    close.addEventListener('click', () => this.root.close());
    this.root = element(
      'dialog',
      { class: 'model-detail' },
      element('div', { class: 'detail-heading' }, title, close),
      this.#status.root,
      element('h3', { text: models.details }),
      this.#facts,
      this.#place,
    );
    this.root.setAttribute('aria-labelledby', 'model-detail-title');
    this.root.addEventListener('close', () => {
      this.root.remove();
      options.closed();
    });
    // A click beside the box closes it; what is typed is kept. The second of a double click on a row is not meant for it.
    this.root.addEventListener('mousedown', (event) => {
      if (event.detail < 2 && event.target === this.root && isOutside(this.root, event)) this.root.close();
    });
  }

  /** Opens the box and asks for the model. */
  async open(): Promise<void> {
    document.body.append(this.root);
    this.root.showModal();
    const model = await this.#describe();
    // One that was closed meanwhile would keep what it knew of the draft when it was opened.
    if (!model || !this.root.open) return;
    const { rpc, strings, isEditable, draft, keep, saved } = this.#options;
    if (!isEditable) {
      this.#place.replaceChildren(element('p', { class: 'override-help', text: strings.models.readOnly }));
      return;
    }
    const form = new ModelOverride({
      rpc,
      strings,
      model,
      draft,
      keep,
      saved: () => {
        saved();
        void this.#describe();
      },
    });
    this.#place.replaceChildren(element('h3', { text: strings.models.override }), form.root);
  }

  async #describe(): Promise<ModelDetail | undefined> {
    const { rpc, strings, id } = this.#options;
    const waiting = setTimeout(() => this.#status.say({ icon: 'running', text: strings.models.loading }), quietWait);
    try {
      const result = await rpc.request('describeModel', { id }).answer;
      if (result.outcome === 'described') {
        this.#facts.replaceChildren(...result.model.fields.flatMap((field) => this.#fact(field)));
        const { note } = result.model;
        this.#status.say(note === '' ? { text: '' } : { icon: 'warning', text: note });
        return result.model;
      }
      this.#status.say({ icon: 'warning', text: result.message });
    } catch (error) {
      this.#status.say({ icon: 'error', text: reasonOf(error, strings.noAnswer) });
    } finally {
      clearTimeout(waiting);
    }
    return undefined;
  }

  #fact({ name, kind, text, origin, without }: ModelField): HTMLElement[] {
    const { models } = this.#options.strings;
    const shown = (value: string) => (kind !== 'switch' ? value : value === 'true' ? models.yes : models.no);
    const value =
      text === ''
        ? element('span', { class: 'unknown', text: '–', 'aria-hidden': 'true' })
        : whole(shown(text), `value ${origin === 'assumed' ? 'assumed' : ''}`);
    const from = element('span', { class: `origin origin-${origin}`, text: models.origins[origin] });
    const made = element('dd', { class: longFields.includes(name) ? 'is-long' : 'fact' }, value, from);
    if (without !== '') {
      made.append(whole(fill(models.without, shown(without)), 'without'));
    }
    return [element('dt', { text: models.fields[name] }), made];
  }
}

/** Texts of a gateway that may be long: the extension has bounded them. */
function whole(text: string, className: string): HTMLElement {
  return element('bdi', { class: className, text: readable(text, text.length) });
}

function isOutside(box: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
