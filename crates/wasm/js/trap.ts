import { LiteLLMError } from './liteLLMError.ts';

/**
 * What a trap leaves behind. The core never panics on purpose, and its memory is in an unknown state once it did: everything
 * made in that instance is given up, and the next call gets a new one (`instance.ts`). What the old one still waited for fails
 * then where nobody looks: an editor logs that, a program of Node.js that minds such failures ends.
 */
let instanceNumber = 0;
let isBroken = false;
const listeners = new Set<() => void>();

/** The number of the instance; each trap makes it another. */
export function currentInstance(): number {
  return instanceNumber;
}

/** Gives up the instance. The core calls this when it panics, since no promise of its own would ever be settled. */
export function trapped(): void {
  if (isBroken) return;
  isBroken = true;
  instanceNumber += 1;
  for (const listener of listeners) listener();
  listeners.clear();
}

/** Runs `renew` if the instance was given up. */
export function renewed(renew: () => void): void {
  if (!isBroken) return;
  renew();
  isBroken = false;
}

/** Calls `listener` when the instance is given up. Gives what ends the listening. */
export function onTrap(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The result of an asynchronous call into the core, or a failure as soon as the instance is given up. */
export function unlessTrapped<Result>(result: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const forget = onTrap(() => reject(lost()));
    void result.then(resolve, reject).then(forget);
  });
}

/** Whether this is how WebAssembly fails: a trap, or a stack that is used up. */
export function isTrap(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError) return true;
  return thrown instanceof RangeError && /call stack/.test(thrown.message);
}

/** What a call gets whose instance was given up. */
export function lost(): LiteLLMError {
  const message =
    'The core of LiteLLM Gateway failed and was started again, so this call is lost. Try again; if it stays so, report what ' +
    'was asked and the version of the gateway.';
  return new LiteLLMError({ kind: 'protocol', message, retryable: false });
}
