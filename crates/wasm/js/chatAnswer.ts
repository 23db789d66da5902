import { type Chat, ChatState, type StreamPart } from '../pkg/litellm_wasm.js';
import { toError } from './liteLLMError.ts';

/**
 * Reads one answer: opens the call, pushes each piece of the body into the core and hands out the parts.
 *
 * The loop stands here since an `await` inside WebAssembly costs several times a push. `timeoutMs` bounds the time without a
 * byte, not the time that the reader of the parts takes.
 */
export async function* chatAnswer(
  chat: Chat,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamPart, void, undefined> {
  const silence = new Silence(timeoutMs, () => chat.timeOut());
  const abort = () => chat.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted) abort();
    while (chat.state() === ChatState.Again) {
      const body = await chat.open();
      if (chat.state() !== ChatState.Reading) break;
      yield* readBody(chat, body?.getReader(), silence, signal);
    }
    if (chat.state() === ChatState.Complete) yield* await chat.finish();
    const failure = chat.takeFailure();
    if (failure !== undefined) throw toError(failure);
  } finally {
    silence.clear();
    signal?.removeEventListener('abort', abort);
    end(chat);
  }
}

/** Ends a call. After a trap this may fail, too, and must not hide it. */
function end(chat: Chat): void {
  try {
    chat.abort();
    chat.free();
  } catch {
    // The trap itself is what is thrown.
  }
}

async function* readBody(
  chat: Chat,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  silence: Silence,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamPart, void, undefined> {
  // A body may not notice that its request was aborted: the reader is told, too, and gives `done` then.
  const cancel = () => void reader?.cancel().catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  silence.onEnd = cancel;
  try {
    if (signal?.aborted) cancel();
    while (chat.state() === ChatState.Reading) {
      yield* await nextParts(chat, reader, silence);
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}

async function nextParts(
  chat: Chat,
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  silence: Silence,
): Promise<StreamPart[]> {
  if (reader === undefined) return chat.end(false);
  silence.begin();
  try {
    const { done, value } = await reader.read();
    return done ? chat.end(false) : chat.push(value);
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError) throw thrown;
    return chat.end(true);
  } finally {
    silence.end();
  }
}

/**
 * Rings when a wait lasts too long. One timer serves many short waits: setting one for each read would cost more than
 * reading.
 */
class Silence {
  onEnd: () => void = () => {};
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
    this.onEnd();
  }
}
