// Waiting for conditions. Nothing here waits for time to pass: the limits only end what would never come.

/** A look at the editor takes it and the browser some ten milliseconds: a quicker one would slow down what it waits for. */
const POLL_MS = 150;
export const LIMIT_MS = 45_000;

/** Calls `condition` until it gives something truthy, and gives that. `what` names it in the failure. */
export async function until(what, condition, limitMs = LIMIT_MS) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
