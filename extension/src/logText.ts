/**
 * What may stand in the log of what came from elsewhere. A gateway chooses ids, names and reasons freely: each is one bounded
 * line that shows what would not be seen, and none holds a secret of the connection.
 */

/** The longest text of one value, in UTF-16 units. */
const longestValue = 300;
/** The longest sentence, in UTF-16 units. */
const longestSentence = 1500;
/** The longest text in a list of the editor's: nobody reads on. */
const longestShown = 120;
/** Shorter texts are no secrets, and cutting them out would spoil every line. */
const shortestSecret = 4;
/** What stands where a secret was. */
const mark = '***';
/** Names of headers and other members whose values are nobody's business: all that the core takes for such, and some more. */
export const secretName = /auth|key|token|secret|cookie|passw|passphrase|credential|session|signature/i;

/** Cuts out secrets and everything by which a text could pass for more than it is. */
export class LogText {
  /** Longest first: one may hold another. */
  #secrets: readonly string[] = [];

  /** Keeps these out of the log from now on, as well as all that were kept out before. */
  keepOut(secrets: readonly string[]): void {
    const all = new Set([...this.#secrets, ...secrets.filter((secret) => secret.length >= shortestSecret)]);
    this.#secrets = [...all].sort((one, other) => other.length - one.length);
  }

  /** A name, an id or a reason that came from elsewhere. */
  value(text: string): string {
    return this.#line(text, longestValue);
  }

  /** A sentence, which may quote what came from elsewhere. */
  sentence(text: string): string {
    return this.#line(text, longestSentence);
  }

  #line(text: string, longest: number): string {
    // Secrets may be hidden behind what is escaped below, so they are looked for in the text as it came, and in what is shown.
    const shown = this.#withoutSecrets(this.#withoutSecrets(text).replace(/\s+/g, ' ').trim().replace(unseen, escaped));
    return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
  }

  #withoutSecrets(text: string): string {
    return this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, mark), text);
  }
}

/**
 * The keys among the settings of a connection, and the values of headers that look like one. The core's `secretsOf` finds those of
 * headers, too, and beside them what is secret in an address or in a body; where there is a core, both are kept out. This one is
 * there for three cases of its own: a key that was just typed is kept out before the core is loaded; a key that is not sent, since
 * it is for another origin or another one takes its place, is none of the core's settings; and what a log quotes is cut from four
 * characters on, and a header's value as a whole, while the core cuts what it finds out of sentences that a user reads, which
 * shorter words would spoil.
 */
export function secretsOf(settings: { apiKey?: unknown; headers?: unknown; env?: unknown }): string[] {
  const { apiKey, headers, env } = settings;
  const { LITELLM_API_KEY } = (env ?? {}) as { LITELLM_API_KEY?: unknown };
  const values = Object.entries(headers ?? {}).flatMap(([name, value]) => (secretName.test(name) ? [value] : []));
  return [apiKey, LITELLM_API_KEY, ...values].flatMap((value) => {
    if (typeof value !== 'string') return [];
    // `Bearer <token>`: the token alone is one, too.
    const words = value.trim().split(/\s+/);
    return [value.trim(), words.length > 1 ? words.at(-1) : undefined].filter((text) => text !== undefined);
  });
}

/** Where Markdown would make a link of what follows, and the editor's lists an icon. */
const opening = /(?<=[\]$])(?=\()|(?<=<)(?=[a-z][\w+.-]*:)/gi;

/**
 * A text that came from elsewhere as one bounded line for a list of the editor's, in which nothing of it is an icon or, where the
 * editor takes it for Markdown, a link.
 */
export function shortText(text: string): string {
  const line = withoutLinks(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' '));
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

/** A text that is no link in Markdown: a blank without width stands where one would begin. */
export function withoutLinks(text: string): string {
  return text.replace(opening, '\u200b');
}

/** A text without the characters that turn the direction of those around them. */
export function withoutTurning(text: string): string {
  return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** Control characters, and those that change the direction or the place of others. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2028\u2029]/gu;

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
