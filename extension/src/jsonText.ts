/** JSON as somebody types it: its value, or where and why it can't be read. Engines word that differently or not at all. */

/** What is missing or wrong at a place. */
export type JsonMistake = 'value' | 'name' | 'colon' | 'comma' | 'closing' | 'quote' | 'escape' | 'control' | 'after';

/** Where a text stops being JSON. Lines and columns count from 1, columns in UTF-16 units. */
export interface JsonProblem {
  readonly mistake: JsonMistake;
  readonly line: number;
  readonly column: number;
}

/** Deeper nesting is refused as a missing end: nobody types it, and it must not exhaust the stack. */
const deepest = 200;

/** The value of the text, or what is wrong with it. */
export function readJson(text: string): { value: unknown } | { problem: JsonProblem } {
  const problem = new Scanner(text).problem();
  return problem ? { problem } : { value: JSON.parse(text) as unknown };
}

class Mistake extends Error {
  constructor(
    readonly mistake: JsonMistake,
    readonly offset: number,
  ) {
    super(mistake);
  }
}

/** Walks over the text by the grammar of RFC 8259. */
class Scanner {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  problem(): JsonProblem | undefined {
    try {
      this.#value(0);
      this.#blanks();
      if (this.#offset < this.#text.length) this.#fail('after');
      return undefined;
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      const before = this.#text.slice(0, error.offset).split('\n');
      return { mistake: error.mistake, line: before.length, column: (before.at(-1) ?? '').length + 1 };
    }
  }

  #value(depth: number): void {
    this.#blanks();
    if (depth > deepest) this.#fail('closing');
    switch (this.#text[this.#offset]) {
      case '{':
        this.#members(depth);
        break;
      case '[':
        this.#items(depth);
        break;
      case '"':
        this.#string();
        break;
      default:
        if (!this.#take(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)) this.#fail('value');
    }
  }

  #members(depth: number): void {
    this.#offset += 1;
    if (this.#closes('}')) return;
    do {
      this.#blanks();
      if (this.#text[this.#offset] !== '"') this.#fail('name');
      this.#string();
      this.#blanks();
      if (this.#text[this.#offset] !== ':') this.#fail('colon');
      this.#offset += 1;
      this.#value(depth + 1);
    } while (this.#continues('}'));
  }

  #items(depth: number): void {
    this.#offset += 1;
    if (this.#closes(']')) return;
    do this.#value(depth + 1);
    while (this.#continues(']'));
  }

  /** Whether a comma follows and not the closing bracket, which is taken. */
  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    if (this.#text[this.#offset] !== ',') this.#fail(this.#offset < this.#text.length ? 'comma' : 'closing');
    this.#offset += 1;
    return true;
  }

  #closes(bracket: string): boolean {
    this.#blanks();
    if (this.#text[this.#offset] !== bracket) return false;
    this.#offset += 1;
    return true;
  }

  #string(): void {
    const start = this.#offset;
    this.#offset += 1;
    for (;;) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a JSON text can't hold.
      this.#take(/[^"\\\u0000-\u001f]+/y);
      const character = this.#text[this.#offset];
      if (character === '"') break;
      if (character === undefined || character === '\n') throw new Mistake('quote', start);
      if (character !== '\\') this.#fail('control');
      if (!this.#take(/\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y)) this.#fail('escape');
    }
    this.#offset += 1;
  }

  #blanks(): void {
    this.#take(/[ \t\r\n]+/y);
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    const taken = pattern.exec(this.#text);
    if (taken) this.#offset += taken[0].length;
    return taken !== null;
  }

  #fail(mistake: JsonMistake): never {
    throw new Mistake(mistake, this.#offset);
  }
}
