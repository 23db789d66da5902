/** A file `.env`: variables, one a line, as shells and programs like Continue read it. Nothing in it is expanded. */
import type { Variables } from './references.ts';

/** Larger files hold no keys, in bytes. */
export const largestDotEnv = 64 * 1024;

const line = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/;

/** The variables of the file; a line that sets none is passed over, and the last one that sets a variable counts. */
export function readDotEnv(text: string): Variables {
  const variables = new Map<string, string>();
  for (const written of text.split(/\r?\n/)) {
    const [, name, value] = line.exec(written) ?? [];
    if (name !== undefined && value !== undefined) variables.set(name, unquoted(value));
  }
  return Object.fromEntries(variables);
}

/** Quotes hold a value together; without them a comment may follow. */
function unquoted(value: string): string {
  const [, , quoted] = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(value) ?? [];
  return quoted ?? value.replace(/\s+#.*$/, '');
}
