//! The tokens of an encoding, found by their bytes.
//!
//! Tokens of up to eight bytes, nine tenths of what texts consist of, are found by a number that holds those bytes; longer
//! ones by a hash of their ends, and then compared.

use crate::compact::{Compact, LoadError, SINGLE};
use crate::pieces::Encoding;
use crate::word;

/// The rank of what is no token.
pub(crate) const NONE: u32 = u32::MAX;

/// A token of up to this many bytes is found by [`short_key`].
const SHORT: usize = 8;

/// Slots for short tokens, of which there are up to 150,000.
const SHORT_SLOTS: usize = 1 << SHORT_BITS;
const SHORT_BITS: u32 = 18;
/// Slots for longer tokens, of which there are up to 52,000.
const LONG_SLOTS: usize = 1 << LONG_BITS;
const LONG_BITS: u32 = 17;
/// A slot for longer tokens has the rank in its lower bits and a part of the hash above.
const RANK_BITS: u32 = 18;
const RANK_MASK: u32 = (1 << RANK_BITS) - 1;
/// A slot for longer tokens without one: no token of rank 0 is long.
const EMPTY: u32 = 0;

/// An odd number without regularity, 2⁶⁴ divided by the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The tokens of an encoding.
pub struct Vocabulary {
    encoding: Encoding,
    /// The bytes of all tokens in the order of their ranks, and eight more.
    bytes: Vec<u8>,
    /// Where each token starts in `bytes`; the last one ends at one more.
    starts: Vec<u32>,
    short_keys: Box<[u64; SHORT_SLOTS]>,
    short_ranks: Box<[u32; SHORT_SLOTS]>,
    long: Box<[u32; LONG_SLOTS]>,
    /// Slots of `long` that are empty. One always is, or a search would not end.
    long_left: usize,
}

impl Vocabulary {
    /// The longest token that a vocabulary may have, in bytes; both encodings have one that is as long.
    pub const LONGEST: usize = 128;

    /// Reads the compact form of an encoding's tokens.
    pub fn load(compact: &[u8]) -> Result<Self, LoadError> {
        let compact = Compact::read(compact)?;
        let mut vocabulary = Self::empty(&compact)?;
        for (rank, &byte) in compact.single.iter().enumerate() {
            vocabulary.add_single(rank, byte);
        }
        // A function call for each token: an engine that compiles a function anew once it is hot can change over then,
        // which it can't in the middle of a loop.
        for rank in SINGLE..compact.count {
            if !vocabulary.add_merged(&compact, rank) {
                return Err(LoadError::WrongToken(u32::try_from(rank).unwrap_or(NONE)));
            }
        }
        if vocabulary.length() == compact.length { Ok(vocabulary) } else { Err(LoadError::WrongLength) }
    }

    fn empty(compact: &Compact<'_>) -> Result<Self, LoadError> {
        if compact.count > RANK_MASK as usize || compact.length > compact.count.saturating_mul(Self::LONGEST) {
            return Err(LoadError::WrongLength);
        }
        let mut starts = Vec::with_capacity(compact.count.saturating_add(1));
        starts.push(0);
        Ok(Self {
            encoding: compact.encoding,
            bytes: vec![0; compact.length.saturating_add(8)],
            starts,
            short_keys: slots(0)?,
            short_ranks: slots(0)?,
            long: slots(EMPTY)?,
            long_left: LONG_SLOTS,
        })
    }

