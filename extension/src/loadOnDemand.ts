/** Loads what is needed only by some sessions. */
import * as vscode from 'vscode';
import { plainError } from './errors.ts';

/**
 * What `onDemand.ts` exports, which is loaded by the first call. Fails with a sentence for the user: an extension that was replaced
 * while it runs may miss its files.
 */
export async function loadOnDemand(): Promise<typeof import('./onDemand.ts')> {
  try {
    return await import('./onDemand.ts');
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    throw plainError(
      vscode.l10n.t(
        'A part of LiteLLM Gateway could not be loaded ({0}). Reload the window; if that does not help, install the extension again.',
        reason,
      ),
    );
  }
}
