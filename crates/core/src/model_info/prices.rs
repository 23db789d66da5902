//! Prices of tokens, flat and by the size of the prompt.

use serde::{Deserialize, Serialize};

use crate::cost::PriceList;
use crate::number;

/// How many tokens a price is for.
pub(crate) const TOKENS_OF_A_PRICE: f64 = 1_000_000.0;

/// US dollars per 1,000,000 tokens, rounded to 12 significant digits. Absent is unknown; 0 is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Prices {
    /// A token of the prompt that is neither read from nor written to a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_price: Option<f64>,
    /// A token of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_price: Option<f64>,
    /// A token read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_reads_price: Option<f64>,
    /// A token written to the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_writes_price: Option<f64>,
}

/// Prices that hold for the whole request when the prompt is longer than a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PriceTier {
    /// The prompt has more tokens than this.
    pub above_prompt_tokens: u64,
    /// The prices there; one that is absent is the flat one.
    #[serde(flatten)]
    pub prices: Prices,
}

/// Deployments of one name whose prices change at more sizes of prompt than this agree on nothing.
const MOST_STARTS: usize = 64;

/// One of the four prices, to treat them all alike.
pub(crate) type PriceField = fn(&mut Prices) -> &mut Option<f64>;

/// The four prices.
pub(crate) const PRICE_FIELDS: [PriceField; 4] = [
    |prices| &mut prices.input_price,
    |prices| &mut prices.output_price,
    |prices| &mut prices.cache_reads_price,
    |prices| &mut prices.cache_writes_price,
];

impl Prices {
    /// These prices, and those of `other` where these are unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            input_price: self.input_price.or(other.input_price),
            output_price: self.output_price.or(other.output_price),
            cache_reads_price: self.cache_reads_price.or(other.cache_reads_price),
            cache_writes_price: self.cache_writes_price.or(other.cache_writes_price),
        }
    }
}

/// The price of a million tokens from that of one; a negative or impossible one is unknown.
pub(crate) fn of_a_million(price_of_one: f64) -> Option<f64> {
    twelve_digits(price_of_one * TOKENS_OF_A_PRICE)
}

/// An amount of money rounded to 12 significant digits, so that no noise of binary fractions shows; `None` unless it is finite and
/// not negative.
pub(crate) fn twelve_digits(amount: f64) -> Option<f64> {
    if !amount.is_finite() || amount < 0.0 {
        return None;
    }
    scaled_to_twelve_digits(amount).or_else(|| number::twelve_digits(amount))
}

/// The same by arithmetic, many times faster: the digits as a whole number, divided by the power of ten that made it one. Both are
/// exact, so the division rounds once, as reading the decimal does. `None` where the scaling's own error could change a digit.
fn scaled_to_twelve_digits(amount: f64) -> Option<f64> {
    let power = number::POWERS_OF_TEN.into_iter().find(|power| amount * power >= 1e11)?;
    let scaled = amount * power;
    let to_middle = scaled.fract() - 0.5;
    (scaled < 1e12 && to_middle.abs() > 0.001).then(|| scaled.round_ties_even() / power)
}

/// Takes the prices that `given` knows out of the tiers, so that they fall back to the flat ones.
pub(super) fn drop_from_tiers(price_tiers: &mut Vec<PriceTier>, given: &Prices) {
    let mut given = *given;
    for field in PRICE_FIELDS.into_iter().filter(|field| field(&mut given).is_some()) {
        for tier in price_tiers.iter_mut() {
            *field(&mut tier.prices) = None;
        }
    }
    if price_tiers.iter().all(|tier| tier.prices == Prices::default()) {
        price_tiers.clear();
    }
}

