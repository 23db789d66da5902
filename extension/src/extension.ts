/** The entry of the extension: constructs its parts, registers them with the editor, and disposes them. */
import * as vscode from 'vscode';
import { registerAgentTools } from './agentTools/agentTools.ts';
import type { GatewayApi } from './api.ts';
import { Budgets } from './budgets.ts';
import { ChatProvider, groupVendor, vendor } from './chatProvider.ts';
import { commands } from './commands.ts';
import { Core } from './core.ts';
import { type ErrorContext, presentError } from './errors.ts';
import { FailureMessages } from './failureMessages.ts';
import { noWelcome, openWalkthrough, welcomeOnce } from './firstRun/welcome.ts';
import { Gateways } from './gateways.ts';
import { Groups } from './groups.ts';
import { KeptModels } from './keptModels.ts';
import { Ledger } from './ledger.ts';
import { loadOnDemand } from './loadOnDemand.ts';
import { LocalKeys } from './localGateway/localKeys.ts';
import { Log } from './log.ts';
import { McpServers } from './mcpServers.ts';
import { Notifications } from './notifications.ts';
import { GroupModels, ProfileModels } from './offeredModels.ts';
import { Profiles } from './profiles.ts';
import { RequestUsage } from './requestUsage.ts';
import { Secrets } from './secrets.ts';
import { SettingsView } from './settingsView.ts';
import { StatusBar } from './statusBar.ts';
import { TokenCounter } from './tokenCounter.ts';

