//! The fast way through a stream: its events are the same bytes again and again, but for one short text.
//!
//! Once an event was read whose only news is one text, the bytes before and after that text are kept. When an event comes with the
//! same bytes there, it means the same with another text, so only the text is read. Every other event is read as a whole.

use std::borrow::Cow;

use serde_json::Value;

use super::chunk::{Any, Chunk, Index};

/// Longer texts are read with their whole event. No model sends such in pieces.
const LONGEST_TEXT: usize = 64 * 1024;

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
    /// Takes the known event from the start of `rest`, where an event begins. `None` means that it is not there as a whole.
    pub(super) fn next<'a>(&self, rest: &mut &'a [u8]) -> Option<RepeatedEvent<'a>> {
        if matches!(self.kind, Kind::Nothing) {
            return None;
        }
        let from_text = without_prefix(rest, &self.before)?;
        let (length, is_plain) = text_length(from_text)?;
        let (text, from_quote) = from_text.split_at_checked(length)?;
        let after = without_prefix(from_quote, &self.after)?;
        let text = if is_plain {
            Cow::Borrowed(std::str::from_utf8(text).ok()?)
        } else {
            let quote = self.before.len().checked_sub(1)?;
            let literal = rest.get(quote..)?.get(..length.checked_add(2)?)?;
            match serde_json::from_str(std::str::from_utf8(literal).ok()?) {
                Ok(Value::String(text)) => Cow::Owned(text),
                _ => return None,
            }
        };
        *rest = after;
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

/// The length of the text of a string, up to its closing quote, and whether it stands there without escapes.
fn text_length(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut is_plain = true;
    let mut is_escaped = false;
    for (position, byte) in bytes.iter().take(LONGEST_TEXT).enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'"' => return Some((position, is_plain)),
            b'\\' => {
                is_plain = false;
                is_escaped = true;
            }
            0..0x20 => return None,
            _ => {}
        }
    }
    None
}
