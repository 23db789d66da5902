/**
 * Messages beside the chat about a request that failed. The chat shows nothing but a sentence; here stand the buttons for what can
 * be done. One message for a cause in a conversation: the same one comes again only after an answer, a change of the profile, or
 * when a button of it was pressed. There is none for what the user stopped.
 */
import * as vscode from 'vscode';
import { commands } from './commands.ts';
import { type ErrorContext, isLiteLLMError, type PresentedError } from './errors.ts';
import { failureDetails } from './failureDetails.ts';
import type { Log } from './log.ts';
import { showMessage } from './messages.ts';
import { actionLabel } from './notifications.ts';
import { chooseModelCommand, retryCommand, retryTarget } from './proposedFields.ts';

/** What can be done about a failure. */
type Action = 'retry' | 'chooseModel' | 'openSettings' | 'refreshModels' | 'showUsage' | 'showLog' | 'copyDetails';

/** A request that failed. */
export interface FailedRequest {
  readonly error: unknown;
  readonly presented: PresentedError;
  /** With the name of the profile where there are several. */
  readonly sentence: string;
  readonly context: ErrorContext;
  /** The id of the profile. */
  readonly profile: string;
  /** The chat's own id of the conversation; other callers have none. */
  readonly conversation: string | undefined;
}

/** What helps, by the kind of the failure; the first is the likeliest. */
const actionsOf: Readonly<Record<PresentedError['kind'], readonly Action[]>> = {
  settings: ['openSettings', 'copyDetails'],
  connection: ['retry', 'openSettings', 'copyDetails'],
  timeout: ['retry', 'chooseModel', 'copyDetails'],
  aborted: [],
  auth: ['openSettings', 'copyDetails'],
  permission: ['chooseModel', 'openSettings', 'copyDetails'],
  budget_exceeded: ['showUsage', 'openSettings', 'copyDetails'],
  rate_limit: ['retry', 'chooseModel', 'copyDetails'],
  context_length: ['chooseModel', 'copyDetails'],
  content_policy: ['chooseModel', 'copyDetails'],
  guardrail: ['copyDetails'],
  unknown_model: ['chooseModel', 'refreshModels', 'copyDetails'],
  provider_auth: ['chooseModel', 'copyDetails'],
  invalid_request: ['chooseModel', 'copyDetails'],
  server: ['retry', 'chooseModel', 'copyDetails'],
  protocol: ['retry', 'openSettings', 'copyDetails'],
  truncated: ['retry', 'copyDetails'],
  internal: ['retry', 'showLog', 'copyDetails'],
};

/** A tool call that can't be read is the model's doing, whatever kind of failure that is. */
function actionsFor(kind: PresentedError['kind'], error: unknown): readonly Action[] {
  const isOfModel = isLiteLLMError(error) && error.forModel !== undefined;
  return isOfModel ? ['retry', 'chooseModel', 'openSettings', 'copyDetails'] : actionsOf[kind];
}

/** Another extension that asks a model shows its own errors: these kinds concern the connection of all. */
const toldToAll: ReadonlySet<PresentedError['kind']> = new Set(['auth', 'settings', 'budget_exceeded']);

/** Shows the messages. */
export class FailureMessages {
  readonly #log: Log;
  readonly #version: string;
  /** What was told, by profile and conversation. */
  readonly #told = new Map<string, Set<string>>();

  /** `version` is the extension's. */
  constructor(log: Log, version: string) {
    this.#log = log;
    this.#version = version;
  }

  /** Tells of a failure, unless that was told. Waits for nothing. */
  tell(failed: FailedRequest): void {
    const { presented, profile, conversation, context } = failed;
    if (conversation === undefined && !toldToAll.has(presented.kind)) return;
    const place = placeOf(profile, conversation);
    const told = this.#told.get(place) ?? new Set();
    this.#told.set(place, told);
    const cause = `${presented.kind} ${context.modelId}`;
    if (told.has(cause)) return;
    told.add(cause);
    this.#show(failed).then(
      (isPressed) => {
        if (isPressed) told.delete(cause);
      },
      (error: unknown) => this.#log.failure('Telling of a failure', error),
    );
  }

  /** A request was answered: what fails from now on is news. */
  answered(profile: string, conversation: string | undefined): void {
    this.#told.delete(placeOf(profile, conversation));
  }

  /** The profiles changed: what fails from now on is news. */
  forget(): void {
    this.#told.clear();
  }

  /** Shows a message and does what is pressed; whether something was. */
  async #show(failed: FailedRequest): Promise<boolean> {
    const actions = await this.#possible(failed);
    if (actions.length === 0) return false;
    const buttons = new Map(actions.map((action) => [label(action), action]));
    const pressed = await showMessage('warning', failed.sentence, ...buttons.keys());
    const action = pressed === undefined ? undefined : buttons.get(pressed);
    if (action === undefined) return false;
    await this.#run(action, failed);
    return true;
  }

  /** What helps, as far as this editor can do it. */
  async #possible({ error, presented, conversation }: FailedRequest): Promise<readonly Action[]> {
    const actions = actionsFor(presented.kind, error);
    if (!actions.includes('retry') && !actions.includes('chooseModel')) return actions;
    const known = new Set(await vscode.commands.getCommands(true));
    return actions.filter((action) => {
      if (action === 'retry') return known.has(retryCommand) && conversation !== undefined;
      return action !== 'chooseModel' || known.has(chooseModelCommand);
    });
  }

  async #run(action: Action, failed: FailedRequest): Promise<void> {
    switch (action) {
      case 'retry':
        await vscode.commands.executeCommand(retryCommand, retryTarget(failed.conversation ?? ''));
        return;
      case 'chooseModel':
        await vscode.commands.executeCommand(chooseModelCommand);
        return;
      case 'copyDetails':
        await this.#copy(failureDetails(failed, this.#version, (text) => this.#log.cleaned(text)));
        return;
      default:
        await vscode.commands.executeCommand(commands[action], failed.profile);
    }
  }

  async #copy(details: string): Promise<void> {
    const { t } = vscode.l10n;
    await vscode.env.clipboard.writeText(details);
    const show = t('Show Details');
    const pressed = await showMessage('information', t('The details were copied. They hold no key.'), show);
    if (pressed !== show) return;
    const document = await vscode.workspace.openTextDocument({ content: details, language: 'plaintext' });
    await vscode.window.showTextDocument(document);
  }
}

function placeOf(profile: string, conversation: string | undefined): string {
  return JSON.stringify([profile, conversation]);
}

function label(action: Action): string {
  const { t } = vscode.l10n;
  switch (action) {
    case 'retry':
      return t('Retry');
    case 'chooseModel':
      return t('Choose Another Model');
    case 'copyDetails':
      return t('Copy Details');
    default:
      return actionLabel(action);
  }
}
