/**
 * What was spent as the user reads it: the words of the status bar, the table of its tooltip, and the lines of the list of details.
 * Names of models and profiles are others' words, and show as nothing but text.
 */
import { type Budget, dateText } from './budgets.ts';
import type { Spending, SpentOnModel } from './ledger.ts';
import { shortText } from './logText.ts';
import { tokenCount } from './modelText.ts';
import { costText, dollars, totalText } from './money.ts';
import type { Translate } from './settingsStrings.ts';

/** All that is shown. */
export interface UsageFigures {
  readonly spending: Spending;
  readonly budgets: readonly Budget[];
  /** The profile that was asked last. */
  readonly profile?: string | undefined;
  /** What stands for its key among the budgets. */
  readonly account?: string | undefined;
  /** What the requests under way cost at least, in US dollars. */
  readonly expected?: number | undefined;
  /** What the next request of the conversation costs at least, in US dollars. */
  readonly next?: number | undefined;
  /** What a profile is called, or what stands for its key. */
  readonly nameOf: (account: string, profile?: string) => string;
}

/** The lines of a table that are shown before the rest is one line. */
const mostLines = 8;
/** From this share of a budget on the status bar says what is left in words. */
const scarceShare = 0.8;

/** The text of the status bar; undefined while nothing is known. */
export function statusText(t: Translate, figures: UsageFigures): string | undefined {
  const { spending, expected } = figures;
  const { session, day } = spending;
  if (session.length === 0 && day.length === 0 && expected === undefined) return undefined;
  const sessionText = totalText(t, session);
  const dayText = totalText(t, day);
  const parts = [
    session.length > 0 && sessionText,
    day.length > 0 && (session.length === 0 || dayText !== sessionText) && t('today {0}', dayText),
    expected !== undefined && t('now ≈ {0}', dollars(expected)),
    leftText(t, figures),
  ];
  return parts.filter((part) => typeof part === 'string').join(' · ');
}

/** Whether the budget of the profile that was asked last is nearly used up. */
export function isScarce({ budgets, account }: UsageFigures): boolean {
  const budget = budgets.find(({ profile }) => profile === account);
  return budget?.most !== undefined && budget.spent >= budget.most * scarceShare;
}

function leftText(t: Translate, figures: UsageFigures): string | undefined {
  const budget = figures.budgets.find(({ profile }) => profile === figures.account);
  if (budget?.most === undefined) return undefined;
  const left = Math.max(0, budget.most - budget.spent);
  const text = left === 0 ? t('budget used up') : t('{0} left', dollars(left));
  return isScarce(figures) ? `$(warning) ${text}` : text;
}

/** The tooltip in Markdown; links lead to commands of ours. */
export function tooltipText(t: Translate, figures: UsageFigures, links: string): string {
  const { spending, budgets, expected, next, nameOf } = figures;
  const { session, day } = spending;
  const paragraphs = [
    `**${t('LiteLLM Gateway')}**`,
    [
      session.length > 0 && t('This session: {0} · {1}', totalText(t, session), requestsText(t, session)),
      t('Today: {0} · {1}', totalText(t, day), requestsText(t, day)),
    ]
      .filter((line) => typeof line === 'string')
      .map(markdown)
      .join('  \n'),
    table(t, day, nameOf),
    [
      ...budgets.map((budget) => budgetText(t, budget, nameOf)),
      expected !== undefined && t('The request under way costs about {0}, and its answer.', dollars(expected)),
      expected === undefined &&
        next !== undefined &&
        t(
          'The next message of the chat that was answered last costs at least {0}.',
          next === 0 ? t('nothing') : dollars(next),
        ),
      isPartial(day) && t('~ is not all: the cost of some answers is not known, or was counted here.'),
    ]
      .filter((line) => typeof line === 'string')
      .map(markdown)
      .join('  \n'),
    links,
  ];
  return paragraphs.filter((text) => text !== '').join('\n\n');
}

/** What a key may spend, in one line. */
export function budgetText(t: Translate, { profile, spent, most, resetAt }: Budget, nameOf: UsageFigures['nameOf']) {
  const name = nameOf(profile);
  if (most === undefined) return t('{0}: {1} spent with this key, which has no budget.', name, dollars(spent));
  const figures = [name, dollars(spent), dollars(most), dollars(Math.max(0, most - spent))];
  return resetAt === undefined
    ? t('{0}: {1} of the {2} of this key are spent, {3} left.', ...figures)
    : t('{0}: {1} of the {2} of this key are spent, {3} left until {4}.', ...figures, dateText(resetAt));
}

/** How many requests were answered. */
export function requestsText(t: Translate, models: readonly SpentOnModel[]): string {
  const count = models.reduce((sum, { requests }) => sum + requests, 0);
  return count === 1 ? t('1 request') : t('{0} requests', String(count));
}

/** What a model took, in one line. */
export function modelLine(t: Translate, model: SpentOnModel): string {
  const cached = model.cachedTokens > 0 ? ` (${t('{0} from the cache', tokenCount(model.cachedTokens))})` : '';
  const input = t('{0} in', tokenCount(model.inputTokens));
  return `${requestsText(t, [model])} · ${input}${cached} · ${t('{0} out', tokenCount(model.outputTokens))}`;
}

/** The name of a model, with its profile where there are several, or several keys of one. */
export function modelName(
  { profile, account, modelId }: SpentOnModel,
  models: readonly SpentOnModel[],
  nameOf: UsageFigures['nameOf'],
) {
  const isOne = models.every((other) => other.profile === profile && other.account === account);
  return shortText(isOne ? modelId : `${modelId} (${nameOf(account ?? profile, profile)})`);
}

function table(t: Translate, models: readonly SpentOnModel[], nameOf: UsageFigures['nameOf']): string {
  if (models.length === 0) return '';
  // The editor leaves no room between columns.
  const row = (...cells: string[]) => `| ${cells.join(' | &nbsp;&nbsp;')} |`;
  const lines = models
    .slice(0, mostLines)
    .map((model) =>
      row(
        ...[
          modelName(model, models, nameOf),
          String(model.requests),
          tokenCount(model.inputTokens) + (model.cachedTokens > 0 ? ` (${tokenCount(model.cachedTokens)})` : ''),
          tokenCount(model.outputTokens),
          costText(t, model),
        ].map(markdown),
      ),
    );
  const rest = models.slice(mostLines);
  if (rest.length > 0)
    lines.push(row(markdown(t('{0} more', String(rest.length))), '', '', '', markdown(totalText(t, rest))));
  const head = row(
    ...[t('Model today'), t('Requests'), t('In (cached)'), t('Out'), t('Cost')].map((title) => markdown(title)),
  );
  return [head, '| :-- | --: | --: | --: | --: |', ...lines].join('\n');
}

function isPartial(models: readonly SpentOnModel[]): boolean {
  return models.some(({ unknownCost, estimated }) => unknownCost + estimated > 0);
}

/** A text in which nothing is Markdown, an entity or an icon. */
function markdown(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\`*_{}[\]()#+\-.!|>~$:/@]/g, '\\$&');
}
