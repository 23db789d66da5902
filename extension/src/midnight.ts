/** The moment when one day of the user's clock ends and the next begins. */
import type * as vscode from 'vscode';

/** Calls at each midnight until it is disposed of. On a computer that sleeps then, the call comes after it wakes. */
export function atMidnight(call: () => void): vscode.Disposable {
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    const now = new Date();
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
    timer = setTimeout(() => {
      call();
      wait();
    }, midnight.getTime() - now.getTime());
    // Node.js would not end for the sake of a clock; a browser's timer is a number.
    if (typeof timer === 'object') timer.unref();
  };
  wait();
  return { dispose: () => clearTimeout(timer) };
}
