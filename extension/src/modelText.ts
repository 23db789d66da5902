/** Figures of a model as the editor shows them. */
import type { Translate } from './settingsStrings.ts';

/** A number of tokens, such as "512", "200K" or "1.1M". */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}K`;
  return `${Number((tokens / 1_000_000).toFixed(1))}M`;
}

const dollars = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

/** US dollars, such as "$3.00" or "$0.000123". */
export function price(amount: number): string {
  return dollars.format(amount);
}

/**
 * What input and output tokens cost, such as "$3.00 / $15.00 per 1M"; an unknown one of the two is "?", and two are an empty text.
 *
 * @param inputPrice US dollars per 1,000,000 tokens of a prompt.
 * @param outputPrice US dollars per 1,000,000 tokens of an answer.
 */
export function pricePair(t: Translate, inputPrice: number | undefined, outputPrice: number | undefined): string {
  if (inputPrice === undefined && outputPrice === undefined) return '';
  const text = (amount: number | undefined) => (amount === undefined ? '?' : price(amount));
  return t('{0} / {1} per 1M', text(inputPrice), text(outputPrice));
}
