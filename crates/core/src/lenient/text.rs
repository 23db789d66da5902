//! Strings of JSON, as they are written and what they mean.

use std::borrow::Cow;

use super::mending;
use crate::eight_bytes::{below, equal_to, first_marked};

/// A string as it is written between its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawText<'de> {
    bytes: &'de [u8],
    is_plain: bool,
}

impl<'de> RawText<'de> {
    /// `is_plain` says that there are no escapes in it, which are checked otherwise.
    pub(super) fn new(bytes: &'de [u8], is_plain: bool) -> Self {
        Self { bytes, is_plain }
    }

    /// Its bytes, where they mean themselves.
    pub(crate) fn plain(self) -> Option<&'de [u8]> {
        self.is_plain.then_some(self.bytes)
    }

    /// What it means.
    pub(crate) fn text(self) -> Cow<'de, str> {
        if !self.is_plain {
            return Cow::Owned(unescaped(self.bytes));
        }
        std::str::from_utf8(self.bytes).map_or_else(|_| String::from_utf8_lossy(self.bytes), Cow::Borrowed)
    }
}

/// The text of a string with escapes, which were checked.
fn unescaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(position) = rest.iter().position(|byte| *byte == b'\\') {
        let (plain, escape) = rest.split_at_checked(position).unwrap_or_default();
        text.push_str(&String::from_utf8_lossy(plain));
        let (character, length) = unescape(escape);
        text.push(character);
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

/// The character of the escape at the start of `text`, and how long the escape is.
fn unescape(text: &[u8]) -> (char, usize) {
    let character = match text.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = code_unit(text).unwrap_or_default();
            let next = text.get(6..).and_then(code_unit);
            let pair = [unit, next.unwrap_or_default()];
            return match char::decode_utf16(pair).next() {
                Some(Ok(character)) if character.len_utf16() == 2 => (character, 12),
                Some(Ok(character)) => (character, 6),
                _ => (char::REPLACEMENT_CHARACTER, 6),
            };
        }
        other => other.copied().map_or(char::REPLACEMENT_CHARACTER, char::from),
    };
    (character, 2)
}

/// The code unit of an escape such as `\u00e9` at the start of `text`.
fn code_unit(text: &[u8]) -> Option<u16> {
    mending::code_unit(std::str::from_utf8(text.get(..6)?).ok()?)
}

/// How many bytes at the start are neither a quote nor a backslash nor a control character. Eight are looked at together.
#[expect(clippy::inline_always, reason = "a call for each name and text costs more than looking at it")]
#[inline(always)]
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let (words, tail) = bytes.as_chunks::<8>();
    let mut length = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let ends = equal_to(word, b'"') | equal_to(word, b'\\') | below(word, 0x20);
        if ends != 0 {
            return length.wrapping_add(first_marked(ends));
        }
        length = length.wrapping_add(8);
    }
    let in_tail = tail.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    length.wrapping_add(in_tail.unwrap_or(tail.len()))
}
