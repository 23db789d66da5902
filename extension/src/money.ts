/** Amounts of money as the user reads them. */
import { type Spent, total } from './ledger.ts';
import { inThrees } from './modelText.ts';
import type { Translate } from './settingsStrings.ts';

/** US dollars, such as "$1,234.50" or "$0.0042". An amount of nothing is "$0.00"; a smaller one than is shown is said to be that. */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 0.0001) return '<$0.0001';
  // Below a cent two digits tell more than "0.00".
  const text = amount > 0 && amount < 0.01 ? amount.toFixed(4).replace(/0+$/, '') : amount.toFixed(2);
  const [whole = '0', fraction = '00'] = text.split('.');
  return `$${inThrees(whole)}.${fraction}`;
}

/**
 * What answers cost: an amount, "free" where it is known to be nothing, "cost unknown" where nobody tells what is not free. With "~" it is
 * not all: the cost of some is unknown, or was counted here.
 */
export function costText(t: Translate, { requests, cost, unknownCost, estimated }: Spent): string {
  if (unknownCost > 0 && cost === 0) return t('cost unknown');
  const isExact = unknownCost === 0 && estimated === 0;
  if (cost === 0 && isExact) return requests > 0 ? t('free') : dollars(0);
  return `${isExact ? '' : '~'}${dollars(cost)}`;
}

/** The same of several models. */
export function totalText(t: Translate, models: readonly Spent[]): string {
  return costText(t, total(models));
}
