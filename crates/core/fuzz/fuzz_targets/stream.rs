//! Any reply, cut anywhere, gives the same answer, and its parts keep the laws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use litellm_core::stream::part::StreamPart;
use litellm_core::stream::{AnswerDecoder, BodyEnd, Ending, Fault};
use litellm_core::tools::ToolNames;

fn answer<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<StreamPart>, Result<Ending, Fault>) {
    let mut decoder = AnswerDecoder::new(true, ToolNames::default(), "0b9cbb7b-0d2c");
    let mut parts = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        parts.extend(decoder.take_parts());
    }
    decoder.end(BodyEnd::Complete);
    parts.extend(decoder.take_parts());
    if let Some(fault) = decoder.fault().cloned() {
        return (parts, Err(fault));
    }
    let (last, end) = decoder.finish();
    parts.extend(last);
    (parts, end)
}

/// Joins what one read joins.
fn joined((parts, end): (Vec<StreamPart>, Result<Ending, Fault>)) -> (Vec<StreamPart>, Result<Ending, Fault>) {
    let mut joined: Vec<StreamPart> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(StreamPart::Text { text }), StreamPart::Text { text: more })
            | (Some(StreamPart::Reasoning { text }), StreamPart::Reasoning { text: more }) => text.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    (joined, end)
}

fuzz_target!(|input: (u8, u16, &[u8])| {
    let (size, first, bytes) = input;
    let whole = joined(answer(std::iter::once(bytes)));
    // Events of a large piece are known when the rest comes in small ones.
    let (first, rest) = bytes.split_at(usize::from(first).min(bytes.len()));
    let pieces = std::iter::once(first).chain(rest.chunks(usize::from(size).max(1)));
    assert_eq!(joined(answer(pieces)), whole);
    let mut ids = std::collections::HashSet::new();
    for part in &whole.0 {
        match part {
            StreamPart::Text { text } | StreamPart::Reasoning { text } | StreamPart::Refusal { text } => {
                assert!(!text.is_empty())
            }
            StreamPart::ToolCall(call) => {
                assert!(ids.insert(&call.id), "ids are distinct");
                assert!(serde_json::from_str::<serde::de::IgnoredAny>(&call.arguments).is_ok(), "arguments are JSON");
            }
            _ => {}
        }
    }
});
