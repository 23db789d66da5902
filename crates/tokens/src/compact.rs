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

    /// The two parts of each token from the rank `first` on, as many as there are and `parts` has room for. `first` is
    /// 256 and a multiple of four.
    #[inline]
    pub(crate) fn parts(&self, first: usize, left: &mut [u32], right: &mut [u32]) {
        let index = first.wrapping_sub(SINGLE);
        self.left.read_from(index, left);
        self.right.read_from(index, right);
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

    /// Reads the numbers from an index on, which is a multiple of four.
    #[inline]
    fn read_from(&self, index: usize, numbers: &mut [u32]) {
        let low = self.low.get(index..).unwrap_or_default();
        let middle = self.middle.get(index..).unwrap_or_default();
        let high = self.high.get(index / 4..).unwrap_or_default();
        let fours = numbers.chunks_mut(4).zip(low.chunks(4)).zip(middle.chunks(4)).zip(high);
        for (((numbers, low), middle), &high) in fours {
            let mut high = u32::from(high);
            for ((number, &low), &middle) in numbers.iter_mut().zip(low).zip(middle) {
                *number = u32::from(low) | u32::from(middle) << 8 | (high & 3) << 16;
                high >>= 2;
            }
        }
    }
}
