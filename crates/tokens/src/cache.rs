//! Remembers what pieces came to that are more than one token: words recur.

use crate::word;

/// Longer pieces are rare and seldom recur.
pub(crate) const LONGEST: usize = 56;

const WORDS: usize = LONGEST / 8;
const BITS: u32 = 13;
const SLOTS: usize = 1 << BITS;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A piece, filled up with zeros, and in the last number its length and, above, its count.
type Entry = [u64; WORDS + 1];

/// Each piece has one slot, and the newest is kept.
pub(crate) struct Cache {
    entries: Box<[Entry]>,
}

/// A piece and its slot.
pub(crate) struct Place {
    words: Entry,
    slot: usize,
    used: usize,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self { entries: vec![[0; WORDS + 1]; SLOTS].into_boxed_slice() }
    }

    /// Where the piece of `length` bytes from `start` on belongs; `length` is at most [`LONGEST`].
    #[inline]
    pub(crate) fn place(text: &[u8], start: usize, length: usize) -> Place {
        let mut words = [0; WORDS + 1];
        let mut hash = length as u64;
        let mut used: usize = 0;
        for word in words.iter_mut().take(length.div_ceil(8)) {
            let offset = used.wrapping_mul(8);
            let eight = word::load(text, start.wrapping_add(offset));
            *word = word::first_bytes(eight, length.wrapping_sub(offset));
            hash = (hash ^ *word).wrapping_mul(MIX).rotate_left(29);
            used = used.wrapping_add(1);
        }
        if let Some(last) = words.last_mut() {
            *last = length as u64;
        }
        Place { words, slot: (hash.wrapping_mul(MIX) >> 64_u32.wrapping_sub(BITS)) as usize % SLOTS, used }
    }

    /// The count of a piece that is remembered.
    #[inline]
    pub(crate) fn get(&self, place: &Place) -> Option<usize> {
        let entry = self.entries.get(place.slot)?;
        let (words, length) = (entry.get(..place.used)?, place.words.last()?);
        let last = entry.last()?;
        let same = last & 0xff == *length && words.iter().eq(place.words.iter().take(place.used));
        same.then_some((last >> 8) as usize)
    }

    /// Remembers a piece.
    #[inline]
    pub(crate) fn put(&mut self, mut place: Place, count: usize) {
        if let (Some(entry), Some(last)) = (self.entries.get_mut(place.slot), place.words.last_mut()) {
            *last |= (count as u64) << 8;
            *entry = place.words;
        }
    }
}
