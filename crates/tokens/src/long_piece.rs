//! Counts pieces of any length in linear time.
//!
//! Tokens are those of a whole text if each two neighbours are the tokens of what the two are together: a merge over a
//! border would be the lowest there, too. So a piece is merged a stretch at a time, each stretch together with the last few
//! tokens before it. If the first of these comes out as it was, then so do all before it. If not, more of them take part.

use crate::merge::Merger;
use crate::vocabulary::Vocabulary;

/// Bytes that are added at a time, at least.
const STRETCH: usize = 48;
/// Tokens before a stretch that are merged again with it, at first.
const TOKENS_AGAIN: usize = 3;

/// Merges the bytes of `text` from `start` to `end`. Leaves where each token starts, from `start` on, in `starts`.
pub(crate) fn merge_long(
    vocabulary: &Vocabulary,
    text: &[u8],
    start: usize,
    end: usize,
    starts: &mut Vec<u32>,
    merger: &mut Merger,
) {
    starts.clear();
    let mut done = start;
    // As many bytes as are merged again, so that it is never more work than that twice.
    let mut added = STRETCH;
    let mut again = TOKENS_AGAIN;
    while done < end {
        let until = done.saturating_add(added).min(end);
        loop {
            let first = starts.len().saturating_sub(again);
            let offset = starts.get(first).copied().unwrap_or(0);
            let from = start.wrapping_add(offset as usize);
            merger.merge(vocabulary, text, from, until);
            let was = starts.get(first.wrapping_add(1)).map_or(done.wrapping_sub(start) as u32, |&next| next);
            let is = merger.starts().nth(1).map_or(until.wrapping_sub(start) as u32, |next| next.wrapping_add(offset));
            if first == 0 || was == is {
                starts.truncate(first);
                starts.extend(merger.starts().map(|next| next.wrapping_add(offset)));
                added = done.wrapping_sub(from).max(STRETCH);
                // Where one stretch reaches far back, the next one mostly does, too.
                again = (again / 2).max(TOKENS_AGAIN);
                break;
            }
            again = again.wrapping_mul(2);
        }
        done = until;
    }
}
