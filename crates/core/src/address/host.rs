//! The host of an address.

use core::net::Ipv6Addr;
use std::fmt;

use crate::percent;

/// A host as it stands in an address that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    /// A name in ASCII and small letters.
    Name(String),
    /// An address of four bytes, in whichever form it was written.
    V4([u8; 4]),
    /// An address of eight groups.
    V6([u16; 8]),
}

impl Host {
    /// Reads a host; `None` when it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(text) = text.strip_prefix('[') {
            return Some(Self::V6(text.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?.segments()));
        }
        let name = ascii_name(&percent::decoded(text)?)?;
        if name.is_empty() || name.contains(is_forbidden) {
            return None;
        }
        let last = name.strip_suffix('.').unwrap_or(&name).rsplit('.').next().unwrap_or_default();
        let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
        if is_number || (last.starts_with("0x") && number(last).is_some()) {
            return v4(&name).map(Self::V4);
        }
        Some(Self::Name(name))
    }

    /// `localhost`, any name under it, 127.0.0.0/8 or `[::1]`.
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            Self::V4(bytes) => bytes.first() == Some(&127),
            Self::V6(groups) => *groups == [0, 0, 0, 0, 0, 0, 0, 1],
        }
    }

    /// An address that only this machine or this network knows: a loopback, link-local or private one, a name without a dot
    /// or under `.local` or `.internal`.
    pub(super) fn is_private(&self) -> bool {
        self.is_loopback()
            || match self {
                Self::Name(name) => {
                    let name = name.strip_suffix('.').unwrap_or(name);
                    !name.contains('.') || [".local", ".internal"].iter().any(|under| name.ends_with(under))
                }
                Self::V4(bytes) => {
                    matches!(bytes, [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..])
                }
                Self::V6(groups) => {
                    groups.first().is_some_and(|first| matches!(first, 0xFC00..=0xFDFF | 0xFE80..=0xFEBF))
                }
            }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => formatter.write_str(name),
            Self::V4([a, b, c, d]) => write!(formatter, "{a}.{b}.{c}.{d}"),
            Self::V6(groups) => write_v6(groups, formatter),
        }
    }
}

/// The longest run of zeros, of two groups at least, is written as `::`.
fn write_v6(groups: &[u16; 8], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut longest = 0..0;
    let mut start = 0_usize;
    for run in groups.chunk_by(|left, right| *left == 0 && *right == 0) {
        let end = start.saturating_add(run.len());
        if run.len() > longest.len().max(1) {
            longest = start..end;
        }
        start = end;
    }
    formatter.write_str("[")?;
    for (position, group) in groups.iter().enumerate() {
        if longest.start == position && !longest.is_empty() {
            formatter.write_str(if position == 0 { "::" } else { ":" })?;
        }
        if !longest.contains(&position) {
            write!(formatter, "{group:x}{}", if position == 7 { "" } else { ":" })?;
        }
    }
    formatter.write_str("]")
}

/// Characters that end a host or mean something else in it.
fn is_forbidden(character: char) -> bool {
    character.is_control() || " #/:<>?@[\\]^|%".contains(character)
}

/// A name in ASCII: letters beyond it are written in Punycode. Only plain letters are taken there, since what else Unicode has for
/// names needs tables that are larger than all of the core; so do small letters, of which those of living languages are known.
fn ascii_name(name: &str) -> Option<String> {
    if name.is_ascii() {
        return Some(name.to_ascii_lowercase());
    }
    let labels = name.split(['.', '\u{3002}']).map(|label| {
        let label: String = label.chars().map(small_letter).collect();
        match label.is_ascii() {
            true => Some(label),
            false if label.chars().all(is_plain) => Some(format!("xn--{}", punycode(&label)?)),
            false => None,
        }
    });
    Some(labels.collect::<Option<Vec<_>>>()?.join("."))
}

/// Whether a character stands for itself in a name, as far as that is known without a table.
fn is_plain(character: char) -> bool {
    character.is_ascii()
        || !matches!(character, '\u{80}'..='\u{BF}' | '×' | '÷' | 'İ' | 'ŉ' | 'ſ' | '\u{2B0}'..='\u{36F}'
            | '\u{2000}'..='\u{2BFF}' | '\u{3000}'..='\u{303F}' | '\u{E000}'..='\u{FFFF}' | '\u{1F000}'..='\u{1FFFF}'
            | '\u{E0000}'..)
}

