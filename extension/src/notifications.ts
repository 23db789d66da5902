/** Messages with buttons, each shown once: the editor asks for models often and quietly, and must not be answered with a shower of them. */
import * as vscode from 'vscode';
import { commands } from './commands.ts';
import type { ErrorAction } from './errors.ts';
import { type Severity, showMessage } from './messages.ts';

/** Shows warnings and errors, the same one of a profile once until {@link Notifications.forget} is called. */
export class Notifications {
  /** The sentences that were shown, by the ids of profiles; those of none are under the empty one. */
  readonly #shown = new Map<string, Set<string>>();

  /** Shows a warning that was not shown yet. Does not wait for the user. `profile` is the id of the one that it is about. */
  warnOnce(sentence: string, actions: readonly ErrorAction[], profile = ''): void {
    const shown = this.#shown.get(profile) ?? new Set();
    this.#shown.set(profile, shown);
    if (shown.has(sentence)) return;
    shown.add(sentence);
    void this.show('warning', sentence, actions, profile);
  }

  /** Shows a message and does what its pressed button says. Resolves when the message is gone. */
  async show(severity: Severity, sentence: string, actions: readonly ErrorAction[], profile = ''): Promise<void> {
    const buttons = new Map(actions.map((action) => [actionLabel(action), commands[action]]));
    const pressed = await showMessage(severity, sentence, ...buttons.keys());
    const command = pressed === undefined ? undefined : buttons.get(pressed);
    if (command !== undefined) await vscode.commands.executeCommand(command, profile);
  }

  /** Lets every message about a profile be shown again: it was changed. */
  forget(profile: string): void {
    this.#shown.delete(profile);
  }
}

/** What the button of an action says. */
export function actionLabel(action: ErrorAction): string {
  switch (action) {
    case 'openSettings':
      return vscode.l10n.t('Open Settings');
    case 'refreshModels':
      return vscode.l10n.t('Refresh Models');
    case 'showLog':
      return vscode.l10n.t('Show Log');
    case 'showUsage':
      return vscode.l10n.t('Show Usage');
    default:
      return action satisfies never;
  }
}