    /// The encoding whose tokens these are.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The bytes of the token of a rank.
    pub fn token(&self, rank: u32) -> Option<&[u8]> {
        let (start, length) = self.place(rank as usize)?;
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// The rank of the token with these bytes.
    pub fn rank_of(&self, token: &[u8]) -> Option<u32> {
        match self.rank(token, 0, token.len()) {
            NONE => None,
            rank => Some(rank),
        }
    }

    /// How many tokens there are; their ranks are the numbers below.
    pub fn tokens(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(NONE).saturating_sub(1)
    }

    /// The bytes of all tokens together, as far as they are known.
    fn length(&self) -> usize {
        self.starts.last().map_or(0, |&end| end as usize)
    }

    /// Where the token of a rank starts, and its length.
    #[inline]
    fn place(&self, rank: usize) -> Option<(usize, usize)> {
        let start = *self.starts.get(rank)?;
        let end = *self.starts.get(rank.checked_add(1)?)?;
        Some((start as usize, end.wrapping_sub(start) as usize))
    }

    fn add_single(&mut self, rank: usize, byte: u8) {
        let start = self.length();
        if let Some(slot) = self.bytes.get_mut(start) {
            *slot = byte;
        }
        self.finish(rank, start, 1);
    }

    /// Adds the token that merges two others. Says whether there can be such a token.
    #[inline(never)]
    fn add_merged(&mut self, compact: &Compact<'_>, rank: usize) -> bool {
        let (left, right) = compact.parts(rank);
        let (Some((left, left_length)), Some((right, right_length))) = (self.place(left), self.place(right)) else {
            return false;
        };
        let start = self.length();
        let length = left_length.wrapping_add(right_length);
        if length > Self::LONGEST || start.wrapping_add(length) > compact.length || self.long_left == 1 {
            return false;
        }
        self.copy(left, start, left_length);
        self.copy(right, start.wrapping_add(left_length), right_length);
        self.finish(rank, start, length);
        true
    }

    /// Copies eight bytes at a time: what is written too much is overwritten by the next token.
    #[inline]
    fn copy(&mut self, from: usize, to: usize, length: usize) {
        let mut done = 0;
        while done < length {
            let eight = word::load(&self.bytes, from.wrapping_add(done)).to_le_bytes();
            let to = to.wrapping_add(done);
            if let Some(target) = self.bytes.get_mut(to..to.wrapping_add(8)) {
                target.copy_from_slice(&eight);
            }
            done = done.wrapping_add(8);
        }
    }

    /// Makes the token of `rank`, whose bytes are written, one that is found.
    #[inline]
    fn finish(&mut self, rank: usize, start: usize, length: usize) {
        let rank = (rank & RANK_MASK as usize) as u32;
        self.starts.push((start.wrapping_add(length) & u32::MAX as usize) as u32);
        if let Some(key) = short_key(word::load(&self.bytes, start), length) {
            let mut slot = short_slot(key);
            while let Some(1..) = self.short_keys.get(slot) {
                slot = slot.wrapping_add(1) % SHORT_SLOTS;
            }
            if let (Some(key_slot), Some(rank_slot)) = (self.short_keys.get_mut(slot), self.short_ranks.get_mut(slot)) {
                *key_slot = key;
                *rank_slot = rank;
            }
        } else {
            let hash = long_hash(&self.bytes, start, length);
            let mut slot = long_slot(hash);
            while let Some(1..) = self.long.get(slot) {
                slot = slot.wrapping_add(1) % LONG_SLOTS;
            }
            if let Some(entry) = self.long.get_mut(slot) {
                *entry = tag(hash) | rank;
                self.long_left = self.long_left.wrapping_sub(1);
            }
        }
    }

    /// Whether the `length` bytes of `text` from `start` on, the first of which are in `word`, are a token.
    #[inline]
    pub(crate) fn contains(&self, text: &[u8], start: usize, word: u64, length: usize) -> bool {
        match short_key(word, length) {
            Some(key) => self.contains_short(key),
            None => self.long_rank(text, start, length) != NONE,
        }
    }

    #[inline]
    fn contains_short(&self, key: u64) -> bool {
        let mut slot = short_slot(key);
        loop {
            match self.short_keys.get(slot) {
                Some(&found) if found == key => return true,
                Some(0) | None => return false,
                Some(_) => slot = slot.wrapping_add(1) % SHORT_SLOTS,
            }
        }
    }

    /// The rank of the token that the `length` bytes of `text` from `start` on are.
    #[inline]
    pub(crate) fn rank(&self, text: &[u8], start: usize, length: usize) -> u32 {
        match short_key(word::load(text, start), length) {
            Some(key) => self.short_rank(key),
            None => self.long_rank(text, start, length),
        }
    }

    #[inline]
    fn short_rank(&self, key: u64) -> u32 {
        let mut slot = short_slot(key);
        loop {
            match self.short_keys.get(slot) {
                Some(&found) if found == key => return self.short_ranks.get(slot).copied().unwrap_or(NONE),
                Some(0) | None => return NONE,
                Some(_) => slot = slot.wrapping_add(1) % SHORT_SLOTS,
            }
        }
    }

    fn long_rank(&self, text: &[u8], start: usize, length: usize) -> u32 {
        if length > Self::LONGEST {
            return NONE;
        }
        let hash = long_hash(text, start, length);
        let mut slot = long_slot(hash);
        loop {
            let entry = self.long.get(slot).copied().unwrap_or(EMPTY);
            if entry == EMPTY {
                return NONE;
            }
            let rank = entry & RANK_MASK;
            if entry ^ rank == tag(hash) && self.is_token(rank, text, start, length) {
                return rank;
            }
            slot = slot.wrapping_add(1) % LONG_SLOTS;
        }
    }

    #[inline]
    fn is_token(&self, rank: u32, text: &[u8], start: usize, length: usize) -> bool {
        let Some((token, token_length)) = self.place(rank as usize) else { return false };
        if token_length != length {
            return false;
        }
        // A long token has more than eight bytes, so that the last eight may overlap with those before.
        let last = length.wrapping_sub(8);
        let same = |offset: usize| {
            word::load(&self.bytes, token.wrapping_add(offset)) == word::load(text, start.wrapping_add(offset))
        };
        (0..last).step_by(8).all(same) && same(last)
    }
}

/// A table on the heap, which was never on the stack. It has the right length, so there is always one.
fn slots<T: Copy, const LENGTH: usize>(empty: T) -> Result<Box<[T; LENGTH]>, LoadError> {
    vec![empty; LENGTH].into_boxed_slice().try_into().map_err(|_| LoadError::WrongLength)
}

/// A number for up to eight bytes, which are the first of `word`. It is never 0. Those of fewer bytes have their number
/// in the highest byte, so eight bytes of which the last is as low as that have none.
#[inline]
fn short_key(word: u64, length: usize) -> Option<u64> {
    match length {
        1..SHORT => Some(word::first_bytes(word, length) | (length as u64) << 56),
        SHORT if word >> 56 >= SHORT as u64 => Some(word),
        _ => None,
    }
}

#[inline]
fn short_slot(key: u64) -> usize {
    (key.wrapping_mul(MIX) >> 64_u32.wrapping_sub(SHORT_BITS)) as usize % SHORT_SLOTS
}

/// A hash of the length and of the first and last eight bytes, of which there are at least eight.
#[inline]
fn long_hash(bytes: &[u8], start: usize, length: usize) -> u64 {
    let first = word::load(bytes, start);
    let last = word::load(bytes, start.wrapping_add(length).wrapping_sub(8));
    let mixed = (first ^ length as u64).wrapping_mul(MIX);
    (mixed.rotate_left(29) ^ last).wrapping_mul(MIX)
}

#[inline]
fn long_slot(hash: u64) -> usize {
    (hash >> 64_u32.wrapping_sub(LONG_BITS)) as usize % LONG_SLOTS
}

#[inline]
fn tag(hash: u64) -> u32 {
    ((hash >> 16) as u32) & !RANK_MASK
}
