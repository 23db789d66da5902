import { Brought, type Chat, ChatState, type StreamPart } from '../pkg/litellm_wasm.js';
import { coreError, ifAlive, inCoreLater } from './instance.ts';
import { onFirst } from './leaving.ts';
import { toError } from './liteLLMError.ts';
import { Pieces } from './pieces.ts';
import { Silence } from './silence.ts';
import { Transport } from './transport.ts';
import { currentInstance, lost, onTrap } from './trap.ts';

type Result = IteratorResult<StreamPart, void>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;

/**
 * One answer: opens the call when the first part is asked for, pushes each piece of the body into the core, and hands out the
 * parts. Nothing is handed out after `signal`, not even what was read before.
 *
 * To its reader it is an asynchronous generator, except that `return` stops a step that is under way, which may take minutes,
 * instead of waiting for it. It is written by hand since a generator takes three turns of the host's queue for a part, and one
 * is enough; and it stands here since an `await` inside WebAssembly costs several times a push.
 */
export class ChatAnswer implements AsyncGenerator<StreamPart, void, undefined> {
  readonly #openChat: (transport: Transport) => Chat;
  readonly #signal: AbortSignal | undefined;
  readonly #transport = new Transport();
  readonly #silence: Silence;
  #chat: Chat | undefined;
  #pieces: Pieces | undefined;
  #reader: Reader | undefined;
  #born = currentInstance();
  #forget: (() => void)[] = [];
  /** What the core does next; undefined when that may have changed. */
  #state: ChatState | undefined;
  /** Somebody else reads the body already, such as whoever patched fetch. */
  #isTaken = false;
  /** What came and was not handed out. */
  #parts: StreamPart[] = [];
  /** The core gave all that it has. */
  #isConcluded = false;
  /** `finish` was handed out: nothing can fail any more. */
  #isFinished = false;
  /** The reader of the parts wants no more: what comes of the call is no failure. */
  #isLeft = false;
  #isEnded = false;
  #isReading = false;
  /** The step that was asked for last. */
  #last: Promise<unknown> = Promise.resolve();
  /** The last of the steps that wait for one another, until it is done. */
  #queue: Promise<unknown> | undefined;

  /** `timeoutMs` bounds the time without a byte, not the time that the reader of the parts takes. */
  constructor(openChat: (transport: Transport) => Chat, timeoutMs: number, signal: AbortSignal | undefined) {
    this.#openChat = openChat;
    this.#signal = signal;
    this.#silence = new Silence(timeoutMs, () => this.#transport.timeOut(timeoutMs));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#isReading || this.#queue !== undefined) return this.#inTurn(() => this.#next());
    const result = this.#next();
    this.#last = result;
    return result;
  }

