/** What comes of reading a file. */

/** Larger files are no settings. */
export const largestFile = 8 * 1024 * 1024;

/** Why a file has no content for us. */
export type ParseProblem =
  | { readonly code: 'too_large'; readonly bytes: number; readonly most: number }
  | { readonly code: 'empty' }
  | { readonly code: 'not_text' }
  | { readonly code: 'too_complex' }
  | { readonly code: 'syntax'; readonly language: 'JSON' | 'YAML'; readonly line: number; readonly column: number };

/** A file's content, or why there is none. */
export type Parsed = { readonly content: unknown } | { readonly problem: ParseProblem };

/** What is said of a file that is too large; for callers that did not read it, too. */
export function tooLarge(bytes: number, most: number): { readonly problem: ParseProblem } {
  return { problem: { code: 'too_large', bytes, most } };
}
