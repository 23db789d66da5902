/** Figures of a model as the editor shows them. */
import type { Translate } from './settingsStrings.ts';

/** A number of tokens, such as "512", "200K" or "1.1M". */
export function tokenCount(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}K`;
  return `${Number((tokens / 1_000_000).toFixed(1))}M`;
}

/** Digits in threes, such as "200,000". */
export function inThrees(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** US dollars, such as "$3.00" or "$0.000123". Written by hand: the host's own formats of currencies take 14 ms to load. */
export function price(amount: number): string {
  const [whole, fraction] = amount.toFixed(6).split('.');
  if (whole === undefined || fraction === undefined) return `$${amount}`;
  return `$${inThrees(whole)}.${fraction.replace(/0{1,4}$/, '')}`;
}

/**
 * What input and output tokens cost, such as "$3.00 in · $15.00 out per 1M"; "free" where both cost nothing, and nothing where
 * both are unknown.
 *
 * @param inputPrice US dollars per 1,000,000 tokens of a prompt.
 * @param outputPrice US dollars per 1,000,000 tokens of an answer.
 * @param write How an amount is written.
 */
export function priceLine(
  t: Translate,
  inputPrice: number | undefined,
  outputPrice: number | undefined,
  write: (amount: number) => string = price,
): string {
  if (inputPrice === undefined && outputPrice === undefined) return '';
  if (inputPrice === 0 && outputPrice === 0) return t('free');
  const prices = [
    inputPrice !== undefined && t('{0} in', write(inputPrice)),
    outputPrice !== undefined && t('{0} out', write(outputPrice)),
  ];
  return t('{0} per 1M', prices.filter(Boolean).join(' · '));
}

/** What a model costs, as far as it is known: US dollars per 1,000,000 tokens. */
export interface ShownPrices {
  readonly inputPrice?: number | undefined;
  readonly outputPrice?: number | undefined;
  readonly cacheReadsPrice?: number;
}

/** The same as {@link priceLine} where room is short, with what is read from the prompt cache: "$3 in · $15 out per 1M, cached $0.30". */
export function shortPriceLine(t: Translate, { inputPrice, outputPrice, cacheReadsPrice }: ShownPrices): string {
  const write = (amount: number) => price(amount).replace(/\.00$/, '');
  const line = priceLine(t, inputPrice, outputPrice, write);
  const isCached = line !== '' && cacheReadsPrice !== undefined && inputPrice !== 0;
  return isCached ? t('{0}, cached {1}', line, write(cacheReadsPrice)) : line;
}

/** What a prompt of so many tokens is charged by, whole. */
export function pricesAt(
  model: ShownPrices & { priceTiers?: readonly TierOfPrices[] },
  promptTokens: number,
): ShownPrices {
  const tier = model.priceTiers?.findLast(({ abovePromptTokens }) => promptTokens > abovePromptTokens);
  return { ...model, ...tier };
}

interface TierOfPrices extends ShownPrices {
  readonly abovePromptTokens: number;
}
