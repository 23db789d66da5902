/** The item in the status bar: what this session and the day cost, and what is left of the key's budget. There is none before anything is known. */
import * as vscode from 'vscode';
import { accountOf, type Budgets } from './budgets.ts';
import { commands } from './commands.ts';
import type { Ledger } from './ledger.ts';
import type { Log } from './log.ts';
import { atMidnight } from './midnight.ts';
import type { RequestUsage } from './requestUsage.ts';
import { isScarce, statusText, tooltipText, type UsageFigures } from './usageText.ts';

/** Where the figures come from. */
export interface UsageSources {
  readonly ledger: Ledger;
  readonly usage: RequestUsage;
  readonly budgets: Budgets;
  readonly log: Log;
  readonly nameOf: UsageFigures['nameOf'];
}

/** All figures as they are now. */
export async function usageFigures({ ledger, usage, budgets, nameOf }: UsageSources): Promise<UsageFigures> {
  return {
    spending: ledger.known,
    budgets: budgets.list,
    profile: usage.lastAsked?.id,
    account: usage.lastAsked && accountOf(usage.lastAsked),
    expected: usage.expectedCost,
    next: await usage.nextCost(),
    nameOf,
  };
}

/** Shows the figures. */
export class StatusBar implements vscode.Disposable {
  readonly #sources: UsageSources;
  readonly #subscriptions: vscode.Disposable[];
  #item: vscode.StatusBarItem | undefined;
  #midnight: vscode.Disposable | undefined;
  #showing: Promise<void> | undefined;
  #isStale = false;

  constructor(sources: UsageSources) {
    this.#sources = sources;
    const { ledger, usage, budgets } = sources;
    const refresh = () => this.refresh();
    this.#subscriptions = [
      ledger.onDidChange(refresh),
      usage.onDidChange(refresh),
      budgets.onDidChange(refresh),
      // Another window may have asked meanwhile, and a computer that slept may have missed midnight.
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#read();
      }),
    ];
    this.#read();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#midnight?.dispose();
    this.#item?.dispose();
  }

  /** Shows the figures as they are; what changes meanwhile is shown afterwards. */
  refresh(): void {
    this.#isStale = true;
    this.#showing ??= this.#show().finally(() => {
      this.#showing = undefined;
    });
  }

  #read(): void {
    const { ledger, log } = this.#sources;
    ledger.read().then(
      () => this.refresh(),
      (error: unknown) => log.failure('Reading what was spent', error),
    );
  }

  async #show(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        this.#put(await usageFigures(this.#sources));
      }
    } catch (error) {
      this.#sources.log.failure('Showing what was spent', error);
    }
  }

  #put(figures: UsageFigures): void {
    const { t } = vscode.l10n;
    const text = statusText(t, figures);
    if (text === undefined) {
      this.#item?.hide();
      return;
    }
    this.#item ??= this.#make();
    this.#midnight ??= atMidnight(() => this.#read());
    this.#item.text = `$(credit-card) ${text}`;
    this.#item.accessibilityInformation = {
      label: t('LiteLLM Gateway: {0}', text.replaceAll('$(warning) ', '')),
      role: 'button',
    };
    this.#item.backgroundColor = isScarce(figures)
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    const links = `[${t('Show Usage')}](command:${commands.showUsage}) · [${t('Open Settings')}](command:${commands.openSettings})`;
    const tooltip = new vscode.MarkdownString(tooltipText(t, figures, links));
    tooltip.isTrusted = { enabledCommands: [commands.showUsage, commands.openSettings] };
    this.#item.tooltip = tooltip;
    this.#item.show();
  }

  #make(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('litellm-gateway.usage', vscode.StatusBarAlignment.Right, 100);
    item.name = vscode.l10n.t('LiteLLM Gateway: usage and cost');
    item.command = commands.showUsage;
    return item;
  }
}