/// The prices on which all lists agree at every size of prompt. A price on which they disagree anywhere is unknown everywhere.
pub(super) fn agreed(lists: &[PriceList<'_>]) -> (Prices, Vec<PriceTier>) {
    let [first, others @ ..] = lists else { return (Prices::default(), Vec::new()) };
    if others.is_empty() {
        return (first.prices, first.price_tiers.to_vec());
    }
    // In ascending order.
    let mut starts: Vec<u64> = Vec::new();
    for start in lists.iter().flat_map(|list| list.price_tiers).map(|tier| tier.above_prompt_tokens) {
        if let Err(place) = starts.binary_search(&start) {
            starts.insert(place, start);
        }
        if starts.len() > MOST_STARTS {
            return (Prices::default(), Vec::new());
        }
    }
    let at_start = |list: &PriceList<'_>, start: u64| list.for_prompt(start.saturating_add(1));

    let mut prices = first.prices;
    let mut price_tiers: Vec<PriceTier> =
        starts.iter().map(|start| PriceTier { above_prompt_tokens: *start, prices: at_start(first, *start) }).collect();
    for field in PRICE_FIELDS {
        let same = |left: Prices, right: Prices| {
            let (mut left, mut right) = (left, right);
            field(&mut left) == field(&mut right)
        };
        let all_agree = others.iter().all(|other| {
            same(first.prices, other.prices)
                && starts.iter().all(|start| same(at_start(first, *start), at_start(other, *start)))
        });
        if !all_agree {
            *field(&mut prices) = None;
            for tier in &mut price_tiers {
                *field(&mut tier.prices) = None;
            }
        }
    }
    if price_tiers.iter().all(|tier| tier.prices == Prices::default()) {
        price_tiers.clear();
    }
    (prices, price_tiers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn input(price: f64) -> Prices {
        Prices { input_price: Some(price), ..Prices::default() }
    }

    fn tier(above_prompt_tokens: u64, price: f64) -> PriceTier {
        PriceTier { above_prompt_tokens, prices: input(price) }
    }

    #[test]
    fn prices_carry_no_noise_of_binary_fractions() {
        for (price_of_one, expected) in [
            (4e-7, Some(0.4)),
            (2.19e-6, Some(2.19)),
            (9e-7, Some(0.9)),
            (5e-8, Some(0.05)),
            (1.234_567_890_123_456e-6, Some(1.234_567_890_12)),
            (0.000_333_333_333_333_333, Some(333.333_333_333)),
            (0.0, Some(0.0)),
            (-1e-6, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
            (1e305, None),
        ] {
            assert_eq!(of_a_million(price_of_one), expected, "{price_of_one}");
        }
        assert!(of_a_million(-0.0).unwrap().is_sign_positive());
    }

    #[test]
    fn lists_agree_price_by_price() {
        let left = Prices { input_price: Some(2.0), output_price: Some(4.0), ..Prices::default() };
        let right = Prices { input_price: Some(1.0), output_price: Some(4.0), ..Prices::default() };
        let (prices, tiers) = agreed(&[PriceList::new(left, &[]), PriceList::new(right, &[])]);
        assert_eq!(prices, Prices { output_price: Some(4.0), ..Prices::default() });
        assert!(tiers.is_empty());
    }

    #[test]
    fn a_price_that_differs_for_long_prompts_is_unknown_for_all() {
        let tiers = [tier(200_000, 4.0)];
        let (prices, agreed_tiers) = agreed(&[PriceList::new(input(2.0), &tiers), PriceList::new(input(2.0), &[])]);
        assert_eq!((prices, agreed_tiers), (Prices::default(), Vec::new()));
    }

    #[test]
    fn tiers_that_mean_the_same_agree() {
        let short = [tier(200_000, 4.0)];
        let long = [tier(100_000, 2.0), tier(200_000, 4.0)];
        let (prices, tiers) = agreed(&[PriceList::new(input(2.0), &short), PriceList::new(input(2.0), &long)]);
        assert_eq!(prices, input(2.0));
        assert_eq!(tiers, long);
    }

    proptest! {
        #[test]
        fn rounding_is_stable_and_close(amount in 0.0..1e9) {
            let rounded = twelve_digits(amount).unwrap();
            prop_assert_eq!(twelve_digits(rounded), Some(rounded));
            prop_assert!((rounded - amount).abs() <= amount * 1e-11);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn arithmetic_gives_what_the_decimal_gives(
            amount in prop_oneof![
                0.0_f64..1e3,
                any::<f64>().prop_map(f64::abs),
                (0.0_f64..1e13, -20_i32..3).prop_map(|(digits, power)| digits.trunc() * 10_f64.powi(power)),
            ],
        ) {
            prop_assume!(amount.is_finite());
            // Halfway between two, the decimal form decides here, and the binary one there.
            let shortest = format!("{amount:e}");
            prop_assume!(!(shortest.contains("5e") && shortest.split_once('e').is_some_and(|(digits, _)| digits.len() == 14)));
            prop_assert_eq!(twelve_digits(amount), format!("{amount:.11e}").parse().ok());
        }
    }
}
