//! How many tokens a model's own tokenizer makes of those that are counted here, learned from the usage that replies report.
//!
//! Vocabularies differ most in scripts such as Chinese, so the model's tokens for one counted here are taken for
//! `factor + wide_factor × share`, where the share is that of the text's wide characters (from U+2E80 on) among its counted
//! tokens. Both are fitted to what was reported, the latter held to nothing until prompts of different shares tell it.

use serde::{Deserialize, Serialize};

/// What is known of one model's tokenizer. Kept by the host between calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct Calibration {
    /// The model's tokens for each that is counted here, in a text without wide characters.
    pub factor: f64,
    /// What is added to that for each wide character.
    pub wide_factor: f64,
    /// How many counted tokens this rests on; those of earlier calls count less and less.
    pub weight: f64,
    /// The sum of their shares of wide characters.
    pub shares: f64,
    /// The sum of the squares of these.
    pub squares: f64,
}

/// A prompt as it is counted here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Its tokens.
    pub tokens: f64,
    /// Its characters from U+2E80 on.
    pub wide: f64,
}

/// What an earlier call weighs against one of the same size after it.
const KEPT: f64 = 0.5;
/// How far the wide characters' factor is held to nothing: the square of how much a report strays (2 %) by how much such a
/// factor is (45 %).
const HELD: f64 = 0.002;
/// Shorter prompts say little: what the model adds to every prompt weighs too much in them.
const LEAST_TOKENS: f64 = 200.0;
/// No tokenizer is further from another one; what is has counted something else, such as a prompt of the gateway's own.
const FACTORS: std::ops::RangeInclusive<f64> = 0.4..=3.0;
/// The wide characters' share of a text has no bound; its tokens are hardly fewer than a third of them.
const MOST_SHARE: f64 = 3.0;

/// What is known after a prompt which the gateway reported as `reported` tokens. A pair that can't be of one prompt changes
/// nothing, and so does what was kept and can't be used.
///
/// ```
/// use litellm_core::calibration::{Counted, learn};
///
/// let known = learn(None, Counted { tokens: 1000.0, wide: 0.0 }, 1200.0).unwrap();
/// assert_eq!(known.factor, 1.2);
/// ```
pub fn learn(known: Option<Calibration>, counted: Counted, reported: f64) -> Option<Calibration> {
    let known = known.filter(is_usable);
    let ratio = reported / counted.tokens;
    let share = bounded(counted.wide / counted.tokens, 0.0, MOST_SHARE);
    if !(counted.tokens.is_finite() && counted.tokens >= LEAST_TOKENS && FACTORS.contains(&ratio) && share.is_finite())
    {
        return known;
    }
    let mut sums = known.map(Sums::of).unwrap_or_default();
    sums.add(counted.tokens, share, ratio);
    Some(sums.fit())
}

fn is_usable(known: &Calibration) -> bool {
    let Calibration { factor, wide_factor, weight, shares, squares } = *known;
    let sums = [weight, shares, squares];
    sums.iter().all(|sum| sum.is_finite() && *sum >= 0.0)
        && weight > 0.0
        && shares <= weight * MOST_SHARE
        && squares <= weight * MOST_SHARE * MOST_SHARE
        && FACTORS.contains(&factor)
        && wide_factor.abs() <= *FACTORS.end()
}

/// What the reports so far come to, for the best fit of the two factors to their ratios.
#[derive(Debug, Default)]
struct Sums {
    weight: f64,
    shares: f64,
    squares: f64,
    ratios: f64,
    products: f64,
}

impl Sums {
    /// The factors solve these two equations, so the sums on their right follow from them.
    fn of(known: Calibration) -> Self {
        let Calibration { factor, wide_factor, weight, shares, squares } = known;
        Self {
            weight,
            shares,
            squares,
            ratios: factor * weight + wide_factor * shares,
            products: factor * shares + wide_factor * (squares + HELD * weight),
        }
    }

    fn add(&mut self, tokens: f64, share: f64, ratio: f64) {
        self.weight = self.weight * KEPT + tokens;
        self.shares = self.shares * KEPT + tokens * share;
        self.squares = self.squares * KEPT + tokens * share * share;
        self.ratios = self.ratios * KEPT + tokens * ratio;
        self.products = self.products * KEPT + tokens * share * ratio;
    }

    fn fit(&self) -> Calibration {
        let Self { weight, shares, squares, ratios, products } = *self;
        let held = squares + HELD * weight;
        // Never 0: the squares are at least what the shares' mean squared gives.
        let determinant = weight * held - shares * shares;
        let factor = (ratios * held - shares * products) / determinant;
        let wide_factor = (weight * products - shares * ratios) / determinant;
        Calibration {
            factor: bounded(factor, *FACTORS.start(), *FACTORS.end()),
            wide_factor: bounded(wide_factor, -FACTORS.end(), *FACTORS.end()),
            weight,
            shares,
            squares,
        }
    }
}

