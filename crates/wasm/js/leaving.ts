import { LiteLLMError } from './liteLLMError.ts';

/**
 * A generator that can be left while a step of it is under way. The language makes `return` wait for that step, which may
 * take minutes; here `left` fires first, so that the step can end. A step that then fails is no failure.
 */
export function leavable<Item>(
  generate: (left: AbortSignal) => AsyncGenerator<Item, void, undefined>,
): AsyncGenerator<Item, void, undefined> {
  const leaving = new AbortController();
  const generator = generate(leaving.signal);
  const wait = generator.return.bind(generator);
  generator.return = (value) => {
    leaving.abort();
    return wait(value);
  };
  return generator;
}

/** Fails for what a caller gave as signal and is none. */
export function assertSignal(signal: AbortSignal | undefined): void {
  if (signal === undefined || typeof signal?.addEventListener === 'function') return;
  const message = 'The option signal must be an AbortSignal, such as the one of an AbortController.';
  throw new LiteLLMError({ kind: 'invalid_request', message, retryable: false });
}

/** Calls `stop` when one of the signals fires, or at once if one has. Gives what ends the listening. */
export function onFirst(signals: readonly (AbortSignal | undefined)[], stop: () => void): () => void {
  const present = signals.filter((signal) => signal !== undefined);
  if (present.some(({ aborted }) => aborted)) stop();
  for (const signal of present) signal.addEventListener('abort', stop, { once: true });
  return () => {
    for (const signal of present) signal.removeEventListener('abort', stop);
  };
}
