//! Numbers as text.
//!
//! All of it goes through the JSON library, whose reading and writing of fractions is exact: the standard library's own would be in the
//! core a second time, with its tables.

use std::cmp::Ordering;

use serde_json::Value;

use crate::json;

/// The powers of ten that an f64 holds exactly.
pub(crate) const POWERS_OF_TEN: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// A finite number written in decimal, such as `7`, `+1.5`, `.5` or `3e-06`; no word like `inf`.
pub(crate) fn parse(text: &str) -> Option<f64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    let json = |text: &str| serde_json::from_str::<Value>(text).ok()?.as_f64();
    json(text).or_else(|| json(&as_json(text)?))
}

/// The value of a number as JSON writes it, where it is short, as most are: its digits as a whole number, and the power of ten that makes
/// it what it is, are exact then, so that one operation rounds once.
pub(crate) fn short(json: &[u8]) -> Option<f64> {
    let (mantissa, exponent) = match json.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (json.get(..at)?, std::str::from_utf8(json.get(at.wrapping_add(1)..)?).ok()?.parse::<i32>().ok()?),
        None => (json, 0),
    };
    let (mut digits, mut places, mut is_fraction) = (0_u64, exponent, false);
    // So many digits are exact in an f64, and do not overflow.
    if !(1..=16).contains(&mantissa.len()) {
        return None;
    }
    for byte in mantissa {
        match byte {
            b'0'..=b'9' => digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte & 0x0F)),
            b'.' => {
                is_fraction = true;
                continue;
            }
            _ => return None,
        }
        places = places.saturating_sub(is_fraction.into());
    }
    #[expect(clippy::cast_precision_loss, reason = "it has 16 digits at most, and is compared with what is exact")]
    let number = if digits <= 1 << 53 { digits as f64 } else { return None };
    let power = POWERS_OF_TEN.get(usize::try_from(places.unsigned_abs()).ok()?)?;
    Some(if places < 0 { number / power } else { number * power })
}

/// The same number as JSON writes it: without `+` or zeros in front, with digits on both sides of the point.
fn as_json(text: &str) -> Option<String> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = digits.split_at(digits.find(['e', 'E']).unwrap_or(digits.len()));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if (whole.is_empty() && fraction.is_empty()) || whole.starts_with(['+', '-']) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let or_zero = |digits: &str| if digits.is_empty() { "0".to_owned() } else { digits.to_owned() };
    Some(format!("{sign}{}.{}{exponent}", or_zero(whole), or_zero(fraction)))
}

/// The fewest digits that mean this number; a whole one has no point.
pub(crate) fn text(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range")]
    if number.fract() == 0.0 && number.abs() < 9e18 {
        return (number as i64).to_string();
    }
    if number.is_finite() { json::text(&number) } else { String::new() }
}

/// A number that is not negative, with so many digits behind its point.
pub(crate) fn fixed(number: f64, decimals: u32) -> String {
    let unit = 10_u64.saturating_pow(decimals);
    #[expect(clippy::cast_precision_loss, reason = "no caller wants as many digits as an f64 has")]
    let scaled = (number * unit as f64).round();
    if !(0.0..9e15).contains(&scaled) {
        return text(number);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is whole and within the range"
    )]
    let scaled = scaled as u64;
    let (whole, rest) = (scaled.checked_div(unit).unwrap_or(0), scaled.checked_rem(unit).unwrap_or(0));
    if decimals == 0 {
        return whole.to_string();
    }
    let rest = rest.to_string();
    let zeros = usize::try_from(decimals).map_or(0, |decimals| decimals.saturating_sub(rest.len()));
    [whole.to_string().as_str(), ".", &"0".repeat(zeros), &rest].concat()
}

