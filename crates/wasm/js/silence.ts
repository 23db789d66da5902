/** Into how many looks the longest wait is divided: how exact it is. */
const looksInLimit = 16;

/** The longest time that a timer takes, in milliseconds; a longer one fires at once. */
export const longestTimer = 2 ** 31 - 1;

/**
 * Rings when a wait lasts longer than the limit, and a sixteenth of it later at most; also when all waits, and the time between
 * them, take `limits` times as long. One timer that looks now and then serves many short waits: setting one for each, or only
 * asking for the time, would cost as much as a wait itself.
 */
export class Silence {
  /** Ends a read of the current body. */
  closeBody: () => void = () => {};
  #isWaiting = false;
  /** How many waits began, and how many had when the timer looked last. */
  #waits = 0;
  #seenWaits = 0;
  /** How often the timer saw the same wait, and looked at all. */
  #looks = 0;
  #allLooks = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #limitMs: number;
  readonly #ring: () => void;
  readonly #limits: number;

  constructor(limitMs: number, ring: () => void, limits = Number.POSITIVE_INFINITY) {
    this.#limitMs = limitMs;
    this.#ring = ring;
    this.#limits = limits;
  }

  /** A wait begins; the one before, if there is one, has ended. */
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
    return setTimeout(() => this.#look(), Math.min(Math.ceil(this.#limitMs / looksInLimit), longestTimer));
  }

  #look(): void {
    this.#timer = undefined;
    if (!this.#isWaiting) return;
    this.#looks = this.#waits === this.#seenWaits ? this.#looks + 1 : 0;
    this.#seenWaits = this.#waits;
    this.#allLooks += 1;
    if (this.#looks < looksInLimit && this.#allLooks < looksInLimit * this.#limits) {
      this.#timer = this.#set();
      return;
    }
    this.#ring();
    this.closeBody();
  }
}