/// What `clamp` does without its panic, which would bring all writing of fractions with it.
fn bounded(number: f64, least: f64, most: f64) -> f64 {
    if number.is_nan() { number } else { number.max(least).min(most) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Calibration, Counted, FACTORS, learn};

    fn counted(tokens: f64, wide: f64) -> Counted {
        Counted { tokens, wide }
    }

    fn guess(known: Calibration, Counted { tokens, wide }: Counted) -> f64 {
        known.factor * tokens + known.wide_factor * wide
    }

    #[test]
    fn two_turns_are_enough_for_another_tokenizer() {
        // A model that takes 1.32 tokens for one of ours, and 180 for what it adds to each prompt.
        let reported = |tokens: f64| tokens * 1.32 + 180.0;
        let known = [9_000.0, 11_000.0]
            .into_iter()
            .fold(None, |known, tokens| learn(known, counted(tokens, 0.0), reported(tokens)));
        let guessed = guess(known.unwrap(), counted(14_000.0, 0.0));
        assert!((guessed / reported(14_000.0) - 1.0).abs() < 0.03, "{guessed}");
    }

    #[test]
    fn chinese_is_told_from_the_rest() {
        // Code costs 1.1, Chinese 0.8; a Chinese character is 0.75 tokens here.
        let prompt = |code: f64, chinese: f64| (counted(code + chinese * 0.75, chinese), code * 1.1 + chinese * 0.6);
        let turns = [prompt(8_000.0, 0.0), prompt(9_000.0, 6_000.0)];
        let known = turns.into_iter().fold(None, |known, (counted, reported)| learn(known, counted, reported)).unwrap();
        for (code, chinese) in [(9_500.0, 20_000.0), (30_000.0, 6_000.0), (10_000.0, 9_000.0)] {
            let (counted, reported) = prompt(code, chinese);
            let guessed = guess(known, counted);
            assert!((guessed / reported - 1.0).abs() < 0.03, "{code} {chinese}: {guessed} for {reported}");
        }
        // Where all is Chinese, all that is known is that it costs so much.
        let known = learn(None, counted(3_000.0, 4_000.0), 2_400.0).unwrap();
        assert!((guess(known, counted(6_000.0, 8_000.0)) / 4_800.0 - 1.0).abs() < 0.001);
        assert!(known.wide_factor.abs() < 0.01, "{known:?}");
    }

    #[test]
    fn what_can_not_be_is_not_learned() {
        let known = learn(None, counted(5_000.0, 100.0), 5_500.0);
        for (tokens, wide, reported) in [
            (50.0, 0.0, 60.0),
            (1_000.0, 0.0, 90_000.0),
            (1_000.0, 0.0, 0.0),
            (1_000.0, 0.0, f64::NAN),
            (1_000.0, f64::NAN, 1_000.0),
            (f64::INFINITY, 0.0, 5.0),
            (0.0, 0.0, 0.0),
        ] {
            assert_eq!(learn(known, counted(tokens, wide), reported), known, "{tokens} {wide} {reported}");
            assert_eq!(learn(None, counted(tokens, wide), reported), None);
        }
        let good = known.unwrap();
        for spoilt in [
            Calibration { factor: f64::NAN, ..good },
            Calibration { factor: 99.0, ..good },
            Calibration { wide_factor: f64::INFINITY, ..good },
            Calibration { weight: f64::INFINITY, ..good },
            Calibration { weight: -5.0, ..good },
            Calibration { weight: 0.0, ..good },
            Calibration { shares: 1e300, ..good },
            Calibration { squares: f64::NAN, ..good },
        ] {
            let learned = learn(Some(spoilt), counted(1_000.0, 0.0), 1_000.0).unwrap();
            assert_eq!((learned.factor, learned.weight), (1.0, 1_000.0), "{spoilt:?}");
        }
    }

    proptest! {
        #[test]
        fn factors_stay_within_their_bounds(turns in prop::collection::vec((any::<f64>(), any::<f64>(), any::<f64>()), 0..20)) {
            let turns = turns.into_iter().map(|(tokens, wide, reported)| (counted(tokens, wide), reported));
            let known = turns.fold(None, |known, (counted, reported)| learn(known, counted, reported));
            if let Some(Calibration { factor, wide_factor, weight, .. }) = known {
                prop_assert!(FACTORS.contains(&factor) && wide_factor.abs() <= 3.0 && weight >= 200.0, "{factor} {wide_factor}");
            }
        }

        #[test]
        fn any_turns_of_one_tokenizer_are_learned(
            turns in prop::collection::vec((1_000.0..50_000.0_f64, 0.0..1.4_f64), 2..8),
            factor in 0.8..1.5_f64,
            wide_factor in -0.2..0.3_f64,
        ) {
            let mut prompts = turns.iter().map(|(tokens, share)| counted(*tokens, tokens * share));
            let reported = |prompt: Counted| prompt.tokens * factor + prompt.wide * wide_factor;
            let known = prompts.clone().fold(None, |known, prompt| learn(known, prompt, reported(prompt))).unwrap();
            let last = prompts.next_back().unwrap();
            prop_assert!((guess(known, last) / reported(last) - 1.0).abs() < 0.25);
        }
    }
}
