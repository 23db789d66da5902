/** The entry of the extension: constructs its parts, registers them with the editor, and disposes them. */
import * as vscode from 'vscode';
import { ChatProvider, vendor } from './chatProvider.ts';
import { Core, type LiteLLMHandler } from './core.ts';
import { presentError } from './errors.ts';
import { Gateway } from './gateway.ts';
import { Log } from './log.ts';
import { commands, Notifications } from './notifications.ts';
import { Profiles } from './profiles.ts';
import { Secrets } from './secrets.ts';
import { SettingsPanel } from './settingsPanel.ts';
import { TokenCounter } from './tokenCounter.ts';

/** What `activate` returns, for other extensions. */
export interface GatewayApi {
  /** The version of the core. */
  readonly version: string;
  /**
   * A handler for a gateway of the caller's choice, as Roo Code and Cline make theirs: it takes their names of the
   * settings too. Throws when the settings can't be used.
   */
  buildApiHandler(configuration: { apiProvider: 'litellm' } & Record<string, unknown>): LiteLLMHandler;
  /** The exact number of `o200k_base` tokens of a text. The first call loads what that takes. */
  countTokens(text: string): Promise<number>;
}

/** Called by the editor when our models, our commands or another extension want us. */
export async function activate(context: vscode.ExtensionContext): Promise<GatewayApi> {
  const core = new Core(context.extensionUri);
  const log = new Log();
  const notifications = new Notifications();
  const profiles = new Profiles(new Secrets(context.secrets));
  const gateway = new Gateway(core, profiles, log, notifications);

  const panelDependencies = {
    extensionUri: context.extensionUri,
    core,
    profiles,
    log,
    describeError: (error: unknown, modelId: string) => presentError(error, { modelId }).sentence,
    onSaved: () => log.info('The settings were saved.'),
  };

  context.subscriptions.push(
    log,
    profiles,
    gateway,
    vscode.lm.registerLanguageModelChatProvider(
      vendor,
      new ChatProvider(gateway, new TokenCounter(core, log), log, notifications),
    ),
    SettingsPanel.restoring(panelDependencies),
    vscode.commands.registerCommand(commands.openSettings, () => SettingsPanel.open(panelDependencies)),
    vscode.commands.registerCommand(commands.refreshModels, () => refreshModels(gateway, notifications)),
    vscode.commands.registerCommand(commands.showLog, () => log.show()),
  );

  // Whatever activates us needs the core at once, and other extensions expect a handler without waiting.
  const litellm = await core.load().catch((error: unknown) => {
    log.failure('Loading the core', error);
    throw error;
  });
  const countTokens = async (text: string) => {
    await litellm.initTokens();
    return litellm.countTokens(text);
  };
  return { version: litellm.version(), buildApiHandler: litellm.buildApiHandler, countTokens };
}

async function refreshModels(gateway: Gateway, notifications: Notifications): Promise<void> {
  const { models, failure } = await gateway.refresh();
  if (failure) await notifications.show('error', failure.sentence, failure.actions);
  else if (models.length === 0)
    await notifications.show('warning', vscode.l10n.t('The gateway offers no models to this API key.'), [
      'openSettings',
    ]);
  else await notifications.show('information', vscode.l10n.t('{0} models are ready in the chat.', models.length), []);
}
