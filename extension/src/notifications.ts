/** Messages with buttons, each shown once: the editor asks for models often and quietly, and must not be answered with a shower of them. */
import * as vscode from 'vscode';
import { commands } from './commands.ts';
import type { ErrorAction } from './errors.ts';

/** Shows warnings and errors, the same one once until {@link Notifications.forget} is called. */
export class Notifications {
  readonly #shown = new Set<string>();

  /** Shows a warning that was not shown yet. Does not wait for the user. */
  warnOnce(sentence: string, actions: readonly ErrorAction[]): void {
    if (this.#shown.has(sentence)) return;
    this.#shown.add(sentence);
    void this.show('warning', sentence, actions);
  }

  /** Shows a message and does what its pressed button says. Resolves when the message is gone. */
  async show(
    severity: 'information' | 'warning' | 'error',
    sentence: string,
    actions: readonly ErrorAction[],
  ): Promise<void> {
    const buttons = new Map(actions.map((action) => [label(action), commands[action]]));
    const show = {
      information: vscode.window.showInformationMessage,
      warning: vscode.window.showWarningMessage,
      error: vscode.window.showErrorMessage,
    }[severity];
    const pressed = await show(withoutLinks(sentence), ...buttons.keys());
    const command = pressed === undefined ? undefined : buttons.get(pressed);
    if (command !== undefined) await vscode.commands.executeCommand(command);
  }

  /** Lets every message be shown again: the settings were changed. */
  forget(): void {
    this.#shown.clear();
  }
}

/** The editor makes links of `[text](command:…)` in a message, and a message may quote a gateway: its words are never a button. */
function withoutLinks(sentence: string): string {
  return sentence.replaceAll('](', ']\u200b(');
}

function label(action: ErrorAction): string {
  switch (action) {
    case 'openSettings':
      return vscode.l10n.t('Open Settings');
    case 'refreshModels':
      return vscode.l10n.t('Refresh Models');
    case 'showLog':
      return vscode.l10n.t('Show Log');
    default:
      return action satisfies never;
  }
}
