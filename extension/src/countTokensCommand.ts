/** "Count Tokens": how many tokens a model makes of the selection or of the whole file, by our count and by the gateway's own. */
import * as vscode from 'vscode';
import { presentError } from './errors.ts';
import type { Gateway } from './gateway.ts';
import type { Gateways } from './gateways.ts';
import type { Groups } from './groups.ts';
import type { Log } from './log.ts';
import { shortText } from './logText.ts';
import { withProgress } from './messages.ts';
import { editorModelId } from './modelNames.ts';
import { inThrees } from './modelText.ts';
import type { Notifications } from './notifications.ts';
import type { TokenCounter } from './tokenCounter.ts';

/** What the command needs. */
export interface CountDependencies {
  readonly gateways: Pick<Gateways, 'models' | 'find'>;
  readonly groups: Pick<Groups, 'list' | 'find'>;
  readonly tokens: Pick<TokenCounter, 'count'>;
  readonly log: Log;
  readonly notifications: Notifications;
}

/** A model to count for. */
interface Choice extends vscode.QuickPickItem {
  readonly gateway: Gateway;
  readonly modelId: string;
}

/** Runs the command. */
export async function countTokens(dependencies: CountDependencies): Promise<void> {
  const { t } = vscode.l10n;
  const { notifications, tokens, log } = dependencies;
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    await notifications.show(
      'information',
      t('Open a text file first: its text is counted, or what is selected in it.'),
      [],
    );
    return;
  }
  const { document, selection } = editor;
  const text = document.getText(selection.isEmpty ? undefined : selection);
  if (text === '') {
    await notifications.show('information', t('This file is empty, so there is nothing to count.'), []);
    return;
  }
  const file = shortText(document.uri.path.split('/').at(-1) ?? '');
  const what = selection.isEmpty ? file : t('The selection in {0}', file);
  const chosen = await vscode.window.showQuickPick(choices(dependencies), {
    title: t('Count Tokens'),
    placeHolder: t('For which model?'),
    matchOnDescription: true,
  });
  if (!chosen) return;
  const { gateway, modelId } = chosen;
  const { label } = chosen;
  try {
    const here = await tokens.count(editorModelId(gateway.id, modelId), text);
    const counted = inThrees(String(here));
    const count = await withProgress(t('Asking the gateway to count the tokens …'), async (signal) => {
      const handler = await gateway.handler(modelId);
      return handler.countTokensAtGateway(text, { signal }).catch((error: unknown) => {
        if (signal.aborted) return undefined;
        log.failure(`Counting tokens for ${modelId}`, error);
        return presentError(error, { modelId });
      });
    });
    if (count === undefined) return;
    if ('sentence' in count) {
      const sentence = t(
        '{0}: about {1} tokens for {2}, counted here. The gateway did not count them: {3}',
        what,
        counted,
        label,
        count.sentence,
      );
      await notifications.show('warning', sentence, count.actions);
      return;
    }
    const by = count.isProviders ? t("the provider's own counter") : shortText(count.tokenizer ?? t('its tokenizer'));
    const exact = inThrees(String(count.tokens));
    await notifications.show(
      'information',
      t('{0}: {1} tokens for {2} by the gateway ({3}); {4} counted here.', what, exact, label, by, counted),
      [],
    );
  } catch (error) {
    const { sentence, actions } = presentError(error, { modelId });
    await notifications.show('error', sentence, actions);
  }
}

/** All models that are offered in the editor. Without any, the user reads why. */
async function choices({ gateways, groups, notifications }: CountDependencies): Promise<Choice[]> {
  const { t } = vscode.l10n;
  const listings = await gateways.models();
  const sources = await Promise.all([
    ...listings.map(async ({ profile, models }) => ({
      gateway: await gateways.find(profile.id),
      models,
      name: listings.length > 1 ? profile.name : '',
    })),
    ...groups.list().map(async ({ id, name }) => {
      const gateway = groups.find(id);
      return { gateway, models: (await gateway?.models())?.models ?? [], name };
    }),
  ]);
  const found = sources.flatMap(({ gateway, models, name }) =>
    gateway === undefined
      ? []
      : models.map((model) => ({
          label: shortText(model.name),
          description: [shortText(model.id), name].filter((word) => word !== '' && word !== model.name).join(' · '),
          gateway,
          modelId: model.id,
        })),
  );
  const failure = listings.find((listing) => listing.failure)?.failure;
  if (found.length === 0) {
    const sentence = failure?.sentence ?? t('No gateway is set up yet. Enter its address and key in the settings.');
    void notifications.show('warning', sentence, failure?.actions ?? ['openSettings']);
  }
  return found;
}
