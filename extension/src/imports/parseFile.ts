/**
 * From a file's text to its content: JSON, JSON5 or YAML, whichever it is. What a stranger's file can cost is bounded.
 *
 * In Node.js this is a bundle of its own, which is read when a file is: the libraries would be half of what is read at the start.
 */
import JSON5 from 'json5';
import { LineCounter, parseDocument } from 'yaml';
import { largestFile, type Parsed, tooLarge } from './parsed.ts';

/** What only JSON5 and YAML can read is read much more slowly than JSON, and nobody writes so much of it. */
const largestSlowFile = 256 * 1024;

/** How often a YAML file may repeat what it named: a few aliases of aliases would make gigabytes. */
const mostAliases = 100;

/** Deeper nesting is none of any settings; the library recurses, and makes patterns as long as the nesting is deep. */
const deepest = 100;

/** A line that begins this many blocks at once, each within the one before; or that is indented as if it stood in so many. */
const manyBlocks = /^\s*(?:(?:[-?:]|[&!]\S*)\s+){100}|^\s{400}/;

/** Reads the bytes of a file. `name` tells by its ending what the file is meant to be. */
export function parseFile(bytes: Uint8Array, name: string): Parsed {
  if (bytes.length > largestFile) return tooLarge(bytes.length, largestFile);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { problem: { code: 'not_text' } };
  }
  if (text.trim() === '') return { problem: { code: 'empty' } };
  if (isTooDeep(text)) return { problem: { code: 'too_complex' } };
  try {
    return { content: JSON.parse(text) as unknown };
  } catch {
    // JSON5 and YAML hold what JSON does not.
  }
  if (bytes.length > largestSlowFile) return tooLarge(bytes.length, largestSlowFile);
  return /\.ya?ml$/i.test(name) ? parseYaml(text) : parseJson5(text);
}

/** Whether brackets nest too deep. Those in texts count too: nobody leaves so many open. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

function parseJson5(text: string): Parsed {
  try {
    return { content: JSON5.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) return { problem: { code: 'too_complex' } };
    const { lineNumber, columnNumber } = error as { lineNumber?: number; columnNumber?: number };
    return { problem: { code: 'syntax', language: 'JSON', line: lineNumber ?? 1, column: columnNumber ?? 1 } };
  }
}

function parseYaml(text: string): Parsed {
  if (text.split('\n').some((line) => manyBlocks.test(line))) return { problem: { code: 'too_complex' } };
  const lines = new LineCounter();
  try {
    // The messages of the library quote the file, which may hold keys: only the place is told.
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      merge: true,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    const [error] = document.errors;
    if (error) {
      const { line, col } = lines.linePos(error.pos[0]);
      return { problem: { code: 'syntax', language: 'YAML', line, column: col } };
    }
    return { content: document.toJS({ maxAliasCount: mostAliases }) as unknown };
  } catch {
    // Too many aliases, too deep a nesting, an alias of nothing.
    return { problem: { code: 'too_complex' } };
  }
}
