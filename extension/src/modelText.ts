/** Figures of a model as the editor shows them. */
import type { Translate } from './settingsStrings.ts';

/**
 * Translates, and remembers what it was asked: thousands of models say much the same of themselves, and to fill in a text takes
 * longer than to find one.
 */
export function remembering(t: Translate): Translate {
  const known = new Map<string, string>();
  return (text, ...values) => {
    const key = values.length === 0 ? text : `${text}\n${values.join('\n')}`;
    const found = known.get(key) ?? t(text, ...values);
    known.set(key, found);
    return found;
  };
}

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

/**
 * US dollars, such as "$3.00" or "$0.000123". Written by hand: the host's own formats of currencies take 14 ms to load, and a list
 * of models has thousands of prices.
 */
export function price(amount: number): string {
  const digits = amount.toFixed(6);
  const point = digits.length - 7;
  if (digits[point] !== '.') return `$${amount}`;
  let end = digits.length;
  while (end > point + 3 && digits[end - 1] === '0') end -= 1;
  return `$${point > 3 ? inThrees(digits.slice(0, point)) : digits.slice(0, point)}${digits.slice(point, end)}`;
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
  return t('{0} per 1M', inAndOut(t, inputPrice, outputPrice, write));
}

/** What a model costs, as far as it is known: US dollars per 1,000,000 tokens. */
export interface ShownPrices {
  readonly inputPrice?: number | undefined;
  readonly outputPrice?: number | undefined;
  readonly cacheReadsPrice?: number;
}

/** The same as {@link priceLine} where room is short, with what is read from the prompt cache: "$3 in · $15 out per 1M, cached $0.30". */
export function shortPriceLine(t: Translate, { inputPrice, outputPrice, cacheReadsPrice }: ShownPrices): string {
  const line = priceLine(t, inputPrice, outputPrice, shortPrice);
  const isCached = line !== '' && cacheReadsPrice !== undefined && inputPrice !== 0;
  return isCached ? t('{0}, cached {1}', line, shortPrice(cacheReadsPrice)) : line;
}

/** What prompts and answers cost per 1,000,000 tokens, in so few words that a name fits beside it: "$3 in · $15 out". */
export function rowPrice(t: Translate, { inputPrice, outputPrice }: ShownPrices): string {
  if (inputPrice === 0 && outputPrice === 0) return t('free');
  return inAndOut(t, inputPrice, outputPrice, shortPrice);
}

function inAndOut(
  t: Translate,
  inputPrice: number | undefined,
  outputPrice: number | undefined,
  write: (amount: number) => string,
): string {
  const prices = [
    inputPrice !== undefined && t('{0} in', write(inputPrice)),
    outputPrice !== undefined && t('{0} out', write(outputPrice)),
  ];
  return prices.filter(Boolean).join(' · ');
}

/** A price without the cents of whole dollars. */
function shortPrice(amount: number): string {
  const text = price(amount);
  return text.endsWith('.00') ? text.slice(0, -3) : text;
}

/** What a model can use, such as "Can use: tools, images". */
export function abilities(
  t: Translate,
  model: {
    supportsTools: boolean;
    supportsImages: boolean;
    supportsPdf: boolean;
    supportsReasoning: boolean;
    supportsPromptCache: boolean;
  },
): string {
  const words = [
    model.supportsTools && t('tools'),
    model.supportsImages && t('images'),
    model.supportsPdf && t('PDF'),
    model.supportsReasoning && t('thinking'),
    model.supportsPromptCache && t('prompt cache'),
  ];
  return t('Can use: {0}', words.filter(Boolean).join(', ') || t('text'));
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
