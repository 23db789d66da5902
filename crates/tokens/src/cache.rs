//! Remembers what pieces came to that are more than one token: words recur, and so do whole texts.

use crate::word;

/// Longer pieces are rare and seldom recur.
pub(crate) const LONGEST: usize = 128;

const BITS: u32 = 15;
const SLOTS: usize = 1 << BITS;
/// A piece is in its own slot or in one of those behind it, so many in all: texts that are made to have one slot for all their
/// pieces take no more time than others.
const REACH: usize = 16;
/// When so many slots are taken, or so many bytes, all is forgotten.
const MOST_PIECES: usize = SLOTS / 4 * 3;
const MOST_BYTES: usize = 1 << PLACE_BITS;

// A slot is empty, which is 0, or has from below: where the piece is, its length, its count, and a part of its hash.
const PLACE_BITS: u32 = 20;
const LENGTH_SHIFT: u32 = PLACE_BITS;
const COUNT_SHIFT: u32 = LENGTH_SHIFT + 8;
const TAG_SHIFT: u32 = COUNT_SHIFT + 8;
const EMPTY: u64 = 0;

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

pub(crate) struct Cache {
    slots: Box<[u64]>,
    pieces: usize,
    bytes: Vec<u8>,
}

impl Cache {
    pub(crate) fn new() -> Self {
        Self { slots: vec![EMPTY; SLOTS].into_boxed_slice(), pieces: 0, bytes: Vec::new() }
    }

    /// The count of the piece of `length` bytes from `start` on, of up to [`LONGEST`]; or its hash, to remember it by.
    #[inline]
    pub(crate) fn get(&self, text: &[u8], start: usize, length: usize) -> Result<usize, u64> {
        let hash = hash(text, start, length);
        for slot in slots_of(hash) {
            let content = self.at(slot);
            if content == EMPTY {
                break;
            }
            if content >> TAG_SHIFT == hash << TAG_SHIFT >> TAG_SHIFT && self.is_piece(content, text, start, length) {
                return Ok((content >> COUNT_SHIFT) as usize & 0xff);
            }
        }
        Err(hash)
    }

    /// Remembers a piece that [`Self::get`] did not find, in the place of another if all of its slots are taken.
    pub(crate) fn put(&mut self, text: &[u8], start: usize, length: usize, hash: u64, count: usize) {
        if self.pieces >= MOST_PIECES || self.bytes.len().wrapping_add(length) > MOST_BYTES {
            self.slots.fill(EMPTY);
            self.pieces = 0;
            self.bytes.clear();
        }
        let slot = slots_of(hash).find(|&slot| self.at(slot) == EMPTY).unwrap_or(slot_of(hash));
        let (place, end) = (self.bytes.len(), start.wrapping_add(length));
        if let (Some(content), Some(piece)) = (self.slots.get_mut(slot), text.get(start..end)) {
            *content =
                hash << TAG_SHIFT | (count as u64) << COUNT_SHIFT | (length as u64) << LENGTH_SHIFT | place as u64;
            self.bytes.extend_from_slice(piece);
            self.pieces = self.pieces.wrapping_add(1);
        }
    }

    #[inline]
    fn at(&self, slot: usize) -> u64 {
        self.slots.get(slot).copied().unwrap_or(EMPTY)
    }

    #[inline]
    fn is_piece(&self, content: u64, text: &[u8], start: usize, length: usize) -> bool {
        let place = content as usize % MOST_BYTES;
        let known = (content >> LENGTH_SHIFT) as usize & 0xff;
        known == length
            && (0..length).step_by(8).all(|offset| {
                let rest = length.wrapping_sub(offset).min(8);
                let word = |bytes, start: usize| word::first_bytes(word::load(bytes, start.wrapping_add(offset)), rest);
                word(&self.bytes, place) == word(text, start)
            })
    }
}

#[inline]
fn hash(text: &[u8], start: usize, length: usize) -> u64 {
    (0..length).step_by(8).fold(length as u64, |hash, offset| {
        let word = word::load(text, start.wrapping_add(offset));
        let word = word::first_bytes(word, length.wrapping_sub(offset).min(8));
        (hash ^ word).wrapping_mul(MIX).rotate_left(29)
    })
}

#[inline]
fn slot_of(hash: u64) -> usize {
    (hash.wrapping_mul(MIX) >> 64_u32.wrapping_sub(BITS)) as usize % SLOTS
}

/// The slots in which a piece may be, in the order in which they are looked at.
#[inline]
fn slots_of(hash: u64) -> impl Iterator<Item = usize> {
    let first = slot_of(hash);
    (0..REACH).map(move |offset| first.wrapping_add(offset) % SLOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of eight bytes whose own slot is the one of the first.
    fn of_one_slot(count: usize) -> Vec<[u8; 8]> {
        let slot_of = |piece: &[u8; 8]| slot_of(hash(piece, 0, piece.len()));
        let mut pieces = (0_u64..).map(u64::to_le_bytes);
        let first = pieces.next().unwrap();
        std::iter::once(first).chain(pieces.filter(|piece| slot_of(piece) == slot_of(&first))).take(count).collect()
    }

    #[test]
    fn pieces_that_are_made_for_one_slot_take_no_more_than_those_behind_it() {
        let mut cache = Cache::new();
        let pieces = of_one_slot(3 * REACH);
        for (index, piece) in pieces.iter().enumerate() {
            let hash = cache.get(piece, 0, piece.len()).unwrap_err();
            cache.put(piece, 0, piece.len(), hash, index + 1);
            assert_eq!(cache.get(piece, 0, piece.len()), Ok(index + 1), "it is found right away");
        }
        let known = pieces.iter().enumerate().filter_map(|(index, piece)| {
            let count = cache.get(piece, 0, piece.len()).ok()?;
            assert_eq!(count, index + 1);
            Some(count)
        });
        assert_eq!(known.count(), REACH);
        assert_eq!(cache.slots.iter().filter(|&&content| content != EMPTY).count(), REACH);
    }
}
