//! Cuts a text into pieces, as the patterns of the encodings say; no token reaches over the border of two.
//!
//! Both patterns are read by hand. The first alternative that matches wins, so the order of the checks is that of the
//! alternatives. Each piece depends on what comes before it only by where it starts.

pub(crate) mod cl100k;
mod contraction;
pub(crate) mod o200k;
#[cfg(test)]
mod tests;

use crate::classes::{self, LETTER, LINE_END, NUMBER, WHITE_SPACE};
use crate::word;

/// The encodings that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Of the `gpt-4o` models and all newer ones.
    O200kBase,
    /// Of `gpt-4` and `gpt-3.5-turbo`.
    Cl100kBase,
}

/// How an encoding cuts a text.
pub(crate) trait Pattern {
    /// The length of the piece that starts at `start` with the eight bytes of `word`, if it is a word in ASCII that ends
    /// where its letters do. Otherwise 0.
    fn ascii_word(text: &[u8], start: usize, word: u64) -> usize;

    /// The end of the piece that starts at `start`, which is before the end of `text`.
    fn piece_end(text: &[u8], start: usize) -> usize;
}

/// `\p{N}{1,3}` after the first, which ends at `first_end`.
#[inline]
fn number_end(text: &[u8], first_end: usize) -> usize {
    let mut end = first_end;
    for _ in 0..2 {
        let (class, length) = classes::at(text, end);
        if class != NUMBER {
            break;
        }
        end = end.wrapping_add(length);
    }
    end
}

/// `[^\s\p{L}\p{N}]+`, from `start` on.
#[inline]
fn symbols_end(text: &[u8], start: usize) -> usize {
    classes::run_end(text, start, !(WHITE_SPACE | LETTER | NUMBER))
}

/// A run of white space.
struct WhiteSpace {
    /// Where its last line end ends.
    last_line_end: Option<usize>,
    /// Where its last character starts.
    last: usize,
    end: usize,
}

impl WhiteSpace {
    #[inline]
    fn read(text: &[u8], start: usize) -> Self {
        // Mostly it is the spaces that a line of code starts with.
        let end = word::run_end(text, start, word::spaces);
        let mut run = Self { last_line_end: None, last: end.saturating_sub(1).max(start), end };
        loop {
            let (class, length) = classes::at(text, run.end);
            if class & WHITE_SPACE == 0 {
                return run;
            }
            run.last = run.end;
            run.end = run.end.wrapping_add(length);
            if class == LINE_END {
                run.last_line_end = Some(run.end);
            }
        }
    }

    /// The end of `\s*[\r\n]+|\s+(?!\S)|\s+` from `start` on.
    #[inline]
    fn piece_end(&self, text: &[u8], start: usize) -> usize {
        match self.last_line_end {
            Some(end) => end,
            // The last one belongs to the piece that follows, unless it is alone.
            None if self.end < text.len() && self.last > start => self.last,
            None => self.end,
        }
    }
}
