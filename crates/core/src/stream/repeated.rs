//! The fast way through a stream: its events are the same bytes again and again, but for one short text.
//!
//! Once an event was read whose only news is one text, the bytes before and after that text are kept. When an event comes with the
//! same bytes there, it means the same with another text, so only the text is read. Every other event is read as a whole.

use std::borrow::Cow;

use super::chunk::{Any, Chunk, Index};
use crate::eight_bytes::{below, equal_to, first_marked};
use crate::lenient::code_unit;

/// The longest beginning of a known event that is held until the rest of it comes. With every piece it is looked at anew.
pub(super) const LONGEST_HELD: usize = 2 * 1024;

/// What a known event says.
#[derive(Debug, PartialEq)]
pub(super) enum RepeatedEvent<'a> {
    /// Text of the answer, maybe empty.
    Text(Cow<'a, str>),
    /// Thinking, maybe empty.
    Reasoning(Cow<'a, str>),
    /// A piece of the input of the tool call with this index.
    Arguments(Index, Cow<'a, str>),
}

/// What stands where an event begins.
#[derive(Debug, PartialEq)]
pub(super) enum Found<'a> {
    /// The known event, with this text.
    Known(RepeatedEvent<'a>),
    /// The beginning of it, up to the end of the bytes. It is no whole event, however it goes on.
    Cut,
    /// Something else, or what takes a closer look.
    Other,
}

/// What the text of an event is.
#[derive(Debug, Clone, Copy, Default)]
enum Kind {
    /// No event is known.
    #[default]
    Nothing,
    Text,
    Reasoning,
    Arguments(Index),
}

/// The last event whose only news was one text.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    kind: Kind,
    /// From the start of the event up to the text, with its opening quote.
    before: Vec<u8>,
    /// From the closing quote of the text up to the start of the next event.
    after: Vec<u8>,
}

impl Repeated {
    /// Takes the known event from the start of `rest`, where an event begins. Anything else stays there.
    pub(super) fn next<'a>(&self, rest: &mut &'a [u8]) -> Found<'a> {
        if matches!(self.kind, Kind::Nothing) {
            return Found::Other;
        }
        let Some(from_text) = without_prefix(rest, &self.before) else { return cut_of(rest, &self.before, rest) };
        let (length, is_plain) = match text_end(from_text) {
            TextEnd::Closed { length, is_plain } => (length, is_plain),
            TextEnd::Open => return cut_of(rest, &[], &[]),
            TextEnd::Broken => return Found::Other,
        };
        let (text, from_quote) = from_text.split_at_checked(length).unwrap_or_default();
        let Some(after) = without_prefix(from_quote, &self.after) else { return cut_of(rest, &self.after, from_quote) };
        let Ok(text) = std::str::from_utf8(text) else { return Found::Other };
        let text = if is_plain { Some(Cow::Borrowed(text)) } else { unescaped(text).map(Cow::Owned) };
        let Some(event) = text.and_then(|text| self.event(text)) else { return Found::Other };
        *rest = after;
        Found::Known(event)
    }

    fn event<'a>(&self, text: Cow<'a, str>) -> Option<RepeatedEvent<'a>> {
        Some(match self.kind {
            Kind::Text => RepeatedEvent::Text(text),
            Kind::Reasoning => RepeatedEvent::Reasoning(text),
            Kind::Arguments(index) => RepeatedEvent::Arguments(index, text),
            Kind::Nothing => return None,
        })
    }

    /// Looks at an event that was read. `choice` is the alternative that counts; `bytes` is all of the event, from the end of the
    /// one before, or `None` when it came in several pieces.
    pub(super) fn learn(&mut self, chunk: &Chunk<'_>, choice: Option<i64>, bytes: Option<&[u8]>) {
        let known = bytes.zip(only_text(chunk, choice)).and_then(|(bytes, (kind, text))| {
            let start = text.as_ptr().addr().checked_sub(bytes.as_ptr().addr())?;
            let (before, from_text) = bytes.split_at_checked(start)?;
            // A text with an escape in it stands elsewhere in memory. An event that ends with CR may go on with LF.
            let after = from_text.strip_prefix(text.as_bytes()).filter(|after| after.ends_with(b"\n"))?;
            (before.ends_with(b"\"") && after.starts_with(b"\"")).then_some((kind, before, after))
        });
        if let Some((kind, before, after)) = known {
            self.kind = kind;
            self.before.clear();
            self.before.extend_from_slice(before);
            self.after.clear();
            self.after.extend_from_slice(after);
        }
    }
}

