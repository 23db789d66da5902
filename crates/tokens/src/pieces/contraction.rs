//! `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: an apostrophe with what is left of a second word.

/// The end of the contraction that starts at `start`. Without regard to case, `s` is also the long `ſ`.
#[inline]
pub(super) fn contraction_end(text: &[u8], start: usize) -> Option<usize> {
    if text.get(start) != Some(&b'\'') {
        return None;
    }
    let letter = |offset: usize| text.get(start.wrapping_add(offset)).map_or(0, u8::to_ascii_lowercase);
    let length = match (letter(1), letter(2)) {
        (b's' | b't' | b'm' | b'd', _) => 2,
        (b'l', b'l') | (b'v' | b'r', b'e') | (0xc5, 0xbf) => 3,
        _ => return None,
    };
    Some(start.wrapping_add(length))
}
