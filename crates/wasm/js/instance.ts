import { __wbg_reset_state as makeInstance } from '../pkg/litellm_wasm.js';
import { toError } from './liteLLMError.ts';
import { currentInstance, isTrap, lost, renewed, trapped, unlessTrapped } from './trap.ts';

/** Runs a call into the core, in a new instance after a trap, and makes a `LiteLLMError` of what it throws. */
export function inCore<Result>(call: () => Result): Result {
  usableInstance();
  try {
    return call();
  } catch (thrown) {
    throw coreError(thrown);
  }
}

/** The same for a call whose result comes later. */
export async function inCoreLater<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await unlessTrapped(inCore(call));
  } catch (thrown) {
    throw coreError(thrown);
  }
}

/** The number of the instance that the next call runs in. */
export function usableInstance(): number {
  renewed(makeInstance);
  return currentInstance();
}

/** Runs something that ends what belongs to the instance `born`, unless that was given up: then there is nothing to end. */
export function ifAlive(born: number, end: () => void): void {
  if (currentInstance() === born) end();
}

/** What to throw for what a call into the core threw. */
export function coreError(thrown: unknown): unknown {
  if (!isTrap(thrown)) return toError(thrown);
  trapped();
  return lost();
}
