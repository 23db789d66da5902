import type { Handler, ModelCatalog } from '../pkg/litellm_wasm.js';
import { inCoreLater } from './instance.ts';
import { LiteLLMError } from './liteLLMError.ts';
import { catalogOf } from './modelTable.ts';
import { Transport } from './transport.ts';

/** One discovery for all who ask while it runs. It is stopped when all of them have given up. */
export class SharedDiscovery {
  readonly result: Promise<ModelCatalog>;
  readonly #transport = new Transport();
  #waiting = 0;
  #isOver = false;
  #isStopped = false;

  /** Whether all have given up: whoever asks now needs another discovery. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  constructor(handler: Handler) {
    this.result = this.#run(handler);
  }

  async #run(handler: Handler): Promise<ModelCatalog> {
    try {
      return catalogOf(await inCoreLater(() => handler.discover(this.#transport)));
    } finally {
      this.#isOver = true;
    }
  }

  /** The result, or kind `aborted` when `signal` fires before; it must not have fired yet. */
  join(signal: AbortSignal | undefined): Promise<ModelCatalog> {
    this.#waiting += 1;
    if (signal === undefined) return this.result;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting -= 1;
        // Who leaves may do so between the end and the news of it.
        if (this.#waiting === 0 && !this.#isOver) {
          this.#isStopped = true;
          this.#transport.abort();
        }
        reject(notWaitedFor());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}

/** What those get who gave up. */
export function notWaitedFor(): LiteLLMError {
  return new LiteLLMError({ kind: 'aborted', message: 'The list of models was not waited for.', retryable: false });
}
