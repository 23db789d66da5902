//! Eight bytes of text at once, in one number whose lowest byte comes first.

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The eight bytes from `at` on; zeros stand for what is beyond the end.
#[inline]
pub(crate) fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at.wrapping_add(8)).and_then(|eight| eight.try_into().ok()) {
        Some(eight) => u64::from_le_bytes(eight),
        None => load_end(bytes, at),
    }
}

/// [`load`] where fewer than eight bytes are left.
fn load_end(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match bytes.last_chunk::<8>() {
        // The last eight bytes of all, moved so that the first of the rest is the lowest.
        Some(&last) if !rest.is_empty() => {
            u64::from_le_bytes(last) >> 64_usize.wrapping_sub(rest.len().wrapping_mul(8)).min(63)
        }
        _ => rest.iter().take(8).rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// The first `length` bytes of a word, of which there are 1 to 8; zeros stand for the others.
#[inline]
pub(crate) const fn first_bytes(word: u64, length: usize) -> u64 {
    word & u64::MAX.wrapping_shr(64_u32.wrapping_sub((length as u32).wrapping_mul(8)))
}

/// Marks, with their highest bits, the bytes from `low` to `high`, which are ASCII and not zero.
#[inline]
const fn between(word: u64, low: u8, high: u8) -> u64 {
    let seven = word & !HIGH;
    let at_least = seven.wrapping_add(ONES.wrapping_mul(0x80_u64.wrapping_sub(low as u64)));
    let above = seven.wrapping_add(ONES.wrapping_mul(0x7f_u64.wrapping_sub(high as u64)));
    at_least & !above & !word & HIGH
}

/// Marks the bytes that are `a` to `z`.
#[inline]
pub(crate) const fn lower(word: u64) -> u64 {
    between(word, b'a', b'z')
}

/// Marks the bytes that are `A` to `Z`.
#[inline]
pub(crate) const fn upper(word: u64) -> u64 {
    between(word, b'A', b'Z')
}

/// Marks the bytes that are spaces.
#[inline]
pub(crate) const fn spaces(word: u64) -> u64 {
    between(word, b' ', b' ')
}

/// How many bytes are marked before the first that is not, from the byte `from` on, which is below 8.
#[inline]
pub(crate) const fn run(marks: u64, from: usize) -> usize {
    let unmarked = (!marks & HIGH).wrapping_shr(from.wrapping_mul(8) as u32);
    if unmarked == 0 { 8_usize.wrapping_sub(from) } else { (unmarked.trailing_zeros() >> 3) as usize }
}

/// The byte at `at`, which is below 8.
#[inline]
pub(crate) const fn byte(word: u64, at: usize) -> u8 {
    (word.wrapping_shr(at.wrapping_mul(8) as u32) & 0xff) as u8
}

/// The end of the run of bytes that `marks` marks, from `at` on.
#[inline]
pub(crate) fn run_end(bytes: &[u8], mut at: usize, marks: impl Fn(u64) -> u64) -> usize {
    loop {
        let length = run(marks(load(bytes, at)), 0);
        at = at.wrapping_add(length);
        if length < 8 {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_the_bytes_that_are_left() {
        for length in 0..20 {
            let bytes: Vec<u8> = (1..=length).collect();
            for at in 0..22 {
                let mut expected = [0; 8];
                for (slot, byte) in expected.iter_mut().zip(bytes.iter().skip(at)) {
                    *slot = *byte;
                }
                assert_eq!(load(&bytes, at), u64::from_le_bytes(expected), "{length} bytes from {at} on");
            }
        }
        assert_eq!(first_bytes(u64::MAX, 1), 0xff);
        assert_eq!(first_bytes(u64::MAX, 3), 0x00ff_ffff);
        assert_eq!(first_bytes(u64::MAX, 8), u64::MAX);
    }

    #[test]
    fn marks_are_those_of_each_byte() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                for others in [0, 0xff, b'a', b'z', b'A', b'Z', b'@', b'[', b'`', b'{', 0x80, 0xe1] {
                    let mut bytes = [others; 8];
                    bytes[at] = byte;
                    let word = u64::from_le_bytes(bytes);
                    let marked = |marks: u64| marks >> (8 * at + 7) & 1 == 1;
                    assert_eq!(marked(lower(word)), byte.is_ascii_lowercase());
                    assert_eq!(marked(upper(word)), byte.is_ascii_uppercase());
                    assert_eq!(marked(spaces(word)), byte == b' ');
                    assert_eq!(super::byte(word, at), byte);
                }
            }
        }
        assert_eq!(run(lower(u64::from_le_bytes(*b"abCdefgh")), 0), 2);
        assert_eq!(run(lower(u64::from_le_bytes(*b"abCdefgh")), 2), 0);
        assert_eq!(run(lower(u64::from_le_bytes(*b"abCdefgh")), 3), 5);
        assert_eq!(run_end(b"abcdefghijklmnopqrs1", 1, lower), 19);
        assert_eq!(run_end(b"abcdefgh", 0, lower), 8);
    }
}
