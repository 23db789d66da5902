//! Counts pieces of any length in linear time.
//!
//! Tokens are those of a whole text if each two neighbours are the tokens of what the two are together: a merge over a
//! border would be the lowest there, too. So a piece is merged a stretch at a time, each stretch together with the last few
//! tokens before it. If the first of these comes out as it was, then so do all before it. If not, more of them take part.

use crate::merge::{Part, merge};
use crate::vocabulary::Vocabulary;

/// Bytes that are added at a time. Pieces of up to twice as many are merged at once.
pub(crate) const STRETCH: usize = 48;
/// Tokens before a stretch that are merged again with it, at first.
const TOKENS_AGAIN: usize = 3;

/// Merges the bytes of `text` from `start` to `end`. Leaves where each token starts, from `start` on, in `starts`.
pub(crate) fn merge_long(
    vocabulary: &Vocabulary,
    text: &[u8],
    start: usize,
    end: usize,
    starts: &mut Vec<u32>,
    parts: &mut Vec<Part>,
) {
    starts.clear();
    let mut done = start;
    while done < end {
        let until = done.saturating_add(STRETCH).min(end);
        let mut again = TOKENS_AGAIN;
        loop {
            let first = starts.len().saturating_sub(again);
            let offset = starts.get(first).copied().unwrap_or(0);
            merge(vocabulary, text, start.wrapping_add(offset as usize), until, parts);
            let after = |index: usize| index.wrapping_add(1);
            let was = starts.get(after(first)).map_or(done.wrapping_sub(start), |&next| next as usize);
            let is = parts.get(1).map_or(until.wrapping_sub(start), |next| next.start.wrapping_add(offset) as usize);
            if first == 0 || was == is {
                starts.truncate(first);
                starts.extend(parts.iter().map(|part| part.start.wrapping_add(offset)));
                break;
            }
            again = again.wrapping_mul(2);
        }
        done = until;
    }
}
