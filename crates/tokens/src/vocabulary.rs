//! The tokens of an encoding, found by their bytes.
//!
//! Three quarters of the tokens, and nine tenths of what texts consist of, have up to eight bytes: those are their own
//! [`Entry`], which is found by a hash of it. Longer ones are found by a hash of their ends, and then compared.

use std::hint::black_box;

use crate::compact::{Compact, LoadError, SINGLE};
use crate::pieces::Encoding;
use crate::word;

/// The rank of what is no token.
pub(crate) const NONE: u32 = u32::MAX;

/// Up to this many bytes are a short token.
const SHORT: usize = 8;

/// Slots for short tokens, of which there are up to 150,000, and for long ones, of which there are up to 52,000.
const SHORT_SLOTS: usize = 1 << SHORT_BITS;
const SHORT_BITS: u32 = 18;
const LONG_SLOTS: usize = 1 << LONG_BITS;
const LONG_BITS: u32 = 17;

/// A slot is empty, which is 0, or has in its lower bits the rank plus 1, and above a part of the hash.
const RANK_BITS: u32 = 18;
const RANK_MASK: u32 = (1 << RANK_BITS) - 1;
const EMPTY: u32 = 0;

/// Two bytes are a number below this.
const PAIRS: usize = 1 << 16;

/// Tokens that are added at a time.
const BATCH: usize = 64;

/// An odd number without regularity, 2⁶⁴ divided by the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The tokens of an encoding.
pub struct Vocabulary {
    encoding: Encoding,
    entries: Vec<Entry>,
    /// The bytes of the long tokens, and some more.
    bytes: Vec<u8>,
    /// The ranks of the tokens of two bytes, whose number is the place.
    pairs: Box<[u32; PAIRS]>,
    short: Box<[u32; SHORT_SLOTS]>,
    long: Box<[u32; LONG_SLOTS]>,
    /// Slots that are empty. Some always are, or a search would not end.
    short_left: usize,
    long_left: usize,
}

/// What is known of a token. Of up to seven bytes: these, and their number in the highest byte. Eight bytes are themselves,
/// unless the last is below eight. Else the highest byte is 0, and below are the length, in 8 bits, and the place in
/// `bytes`, in 32.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry(u64);

impl Entry {
    /// The entry of up to eight bytes, which are the first of `word`.
    #[inline]
    fn of_short(word: u64, length: usize) -> Option<Self> {
        match length {
            1..SHORT => Some(Self(word::first_bytes(word, length) | (length as u64) << 56)),
            SHORT if word >> 56 >= SHORT as u64 => Some(Self(word)),
            _ => None,
        }
    }

    #[inline]
    fn of_long(place: usize, length: usize) -> Self {
        Self((length as u64) << 32 | (place as u64) & 0xffff_ffff)
    }

    /// The entry of two tokens together, of up to seven bytes.
    #[inline]
    fn and_then(self, right: Self) -> Option<Self> {
        let (length, right_length) = (self.0 >> 56, right.0 >> 56);
        let joined = length.wrapping_add(right_length);
        if length == 0 || right_length == 0 || joined >= SHORT as u64 {
            return None;
        }
        let bytes = |entry: Self| entry.0 & (u64::MAX >> 8);
        let right = bytes(right).wrapping_shl((length as u32).wrapping_mul(8));
        Some(Self(bytes(self) | right | joined << 56))
    }

    #[inline]
    fn is_long(self) -> bool {
        self.0 >> 56 == 0
    }

    #[inline]
    fn length(self) -> usize {
        match self.0 >> 56 {
            0 => (self.0 >> 32) as usize & 0xff,
            short => (short as usize).min(SHORT),
        }
    }

    /// The bytes of a short token, filled up with zeros.
    #[inline]
    fn word(self) -> u64 {
        if self.0 >> 56 < SHORT as u64 { self.0 & (u64::MAX >> 8) } else { self.0 }
    }

    /// Where a long token starts.
    #[inline]
    fn place(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }

    #[inline]
    fn hash(self) -> u64 {
        self.0.wrapping_mul(MIX)
    }
}

impl Vocabulary {
    /// The longest token that a vocabulary may have, in bytes; both encodings have one that is as long.
    pub const LONGEST: usize = 128;

