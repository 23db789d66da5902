/** Waiting for the editor to do something that an event of it tells of. */
import type * as vscode from 'vscode';

/** Whether the condition held within that many milliseconds: it is looked at now, at each event, and at the end. One that fails does not hold. */
export async function untilTrue(
  condition: () => boolean | PromiseLike<boolean>,
  event: vscode.Event<unknown>,
  longestMs: number,
): Promise<boolean> {
  let subscription: vscode.Disposable | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<boolean>((resolve) => {
      const look = async () => {
        if (await condition()) resolve(true);
      };
      const quietly = () => look().catch(() => undefined);
      subscription = event(() => void quietly());
      timer = setTimeout(() => void quietly().then(() => resolve(false)), longestMs);
      void quietly();
    });
  } finally {
    subscription?.dispose();
    clearTimeout(timer);
  }
}
