/** The one quiet message to whoever has installed the extension and set nothing up. */
import * as vscode from 'vscode';
import { commands } from '../commands.ts';
import { showMessage } from '../messages.ts';
import { isConfigured, type Profiles } from '../profiles.ts';

const shownKey = 'litellm-gateway.welcomed';

/** The walkthrough that the manifest contributes. */
const walkthrough = 'litellm-gateway.litellm-gateway#litellm-gateway.welcome';

/** How long whoever is at one of our commands already has to show it, in milliseconds. */
const delayMs = 5000;

/** Shows the message once in a lifetime, and only while no profile and no variable says anything of a gateway. */
export function welcomeOnce(
  profiles: Profiles,
  globalState: vscode.Memento,
  onFailure: (error: unknown) => void,
): vscode.Disposable {
  const timer = setTimeout(() => void welcome(profiles, globalState).catch(onFailure), delayMs);
  return { dispose: () => clearTimeout(timer) };
}

async function welcome(profiles: Profiles, globalState: vscode.Memento): Promise<void> {
  const { t } = vscode.l10n;
  if (globalState.get<boolean>(shownKey)) return;
  for (const { id } of await profiles.list()) {
    if (isConfigured(await profiles.read(id))) return;
  }
  await globalState.update(shownKey, true);
  const setUp = t('Set Up');
  const guide = t('Show Me How');
  const pressed = await showMessage(
    'information',
    t('LiteLLM Gateway is installed, and no gateway is set up yet.'),
    setUp,
    guide,
  );
  if (pressed === setUp) await vscode.commands.executeCommand(commands.setUp);
  if (pressed === guide) await vscode.commands.executeCommand(commands.openWalkthrough);
}

/** Opens the walkthrough. */
export async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
}

/** Whoever began to set up needs no message. */
export async function noWelcome(globalState: vscode.Memento): Promise<void> {
  await globalState.update(shownKey, true);
}