  return(value?: unknown): Promise<Result> {
    this.#isLeft = true;
    this.#abort();
    return this.#inTurn(async () => {
      this.#end();
      return { done: true, value: (await value) as undefined };
    });
  }

  throw(error: unknown): Promise<Result> {
    return this.#inTurn(async () => {
      this.#end();
      throw error;
    });
  }

  /** Makes a step when all before it are done. */
  #inTurn(step: () => Promise<Result>): Promise<Result> {
    const result = (this.#queue ?? this.#last).then(step, step);
    const done = () => {
      if (this.#queue === result) this.#queue = undefined;
    };
    result.then(done, done);
    this.#queue = result;
    return result;
  }

  #next(): Promise<Result> {
    const part = this.#isStopped() ? undefined : this.#parts.shift();
    return part === undefined ? this.#read() : Promise.resolve(this.#handOut(part));
  }

  #handOut(part: StreamPart): Result {
    this.#isFinished = part.type === 'finish';
    return { done: false, value: part };
  }

  #isStopped(): boolean {
    return this.#isLeft || this.#signal?.aborted === true;
  }

  async #read(): Promise<Result> {
    this.#isReading = true;
    try {
      if (!this.#isEnded) {
        const chat = this.#chat ?? this.#open();
        for (;;) {
          if (this.#isStopped() && !this.#isFinished) this.#stop(chat);
          const part = this.#parts.shift();
          if (part !== undefined) return this.#handOut(part);
          if (this.#isConcluded) break;
          this.#state ??= chat.state();
          if (this.#state === ChatState.Failed) break;
          if (this.#state === ChatState.Again) await this.#openBody(chat);
          else if (this.#state === ChatState.Complete) await this.#conclude(chat);
          else if (this.#reader === undefined) this.#endBody(chat, this.#isTaken);
          else {
            let piece: ReadableStreamReadResult<Uint8Array> | undefined;
            this.#silence.begin();
            try {
              piece = await this.#reader.read();
            } catch {
              // The connection is lost.
            }
            this.#silence.end();
            if (currentInstance() !== this.#born) throw lost();
            const lone = this.#take(chat, piece);
            if (lone !== undefined && !this.#isStopped()) return { done: false, value: lone };
          }
        }
        const failure = chat.takeFailure();
        this.#end();
        if (failure !== undefined && !this.#isLeft) throw toError(failure);
      }
      return { done: true, value: undefined };
    } catch (thrown) {
      const error = currentInstance() === this.#born ? coreError(thrown) : lost();
      this.#end();
      throw error;
    } finally {
      this.#isReading = false;
    }
  }

  #open(): Chat {
    this.#born = currentInstance();
    const chat = this.#openChat(this.#transport);
    this.#chat = chat;
    this.#pieces = new Pieces(chat);
    this.#forget = [onFirst([this.#signal], () => this.#abort()), onTrap(() => this.#silence.closeBody())];
    return chat;
  }

  async #openBody(chat: Chat): Promise<void> {
    this.#silence.closeBody();
    const body = await inCoreLater(() => chat.open());
    this.#isTaken = body?.locked === true;
    const reader = this.#isTaken ? undefined : body?.getReader();
    this.#reader = reader;
    // A body may not notice that its request was aborted: the reader is told, too, and gives `done` then.
    this.#silence.closeBody = () => void reader?.cancel().catch(() => {});
    this.#state = undefined;
  }

  /** Pushes what was read. Gives the part if it brought just one; it never is the last. */
  #take(chat: Chat, piece: ReadableStreamReadResult<Uint8Array> | undefined): StreamPart | undefined {
    const value = piece?.value;
    // A body that somebody made by hand may hold anything.
    if (!ArrayBuffer.isView(value)) {
      this.#endBody(chat, piece?.done !== true);
      return undefined;
    }
    const brought = this.#pieces?.push(value);
    if (typeof brought === 'object') return brought;
    if (brought === Brought.Parts) this.#takeParts(chat);
    return undefined;
  }

  #endBody(chat: Chat, isLost: boolean): void {
    chat.end(isLost);
    this.#takeParts(chat);
  }

  async #conclude(chat: Chat): Promise<void> {
    this.#silence.closeBody();
    await inCoreLater(() => chat.finish());
    this.#takeParts(chat);
    this.#isConcluded = true;
  }

  #takeParts(chat: Chat): void {
    this.#parts = chat.takeParts();
    this.#state = undefined;
  }

  /** The core makes a failure of it, whatever it still had. */
  #stop(chat: Chat): void {
    this.#parts = [];
    if (chat.state() !== ChatState.Failed) chat.end(true);
    this.#state = undefined;
  }

  #abort(): void {
    this.#transport.abort();
    this.#silence.closeBody();
  }

  #end(): void {
    this.#isEnded = true;
    this.#parts = [];
    this.#abort();
    this.#silence.clear();
    for (const forget of this.#forget) forget();
    const chat = this.#chat;
    this.#chat = undefined;
    ifAlive(this.#born, () => chat?.free());
  }
}

/** What all asynchronous generators inherit, such as the end of an `await using`. */
const asyncIterator: object = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype));
Object.setPrototypeOf(ChatAnswer.prototype, asyncIterator);
