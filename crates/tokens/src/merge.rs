//! Merges bytes to tokens, as the encodings are defined: again and again the two neighbours that make the token of the
//! lowest rank, the leftmost if there are several.
//!
//! Every token of these vocabularies merges two tokens of lower ranks. So a merge never makes possible another one of its
//! own rank or a lower one, and all merges of one rank are done in one pass from left to right. A stretch of n bytes takes
//! as many passes as there are different ranks, fewer than n, and the callers see to it that n is small.

use crate::vocabulary::{NONE, Vocabulary};

/// A part of a stretch: one byte at first, a token at the end.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// Where it starts, from the start of the stretch on.
    pub(crate) start: u32,
    /// The rank of the token that it makes with the part to its right.
    rank: u32,
}

/// Merges the bytes of `text` from `start` to `end` and leaves the tokens in `parts`.
pub(crate) fn merge(vocabulary: &Vocabulary, text: &[u8], start: usize, end: usize, parts: &mut Vec<Part>) {
    let length = end.wrapping_sub(start);
    parts.clear();
    let mut lowest = NONE;
    for offset in 0..length {
        let rank =
            if offset.wrapping_add(1) < length { vocabulary.rank(text, start.wrapping_add(offset), 2) } else { NONE };
        lowest = lowest.min(rank);
        parts.push(Part { start: offset as u32, rank });
    }
    while lowest != NONE {
        lowest = merge_all(vocabulary, text, start, length, lowest, parts);
    }
}

/// Merges all pairs that make the token of the rank `merged`, which is the lowest there is. Gives the next lowest.
fn merge_all(
    vocabulary: &Vocabulary,
    text: &[u8],
    start: usize,
    length: usize,
    merged: u32,
    parts: &mut Vec<Part>,
) -> u32 {
    let rank =
        |from: u32, to: u32| vocabulary.rank(text, start.wrapping_add(from as usize), to.wrapping_sub(from) as usize);
    let mut lowest = NONE;
    let mut kept: usize = 0;
    let mut next: usize = 0;
    // Whether the last part that was kept has just been merged.
    let mut fresh = false;
    while let Some(&(mut part)) = parts.get(next) {
        let is_merged = part.rank == merged;
        next = next.wrapping_add(if is_merged { 2 } else { 1 });
        let end = parts.get(next).map_or(length as u32, |following| following.start);
        if let Some(before) = parts.get_mut(kept.wrapping_sub(1)) {
            if is_merged || fresh {
                // One of the two is another part than it was.
                before.rank = rank(before.start, end);
            }
            lowest = lowest.min(before.rank);
        }
        if is_merged {
            part.rank = NONE;
        }
        if let Some(place) = parts.get_mut(kept) {
            *place = part;
        }
        kept = kept.wrapping_add(1);
        fresh = is_merged;
    }
    parts.truncate(kept);
    lowest
}