/** Called by the editor when our models, our commands or another extension want us. */
export async function activate(context: vscode.ExtensionContext): Promise<GatewayApi> {
  const core = new Core(context.extensionUri);
  const reading = core.read();
  // Whoever fails because of it says so.
  reading.catch(() => {});
  const log = new Log();
  const notifications = new Notifications();
  const localKeys = new LocalKeys(context.secrets);
  const profiles = new Profiles(new Secrets(context.secrets));
  const version = String(context.extension?.packageJSON?.version ?? '');
  const kept = new KeptModels(context.globalStorageUri, context.secrets, version);
  const gateways = new Gateways(core, profiles, log, notifications, kept);
  const groups = new Groups(core, log, notifications, kept);
  const tokens = new TokenCounter(core, log, context.globalState);
  const ledger = new Ledger(context.globalStorageUri, log);
  const nameOf = (account: string, profile = account) => groups.name(account, profile) ?? profiles.name(profile);
  const budgets = new Budgets(context.globalState, notifications, log, nameOf);
  const usage = new RequestUsage(core, tokens, ledger, budgets, log);
  const failures = new FailureMessages(log, version);
  const usageSources = { ledger, usage, budgets, log, nameOf };

  const settings = new SettingsView({
    extensionUri: context.extensionUri,
    globalState: context.globalState,
    core,
    profiles,
    groups,
    catalogs: { find: async (profile: string) => groups.find(profile) ?? (await gateways.find(profile)) },
    log,
    describeError: (error: unknown, context: ErrorContext) => presentError(error, context).sentence,
    onSaved: () => log.info('The settings were saved.'),
  });

  context.subscriptions.push(
    log,
    profiles,
    gateways,
    groups,
    ledger,
    usage,
    budgets,
    new StatusBar(usageSources),
    profiles.onDidChange(() => {
      budgets.forget();
      failures.forget();
    }),
    groups.onDidRemove((gateway) => {
      budgets.forgetKey(gateway);
      usage.removed(gateway);
    }),
    vscode.lm.registerLanguageModelChatProvider(
      vendor,
      new ChatProvider(new ProfileModels(gateways), tokens, usage, failures, log),
    ),
    vscode.lm.registerLanguageModelChatProvider(
      groupVendor,
      new ChatProvider(new GroupModels(groups), tokens, usage, failures, log),
    ),
    new McpServers(gateways, profiles, context.globalState, log, notifications).register(),
    ...registerAgentTools({ core, profiles, gateways, groups, tokens, ledger, log }),
    settings.register(),
    vscode.commands.registerCommand(commands.openSettings, async (profile: unknown) => {
      await noWelcome(context.globalState);
      await settings.open(profile, 'settings');
    }),
    vscode.commands.registerCommand(commands.showModels, async (profile: unknown) => {
      await noWelcome(context.globalState);
      await settings.open(profile, 'models');
    }),
    vscode.commands.registerCommand(commands.refreshModels, () => refreshModels(gateways, groups, notifications)),
    vscode.commands.registerCommand(commands.countTokens, async () => {
      const { countTokens } = await loadOnDemand();
      await countTokens({ gateways, groups, tokens, log, notifications });
    }),
    vscode.commands.registerCommand(commands.showLog, () => log.show()),
    vscode.commands.registerCommand(commands.showUsage, async () => {
      const { showUsage } = await loadOnDemand();
      await showUsage({ ...usageSources, refreshBudgets: () => budgets.refreshAll(usage.asked) });
    }),
    vscode.commands.registerCommand(commands.importSettings, async (file?: unknown) => {
      await noWelcome(context.globalState);
      const { importSettings } = await loadOnDemand();
      await importSettings({ core, profiles, log, notifications }, file instanceof vscode.Uri ? file : undefined);
    }),
    vscode.commands.registerCommand(commands.startLocalGateway, async () => {
      await noWelcome(context.globalState);
      const { startLocalGateway } = await loadOnDemand();
      const { globalState, globalStorageUri: storage } = context;
      await startLocalGateway({ core, profiles, globalState, localKeys, storage, log });
    }),
    vscode.commands.registerCommand(commands.setUp, async () => {
      await noWelcome(context.globalState);
      const { setUp } = await loadOnDemand();
      await setUp({ core, profiles, globalState: context.globalState, log });
    }),
    vscode.commands.registerCommand(commands.useWithoutGitHub, async () => {
      const { useWithoutGitHub } = await loadOnDemand();
      await useWithoutGitHub({ globalState: context.globalState, log });
    }),
    vscode.commands.registerCommand(commands.openWalkthrough, async () => {
      await noWelcome(context.globalState);
      await openWalkthrough();
    }),
    vscode.commands.registerCommand(commands.exportSettings, async () => {
      const { exportSettings } = await loadOnDemand();
      await exportSettings({ profiles, log, notifications });
    }),
  );

  // Whoever is new and came by another way than our own commands is told where to begin.
  context.subscriptions.push(welcomeOnce(profiles, context.globalState, (error) => log.failure('The welcome', error)));

  // Other extensions expect a handler without waiting: the file is read by then, and loaded when it is needed.
  await reading.catch((error: unknown) => {
    log.failure('Loading the core', error);
    throw error;
  });
  return {
    get version() {
      return core.now().version();
    },
    buildApiHandler: (configuration) => core.now().buildApiHandler(configuration),
    countTokens: async (text) => {
      const litellm = core.now();
      await litellm.initTokens();
      return litellm.countTokens(text);
    },
  };
}

async function refreshModels(gateways: Gateways, groups: Groups, notifications: Notifications): Promise<void> {
  const { t } = vscode.l10n;
  const [listings] = await Promise.all([gateways.refresh(), groups.refresh()]);
  for (const { profile, failure } of listings) {
    if (!failure) continue;
    const sentence = listings.length > 1 ? t('{0}: {1}', profile.name, failure.sentence) : failure.sentence;
    void notifications.show('error', sentence, failure.actions, profile.id);
  }
  const listed = listings.filter(({ failure }) => !failure);
  const count = listed.reduce((sum, { models }) => sum + models.length, 0);
  if (count > 0) {
    const ready = count === 1 ? t('1 model is ready in the chat.') : t('{0} models are ready in the chat.', count);
    await notifications.show('information', ready, []);
  } else if (listed.length > 0) {
    await notifications.show(
      'warning',
      t('The gateway shows no models to this key. Ask whoever runs it which models the key may use.'),
      ['openSettings'],
    );
  }
}
