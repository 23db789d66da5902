//! Percent-encoding, the way in which an address writes bytes that may not stand in it.

use std::fmt::Write;

/// The bytes that mean nothing in any part of an address.
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)
}

/// The text with all bytes encoded but those that `stays` names. It may name ASCII alone.
pub(crate) fn encoded(text: &str, stays: &dyn Fn(u8) -> bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii() && stays(byte) {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// What was encoded; `None` where a `%` begins no byte, or the bytes are no UTF-8.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (plain, escape) = rest.split_at_checked(at)?;
        bytes.extend_from_slice(plain.as_bytes());
        let digits = escape.get(1..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = escape.get(3..)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decoded, encoded, is_unreserved};

    #[test]
    fn what_may_not_stand_is_written_byte_by_byte() {
        assert_eq!(encoded("a b/ü%", &is_unreserved), "a%20b%2F%C3%BC%25");
        assert_eq!(encoded("ü", &|_| true), "%C3%BC");
        for broken in ["%", "%2", "%zz", "%+1", "%C3", "%é1"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_comes_back(text in "\\PC{0,40}") {
            prop_assert_eq!(decoded(&encoded(&text, &is_unreserved)), Some(text));
        }
    }
}
