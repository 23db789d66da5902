//! Makes JSON readable that only one value spoils.

use super::Reader;
use crate::number;

/// A copy in which numbers beyond f64, `NaN` and `Infinity` are null, and lone surrogates and invalid UTF-8 are U+FFFD. What is no JSON stays none.
pub(super) fn mended(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut copy = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => mend_string(rest, &mut copy),
            '-' if rest.starts_with("-Infinity") => {
                copy.push_str("null");
                "-Infinity".len()
            }
            '-' | '0'..='9' => {
                let length = rest.find(|character| !is_in_number(character)).unwrap_or(rest.len());
                let number = rest.get(..length).unwrap_or_default();
                let is_infinite = is_json(number) && number::parse(number).is_none();
                copy.push_str(if is_infinite { "null" } else { number });
                length
            }
            _ => {
                let length = rest
                    .find(|character: char| matches!(character, '"' | '-') || character.is_ascii_digit())
                    .unwrap_or(rest.len());
                // What some languages write for numbers that JSON does not have.
                let plain = rest.get(..length).unwrap_or_default();
                copy.push_str(&plain.replace("NaN", "null").replace("Infinity", "null"));
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    copy
}

fn is_json(number: &str) -> bool {
    let mut reader = Reader::of_whole(number.as_bytes());
    reader.skip().is_ok() && reader.end().is_ok()
}

fn is_in_number(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '-' | '+' | '.' | 'e' | 'E')
}

/// Copies the string literal at the start of `text` and returns its length in bytes, quotes included.
fn mend_string(text: &str, copy: &mut String) -> usize {
    copy.push('"');
    let mut rest = text.get(1..).unwrap_or_default();
    while let Some(at) = rest.find(['"', '\\']) {
        let (plain, special) = rest.split_at_checked(at).unwrap_or_default();
        copy.push_str(plain);
        if special.starts_with('"') {
            copy.push('"');
            rest = special.get(1..).unwrap_or_default();
            return text.len().saturating_sub(rest.len());
        }
        let (escape, length) = match (code_unit(special), special.get(6..).and_then(code_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (special.get(..12), 12),
            (Some(0xD800..=0xDFFF), _) => (Some("\\ufffd"), 6),
            (Some(_), _) => (special.get(..6), 6),
            (None, _) => {
                let length = special.char_indices().nth(2).map_or(special.len(), |(position, _)| position);
                (special.get(..length), length)
            }
        };
        copy.push_str(escape.unwrap_or_default());
        rest = special.get(length..).unwrap_or_default();
    }
    copy.push_str(rest);
    text.len()
}

/// The code unit of an escape such as `\u00e9` at the start of `text`.
pub(crate) fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if digits.starts_with('+') { None } else { u16::from_str_radix(digits, 16).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_reader_takes_is_replaced() {
        for (body, expected) in [
            (&b"[1,1e999,-1E999,1.5,\"1e999\"]"[..], "[1,null,null,1.5,\"1e999\"]"),
            (b"\"\\ud83d\\ude00\\ud83d\"", "\"\\ud83d\\ude00\\ufffd\""),
            (b"\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\""),
            (b"\"\\\\ud83d\"", "\"\\\\ud83d\""),
            (b"\"a\xFF\"", "\"a\u{FFFD}\""),
            (b"\"\\u12", "\"\\u12"),
            (b"\"\\\xC3\xA9\"", "\"\\\u{E9}\""),
            (b"{\"a", "{\"a"),
        ] {
            assert_eq!(mended(body), expected);
        }
    }
}