/// The small form of a capital letter: Latin, Greek, Cyrillic and Armenian.
fn small_letter(character: char) -> char {
    let code = u32::from(character);
    let small = match code {
        // Capitals of even numbers, and the small ones behind them.
        0x100..=0x12F
        | 0x132..=0x137
        | 0x14A..=0x177
        | 0x1DE..=0x1EF
        | 0x1F8..=0x21F
        | 0x222..=0x233
        | 0x246..=0x24F
        | 0x370..=0x373
        | 0x3D8..=0x3EF
        | 0x460..=0x481
        | 0x48A..=0x4BF
        | 0x4D0..=0x52F
        | 0x1E00..=0x1E95
        | 0x1EA0..=0x1EFF => code | 1,
        // Of odd numbers.
        0x139..=0x148 | 0x179..=0x17E | 0x1CD..=0x1DC | 0x4C1..=0x4CE => code.saturating_add(code & 1),
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3AB | 0x410..=0x42F => {
            code.saturating_add(32)
        }
        0x178 => 0xFF,
        0x386 => 0x3AC,
        0x388..=0x38A => code.saturating_add(37),
        0x38C => 0x3CC,
        0x38E | 0x38F => code.saturating_add(63),
        0x400..=0x40F => code.saturating_add(80),
        0x531..=0x556 => code.saturating_add(48),
        _ => code,
    };
    char::from_u32(small).unwrap_or(character)
}

/// RFC 3492, with the parameters that names have.
fn punycode(label: &str) -> Option<String> {
    let mut encoded: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(encoded.len()).ok()?;
    if basic > 0 {
        encoded.push('-');
    }
    let (mut least, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72_u32, basic);
    let length = u32::try_from(label.chars().count()).ok()?;
    while handled < length {
        let next = label.chars().map(u32::from).filter(|code| *code >= least).min()?;
        delta = delta.checked_add(next.checked_sub(least)?.checked_mul(handled.checked_add(1)?)?)?;
        least = next;
        for code in label.chars().map(u32::from) {
            if code < least {
                delta = delta.checked_add(1)?;
            }
            if code == least {
                push_number(&mut encoded, delta, bias)?;
                bias = next_bias(delta, handled.checked_add(1)?, handled == basic)?;
                delta = 0;
                handled = handled.checked_add(1)?;
            }
        }
        delta = delta.checked_add(1)?;
        least = least.checked_add(1)?;
    }
    Some(encoded)
}

fn push_number(encoded: &mut String, number: u32, bias: u32) -> Option<()> {
    let mut rest = number;
    let mut place = 36_u32;
    loop {
        let threshold = place.saturating_sub(bias).clamp(1, 26);
        let is_last = rest < threshold;
        let base = 36_u32.checked_sub(threshold)?;
        let above = rest.saturating_sub(threshold);
        let digit = if is_last { rest } else { threshold.checked_add(above.checked_rem(base)?)? };
        // Digits are a to z and 0 to 9, in this order.
        let digit = digit.checked_add(10).filter(|digit| *digit < 36).or(digit.checked_sub(26))?;
        encoded.push(char::from_digit(digit, 36)?);
        if is_last {
            return Some(());
        }
        rest = above.checked_div(base)?;
        place = place.checked_add(36)?;
    }
}

fn next_bias(delta: u32, handled: u32, is_first: bool) -> Option<u32> {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta = delta.checked_add(delta.checked_div(handled)?)?;
    let mut bias = 0_u32;
    while delta > 455 {
        delta /= 35;
        bias = bias.checked_add(36)?;
    }
    bias.checked_add(delta.checked_mul(36)?.checked_div(delta.checked_add(38)?)?)
}

/// Four bytes out of one to four numbers, of which the last fills what the others leave.
fn v4(name: &str) -> Option<[u8; 4]> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let parts = name.split('.').map(number).collect::<Option<Vec<u32>>>()?;
    let (last, first) = parts.split_last()?;
    let left = 4_u32.checked_sub(u32::try_from(first.len()).ok()?).filter(|left| *left > 0)?;
    if u64::from(*last) >= 256_u64.pow(left) {
        return None;
    }
    let mut bytes = last.to_be_bytes();
    for (byte, part) in bytes.iter_mut().zip(first) {
        *byte = u8::try_from(*part).ok()?;
    }
    Some(bytes)
}

/// A number in decimal digits, in hexadecimal ones after `0x`, or in octal ones after `0`.
fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    let is_digits = digits.chars().all(|character| character.is_digit(radix));
    if is_digits { u32::from_str_radix(digits, radix).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{is_plain, small_letter};

    #[test]
    fn small_letters_are_those_of_unicode() {
        for character in ('\u{41}'..'\u{530}').chain('\u{531}'..'\u{590}').chain('\u{1E00}'..'\u{1F00}') {
            let small = small_letter(character);
            let known: String = character.to_lowercase().collect();
            assert!(small == character || known == small.to_string(), "{character} {small}");
        }
        for capital in "AZÀÞĀĶĹŇŊŸŽǍȘΆΈΌΎΑΣΫЀЏАЯѠҐӁԮԱՖẠỸ".chars() {
            assert_ne!(small_letter(capital), capital, "{capital}");
        }
    }

    #[test]
    fn symbols_and_marks_are_not_plain() {
        assert!("azü中яéあ가अ".chars().all(is_plain));
        assert!(!"§×\u{301}—☃、Ａ\u{FE0F}😀".chars().any(is_plain));
    }
}
