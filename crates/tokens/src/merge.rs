//! Merges bytes to tokens, as the encodings are defined: again and again the two neighbours that make the token of the
//! lowest rank, the leftmost if there are several.
//!
//! Every token of these vocabularies merges two tokens of lower ranks, so a merge never makes possible another one of its
//! own rank or a lower one. A stretch of n bytes takes up to n looks at n numbers; the callers see to it that n is small: some
//! sixty bytes of most texts, a few hundred of what is made to be slow.

use crate::characters::{self, Borders};
use crate::vocabulary::{NONE, Vocabulary};

/// Shorter stretches are merged from their bytes on.
const CHARACTERS_FROM: usize = 5 * characters::LENGTH;

/// A stretch of text while it is merged. It is kept for its memory.
///
/// A part is known by where it starts in the stretch: it is a byte or a character at first, and a token at the end.
#[derive(Default)]
pub(crate) struct Merger {
    /// For each part the rank of the token that it makes with the next one, above where it starts: so the lowest of all
    /// numbers is the next merge. [`NO_MERGE`] for a part that makes none, and for what is no part any more.
    merges: Vec<u64>,
    /// Where the next part starts, for each part.
    next: Vec<u32>,
    /// Where the part before starts, for each part. The first has none, and a number that no part has.
    before: Vec<u32>,
    /// Made for the first stretch that needs them.
    borders: Option<Borders>,
}

const NO_MERGE: u64 = u64::MAX;

impl Merger {
    /// Merges the bytes of `text` from `start` to `end`. Gives the number of tokens.
    pub(crate) fn merge(&mut self, vocabulary: &Vocabulary, text: &[u8], start: usize, end: usize) -> usize {
        let stretch = text.get(start..end).unwrap_or_default();
        self.clear();
        let has_characters =
            stretch.len() >= CHARACTERS_FROM && stretch.first().is_some_and(|&byte| characters::is_lead(byte));
        let count = if has_characters {
            self.begin_with_characters(vocabulary, stretch)
        } else {
            self.begin(vocabulary, stretch)
        };
        self.merge_parts(vocabulary, text, start, count)
    }

    fn clear(&mut self) {
        self.merges.clear();
        self.next.clear();
        self.before.clear();
    }

    fn merge_parts(&mut self, vocabulary: &Vocabulary, text: &[u8], start: usize, count: usize) -> usize {
        let mut merged = 0;
        loop {
            let lowest = lowest_of(&self.merges);
            if lowest == NO_MERGE {
                return count.wrapping_sub(merged);
            }
            merged = merged.wrapping_add(self.merge_run(vocabulary, text, start, lowest));
        }
    }

    /// Makes each byte a part. Gives the number of parts.
    fn begin(&mut self, vocabulary: &Vocabulary, stretch: &[u8]) -> usize {
        let count = stretch.len();
        let pairs = stretch.iter().zip(stretch.iter().skip(1)).zip(0..);
        self.merges.extend(pairs.map(|((&left, &right), at)| merge_of(vocabulary.rank_of_two(left, right), at)));
        self.next.extend((1..).take(count));
        self.before.extend(std::iter::once(NONE).chain(0..).take(count));
        count
    }

    /// [`Self::begin`] with whole characters where nothing else can come of their bytes.
    fn begin_with_characters(&mut self, vocabulary: &Vocabulary, stretch: &[u8]) -> usize {
        let borders = self.borders.get_or_insert_with(|| Borders::of(vocabulary));
        self.merges.resize(stretch.len(), NO_MERGE);
        self.next.resize(stretch.len(), 0);
        self.before.resize(stretch.len(), NONE);
        let mut count: usize = 0;
        let mut before = NONE;
        let mut at: usize = 0;
        while at < stretch.len() {
            let end = at.wrapping_add(borders.part_length(vocabulary, stretch, at));
            set(&mut self.next, at as u32, end as u32);
            set(&mut self.before, at as u32, before);
            if before != NONE {
                let rank = vocabulary.rank(stretch, before as usize, end.wrapping_sub(before as usize));
                set(&mut self.merges, before, merge_of(rank, before));
            }
            before = at as u32;
            count = count.wrapping_add(1);
            at = end;
        }
        count
    }

    /// Where the tokens start in the stretch, in order.
    pub(crate) fn starts(&self) -> impl Iterator<Item = u32> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let next = *self.next.get(at as usize)?;
            Some(std::mem::replace(&mut at, next))
        })
    }

    /// Does a merge, and then those of the same rank that follow it right away, as in a run of one character. Gives their
    /// number.
    #[inline]
    fn merge_run(&mut self, vocabulary: &Vocabulary, text: &[u8], start: usize, lowest: u64) -> usize {
        let rank = |from: u32, to: u32| {
            let length = to.wrapping_sub(from) as usize;
            merge_of(vocabulary.rank(text, start.wrapping_add(from as usize), length), from)
        };
        let mut merged: usize = 0;
        let mut at = lowest as u32;
        loop {
            let Some(&gone) = self.next.get(at as usize) else { return merged };
            let Some(&end) = self.next.get(gone as usize) else { return merged };
            merged = merged.wrapping_add(1);
            set(&mut self.next, at, end);
            set(&mut self.before, end, at);
            set(&mut self.merges, gone, NO_MERGE);
            if let Some(&before) = self.before.get(at as usize)
                && before != NONE
            {
                set(&mut self.merges, before, rank(before, end));
            }
            match self.merges.get(end as usize) {
                // What this one makes with the next is known when that one is merged.
                Some(following) if following >> 32 == lowest >> 32 => at = end,
                _ => {
                    let makes = self.next.get(end as usize).map_or(NO_MERGE, |&to| rank(at, to));
                    set(&mut self.merges, at, makes);
                    return merged;
                }
            }
        }
    }
}

