//! Names and ids that every backend accepts: 1 to 64 of `A-Z a-z 0-9 _ -`, all distinct.

use md5::{Digest, Md5};

use crate::positions::Positions;

/// The most characters that backends accept.
const LONGEST: usize = 64;
/// How many characters of a cleaned identifier stay when `_` and eight digits follow.
const KEPT_BEFORE_DIGITS: usize = 55;

/// Hands out identifiers, each once. What comes first keeps the plain form, so that a conversation that grows keeps the
/// ids of its beginning (a provider's prompt cache depends on it).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Identifiers {
    /// The identifiers in the order in which they were handed out.
    taken: Positions,
    /// The last number that was tried behind an identifier.
    numbers: Positions,
}

impl Identifiers {
    /// An identifier for `original` that was not handed out before; `fallback` stands for an empty one.
    pub(crate) fn claim(&mut self, original: &str, fallback: &str) -> String {
        let mut cleaned = cleaned(if original.is_empty() { fallback } else { original });
        if cleaned.len() > LONGEST {
            cleaned = with_digits(&cleaned, original);
        }
        if self.take(&cleaned) {
            return cleaned;
        }
        let digits = with_digits(&cleaned, original);
        if self.take(&digits) {
            return digits;
        }
        let mut number = self.numbers.get(&digits).copied().unwrap_or(1);
        loop {
            number = number.saturating_add(1);
            let ending = format!("_{number}");
            let numbered = format!("{}{ending}", beginning(&digits, LONGEST.saturating_sub(ending.len())));
            if self.take(&numbered) {
                self.numbers.insert(digits, number);
                return numbered;
            }
        }
    }
}

impl Identifiers {
    /// The how manieth `identifier` was that was handed out, from 0.
    pub(super) fn position(&self, identifier: &str) -> Option<usize> {
        self.taken.get(identifier).copied()
    }

    fn take(&mut self, identifier: &str) -> bool {
        let is_new = !self.taken.contains_key(identifier);
        if is_new {
            self.taken.insert(identifier.to_owned(), self.taken.len());
        }
        is_new
    }
}

/// `original` with `_` for each code point that is not accepted: ASCII, of any length.
fn cleaned(original: &str) -> String {
    original
        .chars()
        .map(
            |character| {
                if character.is_ascii_alphanumeric() || matches!(character, '_' | '-') { character } else { '_' }
            },
        )
        .collect()
}

/// The beginning of `cleaned`, `_`, and the first eight hexadecimal digits of the MD5 of `original`.
fn with_digits(cleaned: &str, original: &str) -> String {
    let mut result = beginning(cleaned, KEPT_BEFORE_DIGITS).to_owned();
    result.push('_');
    result.push_str(&digits(original));
    result
}

/// The first eight hexadecimal digits of the MD5 of a text: it stands for the text where nobody gains by forging another.
pub(crate) fn digits(text: &str) -> String {
    let bytes = Md5::digest(text);
    let halves = bytes.iter().take(4).flat_map(|byte| [byte >> 4, byte & 0xf]);
    halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
}

/// The first `length` characters of an ASCII text.
fn beginning(text: &str, length: usize) -> &str {
    text.get(..length).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(originals: &[&str], expected: &[&str]) {
        let mut identifiers = Identifiers::default();
        let claimed: Vec<_> = originals.iter().map(|original| identifiers.claim(original, "call")).collect();
        assert_eq!(claimed, expected);
    }

    #[test]
    fn identifiers_are_cleaned_per_code_point() {
        check(&["call_abc"], &["call_abc"]);
        check(&["a.b:c/d", "functions.read:0"], &["a_b_c_d", "functions_read_0"]);
        check(&["日本", "😀"], &["__", "_"]);
        check(&["A-Z_09"], &["A-Z_09"]);
    }

    #[test]
    fn long_ones_end_in_digits_of_the_original() {
        let [x55, x64, x65] = [55, 64, 65].map(|length| "x".repeat(length));
        check(&[&x64], &[&x64]);
        check(&[&x65], &[&format!("{x55}_1bc93205")]);
        let tail = "x".repeat(70);
        check(&[&format!("call:a.b/{tail}")], &[&format!("call_a_b_{}_73b54156", "x".repeat(46))]);
        check(&["é".repeat(65).as_str()], &[&format!("{}_11aa9df6", "_".repeat(55))]);
    }

    #[test]
    fn what_would_collide_stays_distinct() {
        check(&["a_b", "a.b"], &["a_b", "a_b_e32b629f"]);
        check(&["", "", "", ""], &["call", "call_d41d8cd9", "call_d41d8cd9_2", "call_d41d8cd9_3"]);
        check(
            &["a", "a", "a", "a_0cc175b9_3", "a"],
            &["a", "a_0cc175b9", "a_0cc175b9_2", "a_0cc175b9_3", "a_0cc175b9_4"],
        );
        let long = "y".repeat(65);
        let mut identifiers = Identifiers::default();
        let claimed: std::collections::BTreeSet<_> = (0..30).map(|_| identifiers.claim(&long, "call")).collect();
        assert_eq!(claimed.len(), 30);
        assert!(claimed.iter().all(|identifier| identifier.len() <= LONGEST));
    }
}
