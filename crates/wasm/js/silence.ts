/** Into how many looks the longest wait is divided: how exact it is. */
const looksInLimit = 16;

/**
 * Rings when a wait lasts longer than the limit, and a sixteenth of it later at most. One timer that looks now and then serves
 * many short waits: setting one for each, or only asking for the time, would cost as much as a wait itself.
 */
export class Silence {
  /** Ends a read of the current body. */
  closeBody: () => void = () => {};
  #isWaiting = false;
  /** How many waits began, and how many had when the timer looked last. */
  #waits = 0;
  #seenWaits = 0;
  /** How often the timer saw the same wait. */
  #looks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #limitMs: number;
  readonly #ring: () => void;

  constructor(limitMs: number, ring: () => void) {
    this.#limitMs = limitMs;
    this.#ring = ring;
  }

  begin(): void {
    this.#isWaiting = true;
    this.#waits += 1;
    this.#timer ??= this.#set();
  }

  end(): void {
    this.#isWaiting = false;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #set(): ReturnType<typeof setTimeout> {
    // A longer timer than this fires at once.
    return setTimeout(() => this.#look(), Math.min(Math.ceil(this.#limitMs / looksInLimit), 2 ** 31 - 1));
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#isWaiting) return;
    this.#looks = this.#waits === this.#seenWaits ? this.#looks + 1 : 0;
    this.#seenWaits = this.#waits;
    if (this.#looks < looksInLimit) {
      this.#timer = this.#set();
      return;
    }
    this.#ring();
    this.closeBody();
  }
}
