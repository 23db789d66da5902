/** The command that lists what was spent, by model, with what can be done about it. */
import * as vscode from 'vscode';
import { commands } from './commands.ts';
import type { SpentOnModel } from './ledger.ts';
import { costText, totalText } from './money.ts';
import { type UsageSources, usageFigures } from './statusBar.ts';
import { budgetText, modelLine, modelName, requestsText } from './usageText.ts';

/** What the list needs beside the figures. */
export interface UsageCommandSources extends UsageSources {
  /** Asks the gateways of the profiles that were used for their budgets. */
  readonly refreshBudgets: () => Promise<void>;
}

type Item = vscode.QuickPickItem & { readonly run?: () => Thenable<unknown> };

/** Shows the list, and does what is chosen. */
export async function showUsage(sources: UsageCommandSources): Promise<void> {
  const { t } = vscode.l10n;
  await sources.ledger.read();
  const figures = await usageFigures(sources);
  const { spending, budgets, nameOf } = figures;
  const heading = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const lines = (title: string, models: readonly SpentOnModel[]): Item[] =>
    models.length === 0
      ? []
      : [
          heading(`${title} · ${totalText(t, models)} · ${requestsText(t, models)}`),
          ...models.map((model) => ({
            label: modelName(model, models, nameOf),
            description: costText(t, model),
            detail: modelLine(t, model),
            run: () => vscode.commands.executeCommand(commands.showModels, model.profile),
          })),
        ];
  // With one window open the whole day, both are the same.
  const isAll = JSON.stringify(spending.session) === JSON.stringify(spending.day);
  const isEmpty = spending.day.length === 0 && spending.session.length === 0;
  const items: Item[] = [
    ...(isEmpty ? [{ label: t('No model was asked today.') }] : []),
    ...lines(t('Today, in all windows'), spending.day),
    ...(isAll ? [] : lines(t('This session'), spending.session)),
    ...(budgets.length > 0 ? [heading(t('Budget'))] : []),
    ...budgets.map((budget) => ({ label: budgetText(t, budget, nameOf), run: sources.refreshBudgets })),
    heading(t('Actions')),
    {
      label: `$(refresh) ${t('Refresh Budget')}`,
      run: async () => {
        await sources.refreshBudgets();
        await showUsage(sources);
      },
    },
    {
      label: `$(gear) ${t('Open Settings')}`,
      run: () => vscode.commands.executeCommand(commands.openSettings, figures.profile),
    },
    { label: `$(output) ${t('Show Log')}`, run: () => vscode.commands.executeCommand(commands.showLog) },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: t('Usage and cost'),
    placeHolder: t('Choose a model to see its prices'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await chosen?.run?.();
}
