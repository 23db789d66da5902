/**
 * "Use Without GitHub Sign-In": what the editor's chat needs to answer with our models alone. Each step is shown with its state
 * before anything is changed, and unchecking one that was made undoes it.
 *
 * The editor does not tell extensions whether its chat is ready; what is asked here is what it does tell: whether the chat's
 * extension runs, the settings with what a policy makes of them, and the accounts.
 */
import * as vscode from 'vscode';
import { groupVendor } from '../chatProvider.ts';
import { commands } from '../commands.ts';
import type { Log } from '../log.ts';
import { shortText } from '../logText.ts';
import { showMessage } from '../messages.ts';
import { signedOutMark } from '../proposedFields.ts';
import { demandedOrganisations, type EditorSetting, isSetByPolicy } from './policy.ts';
import { untilTrue } from './untilTrue.ts';

/** The editor's built-in chat. */
const chatExtension = 'GitHub.copilot-chat';

/** Switches the chat off. */
const switchedOff: EditorSetting = { section: 'chat', name: 'disableAIFeatures' };

/** The extensions that may run. */
const allowedExtensions: EditorSetting = { section: 'extensions', name: 'allowed' };

/** Which model writes titles and summaries when the user's own models answer. */
const utilityModel = { section: 'chat', name: 'byokUtilityModelDefault', value: 'mainAgent' } as const;

/** What was made by us, and what was there before; kept for the undoing. */
interface Made {
  /** The value before ours; null for none. */
  utilityModel?: string | null;
  group?: boolean;
}

const madeKey = 'litellm-gateway.withoutGitHub';

/** What the steps need. */
export interface WithoutGitHubDependencies {
  readonly globalState: vscode.Memento;
  readonly log: Log;
}

/** A step, in its present state. */
interface Step {
  readonly title: string;
  readonly detail: string;
  readonly isDone: boolean;
  /** Whether it was made by us and can be undone. */
  readonly canUndo: boolean;
  /** Whether a policy leaves nothing to change. */
  readonly isForbidden?: boolean;
  /** A setting by which a policy may be what makes the step fail. */
  readonly setting?: EditorSetting;
  readonly make: () => Promise<void>;
  readonly undo?: () => Promise<void>;
}

/** Whether the chat would ask for a sign-in, as far as an extension can tell. */
export async function needsSteps(): Promise<boolean> {
  if (await isSignedIn()) return false;
  return vscode.extensions.getExtension(chatExtension) === undefined || !isUtilityModelSet();
}

