//! Remembers what short pieces came to, whether one token or several: nine tenths of a text are a few thousand words.
//!
//! A piece has one place, and a look at it is one look at memory that stays near the processor; the tables of a vocabulary
//! take two or three, of which each waits for the one before, and are too large for that.

use crate::word;

/// The longest piece that is remembered, in bytes.
const LONGEST: usize = 15;

const BITS: u32 = 14;
const SLOTS: usize = 1 << BITS;

// The highest byte of a slot's second half has the count above the length. No count is 0, and neither is a length.
const LENGTH_SHIFT: u32 = 56;
const COUNT_SHIFT: u32 = 60;
const MOST: usize = 15;

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A piece of up to [`LONGEST`] bytes: the first eight, and the others with the length above them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece(u64, u64);

impl Piece {
    /// The piece of `length` bytes from `start` on, of which there is at least one and `word` has the first.
    #[inline]
    pub(crate) fn of(text: &[u8], start: usize, word: u64, length: usize) -> Option<Self> {
        if length > LONGEST {
            return None;
        }
        let others = word::load(text, start.wrapping_add(8));
        let few = length.min(8);
        let first = word::first_bytes(word, few);
        let others = others & (1_u64.wrapping_shl((length.wrapping_sub(few) as u32).wrapping_mul(8))).wrapping_sub(1);
        Some(Self(first, others | (length as u64) << LENGTH_SHIFT))
    }

    #[inline]
    fn slot(self) -> usize {
        let hash = (self.0 ^ self.1.rotate_left(23)).wrapping_mul(MIX);
        (hash >> 64_u32.wrapping_sub(BITS)) as usize % SLOTS
    }
}

pub(crate) struct Recent {
    slots: Box<[Piece]>,
}

impl Recent {
    pub(crate) fn new() -> Self {
        Self { slots: vec![Piece(0, 0); SLOTS].into_boxed_slice() }
    }

    /// The tokens of a piece, or 0 if they are not remembered.
    #[inline]
    pub(crate) fn get(&self, piece: Piece) -> usize {
        let Some(&known) = self.slots.get(piece.slot()) else { return 0 };
        let count = known.1 >> COUNT_SHIFT;
        if known == Piece(piece.0, piece.1 | count << COUNT_SHIFT) { count as usize } else { 0 }
    }

    /// Remembers the tokens of a piece in the place of another.
    #[inline]
    pub(crate) fn put(&mut self, piece: Piece, count: usize) {
        if count <= MOST
            && let Some(slot) = self.slots.get_mut(piece.slot())
        {
            *slot = Piece(piece.0, piece.1 | (count as u64) << COUNT_SHIFT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(bytes: &[u8]) -> Option<Piece> {
        Piece::of(bytes, 0, word::load(bytes, 0), bytes.len())
    }

    #[test]
    fn only_the_same_bytes_are_the_same_piece() {
        let bytes = [b'a', 0, b'b', b'c', 0xc3, 0xa9, 0, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0];
        let pieces: Vec<Piece> = (1..=bytes.len()).map(|length| piece(&bytes[..length]).unwrap()).collect();
        for (index, one) in pieces.iter().enumerate() {
            assert_eq!(pieces.iter().position(|other| other == one), Some(index));
        }
        assert!(piece(&[b'a'; LONGEST + 1]).is_none());
    }

    #[test]
    fn a_piece_is_remembered_until_its_place_is_taken() {
        let mut recent = Recent::new();
        let one = piece(b"remembered").unwrap();
        let other = (0..).map(|number: u32| piece(&number.to_le_bytes()).unwrap());
        let other = other.into_iter().find(|other| other.slot() == one.slot()).unwrap();
        assert_eq!(recent.get(one), 0);
        for count in 1..=MOST {
            recent.put(one, count);
            assert_eq!((recent.get(one), recent.get(other)), (count, 0));
        }
        recent.put(other, MOST + 1);
        assert_eq!((recent.get(one), recent.get(other)), (MOST, 0));
        recent.put(other, 1);
        assert_eq!((recent.get(one), recent.get(other)), (0, 1));
    }
}
