import { type Chat, ChatState, type StreamPart } from '../pkg/litellm_wasm.js';
import { coreError, ifAlive, inCoreLater } from './instance.ts';
import { onFirst } from './leaving.ts';
import { toError } from './liteLLMError.ts';
import { currentInstance, lost, onTrap } from './trap.ts';

/**
 * Reads one answer: opens the call, pushes each piece of the body into the core and hands out the parts. Nothing is handed
 * out after `signal`, not even what was read before. `left` stops the call, too, which then is no failure.
 *
 * The loop stands here since an `await` inside WebAssembly costs several times a push, and it is one generator since each
 * generator around another costs as much again. `timeoutMs` bounds the time without a byte, not the time that the reader
 * of the parts takes.
 */
export async function* chatAnswer(
  openChat: () => Chat,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  left: AbortSignal,
): AsyncGenerator<StreamPart, void, undefined> {
  const chat = openChat();
  const born = currentInstance();
  const silence = new Silence(timeoutMs, () => ifAlive(born, () => chat.timeOut()));
  const forget = onFirst([signal, left], () => {
    ifAlive(born, () => chat.abort());
    silence.closeBody();
  });
  const forgetTraps = onTrap(() => silence.closeBody());
  const isStopped = () => left.aborted || signal?.aborted === true;
  let isFinished = false;
  try {
    let reader: Reader | undefined;
    // Whoever patched fetch may read the body already.
    let isLost = false;
    for (let state = chat.state(); state !== ChatState.Failed; state = chat.state()) {
      let parts: StreamPart[] | string | undefined;
      if (state === ChatState.Again) {
        silence.closeBody();
        const body = await inCoreLater(() => chat.open());
        isLost = body?.locked === true;
        reader = isLost ? undefined : body?.getReader();
        const opened = reader;
        // A body may not notice that its request was aborted: the reader is told, too, and gives `done` then.
        silence.closeBody = () => void opened?.cancel().catch(() => {});
        continue;
      }
      if (state === ChatState.Complete) {
        silence.closeBody();
        parts = await inCoreLater(() => chat.finish());
      } else if (reader === undefined) {
        parts = chat.end(isLost);
      } else {
        let piece: ReadableStreamReadResult<Uint8Array> | undefined;
        silence.begin();
        try {
          piece = await reader.read();
        } catch {
          // The connection is lost.
        }
        silence.end();
        if (currentInstance() !== born) throw lost();
        const value = piece?.value;
        // A body that somebody made by hand may hold anything.
        parts = ArrayBuffer.isView(value) ? chat.push(value) : chat.end(piece?.done !== true);
      }
      if (typeof parts === 'string') {
        if (!isStopped()) yield { type: chat.isReasoning() ? 'reasoning' : 'text', text: parts };
      } else if (parts !== undefined) {
        for (const part of parts) {
          if (isStopped()) break;
          isFinished = part.type === 'finish';
          yield part;
        }
      }
      // The core makes a failure of it, whatever it still had.
      if (isStopped() && !isFinished && chat.state() !== ChatState.Failed) chat.end(true);
      if (state === ChatState.Complete) break;
    }
    const failure = chat.takeFailure();
    if (failure !== undefined && !left.aborted) throw toError(failure);
  } catch (thrown) {
    throw currentInstance() === born ? coreError(thrown) : lost();
  } finally {
    silence.closeBody();
    silence.clear();
    forget();
    forgetTraps();
    ifAlive(born, () => {
      chat.abort();
      chat.free();
    });
  }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

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