/** Runs the command. */
export async function useWithoutGitHub(dependencies: WithoutGitHubDependencies): Promise<void> {
  const { t } = vscode.l10n;
  const organisations = demandedOrganisations();
  if (organisations.length > 0 && !(await isSignedIn())) {
    await showMessage(
      'error',
      t(
        'A policy of your organisation keeps the AI features of this editor off until you sign in to a GitHub account of {0}. Ask whoever manages this editor.',
        organisations.map(shortText).join(', '),
      ),
    );
    return;
  }
  const steps = stepsOf(dependencies);
  const items = steps.map((step) => ({
    label: step.title,
    description: step.isDone ? t('done') : step.isForbidden ? t('forbidden by a policy of your organisation') : '',
    detail: step.detail,
    picked: step.isDone || !step.isForbidden,
    step,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Use Without GitHub Sign-In'),
    placeHolder: t('These steps are taken. Uncheck one that is done to undo it.'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  if (!chosen) return;
  const wanted = new Set(chosen.map(({ step }) => step));
  const made: string[] = [];
  const undone: string[] = [];
  for (const step of steps) {
    try {
      if (wanted.has(step) && !step.isDone) {
        if (step.isForbidden) throw new Error('a policy decides the setting');
        await step.make();
        made.push(step.title);
      } else if (!wanted.has(step) && step.canUndo) {
        await step.undo?.();
        undone.push(step.title);
      }
    } catch (error) {
      dependencies.log.failure(`The step "${step.title}" of using the chat without GitHub`, error);
      const sentence =
        step.setting && isSetByPolicy(step.setting)
          ? t('"{0}" is forbidden by a policy of your organisation. Ask whoever manages this editor.', step.title)
          : t('"{0}" did not work. The log has the reason.', step.title);
      await showMessage('error', sentence);
      return;
    }
  }
  if (undone.length > 0) {
    await showMessage('information', t('Undone: {0}.', undone.join(', ')));
    return;
  }
  const account = await gitHubAccount();
  if (account !== undefined) {
    void showMessage(
      'warning',
      t(
        'This editor is signed in to GitHub as {0}. Without a Copilot plan, or where an organisation forbids other models, its chat refuses them: sign out of GitHub for the chat then.',
        account,
      ),
    );
  }
  await vscode.commands.executeCommand('workbench.action.chat.open').then(undefined, () => undefined);
  if (made.length > 0) void tellOfUndo(made);
}

async function tellOfUndo(made: readonly string[]): Promise<void> {
  const { t } = vscode.l10n;
  const undo = t('Undo…');
  const done = t('Done, so that the chat needs no GitHub sign-in: {0}.', made.join(', '));
  const pressed = await showMessage('information', done, undo);
  if (pressed === undo) await vscode.commands.executeCommand(commands.useWithoutGitHub);
}

function stepsOf({ globalState, log }: WithoutGitHubDependencies): Step[] {
  const { t } = vscode.l10n;
  const made = globalState.get<Made>(madeKey, {});
  const remember = async (change: Made) =>
    globalState.update(madeKey, { ...globalState.get<Made>(madeKey, {}), ...change });
  const chat = vscode.workspace.getConfiguration('chat');
  const isDisabled = chat.get<boolean>(switchedOff.name) === true;
  const steps: Step[] = [];
  if (isDisabled) {
    steps.push({
      title: t("Switch on the editor's AI features"),
      detail: t('The setting "{0}" switches the chat off.', `${switchedOff.section}.${switchedOff.name}`),
      isDone: false,
      canUndo: false,
      isForbidden: isSetByPolicy(switchedOff),
      setting: switchedOff,
      make: async () => chat.update(switchedOff.name, undefined, vscode.ConfigurationTarget.Global),
    });
  }
  steps.push({
    title: t('Enable the built-in chat'),
    detail: t('In the view of extensions it can be disabled again.'),
    isDone: vscode.extensions.getExtension(chatExtension) !== undefined,
    canUndo: false,
    setting: allowedExtensions,
    make: () => enableChat(log),
  });
  if (chat.inspect(utilityModel.name)?.defaultValue !== undefined) {
    steps.push({
      title: t('Let the chosen model write titles and summaries, too'),
      detail: t('The setting "{0}" becomes "{1}".', `${utilityModel.section}.${utilityModel.name}`, utilityModel.value),
      isDone: isUtilityModelSet(),
      canUndo: made.utilityModel !== undefined,
      isForbidden: isSetByPolicy(utilityModel),
      setting: utilityModel,
      make: async () => {
        const before = chat.inspect<string>(utilityModel.name)?.globalValue ?? null;
        await chat.update(utilityModel.name, utilityModel.value, vscode.ConfigurationTarget.Global);
        await remember({ utilityModel: before });
      },
      undo: async () => {
        await chat.update(utilityModel.name, made.utilityModel ?? undefined, vscode.ConfigurationTarget.Global);
        const { utilityModel: _, ...others } = globalState.get<Made>(madeKey, {});
        await globalState.update(madeKey, others);
      },
    });
  }
  steps.push({
    title: t("Add an entry to the editor's list of language models"),
    detail: t('With one the editor asks for no sign-in. It can be deleted in that list.'),
    isDone: made.group === true,
    canUndo: made.group === true,
    make: async () => {
      await addGroup();
      await remember({ group: true });
    },
    undo: async () => {
      // Extensions can add entries, not remove them: the user does, in the list that opens.
      await vscode.commands.executeCommand('workbench.action.chat.manage');
      await remember({ group: false });
    },
  });
  return steps;
}

/** Adds a group without a gateway of its own: the models are those of the profiles. */
async function addGroup(): Promise<void> {
  try {
    await vscode.commands.executeCommand('lm.addLanguageModelsProviderGroup', {
      vendor: groupVendor,
      name: vscode.l10n.t('LiteLLM Gateway'),
      ...signedOutMark,
    });
  } catch (error) {
    if (!/already exists/i.test(error instanceof Error ? error.message : String(error))) throw error;
  }
}

/** Enables the chat's extension, and waits until it is there. An editor that can't enable one by name enables all. */
async function enableChat(log: Log): Promise<void> {
  const isThere = () => vscode.extensions.getExtension(chatExtension) !== undefined;
  try {
    await vscode.commands.executeCommand('workbench.extensions.installExtension', chatExtension, { enable: true });
  } catch (error) {
    log.failure('Enabling the chat by its name', error);
  }
  if (isThere()) return;
  const appeared = untilTrue(isThere, vscode.extensions.onDidChange, longestEnablingMs);
  await vscode.commands.executeCommand('workbench.extensions.action.enableAll');
  if (!(await appeared)) throw new Error('the chat extension did not appear');
}

/** How long the editor may take to enable an extension, in milliseconds. */
const longestEnablingMs = 20_000;

/** Whether the utility models are not Copilot's. Editors without the setting need none. */
function isUtilityModelSet(): boolean {
  const value = vscode.workspace.getConfiguration(utilityModel.section).get<string>(utilityModel.name);
  return value === undefined || value === utilityModel.value;
}

async function isSignedIn(): Promise<boolean> {
  return (await gitHubAccount()) !== undefined;
}

/** The GitHub account that this editor is signed in to. */
async function gitHubAccount(): Promise<string | undefined> {
  try {
    return (await vscode.authentication.getAccounts('github'))[0]?.label;
  } catch {
    return undefined;
  }
}
