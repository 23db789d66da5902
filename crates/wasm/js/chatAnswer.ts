import { type Chat, ChatState, type StreamPart } from '../pkg/litellm_wasm.js';
import { onFirst } from './leaving.ts';
import { toError } from './liteLLMError.ts';

/**
 * Reads one answer: opens the call, pushes each piece of the body into the core and hands out the parts. Nothing is handed
 * out after `signal`, not even what was read before. `left` stops the call, too, which then is no failure.
 *
 * The loop stands here since an `await` inside WebAssembly costs several times a push. `timeoutMs` bounds the time without a
 * byte, not the time that the reader of the parts takes.
 */
export async function* chatAnswer(
  chat: Chat,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  left: AbortSignal,
): AsyncGenerator<StreamPart, void, undefined> {
  const silence = new Silence(timeoutMs, () => chat.timeOut());
  const forget = onFirst([signal, left], () => {
    chat.abort();
    silence.closeBody();
  });
  const isStopped = () => left.aborted || signal?.aborted === true;
  let isFinished = false;
  try {
    for await (const parts of partsOfReads(chat, silence)) {
      for (const part of parts) {
        if (isStopped()) break;
        isFinished = part.type === 'finish';
        yield part;
      }
      // The core makes a failure of it, whatever it still had.
      if (isStopped() && !isFinished && chat.state() !== ChatState.Failed) chat.end(true);
    }
    const failure = chat.takeFailure();
    if (failure !== undefined && !left.aborted) throw toError(failure);
  } finally {
    silence.clear();
    forget();
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

/** The parts that each read brings, through all attempts, and those of the end. */
async function* partsOfReads(chat: Chat, silence: Silence): AsyncGenerator<StreamPart[], void, undefined> {
  while (chat.state() === ChatState.Again) {
    const body = await chat.open();
    if (chat.state() !== ChatState.Reading) break;
    if (body?.locked) {
      // Whoever patched fetch reads it already.
      yield chat.end(true);
      continue;
    }
    const reader = body?.getReader();
    // A body may not notice that its request was aborted: the reader is told, too, and gives `done` then.
    silence.closeBody = () => void reader?.cancel().catch(() => {});
    try {
      while (chat.state() === ChatState.Reading) yield await nextParts(chat, reader, silence);
    } finally {
      silence.closeBody();
    }
  }
  if (chat.state() === ChatState.Complete) yield await chat.finish();
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
    if (done) return chat.end(false);
    // A body that somebody made by hand may hold anything.
    return ArrayBuffer.isView(value) ? chat.push(value) : chat.end(true);
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
