//! The pattern of `cl100k_base`:
//! `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s`

use super::contraction::contraction_end;
use super::{Pattern, WhiteSpace, number_end, symbols_end};
use crate::classes::{self, LETTER, LINE_END, NUMBER, WHITE_SPACE};
use crate::word;

pub(crate) struct Cl100k;

impl Pattern for Cl100k {
    #[inline]
    fn ascii_word(text: &[u8], start: usize, word: u64) -> usize {
        let letters = word::lower(word) | word::upper(word);
        let first = word::byte(word, 0);
        let prefix = usize::from(word::run(letters, 0) == 0);
        if prefix == 1 && (first >= 0x80 || first == b'\'' || classes::of_ascii(first) & (NUMBER | LINE_END) != 0) {
            return 0;
        }
        let length = word::run(letters, prefix);
        let end = prefix.wrapping_add(length);
        if length == 0 {
            return 0;
        }
        let (end, next) = if end < 8 {
            (end, word::byte(word, end))
        } else {
            let end = word::run_end(text, start.wrapping_add(8), |word| word::lower(word) | word::upper(word));
            (end.wrapping_sub(start), text.get(end).copied().unwrap_or(0))
        };
        if next >= 0x80 { 0 } else { end }
    }

    #[inline]
    fn piece_end(text: &[u8], start: usize) -> usize {
        if let Some(end) = contraction_end(text, start) {
            return end;
        }
        let (first, length) = classes::at(text, start);
        let first_end = start.wrapping_add(length);
        if first & LETTER != 0 {
            return letters_end(text, first_end);
        }
        if first == NUMBER {
            return number_end(text, first_end);
        }
        let (second, second_length) = classes::at(text, first_end);
        if first != LINE_END && second & LETTER != 0 {
            return letters_end(text, first_end.wrapping_add(second_length));
        }
        let symbols_start = if text.get(start) == Some(&b' ') { first_end } else { start };
        let end = symbols_end(text, symbols_start);
        if end > symbols_start {
            return classes::run_end(text, end, LINE_END);
        }
        debug_assert!(first & WHITE_SPACE != 0);
        let run = WhiteSpace::read(text, start);
        if run.end == text.len() { run.end } else { run.piece_end(text, start) }
    }
}

/// `\p{L}++`, from `at` on.
#[inline]
fn letters_end(text: &[u8], at: usize) -> usize {
    let at = word::run_end(text, at, |word| word::lower(word) | word::upper(word));
    classes::run_end(text, at, LETTER)
}
