/**
 * Rings when a wait lasts too long. One timer serves many short waits: setting one for each read would cost more than
 * reading.
 */
export class Silence {
  /** Ends a read of the current body. */
  closeBody: () => void = () => {};
  #waitingSince = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #limitMs: number;
  readonly #ring: () => void;

  constructor(limitMs: number, ring: () => void) {
    this.#limitMs = limitMs;
    this.#ring = ring;
  }

  begin(): void {
    this.#waitingSince = performance.now();
    this.#timer ??= this.#set(this.#limitMs);
  }

  end(): void {
    this.#waitingSince = 0;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #set(milliseconds: number): ReturnType<typeof setTimeout> {
    // A longer timer than this fires at once.
    return setTimeout(() => this.#check(), Math.min(milliseconds, 2 ** 31 - 1));
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#waitingSince === 0) return;
    const left = this.#waitingSince + this.#limitMs - performance.now();
    if (left > 0) {
      this.#timer = this.#set(Math.ceil(left));
      return;
    }
    this.#ring();
    this.closeBody();
  }
}
