//! How many tokens a model's own tokenizer makes of one that is counted here, learned from the usage that replies report.

use serde::{Deserialize, Serialize};

/// What is known of one model's tokenizer. Kept by the host between calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct Calibration {
    /// The model's tokens for each that is counted here.
    pub factor: f64,
    /// How many counted tokens the factor rests on; those of earlier calls count less and less.
    pub weight: f64,
}

/// What an earlier call weighs against one of the same size after it.
const KEPT: f64 = 0.5;
/// Shorter prompts say little: what the model adds to every prompt weighs too much in them.
const LEAST_TOKENS: f64 = 200.0;
/// No tokenizer is further from another one; what is has counted something else, such as a prompt of the gateway's own.
const FACTORS: std::ops::RangeInclusive<f64> = 0.4..=3.0;

/// What is known after a prompt of `counted` tokens, which the gateway reported as `reported`. A pair that can't be of one
/// prompt changes nothing, and so does what was kept and can't be used.
///
/// ```
/// let known = litellm_core::calibration::learn(None, 1000.0, 1200.0).unwrap();
/// assert_eq!(known.factor, 1.2);
/// ```
pub fn learn(known: Option<Calibration>, counted: f64, reported: f64) -> Option<Calibration> {
    let known = known.filter(|known| FACTORS.contains(&known.factor) && known.weight.is_finite() && known.weight > 0.0);
    let is_usable = counted.is_finite() && counted >= LEAST_TOKENS && FACTORS.contains(&(reported / counted));
    if !is_usable {
        return known;
    }
    let kept = known.map_or(0.0, |known| known.weight * KEPT);
    let weight = kept + counted;
    let factor = known.map_or(0.0, |known| known.factor * kept) / weight + reported / weight;
    Some(Calibration { factor, weight })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Calibration, FACTORS, learn};

    #[test]
    fn two_turns_are_enough_for_another_tokenizer() {
        // A model that takes 1.32 tokens for one of ours, and 180 for what it adds to each prompt.
        let reported = |counted: f64| counted * 1.32 + 180.0;
        let known =
            [9_000.0, 11_000.0].into_iter().fold(None, |known, counted| learn(known, counted, reported(counted)));
        let guessed = 14_000.0 * known.unwrap().factor;
        assert!((guessed / reported(14_000.0) - 1.0).abs() < 0.03, "{guessed}");
    }

    #[test]
    fn what_can_not_be_is_not_learned() {
        let known = Some(Calibration { factor: 1.1, weight: 5_000.0 });
        for (counted, reported) in
            [(50.0, 60.0), (1_000.0, 90_000.0), (1_000.0, 0.0), (1_000.0, f64::NAN), (f64::INFINITY, 5.0), (0.0, 0.0)]
        {
            assert_eq!(learn(known, counted, reported), known, "{counted} {reported}");
            assert_eq!(learn(None, counted, reported), None);
        }
        for (factor, weight) in [(f64::NAN, 1.0), (99.0, 1.0), (1.0, f64::INFINITY), (1.0, -5.0)] {
            let spoilt = Some(Calibration { factor, weight });
            assert_eq!(learn(spoilt, 1_000.0, 1_000.0), Some(Calibration { factor: 1.0, weight: 1_000.0 }));
        }
    }

    proptest! {
        #[test]
        fn a_factor_stays_within_its_bounds(turns in prop::collection::vec((any::<f64>(), any::<f64>()), 0..20)) {
            let known = turns.into_iter().fold(None, |known, (counted, reported)| learn(known, counted, reported));
            if let Some(Calibration { factor, weight }) = known {
                prop_assert!((FACTORS.start() - 1e-9..=FACTORS.end() + 1e-9).contains(&factor) && weight >= 200.0, "{factor}");
            }
        }
    }
}
