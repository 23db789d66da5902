//! Merges bytes to tokens, as the encodings are defined: again and again the two neighbours that make the token of the
//! lowest rank, the leftmost if there are several.
//!
//! Every token of these vocabularies merges two tokens of lower ranks, so a merge never makes possible another one of its
//! own rank or a lower one. A stretch of n bytes takes up to n looks at n numbers; the callers see to it that n is small.

use crate::vocabulary::{NONE, Vocabulary};

/// A stretch of text while it is merged. It is kept for its memory.
///
/// A part is known by where it starts in the stretch: it is one byte at first, and a token at the end.
#[derive(Default)]
pub(crate) struct Merger {
    /// For each part the rank of the token that it makes with the next one, above where it starts: so the lowest of all
    /// numbers is the next merge. [`NO_MERGE`] for a part that makes none, and for what is no part any more.
    merges: Vec<u64>,
    /// Where the next part starts, for each part.
    next: Vec<u32>,
    /// Where the part before starts, for each part. The first has none, and a number that no part has.
    before: Vec<u32>,
}

const NO_MERGE: u64 = u64::MAX;

impl Merger {
    /// Merges the bytes of `text` from `start` to `end`. Gives the number of tokens.
    pub(crate) fn merge(&mut self, vocabulary: &Vocabulary, text: &[u8], start: usize, end: usize) -> usize {
        let stretch = text.get(start..end).unwrap_or_default();
        let count = stretch.len();
        self.merges.clear();
        self.next.clear();
        self.before.clear();
        let pairs = stretch.iter().zip(stretch.iter().skip(1)).zip(0..);
        self.merges.extend(pairs.map(|((&left, &right), at)| merge_of(vocabulary.rank_of_two(left, right), at)));
        self.next.extend((1..).take(count));
        self.before.extend(std::iter::once(NONE).chain(0..).take(count));
        let mut merged = 0;
        loop {
            let lowest = lowest_of(&self.merges);
            if lowest == NO_MERGE {
                return count.wrapping_sub(merged);
            }
            merged = merged.wrapping_add(self.merge_run(vocabulary, text, start, lowest));
        }
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
