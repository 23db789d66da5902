/**
 * Exact token counts. The counter is a WebAssembly module of its own and has one file for each encoding; none of them is
 * read before `initTokens`.
 */

import { type InitOutput, initSync, TokenCounter } from '../../tokens-wasm/pkg/litellm_tokens_wasm.js';
import { LiteLLMError } from './liteLLMError.ts';
import { readLocalFile } from './localFile.ts';
import type { ContentBlock } from './messages.ts';

/** How a family of models cuts texts into tokens: `o200k_base` since gpt-4o, `cl100k_base` for gpt-4 and gpt-3.5. */
export type Encoding = 'o200k_base' | 'cl100k_base';

/** Reads one of the files that lie beside this module, by its name. */
export type TokenFileReader = (file: string) => Promise<BufferSource>;

const encodings: readonly string[] = ['o200k_base', 'cl100k_base'] satisfies Encoding[];
const encoder = new TextEncoder();

/** Room for texts that is kept, in bytes; as in crates/tokens-wasm. */
const keptRoom = 1 << 20;
/** The first room that is made, in bytes. */
const firstRoom = 1 << 14;

let readFile: TokenFileReader = readBesideModule;
let loadingModule: Promise<InitOutput> | undefined;
const loading = new Map<Encoding, Promise<void>>();
const counters = new Map<Encoding, Counter>();

/**
 * Tells how the files `tokens_bg.wasm` and `<encoding>.bin` are read, where they can't be read from beside this module: in
 * a bundle that is no ES module, and wherever the host reads files in its own way.
 */
export function readTokenFiles(reader: TokenFileReader): void {
  readFile = reader;
}

/**
 * Loads what counts tokens in an encoding, once; whoever calls meanwhile waits for the same. A failure, a `LiteLLMError` of
 * kind `settings`, is not kept: the next call tries again.
 */
export async function initTokens(encoding: Encoding = 'o200k_base'): Promise<void> {
  requireKnown(encoding);
  let load = loading.get(encoding);
  if (load === undefined) {
    load = loadCounter(encoding);
    loading.set(encoding, load);
  }
  try {
    await load;
  } catch (thrown) {
    loading.delete(encoding);
    throw thrown;
  }
}

/**
 * The exact number of tokens of a text. What looks like a special token is plain text, and half a surrogate pair counts as
 * U+FFFD. Throws a `LiteLLMError` of kind `settings` before `initTokens` has loaded the encoding.
 */
export function countTokens(text: string, encoding: Encoding = 'o200k_base'): number {
  const counter = counters.get(encoding);
  if (counter === undefined) {
    requireKnown(encoding);
    throw failure(`Tokens can't be counted yet: await initTokens('${encoding}') first.`);
  }
  if (typeof text !== 'string') throw failure('Tokens are counted of a text, and what was given is none.');
  return counter.count(text);
}

/** The texts of a message's content: what is written, thought, called and answered. Pictures have none. */
export function textsOf(content: string | readonly ContentBlock[]): string[] {
  if (typeof content === 'string') return [content];
  // A caller without types may pass anything: what is no text counts nothing.
  return Array.isArray(content) ? content.flatMap(textsOfBlock).filter((text) => typeof text === 'string') : [];
}

function textsOfBlock(block: ContentBlock | null | undefined): string[] {
  switch (block?.type) {
    case 'text':
      return [block.text];
    case 'thinking':
      return [block.thinking];
    case 'tool_use':
      return [block.name, jsonOf(block.input ?? {})];
    case 'tool_result':
      return textsOf(block.content ?? []);
    case 'document':
      return block.source?.type === 'text' ? [block.source.data] : [];
    default:
      return [];
  }
}

/** The JSON text of a call's input, with whole numbers of any size; "" when it has none. */
function jsonOf(input: unknown): string {
  try {
    return JSON.stringify(input, (_name, value) => (typeof value === 'bigint' ? Number(value) : value)) ?? '';
  } catch {
    return '';
  }
}

async function loadCounter(encoding: Encoding): Promise<void> {
  const name = `${encoding}.bin`;
  loadingModule ??= loadModule();
  const [module, vocabulary] = await Promise.all([
    loadingModule.catch((thrown: unknown) => {
      loadingModule = undefined;
      throw thrown;
    }),
    read(name),
  ]);
  try {
    counters.set(encoding, new Counter(module, new TokenCounter(vocabulary)));
  } catch (thrown) {
    throw failure(`The file ${name} can't be used: ${reason(thrown)}. Install LiteLLM Gateway again.`);
  }
}

async function loadModule(): Promise<InitOutput> {
  const name = 'tokens_bg.wasm';
  const bytes = await read(name);
  try {
    // Compiling so few bytes at once costs less than another thread does, but a page may refuse to be held up.
    const isPage = 'document' in globalThis;
    return initSync({ module: isPage ? await WebAssembly.compile(bytes) : new WebAssembly.Module(bytes) });
  } catch (thrown) {
    throw failure(`The file ${name} can't be used: ${reason(thrown)}. Install LiteLLM Gateway again.`);
  }
}

async function read(name: string): Promise<Uint8Array<ArrayBuffer>> {
  let source: BufferSource;
  try {
    source = await readFile(name);
  } catch (thrown) {
    throw failure(`The file ${name}, which counts tokens, can't be read: ${reason(thrown)}.`);
  }
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

async function readBesideModule(name: string): Promise<BufferSource> {
  if (import.meta.url === undefined) throw new Error('where it lies is unknown here, so the host calls readTokenFiles');
  const url = new URL(name, import.meta.url);
  if (url.protocol === 'file:') return readLocalFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`its address answered ${response.status}`);
  return response.arrayBuffer();
}

/** Counts in one encoding. A text is encoded straight into the module's memory, without a copy in between. */
class Counter {
  readonly #module: InitOutput;
  readonly #counter: TokenCounter;
  /** The room for texts. It is empty when the memory has grown, which moves it. */
  #room = new Uint8Array(0);

  constructor(module: InitOutput, counter: TokenCounter) {
    this.#module = module;
    this.#counter = counter;
  }

  count(text: string): number {
    // One byte a unit, as in ASCII.
    this.#makeRoom(text.length);
    let { read: units, written: bytes } = encoder.encodeInto(text, this.#room);
    if (units < text.length) {
      // There is more to come, of up to three bytes a unit.
      this.#makeRoom(bytes + (text.length - units) * 3);
      const rest = encoder.encodeInto(text.slice(units), this.#room.subarray(bytes));
      units += rest.read;
      bytes += rest.written;
    }
    const count = this.#counter.count(bytes);
    if (this.#room.length > keptRoom) this.#room = new Uint8Array(0);
    return count;
  }

  #makeRoom(bytes: number): void {
    if (this.#room.length >= bytes && this.#room.length > 0) return;
    const length = Math.max(bytes, firstRoom);
    const address = this.#counter.reserve(length);
    this.#room = new Uint8Array(this.#module.memory.buffer, address, length);
  }
}

function requireKnown(encoding: string): void {
  if (encodings.includes(encoding)) return;
  throw failure(`There is no encoding "${encoding}" here: use one of ${encodings.join(', ')}.`);
}

function failure(message: string): LiteLLMError {
  return new LiteLLMError({ kind: 'settings', message, retryable: false });
}

function reason(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, '');
}
