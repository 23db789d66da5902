//! The pattern of `o200k_base`, whose alternatives are, in this order:
//! ```text
//! [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
//! [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
//! \p{N}{1,3}
//!  ?[^\s\p{L}\p{N}]+[\r\n/]*
//! \s*[\r\n]+
//! \s+(?!\S)
//! \s+
//! ```

use super::contraction::contraction_end;
use super::{Pattern, WhiteSpace, number_end, symbols_end};
use crate::classes::{self, CASELESS, Classes, LETTER, LINE_END, LOWER, MARK, NUMBER, UPPER, WHITE_SPACE};
use crate::word;

pub(crate) struct O200k;

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: what a word starts with.
const HEAD: Classes = UPPER | CASELESS | MARK;
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: what a word ends with.
const TAIL: Classes = LOWER | CASELESS | MARK;

impl Pattern for O200k {
    #[inline]
    fn ascii_word(text: &[u8], start: usize, word: u64) -> usize {
        let upper = word::upper(word);
        let lower = word::lower(word);
        let first = word::byte(word, 0);
        let prefix = usize::from(word::run(upper | lower, 0) == 0);
        if prefix == 1 && (first >= 0x80 || classes::of_ascii(first) & (NUMBER | LINE_END) != 0) {
            return 0;
        }
        let head_end = prefix.wrapping_add(word::run(upper, prefix));
        if head_end >= 8 {
            return 0;
        }
        let end = head_end.wrapping_add(word::run(lower, head_end));
        if end == prefix {
            return 0;
        }
        let (end, next) = if end < 8 {
            (end, word::byte(word, end))
        } else {
            let end = word::run_end(text, start.wrapping_add(8), word::lower);
            (end.wrapping_sub(start), text.get(end).copied().unwrap_or(0))
        };
        // An apostrophe may start a contraction; anything that is not ASCII may go on with the word.
        if next >= 0x80 || next == b'\'' { 0 } else { end }
    }

    #[inline]
    fn piece_end(text: &[u8], start: usize) -> usize {
        let (first, length) = classes::at(text, start);
        let first_end = start.wrapping_add(length);
        if first == NUMBER {
            return number_end(text, first_end);
        }
        if let Some(end) = word_end(text, start, first, first_end) {
            return contraction_end(text, end).unwrap_or(end);
        }
        let symbols_start = if text.get(start) == Some(&b' ') { first_end } else { start };
        let end = symbols_end(text, symbols_start);
        if end > symbols_start {
            return line_ends_and_slashes_end(text, end);
        }
        debug_assert!(first & WHITE_SPACE != 0);
        WhiteSpace::read(text, start).piece_end(text, start)
    }
}

/// The end of the word that starts at `start` with a character of class `first`, or right after it.
#[inline]
fn word_end(text: &[u8], start: usize, first: Classes, first_end: usize) -> Option<usize> {
    if first & LETTER != 0 {
        return match letters_end(text, start) {
            Letters::WithTail(end) | Letters::HeadOnly(end) => Some(end),
            Letters::None => None,
        };
    }
    if first == LINE_END {
        return None;
    }
    // The first alternative matches a mark alone before the second one is tried.
    let mark = (first == MARK).then_some(first_end);
    let (second, _) = classes::at(text, first_end);
    if second & (HEAD | TAIL) == 0 {
        return mark;
    }
    match letters_end(text, first_end) {
        Letters::WithTail(end) => Some(end),
        Letters::HeadOnly(end) => mark.or(Some(end)),
        Letters::None => mark,
    }
}

/// What the letter classes of the first two alternatives match.
enum Letters {
    /// The first alternative matches.
    WithTail(usize),
    /// Only the second one does.
    HeadOnly(usize),
    None,
}

#[inline]
fn letters_end(text: &[u8], start: usize) -> Letters {
    let mut at = word::run_end(text, start, word::upper);
    // Where the last character of the head that may be the tail ends.
    let mut tail_end = None;
    let (mut class, mut length) = classes::at(text, at);
    while class & HEAD != 0 {
        at = at.wrapping_add(length);
        if class & TAIL != 0 {
            tail_end = Some(at);
        }
        (class, length) = classes::at(text, at);
    }
    if class & TAIL != 0 {
        at = word::run_end(text, at, word::lower);
        return Letters::WithTail(classes::run_end(text, at, TAIL));
    }
    match tail_end {
        Some(end) => Letters::WithTail(end),
        None if at > start => Letters::HeadOnly(at),
        None => Letters::None,
    }
}

/// `[\r\n/]*`, from `at` on.
#[inline]
fn line_ends_and_slashes_end(text: &[u8], mut at: usize) -> usize {
    while let Some(b'\r' | b'\n' | b'/') = text.get(at) {
        at = at.wrapping_add(1);
    }
    at
}
