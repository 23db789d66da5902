//! Counts the tokens of texts.

use crate::cache::{self, Cache};
use crate::long_piece::merge_long;
use crate::merge::Merger;
use crate::pieces::cl100k::Cl100k;
use crate::pieces::o200k::O200k;
use crate::pieces::{Encoding, Pattern};
use crate::recent::{Piece, Recent};
use crate::vocabulary::{NONE, Vocabulary};
use crate::word;

/// Bytes that are counted at a time.
const BLOCK: usize = 4096;

/// Counts the tokens of texts in one encoding.
pub struct Tokenizer {
    vocabulary: Vocabulary,
    recent: Recent,
    cache: Cache,
    merger: Merger,
    starts: Vec<u32>,
}

impl Tokenizer {
    /// A tokenizer for the encoding of the vocabulary.
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self { vocabulary, recent: Recent::new(), cache: Cache::new(), merger: Merger::default(), starts: Vec::new() }
    }

    /// The tokens that it counts.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The number of tokens of a text.
    pub fn count(&mut self, text: &str) -> usize {
        self.count_utf8(text.as_bytes())
    }

    /// [`Self::count`] of a text that is known to be UTF-8, or to be worth any number if it isn't.
    pub fn count_utf8(&mut self, text: &[u8]) -> usize {
        self.count_bytes(text, usize::MAX).unwrap_or(usize::MAX)
    }

    /// The number of tokens of a text; `None` if it is more than `limit`, as soon as that is certain.
    pub fn count_up_to(&mut self, text: &str, limit: usize) -> Option<usize> {
        self.count_bytes(text.as_bytes(), limit)
    }

    fn count_bytes(&mut self, text: &[u8], limit: usize) -> Option<usize> {
        let mut count = 0;
        let mut at = 0;
        while at < text.len() {
            let (tokens, end) = match self.vocabulary.encoding() {
                Encoding::O200kBase => self.count_block::<O200k>(text, at, limit),
                Encoding::Cl100kBase => self.count_block::<Cl100k>(text, at, limit),
            };
            count = tokens.saturating_add(count);
            if count > limit {
                return None;
            }
            at = end;
        }
        Some(count)
    }

    /// The start of a text that has at most `limit` tokens: about as long as possible, and ending with a whole character.
    pub fn truncate_to<'text>(&mut self, text: &'text str, limit: usize) -> &'text str {
        let mut end = self.end_of_tokens(text.as_bytes(), limit);
        loop {
            let start = text.get(..text.floor_char_boundary(end)).unwrap_or_default();
            // Cut off, the last piece or the blanks before it may be other tokens than before.
            if self.count_up_to(start, limit).is_some() {
                return start;
            }
            end = start.len().saturating_sub(1);
        }
    }

    /// Where the first `limit` tokens of a text end.
    fn end_of_tokens(&mut self, text: &[u8], limit: usize) -> usize {
        let mut left = limit;
        let mut at = 0;
        while at < text.len() {
            let end = match self.vocabulary.encoding() {
                Encoding::O200kBase => O200k::piece_end(text, at),
                Encoding::Cl100kBase => Cl100k::piece_end(text, at),
            };
            let tokens = self.count_piece(text, at, end, left);
            if tokens > left {
                // More bytes than this can't be within the limit.
                let reach = left.saturating_add(1).saturating_mul(Vocabulary::LONGEST).saturating_add(at);
                merge_long(&self.vocabulary, text, at, end.min(reach), &mut self.starts, &mut self.merger);
                return at.wrapping_add(self.starts.get(left).map_or(0, |&offset| offset as usize));
            }
            left = left.wrapping_sub(tokens);
            at = end;
        }
        text.len()
    }

    /// Counts the pieces that start within a block from `start` on. Gives their tokens and where the last one ends.
    ///
    /// A call for each block: an engine that compiles a function anew once it is hot can change over then, which it
    /// can't in the middle of a loop.
    #[inline(never)]
    fn count_block<P: Pattern>(&mut self, text: &[u8], start: usize, limit: usize) -> (usize, usize) {
        let until = start.saturating_add(BLOCK).min(text.len());
        let mut count: usize = 0;
        let mut at = start;
        while at < until {
            let word = word::load(text, at);
            let end = match P::ascii_word(text, at, word) {
                0 => P::piece_end(text, at),
                length => at.wrapping_add(length),
            };
            let tokens = match Piece::of(text, at, word, end.wrapping_sub(at)) {
                Some(piece) => match self.recent.get(piece) {
                    0 => self.count_short(text, at, end, piece),
                    known => known,
                },
                None => self.count_piece(text, at, end, limit),
            };
            count = count.wrapping_add(tokens);
            at = end;
        }
        (count, at)
    }

    /// The number of tokens of a short piece that was not counted lately.
    #[inline(never)]
    fn count_short(&mut self, text: &[u8], start: usize, end: usize, piece: Piece) -> usize {
        let count = self.count_piece(text, start, end, usize::MAX);
        self.recent.put(piece, count);
        count
    }

    /// The number of tokens of a piece. More than `limit` may come out as any number above it.
    #[inline(never)]
    fn count_piece(&mut self, text: &[u8], start: usize, end: usize, limit: usize) -> usize {
        let length = end.wrapping_sub(start);
        if self.vocabulary.rank(text, start, length) != NONE {
            return 1;
        }
        if length > cache::LONGEST {
            return self.count_long_piece(text, start, end, limit);
        }
        match self.cache.get(text, start, length) {
            Ok(count) => count,
            Err(hash) => {
                let count = self.merger.merge(&self.vocabulary, text, start, end);
                self.cache.put(text, start, length, hash, count);
                count
            }
        }
    }

    fn count_long_piece(&mut self, text: &[u8], start: usize, end: usize, limit: usize) -> usize {
        let length = end.wrapping_sub(start);
        let fewest = length / Vocabulary::LONGEST;
        if fewest > limit {
            return fewest;
        }
        merge_long(&self.vocabulary, text, start, end, &mut self.starts, &mut self.merger);
        let count = self.starts.len();
        if self.starts.capacity() > 1 << 16 {
            self.starts = Vec::new();
        }
        count
    }
}
