import { longestTimer, Silence } from './silence.ts';

/**
 * What one call has on the network: its request, the body of its reply, its waits between attempts. Who holds it can stop all of
 * them. The core decides what is sent, and what a reply means; here is only what the host does for it, since an `await` inside
 * WebAssembly costs several times one here. A trap does not touch it.
 */
export class Transport {
  /** Whether the call was stopped for good. */
  isAborted = false;
  /** After how many milliseconds without a byte the current attempt was ended, if it was. */
  timedOutMs: number | undefined;
  #controller: AbortController | undefined;
  #reader: ReadableStreamDefaultReader<unknown> | undefined;
  #silence: Silence | undefined;
  /** Ends the wait for a reply, or for the next attempt. */
  #wake: () => void = () => {};

  /** Stops the call for good. */
  abort(): void {
    this.isAborted = true;
    this.endAttempt();
  }

  /** Ends the current attempt since nothing came for so long; another may follow. */
  timeOut(afterMs: number): void {
    this.timedOutMs = afterMs;
    this.endAttempt();
  }

  /** Closes the connection of the current attempt. */
  endAttempt(): void {
    this.#controller?.abort();
    this.#controller = undefined;
    // A body may not notice that its request was aborted: the reader is told, too, and gives its end then.
    this.#reader?.cancel().catch(() => {});
    this.#reader = undefined;
    this.#wake();
  }

  /** Ends the attempt, from now on, when nothing comes for so long, or when all of it takes so many times as long. */
  watch(silenceMs: number, silences: number): void {
    this.#silence = new Silence(silenceMs, () => this.timeOut(silenceMs), silences);
    this.#silence.begin();
  }

  /** Ends the watch. */
  unwatch(): void {
    this.#silence?.clear();
    this.#silence = undefined;
  }

  /** Sends a request and gives the reply as it is, also a redirect; undefined once the attempt is ended. */
  send(url: string, method: string, headers: Headers, body: Uint8Array<ArrayBuffer> | undefined) {
    return this.#fetch(url, { method, headers, body: body ?? null, redirect: 'manual' });
  }

  /**
   * Whether `url` answers at all: a browser does not show the answer to a request in this mode, but that there was one. It
   * carries no header and so no key.
   */
  async isAnswered(url: string): Promise<boolean> {
    const reply = await this.#fetch(url, { mode: 'no-cors' }).catch(() => undefined);
    this.endAttempt();
    return reply !== undefined;
  }

  async #fetch(url: string, options: RequestInit): Promise<Response | undefined> {
    if (this.isAborted) return undefined;
    this.timedOutMs = undefined;
    const controller = new AbortController();
    this.#controller = controller;
    const { signal } = controller;
    // A patched fetch may never notice its signal, or may itself be what stops the call: the race ends all the same.
    const stopped = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    const reply = fetch(url, { ...options, cache: 'no-store', credentials: 'omit', signal });
    const first = await Promise.race([reply, stopped]);
    if (!signal.aborted) return first;
    dropLate(reply);
    return undefined;
  }

  /**
   * Reads a body to its end, or until `limit` bytes came: what is beyond is left. Hands out its pieces. Throws for a body that
   * breaks off, gives no bytes, or is read by somebody else.
   */
  async read(body: ReadableStream<unknown>, limit: number, take: (piece: Uint8Array) => void): Promise<void> {
    const reader = body.getReader();
    this.#reader = reader;
    try {
      for (let length = 0; length < limit; ) {
        const { done, value } = await reader.read();
        if (done) {
          this.#reader = undefined;
          return;
        }
        if (!(value instanceof Uint8Array)) throw new TypeError('A piece of the body is no Uint8Array.');
        length += value.length;
        this.#silence?.begin();
        take(value);
      }
    } finally {
      // Of a body that is not read to its end, nothing is wanted any more.
      if (this.#reader !== undefined) this.endAttempt();
    }
  }

  /** Waits, unless the call is stopped. */
  async sleep(milliseconds: number): Promise<void> {
    if (this.isAborted) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.min(milliseconds, longestTimer));
    });
    clearTimeout(timer);
  }
}

/** Closes the body of a reply that nobody waits for any more. A `fetch` that never settles costs what this takes. */
function dropLate(reply: Promise<Response>): void {
  reply.then(({ body }) => (body?.locked === false ? body.cancel() : undefined)).catch(() => {});
}

/**
 * Why a `fetch` failed, in the host's words: Node.js puts the reason into `cause`, with a code such as `ECONNREFUSED`. That of a
 * proxy that refuses is a cause of the cause, which itself says only that the request was cancelled.
 */
export function reasonOf(failure: unknown): string {
  const member = (value: unknown, name: string): unknown => {
    try {
      return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
    } catch {
      // Thrown past the core, this would leave it waiting for ever.
      return undefined;
    }
  };
  const cause = member(failure, 'cause');
  const words = [member(cause, 'code'), member(member(cause, 'cause'), 'message'), member(cause, 'message')];
  const isSaid = (word: unknown): word is string => typeof word === 'string' && word !== '';
  return [...words, member(failure, 'message')].find(isSaid) ?? '';
}
