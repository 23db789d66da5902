//! Decimal numbers of any length as the f64 that is nearest to them, of two the even one.
//!
//! It is long multiplication and division by ten, without tables: nearly every number is short and never comes here
//! (`number::short`), and what is loaded with the core is small rather than fast.

/// Digits behind these only say on which side of a half the number lies: no half of two f64 has as many.
const MOST_DIGITS: usize = 768;
/// No f64 has more digits before its point.
const MOST_BEFORE_POINT: i64 = 309;
/// As many zeros behind the point leave less than half of the smallest f64.
const MOST_ZEROS: i64 = -324;
/// The smallest f64 is 2 to the power of this.
const SMALLEST_POWER: i64 = -1074;
const MANTISSA_BITS: i64 = 53;
const LIMB_BITS: i64 = 32;

/// A number as it is read, digit by digit.
#[derive(Debug, Default)]
pub(crate) struct Decimal {
    /// The digits as a whole number, its lowest 32 bits first.
    whole: Vec<u32>,
    /// How many digits `whole` has.
    count: usize,
    /// The power of ten that makes the number of it.
    power: i64,
    /// Whether a digit above 0 was left out.
    is_cut: bool,
}

impl Decimal {
    /// Adds the next digit, which may stand behind the point.
    pub(crate) fn push(&mut self, digit: u8, is_fraction: bool) {
        if self.count == MOST_DIGITS {
            self.is_cut |= digit > 0;
            self.scale((!is_fraction).into());
            return;
        }
        multiply_by_ten(&mut self.whole, digit);
        if !self.whole.is_empty() {
            self.count = self.count.saturating_add(1);
        }
        self.scale(if is_fraction { -1 } else { 0 });
    }

    /// Multiplies the number by this power of ten.
    pub(crate) fn scale(&mut self, power: i64) {
        self.power = self.power.saturating_add(power);
    }

    /// The nearest f64; `None` where it would be infinite.
    pub(crate) fn nearest(mut self) -> Option<f64> {
        let before_point = i64::try_from(self.count).ok()?.saturating_add(self.power);
        if self.whole.is_empty() || before_point < MOST_ZEROS {
            return Some(0.0);
        }
        if before_point > MOST_BEFORE_POINT {
            return None;
        }
        for _ in 0..self.power {
            multiply_by_ten(&mut self.whole, 0);
        }
        // For each division there are four bits more to divide, and enough beside them for the mantissa.
        let divisions = usize::try_from(self.power.saturating_neg()).unwrap_or_default();
        let added = if divisions == 0 { 0 } else { divisions.div_ceil(8).saturating_add(2) };
        let mut whole = vec![0; added];
        whole.append(&mut self.whole);
        for _ in 0..divisions {
            self.is_cut |= divide_by_ten(&mut whole);
        }
        let added_bits = i64::try_from(added).ok()?.saturating_mul(LIMB_BITS);
        Some(rounded(&whole, added_bits.saturating_neg(), self.is_cut)).filter(|number| number.is_finite())
    }
}

/// What is nearest to `whole` times this power of two, and a little more if `is_cut`.
fn rounded(whole: &[u32], power: i64, is_cut: bool) -> f64 {
    let (low, top) = whole.split_at(whole.len().saturating_sub(3));
    let is_cut = is_cut || low.iter().any(|limb| *limb > 0);
    let power = power.saturating_add(LIMB_BITS.saturating_mul(i64::try_from(low.len()).unwrap_or_default()));
    let top = top.iter().rev().fold(0_u128, |top, limb| (top << 32) | u128::from(*limb));
    let bits = i64::from(top.checked_ilog2().unwrap_or_default()).saturating_add(1);
    // Below the smallest normal number there are fewer bits.
    let kept = bits.saturating_add(power).saturating_sub(SMALLEST_POWER).min(MANTISSA_BITS);
    let dropped = bits.saturating_sub(kept).max(0);
    let shift = u32::try_from(dropped).unwrap_or_default();
    let mantissa = top.checked_shr(shift).unwrap_or_default();
    let rest = top ^ mantissa.checked_shl(shift).unwrap_or_default();
    let half = 1_u128.checked_shl(shift).unwrap_or_default() >> 1;
    let is_up = shift > 0 && (rest > half || (rest == half && (is_cut || mantissa & 1 == 1)));
    let mantissa = u64::try_from(mantissa).unwrap_or_default().saturating_add(is_up.into());
    let power = power.saturating_add(dropped);
    #[expect(clippy::cast_precision_loss, reason = "it has 53 bits at most")]
    let mantissa = mantissa as f64;
    // In two steps, since the power alone may be smaller than any normal number.
    mantissa * power_of_two(power >> 1) * power_of_two(power.saturating_sub(power >> 1))
}

