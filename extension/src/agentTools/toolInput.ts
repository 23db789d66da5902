/** The input of a tool, which a model wrote: read member by member, and whatever cannot be used is told in a sentence. */

/** What is wrong with the input of a tool, for the model that called it. */
export class InputError extends Error {}

/** The members of an input. */
export class ToolInput {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(input: unknown) {
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
    if (!isObject && input !== undefined && input !== null) throw new InputError('The input must be an object.');
    this.#members = isObject ? (input as Record<string, unknown>) : {};
  }

  /** A number from 0 to 1,000,000,000; models also write them as text. */
  amount(name: string): number | undefined {
    const value = this.#given(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && number >= 0 && number <= 1e9) return number;
    throw new InputError(`"${name}" must be a number from 0 to 1,000,000,000.`);
  }

  text(name: string): string | undefined {
    const value = this.#given(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new InputError(`"${name}" must be a text.`);
  }

  /** Texts; a single one stands for a list of one. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#given(name);
    const list = typeof value === 'string' ? [value] : value;
    if (list === undefined) return undefined;
    if (Array.isArray(list) && list.every((text) => typeof text === 'string')) return list;
    throw new InputError(`"${name}" must be a list of texts.`);
  }

  /** One of some words. */
  choice<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const value = this.#given(name);
    if (value === undefined) return undefined;
    return this.#oneOf(name, words, value);
  }

  /** Some of some words. */
  choices<Word extends string>(name: string, words: readonly Word[]): readonly Word[] {
    return (this.texts(name) ?? []).map((text) => this.#oneOf(name, words, text));
  }

  #oneOf<Word extends string>(name: string, words: readonly Word[], value: unknown): Word {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    throw new InputError(`"${name}" takes these words only: ${words.join(', ')}.`);
  }

  #given(name: string): unknown {
    return this.#members[name] ?? undefined;
  }
}
