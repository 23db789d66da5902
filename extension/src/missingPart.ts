/** A file of the extension that can't be loaded: one that was replaced while it runs may miss its files. */
import * as vscode from 'vscode';

/** Its message is for the user. The chat appends the stack to what it shows, so there is none. */
export class MissingPart extends Error {
  override stack = '';

  constructor(cause: unknown) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
    super(
      vscode.l10n.t(
        'A part of LiteLLM Gateway could not be loaded ({0}). Reload the window; if that does not help, install the extension again.',
        reason,
      ),
    );
  }
}
