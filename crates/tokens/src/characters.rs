//! Characters that are merged before anything else, so that a merge of Chinese, Japanese or Korean starts with a third of the
//! parts.
//!
//! A character of three bytes that is a token comes out as that token before it takes part in any other, unless some token has
//! a part of it and something of its neighbour, or the whole of it and a part of its neighbour. Few tokens reach into a part of
//! a character: the borders that any of them crosses are noted here, and characters at these are left to be merged byte by byte.

use crate::vocabulary::{NONE, Vocabulary};

/// The bytes of the characters that are looked for.
pub(crate) const LENGTH: usize = 3;

/// A border is known by six bits of the byte before it, four of the byte behind it, and six of the next.
const BORDERS: usize = 1 << 16;

/// The borders between two characters of three bytes that a token crosses which has only a part of one of them.
pub(crate) struct Borders(Vec<u64>);

impl Borders {
    /// Looks at every token, which takes about a millisecond.
    pub(crate) fn of(vocabulary: &Vocabulary) -> Self {
        let mut borders = Self(vec![0; BORDERS / 64]);
        vocabulary.for_each_token(|token| borders.note(token));
        borders
    }

    /// The length of the first part of `stretch[at..]`: [`LENGTH`] for a character that is merged before anything else, otherwise
    /// 1. The stretch may begin and end within a character.
    #[inline]
    pub(crate) fn part_length(&self, vocabulary: &Vocabulary, stretch: &[u8], at: usize) -> usize {
        let Some(&[first, _, last]) = stretch.get(at..).and_then(|rest| rest.first_chunk::<LENGTH>()) else { return 1 };
        if !is_lead(first) || !self.is_closed_before(stretch, at, first) {
            return 1;
        }
        let end = at.wrapping_add(LENGTH);
        let is_closed = match stretch.get(end..) {
            None | Some([]) => true,
            Some([lead, second, ..]) if is_lead(*lead) => !self.is_crossed(last, *lead, *second),
            Some(_) => false,
        };
        if is_closed && vocabulary.rank(stretch, at, LENGTH) != NONE { LENGTH } else { 1 }
    }

    fn is_closed_before(&self, stretch: &[u8], at: usize, lead: u8) -> bool {
        let Some(before) = at.checked_sub(LENGTH) else { return at == 0 };
        match stretch.get(before..at.wrapping_add(2)) {
            Some(&[first, _, last, _, second]) => is_lead(first) && !self.is_crossed(last, lead, second),
            _ => false,
        }
    }

    /// Notes the first and the last border that a token crosses, if it has only a part of what is beyond.
    fn note(&mut self, token: &[u8]) {
        let lead = token.iter().position(|&byte| !is_continuation(byte)).unwrap_or(0);
        if lead > 0 {
            self.note_border(token, lead);
        }
        let last = token.iter().rposition(|&byte| !is_continuation(byte)).unwrap_or(0);
        if last > 0 && token.len().wrapping_sub(last) < LENGTH {
            self.note_border(token, last);
        }
    }

    /// Notes the border before `token[at]`, if it is one between two characters of three bytes.
    fn note_border(&mut self, token: &[u8], at: usize) {
        let Some([before, lead, rest @ ..]) = token.get(at.wrapping_sub(1)..) else { return };
        if !is_continuation(*before) || !is_lead(*lead) {
            return;
        }
        let seconds = rest.first().map_or(0x80..=0xbf, |&second| second..=second);
        for second in seconds {
            let border = border(*before, *lead, second);
            if let Some(word) = self.0.get_mut(border >> 6) {
                *word |= 1 << (border & 63);
            }
        }
    }

    #[inline]
    fn is_crossed(&self, last: u8, lead: u8, second: u8) -> bool {
        let border = border(last, lead, second);
        self.0.get(border >> 6).is_none_or(|word| word >> (border & 63) & 1 == 1)
    }
}

/// Whether a character of three bytes begins with this byte.
#[inline]
pub(crate) fn is_lead(byte: u8) -> bool {
    byte >> 4 == 0xe
}

#[inline]
fn is_continuation(byte: u8) -> bool {
    byte >> 6 == 0b10
}

#[inline]
fn border(last: u8, lead: u8, second: u8) -> usize {
    usize::from(last & 63) << 10 | usize::from(lead & 15) << 6 | usize::from(second & 63)
}