    /// Reads the compact form of an encoding's tokens.
    pub fn load(compact: &[u8]) -> Result<Self, LoadError> {
        let compact = Compact::read(compact)?;
        if compact.count > RANK_MASK as usize || compact.length > compact.count.saturating_mul(Self::LONGEST) {
            return Err(LoadError::WrongLength);
        }
        let mut vocabulary = Self {
            encoding: compact.encoding,
            entries: Vec::with_capacity(compact.count),
            bytes: Vec::with_capacity(compact.length.saturating_add(8)),
            pairs: slots(NONE)?,
            short: slots(EMPTY)?,
            long: slots(EMPTY)?,
            short_left: SHORT_SLOTS,
            long_left: LONG_SLOTS,
        };
        for (rank, &byte) in compact.single.iter().enumerate() {
            if let Some(entry) = Entry::of_short(u64::from(byte), 1) {
                vocabulary.entries.push(entry);
                vocabulary.add_short(entry, rank as u32);
            }
        }
        // A function call for some at a time: an engine that compiles a function anew once it is hot can change over
        // then, which it can't in the middle of a loop.
        for first in (SINGLE..compact.count).step_by(BATCH) {
            vocabulary.add_merged(&compact, first)?;
        }
        let length: usize = vocabulary.entries.iter().map(|entry| entry.length()).sum();
        if length == compact.length { Ok(vocabulary) } else { Err(LoadError::WrongLength) }
    }

    /// The encoding whose tokens these are.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many tokens there are; their ranks are the numbers below.
    pub fn tokens(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(NONE)
    }

    /// The bytes of the token of a rank.
    pub fn token(&self, rank: u32) -> Option<Vec<u8>> {
        let entry = *self.entries.get(rank as usize)?;
        if entry.is_long() {
            let end = entry.place().checked_add(entry.length())?;
            return Some(self.bytes.get(entry.place()..end)?.to_vec());
        }
        Some(entry.word().to_le_bytes().into_iter().take(entry.length()).collect())
    }

    /// Hands out the bytes of each token, in the order of the ranks.
    pub(crate) fn for_each_token(&self, mut take: impl FnMut(&[u8])) {
        for &entry in &self.entries {
            if entry.is_long() {
                let end = entry.place().wrapping_add(entry.length());
                take(self.bytes.get(entry.place()..end).unwrap_or_default());
            } else {
                take(entry.word().to_le_bytes().get(..entry.length()).unwrap_or_default());
            }
        }
    }

    /// The rank of the token with these bytes.
    pub fn rank_of(&self, token: &[u8]) -> Option<u32> {
        match self.rank(token, 0, token.len()) {
            NONE => None,
            rank => Some(rank),
        }
    }

    /// Adds the tokens from the rank `first` on that merge two others, up to [`BATCH`] of them.
    #[inline(never)]
    fn add_merged(&mut self, compact: &Compact<'_>, first: usize) -> Result<(), LoadError> {
        let mut left = [0; BATCH];
        let mut right = [0; BATCH];
        let mut added = [Entry(0); BATCH];
        compact.parts(first, &mut left, &mut right);
        let count = compact.count.wrapping_sub(first).min(BATCH);
        if self.short_left <= BATCH || self.long_left <= BATCH {
            return Err(LoadError::WrongLength);
        }
        let mut rank = first as u32;
        for ((&left, &right), entry) in left.iter().zip(&right).zip(&mut added).take(count) {
            *entry = self.join(left, right).ok_or(LoadError::WrongToken(rank))?;
            self.entries.push(*entry);
            rank = rank.wrapping_add(1);
        }
        // The slots are anywhere in memory. To ask for all of them before the first is waited for saves most of the wait.
        black_box(added.iter().fold(0, |all, entry| all | self.short_at(short_slot(entry.hash()))));
        for (&entry, rank) in added.iter().zip(first as u32..).take(count) {
            if entry.is_long() {
                self.add_long(entry, rank);
            } else {
                self.add_short(entry, rank);
            }
        }
        Ok(())
    }

    /// The entry of the token that merges two others, unless there can't be one.
    #[inline]
    fn join(&mut self, left: u32, right: u32) -> Option<Entry> {
        let left = *self.entries.get(left as usize)?;
        let right = *self.entries.get(right as usize)?;
        match left.and_then(right) {
            Some(entry) => Some(entry),
            None => self.join_long(left, right),
        }
    }

    /// [`Self::join`] for a token that has more than seven bytes.
    #[inline(never)]
    fn join_long(&mut self, left: Entry, right: Entry) -> Option<Entry> {
        let length = left.length().wrapping_add(right.length());
        if length == SHORT {
            let word = left.word() | right.word().wrapping_shl((left.length() as u32).wrapping_mul(8));
            if let Some(entry) = Entry::of_short(word, length) {
                return Some(entry);
            }
        }
        if length > Self::LONGEST {
            return None;
        }
        let place = self.bytes.len();
        self.append(left);
        self.append(right);
        Some(Entry::of_long(place, length))
    }