#[inline]
fn lowest_of(merges: &[u64]) -> u64 {
    // Four at a time, so that none waits for the one before.
    let (fours, rest) = merges.as_chunks::<4>();
    let lowest =
        fours.iter().fold([NO_MERGE; 4], |[a, b, c, d], &[e, f, g, h]| [a.min(e), b.min(f), c.min(g), d.min(h)]);
    lowest.iter().chain(rest).fold(NO_MERGE, |lowest, &merge| lowest.min(merge))
}

/// Numbers for the parts are set only for what is one.
#[inline]
fn set<T>(numbers: &mut [T], at: u32, number: T) {
    if let Some(place) = numbers.get_mut(at as usize) {
        *place = number;
    }
}

#[inline]
fn merge_of(rank: u32, at: u32) -> u64 {
    if rank == NONE { NO_MERGE } else { u64::from(rank) << 32 | u64::from(at) }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;

    use super::*;

    const VOCABULARIES: [&[u8]; 2] =
        [include_bytes!("../vocabularies/o200k_base.bin"), include_bytes!("../vocabularies/cl100k_base.bin")];

    /// The starts of the tokens, merged from bytes on and from characters on.
    fn both(vocabulary: &Vocabulary, merger: &mut Merger, stretch: &[u8]) -> [Vec<u32>; 2] {
        let mut starts = |begin: fn(&mut Merger, &Vocabulary, &[u8]) -> usize| {
            merger.clear();
            let parts = begin(merger, vocabulary, stretch);
            let count = merger.merge_parts(vocabulary, stretch, 0, parts);
            let starts: Vec<u32> = merger.starts().collect();
            assert_eq!(starts.len(), count, "{stretch:x?}");
            starts
        };
        [starts(Merger::begin), starts(Merger::begin_with_characters)]
    }

    #[test]
    fn characters_come_first_unless_a_token_cuts_them() {
        for file in VOCABULARIES {
            let vocabulary = Vocabulary::load(file).unwrap();
            let mut merger = Merger::default();
            let mut cut = Vec::new();
            vocabulary.for_each_token(|token| {
                if std::str::from_utf8(token).is_err() && token.len() > 2 {
                    cut.push(token.to_vec());
                }
            });
            assert!(cut.len() > 200);
            // Each such token stands in all texts that can hold it, as far as the bytes around it matter.
            for token in cut {
                for other in (0x80..=0xbf).step_by(3) {
                    for [before, behind] in [[0xe4, 0xe5], [0xe9, 0xe3]] {
                        let missing = token.iter().position(|byte| byte >> 6 != 0b10).unwrap_or(0);
                        let mut text = vec![before, 0xb8, 0xad, before, other];
                        text.truncate(if missing == 0 { 3 } else { text.len().wrapping_add(1).wrapping_sub(missing) });
                        text.extend_from_slice(&token);
                        while std::str::from_utf8(&text).is_err_and(|error| error.error_len().is_none()) {
                            text.push(other);
                        }
                        text.extend([behind, 0x9b, 0xbd]);
                        let [bytes, characters] = both(&vocabulary, &mut merger, &text);
                        assert_eq!(bytes, characters, "{text:x?}");
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn characters_or_bytes_first_makes_no_difference(
            text in "[\u{4e00}-\u{4fff}\u{7684}\u{662f}\u{4e0d}\u{6211}\u{3040}-\u{30ff}\u{ac00}-\u{ad00}\u{ff0c}a\u{e9}\u{1f600}]{1,40}",
            cut in (0_usize..3, 0_usize..3),
        ) {
            thread_local!(static READ: RefCell<[(Vocabulary, Merger); 2]> = RefCell::new(
                VOCABULARIES.map(|file| (Vocabulary::load(file).unwrap(), Merger::default()))
            ));
            let stretch = text.as_bytes();
            let stretch = &stretch[cut.0.min(stretch.len())..];
            let stretch = &stretch[..stretch.len() - cut.1.min(stretch.len())];
            READ.with_borrow_mut(|vocabularies| {
                for (vocabulary, merger) in vocabularies {
                    let [bytes, characters] = both(vocabulary, merger, stretch);
                    assert_eq!(bytes, characters, "{stretch:x?}");
                }
            });
        }
    }
}