/// The amount of a number rounded to 12 significant digits; halfway between two in its shortest decimal form, to the even one.
pub(crate) fn twelve_digits(number: f64) -> Option<f64> {
    let number = number.abs();
    if !number.is_finite() {
        return None;
    }
    let shortest = json::text(&number);
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The shortest form has 17 digits at most, and as many before the point.
    let digits = [whole, fraction].concat().parse::<u64>().ok()?;
    let places = exponent.parse::<i64>().ok()?.saturating_sub_unsigned(u64::try_from(fraction.len()).ok()?);
    let Some(dropped) = digits.checked_ilog10().and_then(|last| last.checked_sub(11)) else { return Some(number) };
    let unit = 10_u64.saturating_pow(dropped);
    let (kept, rest) = (digits.checked_div(unit)?, digits.checked_rem(unit)?);
    let is_up = match rest.cmp(&unit.div_euclid(2)) {
        Ordering::Less => false,
        Ordering::Equal => !kept.is_multiple_of(2),
        Ordering::Greater => true,
    };
    let kept = kept.saturating_add(is_up.into());
    parse(&format!("{kept}e{}", places.saturating_add(dropped.into())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{fixed, parse, short, text, twelve_digits};

    #[test]
    fn decimal_texts_are_numbers() {
        for (text, number) in [
            ("7", 7.0),
            ("-7", -7.0),
            ("+1.5", 1.5),
            (".5", 0.5),
            ("-.5e1", -5.0),
            ("5.", 5.0),
            ("5.e2", 500.0),
            ("007", 7.0),
            ("00.25", 0.25),
            ("3e-06", 3e-6),
            ("1E+2", 100.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
        ] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        for text in [
            "", "+", "-", ".", "e5", "1e", "+-1", "-+1", "1 ", " 1", "1_000", "1,5", "0x10", "inf", "NaN", "1e999", "١",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_written_short() {
        for (number, expected) in [
            (0.0, "0"),
            (5.0, "5"),
            (-3.0, "-3"),
            (0.25, "0.25"),
            (1e18, "1000000000000000000"),
            (1.5e300, "1.5e300"),
            (f64::NAN, ""),
        ] {
            assert_eq!(text(number), expected);
        }
        for (number, decimals, expected) in [
            (1.2, 2, "1.20"),
            (0.999, 2, "1.00"),
            (0.00022, 6, "0.000220"),
            (210_000.4, 0, "210000"),
            (0.0, 2, "0.00"),
            (1e300, 2, "1e300"),
        ] {
            assert_eq!(fixed(number, decimals), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_means_what_it_means_to_the_standard_library(text in "[+-]?[0-9]{0,4}\\.?[0-9]{0,4}([eE][+-]?[0-9]{0,3})?") {
            prop_assert_eq!(parse(&text), text.parse::<f64>().ok().filter(|number| number.is_finite()));
        }

        #[test]
        fn short_numbers_mean_what_they_mean_to_the_standard_library(text in "-?(0|[1-9][0-9]{0,15})(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?") {
            let expected = text.parse::<f64>().unwrap();
            prop_assert!(short(text.as_bytes()).is_none_or(|number| number.to_bits() == expected.to_bits()));
            let is_very_short = text.len() < 8 && !text.contains(['-', 'e', 'E']);
            prop_assert!(!is_very_short || short(text.as_bytes()).is_some());
        }

        #[test]
        fn any_number_is_read_as_it_was_written(number in any::<f64>()) {
            prop_assume!(number.is_finite());
            prop_assert_eq!(parse(&text(number)), Some(number));
        }

        #[test]
        fn fixed_numbers_are_close(number in 0.0..1e6, (decimals, unit) in prop_oneof![Just((0_u32, 1.0)), Just((2, 0.01)), Just((6, 1e-6))]) {
            let expected: f64 = match decimals { 0 => format!("{number:.0}"), 2 => format!("{number:.2}"), _ => format!("{number:.6}") }.parse().unwrap();
            prop_assert!((parse(&fixed(number, decimals)).unwrap() - expected).abs() <= 1.01 * unit);
        }

        #[test]
        fn twelve_digits_are_those_of_the_standard_library(number in any::<f64>().prop_map(f64::abs)) {
            prop_assume!(number.is_finite());
            prop_assert_eq!(twelve_digits(number), format!("{number:.11e}").parse().ok());
        }
    }
}
