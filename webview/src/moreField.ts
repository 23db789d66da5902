/** A field that the page folds away: its frame, its value, and the button that resets it to its default. */
import type { MoreName, MoreTexts, PageStrings } from '../../extension/src/protocol';
import { element, fill } from './elements';
import type { FieldFrame } from './fieldFrame';

/** What the form does with each of these fields. */
export interface MoreField<Name extends MoreName = MoreName> {
  readonly frame: FieldFrame;
  /** What stands in the field. Setting it is no change by the user. */
  value: MoreTexts[Name];
  /** Puts the cursor into the field. */
  focus(): void;
}

/** Whether two fields hold the same. */
export function isSame(one: MoreTexts[MoreName], other: MoreTexts[MoreName]): boolean {
  return JSON.stringify(trimmed(one)) === JSON.stringify(trimmed(other));
}

function trimmed(value: MoreTexts[MoreName]): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

/** A button in the heading of a field; hidden while the field holds its default. */
export class ResetButton {
  readonly #button: HTMLButtonElement;

  constructor(strings: PageStrings, frame: FieldFrame, press: () => void) {
    const label = fill(strings.more.resetField, frame.label);
    this.#button = element('button', { class: 'link reset', text: strings.more.reset, 'aria-label': label });
    this.#button.type = 'button';
    this.#button.addEventListener('click', press);
    frame.addToHeading(this.#button);
    this.show(false);
  }

  /** Shows the button when there is something to reset. */
  show(isSet: boolean): void {
    this.#button.hidden = !isSet;
  }
}