/// The text that is the only thing an event says.
fn only_text<'a>(chunk: &'a Chunk<'_>, read: Option<i64>) -> Option<(Kind, &'a str)> {
    let [choice] = chunk.choices.all() else { return None };
    if read != Some(choice.index.0.unwrap_or(0)) {
        return None;
    }
    let index = usize::from(choice.index.0.is_some());
    if chunk.count() != 1 || choice.count() != index.saturating_add(1) || choice.delta.count() != 1 {
        return None;
    }
    let delta = &choice.delta;
    if let Some(text) = delta.content.plain() {
        return Some((Kind::Text, text));
    }
    if let Some(text) = delta.reasoning_content.filled().or(delta.reasoning.filled()) {
        return Some((Kind::Reasoning, text));
    }
    let [call] = delta.tool_calls.0.as_slice() else { return None };
    let index = usize::from(call.index.0.is_some());
    match &call.function.arguments {
        Any::Text(text) if call.count() == index.saturating_add(1) && call.function.count() == 1 => {
            Some((Kind::Arguments(call.index), text))
        }
        _ => None,
    }
}

/// What an event is of whose known bytes these are the next, where only `there` is left of all its `bytes`.
fn cut_of(bytes: &[u8], known: &[u8], there: &[u8]) -> Found<'static> {
    // CR alone can end an event.
    let may_be_held = bytes.len() <= LONGEST_HELD && !bytes.ends_with(b"\r");
    if may_be_held && known.starts_with(there) { Found::Cut } else { Found::Other }
}

/// What the text of a string means; `None` for escapes that take a closer look.
fn unescaped(text: &str) -> Option<String> {
    let mut meant = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, escape)) = rest.find('\\').and_then(|place| rest.split_at_checked(place)) {
        let (character, length) = character_of(escape)?;
        meant.push_str(plain);
        meant.push(character);
        rest = escape.get(length..)?;
    }
    meant.push_str(rest);
    Some(meant)
}

/// The character of the escape at the start of `text`, and the length of that escape.
fn character_of(text: &str) -> Option<(char, usize)> {
    let character = match text.as_bytes().get(1)? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        _ => {
            let unit = code_unit(text)?;
            let Some(character) = char::from_u32(unit.into()) else {
                let pair = [unit, code_unit(text.get(6..)?)?];
                return Some((char::decode_utf16(pair).next()?.ok()?, 12));
            };
            return Some((character, 6));
        }
    };
    Some((character, 2))
}

/// What follows `prefix`. Eight bytes are compared together: this is most of the work with an event.
fn without_prefix<'a>(bytes: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = bytes.split_at_checked(prefix.len())?;
    let (left, left_end) = start.as_chunks::<8>();
    let (right, right_end) = prefix.as_chunks::<8>();
    let same_words =
        left.iter().zip(right).all(|(left, right)| u64::from_ne_bytes(*left) == u64::from_ne_bytes(*right));
    let same_end = left_end.iter().zip(right_end).all(|(left, right)| left == right);
    (same_words && same_end).then_some(rest)
}

/// Where the text of a string ends.
enum TextEnd {
    /// After so many bytes, with its closing quote; `is_plain` says that it stands there without escapes.
    Closed { length: usize, is_plain: bool },
    /// Later.
    Open,
    /// Nowhere: it holds what no string may.
    Broken,
}

fn text_end(bytes: &[u8]) -> TextEnd {
    let mut length = 0_usize;
    let mut is_plain = true;
    loop {
        let Some(rest) = bytes.get(length..) else { return TextEnd::Open };
        length = length.saturating_add(plain_length(rest));
        match bytes.get(length) {
            Some(b'"') => return TextEnd::Closed { length, is_plain },
            Some(b'\\') => {
                is_plain = false;
                length = length.saturating_add(2);
            }
            Some(_) => return TextEnd::Broken,
            None => return TextEnd::Open,
        }
    }
}

/// How many bytes there are before the first quote, backslash or control character.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = equal_to(word, b'"') | equal_to(word, b'\\') | below(word, 0x20);
        if ends != 0 {
            return index.saturating_mul(8).saturating_add(first_marked(ends));
        }
    }
    let length = rest.iter().position(|byte| matches!(byte, 0..0x20 | b'"' | b'\\')).unwrap_or(rest.len());
    bytes.len().saturating_sub(rest.len()).saturating_add(length)
}