/// 2 to a power between -1022 and 1023.
fn power_of_two(power: i64) -> f64 {
    f64::from_bits(u64::try_from(power.saturating_add(1023)).unwrap_or_default() << 52)
}

fn multiply_by_ten(whole: &mut Vec<u32>, digit: u8) {
    let mut carried = u64::from(digit);
    for limb in whole.iter_mut() {
        let product = u64::from(*limb).wrapping_mul(10).wrapping_add(carried);
        *limb = low_bits(product);
        carried = product >> 32;
    }
    if carried > 0 {
        whole.push(low_bits(carried));
    }
}

/// Whether something is left over.
fn divide_by_ten(whole: &mut Vec<u32>) -> bool {
    let mut left = 0_u64;
    for limb in whole.iter_mut().rev() {
        let dividend = (left << 32) | u64::from(*limb);
        *limb = low_bits(dividend / 10);
        left = dividend % 10;
    }
    while whole.last() == Some(&0) {
        whole.pop();
    }
    left > 0
}

#[expect(clippy::cast_possible_truncation, reason = "the bits above are carried on")]
fn low_bits(number: u64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::number::parse;

    #[track_caller]
    fn check(text: &str) {
        let expected = text.parse::<f64>().unwrap();
        assert_eq!(
            parse(text).map(f64::to_bits),
            Some(expected).filter(|number| number.is_finite()).map(f64::to_bits),
            "{text}"
        );
    }

    #[test]
    fn the_nearest_number_is_found_at_every_edge() {
        // The largest number, half of the step above it, and the same with one digit more.
        for text in [
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "179769313486231580793728971405301e276",
            "1e309",
            "1e-400",
        ] {
            check(text);
        }
        // The smallest numbers, and the halves between them.
        for text in [
            "5e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "7.4e-324",
            "2.2250738585072011e-308",
            "1e-323",
        ] {
            check(text);
        }
        let half = "2.47032822920623272088284396434110686182e-324";
        check(half);
        // Half between two whole numbers, and a little more behind many zeros.
        check("9007199254740993");
        check(&format!("9007199254740993.{}", "0".repeat(900)));
        check(&format!("9007199254740993.{}1", "0".repeat(900)));
        check(&format!("0.{}1", "0".repeat(400)));
        check(&format!("{}e-1000", "1".repeat(1200)));
        check(&format!("1{}e-5000", "0".repeat(5000)));
        check(&format!("-0.{}", "0".repeat(5000)));
        check("1e99999999999999999999");
        check("1e-99999999999999999999");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn numbers_are_those_of_the_standard_library(text in "[0-9]{1,40}(\\.[0-9]{1,40})?(e[+-]?[0-9]{1,3})?") {
            check(&text);
        }

        #[test]
        fn numbers_written_in_full_are_read_again(bits in any::<u64>(), more in "[0-9]{0,4}") {
            let number = f64::from_bits(bits & !(1 << 63));
            prop_assume!(number.is_finite());
            let text = format!("{number:.800e}");
            check(&text);
            // The half between this number and the next has 53 digits behind the others at most.
            let next = f64::from_bits(number.to_bits() + 1);
            prop_assume!(next.is_finite());
            let (mantissa, exponent) = text.split_once('e').unwrap();
            check(&format!("{mantissa}{more}e{exponent}"));
        }

        #[test]
        fn halves_go_to_the_even_number(mantissa in (1_u64 << 52)..(1 << 53), shift in 1_u32..70, more in "0{0,9}[01]?") {
            let half = (u128::from(mantissa) * 2 + 1) << shift.min(70);
            check(&half.to_string());
            check(&format!("{half}.{more}0"));
        }
    }
}
