import { type Handler, type ModelCatalog, StopHandle } from '../pkg/litellm_wasm.js';
import { LiteLLMError, toError } from './liteLLMError.ts';

/** One discovery for all who ask while it runs. It is stopped when all of them have given up. */
export class SharedDiscovery {
  readonly result: Promise<ModelCatalog>;
  readonly #stop = new StopHandle();
  #waiting = 0;
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
      return JSON.parse(await handler.discover(this.#stop));
    } catch (thrown) {
      throw toError(thrown);
    } finally {
      this.#stop.free();
    }
  }

  /** The result, or kind `aborted` when `signal` fires before. */
  join(signal: AbortSignal | undefined): Promise<ModelCatalog> {
    this.#waiting += 1;
    if (signal === undefined) return this.result;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting -= 1;
        if (this.#waiting === 0) {
          this.#isStopped = true;
          this.#stop.abort();
        }
        reject(aborted());
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}

function aborted(): LiteLLMError {
  return new LiteLLMError({ kind: 'aborted', message: 'The list of models was not waited for.', retryable: false });
}
