//! Looking at eight bytes together, the first of them lowest in the word.
//!
//! The highest bit of each byte that is looked for is set. Of the bytes above the lowest such one, some may be marked without being
//! looked for, so only the first mark counts.

/// Marks the bytes of `word` that are `byte`.
pub(crate) fn equal_to(word: u64, byte: u8) -> u64 {
    below(word ^ eight_times(byte), 1)
}

/// Marks the bytes of `word` below `limit`, which is 0x80 at most.
pub(crate) fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(eight_times(limit)) & !word & eight_times(0x80)
}

/// Which byte has the first mark, from 0; 8 when there is none.
pub(crate) fn first_marked(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

const fn eight_times(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_byte_that_is_looked_for_is_marked(bytes: [u8; 8], byte: u8, limit in 0..=0x80_u8) {
            let word = u64::from_le_bytes(bytes);
            let first = |is_it: &dyn Fn(&u8) -> bool| bytes.iter().position(is_it).unwrap_or(8);
            prop_assert_eq!(first_marked(equal_to(word, byte)), first(&|other| *other == byte));
            prop_assert_eq!(first_marked(equal_to(word, bytes[5])), first(&|other| *other == bytes[5]));
            prop_assert_eq!(first_marked(below(word, limit)), first(&|other| *other < limit));
        }
    }
}
