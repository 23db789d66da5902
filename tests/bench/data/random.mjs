/** Random numbers that are the same in every run: all made data comes from a fixed seed. */
export class Random {
  #state;

  /** @param {number} seed a whole number of 32 bits */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A number of 32 bits: the generator `mulberry32`. */
  #next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number of 0 to `limit` - 1. */
  below(limit) {
    return this.#next() % limit;
  }

  /** One of the items. */
  pick(items) {
    return items[this.below(items.length)];
  }

  /** True once in `count` times. */
  oneIn(count) {
    return this.below(count) === 0;
  }

  /** A text of `length` characters out of `alphabet`. */
  text(length, alphabet) {
    let text = '';
    while (text.length < length) text += alphabet[this.below(alphabet.length)];
    return text;
  }

  /** The items in another order. */
  shuffled(items) {
    const order = [...items];
    for (let index = order.length - 1; index > 0; index -= 1) {
      const other = this.below(index + 1);
      [order[index], order[other]] = [order[other], order[index]];
    }
    return order;
  }
}
