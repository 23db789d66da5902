//! The classes of characters that the encodings' patterns tell apart, from the tables of Unicode 16.
//!
//! `unicode/classes.bin` holds them: a block number for every 128 code points up to U+E01FF, then the blocks, in which each
//! code point is half a byte, the lower half first. What is beyond has no class of its own. `tests/classes.rs` makes it.

/// A class is one bit, so that a set of classes is a number too.
pub(crate) type Classes = u8;

/// Punctuation, symbols, controls, unassigned code points.
pub(crate) const OTHER: Classes = 1 << 0;
/// `\p{M}`: combining marks.
pub(crate) const MARK: Classes = 1 << 1;
/// `\p{Lu}` and `\p{Lt}`.
pub(crate) const UPPER: Classes = 1 << 2;
/// `\p{Ll}`.
pub(crate) const LOWER: Classes = 1 << 3;
/// `\p{Lm}` and `\p{Lo}`: letters without case.
pub(crate) const CASELESS: Classes = 1 << 4;
/// `\p{N}`.
pub(crate) const NUMBER: Classes = 1 << 5;
/// `\s` without the two line ends.
pub(crate) const SPACE: Classes = 1 << 6;
/// Carriage return and line feed.
pub(crate) const LINE_END: Classes = 1 << 7;
/// `\p{L}`.
pub(crate) const LETTER: Classes = UPPER | LOWER | CASELESS;
/// `\s`.
pub(crate) const WHITE_SPACE: Classes = SPACE | LINE_END;

const TABLE: &[u8] = include_bytes!("../unicode/classes.bin");
/// Code points of a block.
const BLOCK: usize = 128;
/// The number of block numbers.
const BLOCKS: usize = 0xe0200 / BLOCK;

static ASCII: [Classes; 256] = ascii();

const fn ascii() -> [Classes; 256] {
    let mut classes = [OTHER; 256];
    let mut byte: u8 = 0;
    while byte < 0x80 {
        let class = match byte {
            b'\r' | b'\n' => LINE_END,
            b'\t' | 0x0b | 0x0c | b' ' => SPACE,
            b'0'..=b'9' => NUMBER,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            _ => OTHER,
        };
        if let Some((_, rest)) = classes.split_at_mut_checked(byte as usize)
            && let Some(slot) = rest.first_mut()
        {
            *slot = class;
        }
        byte = byte.wrapping_add(1);
    }
    classes
}

/// The class of an ASCII byte.
#[inline]
pub(crate) fn of_ascii(byte: u8) -> Classes {
    ASCII.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// The class of the character at `at` and its length in bytes; no class and 0 at the end. `text` is UTF-8.
#[inline]
pub(crate) fn at(text: &[u8], at: usize) -> (Classes, usize) {
    match text.get(at) {
        None => (0, 0),
        Some(&byte) if byte < 0x80 => (of_ascii(byte), 1),
        Some(&byte) => beyond_ascii(text, at, byte),
    }
}

/// [`at`] where the character begins with the byte `first` and is not ASCII. A function of its own, so that what ASCII takes is
/// so little that it stands in each loop.
#[inline(never)]
fn beyond_ascii(text: &[u8], at: usize, first: u8) -> (Classes, usize) {
    let (code_point, length) = decode(text, at, first);
    (of_code_point(code_point), length)
}

/// The end of the characters of `classes` that follow each other from `from` on.
#[inline]
pub(crate) fn run_end(text: &[u8], mut from: usize, classes: Classes) -> usize {
    loop {
        let (class, length) = at(text, from);
        if class & classes == 0 {
            return from;
        }
        from = from.wrapping_add(length);
    }
}

/// The code point and the length of a character that is not ASCII.
#[inline]
fn decode(text: &[u8], at: usize, first: u8) -> (usize, usize) {
    let following = |offset: usize| usize::from(text.get(at.wrapping_add(offset)).copied().unwrap_or(0) & 0x3f);
    let first = usize::from(first);
    match first {
        0xf0.. => ((first & 0x07) << 18 | following(1) << 12 | following(2) << 6 | following(3), 4),
        0xe0.. => ((first & 0x0f) << 12 | following(1) << 6 | following(2), 3),
        _ => ((first & 0x1f) << 6 | following(1), 2),
    }
}

#[inline]
fn of_code_point(code_point: usize) -> Classes {
    let Some((blocks, classes)) = TABLE.split_at_checked(BLOCKS) else { return OTHER };
    let Some(&block) = blocks.get(code_point / BLOCK) else { return OTHER };
    let index = usize::from(block).wrapping_mul(BLOCK).wrapping_add(code_point % BLOCK);
    let pair = classes.get(index / 2).copied().unwrap_or(0);
    let class = if index.is_multiple_of(2) { pair & 0x0f } else { pair >> 4 };
    1 << (class & 7)
}