    /// Writes the bytes of a token to the end.
    #[inline]
    fn append(&mut self, entry: Entry) {
        let end = self.bytes.len().wrapping_add(entry.length());
        if entry.is_long() {
            for offset in (0..entry.length()).step_by(8) {
                let word = word::load(&self.bytes, entry.place().wrapping_add(offset));
                self.bytes.extend_from_slice(&word.to_le_bytes());
            }
        } else {
            self.bytes.extend_from_slice(&entry.word().to_le_bytes());
        }
        self.bytes.truncate(end);
    }

    #[inline]
    fn add_short(&mut self, entry: Entry, rank: u32) {
        let hash = entry.hash();
        let mut slot = short_slot(hash);
        while self.short_at(slot) != EMPTY {
            slot = slot.wrapping_add(1) % SHORT_SLOTS;
        }
        if let Some(content) = self.short.get_mut(slot) {
            *content = tag(hash) | rank.wrapping_add(1);
            self.short_left = self.short_left.wrapping_sub(1);
        }
        if entry.length() == 2
            && let Some(pair) = self.pairs.get_mut(entry.word() as usize)
        {
            *pair = rank;
        }
    }

    #[inline(never)]
    fn add_long(&mut self, entry: Entry, rank: u32) {
        let hash = long_hash(&self.bytes, entry.place(), entry.length());
        let mut slot = long_slot(hash);
        while self.long_at(slot) != EMPTY {
            slot = slot.wrapping_add(1) % LONG_SLOTS;
        }
        if let Some(content) = self.long.get_mut(slot) {
            *content = tag(hash) | rank.wrapping_add(1);
            self.long_left = self.long_left.wrapping_sub(1);
        }
    }

    #[inline]
    fn short_at(&self, slot: usize) -> u32 {
        self.short.get(slot).copied().unwrap_or(EMPTY)
    }

    #[inline]
    fn long_at(&self, slot: usize) -> u32 {
        self.long.get(slot).copied().unwrap_or(EMPTY)
    }

    /// The rank of the token that two bytes are.
    #[inline]
    pub(crate) fn rank_of_two(&self, first: u8, second: u8) -> u32 {
        self.pairs.get(usize::from(u16::from_le_bytes([first, second]))).copied().unwrap_or(NONE)
    }

    /// The rank of the token that the `length` bytes of `text` from `start` on are.
    #[inline]
    pub(crate) fn rank(&self, text: &[u8], start: usize, length: usize) -> u32 {
        match Entry::of_short(word::load(text, start), length) {
            Some(entry) => self.short_rank(entry),
            None => self.long_rank(text, start, length),
        }
    }

    #[inline]
    fn short_rank(&self, entry: Entry) -> u32 {
        let hash = entry.hash();
        let mut slot = short_slot(hash);
        loop {
            let content = self.short_at(slot);
            if content == EMPTY {
                return NONE;
            }
            let rank = (content & RANK_MASK).wrapping_sub(1);
            if content & !RANK_MASK == tag(hash) && self.entries.get(rank as usize) == Some(&entry) {
                return rank;
            }
            slot = slot.wrapping_add(1) % SHORT_SLOTS;
        }
    }

    #[inline(never)]
    fn long_rank(&self, text: &[u8], start: usize, length: usize) -> u32 {
        if !(SHORT..=Self::LONGEST).contains(&length) {
            return NONE;
        }
        let hash = long_hash(text, start, length);
        let mut slot = long_slot(hash);
        loop {
            let content = self.long_at(slot);
            if content == EMPTY {
                return NONE;
            }
            let rank = (content & RANK_MASK).wrapping_sub(1);
            if content & !RANK_MASK == tag(hash) && self.is_long_token(rank, text, start, length) {
                return rank;
            }
            slot = slot.wrapping_add(1) % LONG_SLOTS;
        }
    }

    #[inline]
    fn is_long_token(&self, rank: u32, text: &[u8], start: usize, length: usize) -> bool {
        let Some(entry) = self.entries.get(rank as usize) else { return false };
        let same = |offset: usize| {
            let token = word::load(&self.bytes, entry.place().wrapping_add(offset));
            token == word::load(text, start.wrapping_add(offset))
        };
        // There are at least eight bytes, and the last eight may overlap with those before.
        let last = length.wrapping_sub(8);
        entry.length() == length && (0..last).step_by(8).all(same) && same(last)
    }
}

/// A table on the heap, which was never on the stack. It has the right length, so there is always one.
fn slots<const LENGTH: usize>(empty: u32) -> Result<Box<[u32; LENGTH]>, LoadError> {
    vec![empty; LENGTH].into_boxed_slice().try_into().map_err(|_| LoadError::WrongLength)
}

#[inline]
fn short_slot(hash: u64) -> usize {
    (hash >> 64_u32.wrapping_sub(SHORT_BITS)) as usize % SHORT_SLOTS
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
    (hash >> 14) as u32 & !RANK_MASK
}
