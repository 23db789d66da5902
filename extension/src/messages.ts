/**
 * Messages and progress of the editor. The editor makes links and buttons of `[text](command:…)` in both, and they may quote what
 * a gateway chose: nothing of that is ever one. Every message of ours is shown from here.
 */
import * as vscode from 'vscode';
import { withoutTurning } from './logText.ts';

/** How grave a message is. */
export type Severity = 'information' | 'warning' | 'error';

/** Shows a message and gives the button that was pressed; undefined when none was. */
export function showMessage(severity: Severity, sentence: string, ...buttons: string[]): Thenable<string | undefined> {
  const show = {
    information: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[severity];
  return show(plain(sentence), ...buttons);
}

/** Asks before something that can't be taken back, in the middle of the window; whether the one button was pressed. */
export async function confirm(question: string, detail: string, button: string): Promise<boolean> {
  const options = { modal: true, detail: plain(detail) };
  return (await vscode.window.showWarningMessage(plain(question), options, button)) === button;
}

/**
 * Shows that work is under way; its signal is aborted when the user cancels. `report` adds a word on how far it is.
 */
export function withProgress<Result>(
  title: string,
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<Result>,
): Thenable<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title: plain(title), cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    try {
      return await work(abort.signal, (message) => progress.report({ message: plain(message) }));
    } finally {
      subscription.dispose();
    }
  });
}

/** A text in which nothing is a link, and which reads in the direction in which it is written. */
function plain(text: string): string {
  return withoutTurning(text).replaceAll('](', ']\u200b(');
}
