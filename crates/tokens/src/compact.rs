//! The form in which a vocabulary is kept: each token as the two earlier ones that it merges.
//!
//! Layout: `magic`, one byte for the encoding, three for the number of tokens, four for the bytes of all tokens together;
//! the bytes of the first 256 tokens, which are single ones; then for the left parts of the others, in the order of their
//! ranks, a plane of the lowest eight bits, a plane of the next eight and a plane of the highest two, four to a byte, the
//! first in the lowest bits; then the same for the right parts. Numbers are little-endian.

use std::fmt;

use crate::pieces::Encoding;

/// Starts every file.
const MAGIC: [u8; 4] = *b"bpe1";
/// The tokens that are one byte.
pub(crate) const SINGLE: usize = 256;

/// Why bytes are no vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// They are no file of this format, or of another version of it.
    NotAVocabulary,
    /// The file is cut off or longer than it says.
    WrongLength,
    /// What the file says of this token makes none.
    WrongToken(u32),
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAVocabulary => formatter.write_str("it is no vocabulary file of this version"),
            Self::WrongLength => formatter.write_str("its length is not the one that it states"),
            Self::WrongToken(rank) => write!(formatter, "its token {rank} is damaged"),
        }
    }
}

impl std::error::Error for LoadError {}

/// A file of this form, taken apart.
pub(crate) struct Compact<'a> {
    pub(crate) encoding: Encoding,
    /// The number of tokens.
    pub(crate) count: usize,
    /// The bytes of all tokens together.
    pub(crate) length: usize,
    /// The tokens that are one byte, in the order of their ranks.
    pub(crate) single: &'a [u8; SINGLE],
    left: Planes<'a>,
    right: Planes<'a>,
}

struct Planes<'a> {
    low: &'a [u8],
    middle: &'a [u8],
    high: &'a [u8],
}

impl<'a> Compact<'a> {
    pub(crate) fn read(file: &'a [u8]) -> Result<Self, LoadError> {
        let (&[m0, m1, m2, m3, encoding, c0, c1, c2, l0, l1, l2, l3], rest) =
            file.split_first_chunk::<12>().ok_or(LoadError::NotAVocabulary)?;
        let encoding = match ([m0, m1, m2, m3], encoding) {
            (MAGIC, 0) => Encoding::O200kBase,
            (MAGIC, 1) => Encoding::Cl100kBase,
            _ => return Err(LoadError::NotAVocabulary),
        };
        let count = u32::from_le_bytes([c0, c1, c2, 0]) as usize;
        let length = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let (single, rest) = rest.split_first_chunk::<SINGLE>().ok_or(LoadError::WrongLength)?;
        let merged = count.checked_sub(SINGLE).ok_or(LoadError::WrongLength)?;
        let (left, rest) = Planes::read(rest, merged)?;
        let (right, rest) = Planes::read(rest, merged)?;
        if !rest.is_empty() {
            return Err(LoadError::WrongLength);
        }
        Ok(Self { encoding, count, length, single, left, right })
    }

    /// The two tokens that the token of a rank from 256 on merges.
    #[inline]
    pub(crate) fn parts(&self, rank: usize) -> (usize, usize) {
        let index = rank.wrapping_sub(SINGLE);
        (self.left.at(index), self.right.at(index))
    }
}

impl<'a> Planes<'a> {
    /// Takes the planes of `count` numbers off the front.
    fn read(file: &'a [u8], count: usize) -> Result<(Self, &'a [u8]), LoadError> {
        let take = |file: &'a [u8], length| file.split_at_checked(length).ok_or(LoadError::WrongLength);
        let (low, file) = take(file, count)?;
        let (middle, file) = take(file, count)?;
        let (high, file) = take(file, count.div_ceil(4))?;
        Ok((Self { low, middle, high }, file))
    }

    #[inline]
    fn at(&self, index: usize) -> usize {
        let byte = |plane: &[u8], index: usize| usize::from(plane.get(index).copied().unwrap_or(0));
        let high = byte(self.high, index / 4) >> index.wrapping_rem(4).wrapping_mul(2) & 3;
        byte(self.low, index) | byte(self.middle, index) << 8 | high << 16
    }
}
