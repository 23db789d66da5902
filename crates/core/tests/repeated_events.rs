//! Events that repeat the one before are read a fast way; it gives what reading each event as a whole gives.
//!
//! A piece of one byte holds no event, so an answer that comes byte by byte never learns one and never takes the fast way.

use litellm_core::stream::part::StreamPart;
use litellm_core::stream::{AnswerDecoder, BodyEnd, Ending, Fault};
use litellm_core::tools::ToolNames;
use proptest::prelude::*;

type Outcome = (Vec<StreamPart>, Result<Ending, Fault>);

/// Decodes pieces of a body that is not at its end: what came, which no later piece could change.
fn decode_open<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<StreamPart>, AnswerDecoder) {
    let mut decoder = AnswerDecoder::new(true, ToolNames::default(), "call-1");
    let mut parts = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        decoder.move_parts(&mut parts);
    }
    (joined(parts), decoder)
}

/// Decodes the pieces of a whole body.
fn decode<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let (mut parts, mut decoder) = decode_open(pieces);
    decoder.end(BodyEnd::Complete);
    parts.extend(decoder.take_parts());
    let end = if let Some(fault) = decoder.fault().cloned() {
        Err(fault)
    } else {
        let (last, end) = decoder.finish();
        parts.extend(last);
        end
    };
    (joined(parts), end)
}

/// Joins what one read joins, so that different cuts can be compared.
fn joined(parts: Vec<StreamPart>) -> Vec<StreamPart> {
    let mut joined: Vec<StreamPart> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(StreamPart::Text { text }), StreamPart::Text { text: more })
            | (Some(StreamPart::Reasoning { text }), StreamPart::Reasoning { text: more }) => text.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    joined
}

/// Cuts a body into pieces of these lengths, again and again.
fn cut<'a>(body: &'a [u8], lengths: &'a [usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = body;
    lengths.iter().cycle().map_while(move |length| {
        let (piece, after) = rest.split_at((*length).min(rest.len()));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Lengths of pieces: of one kind, or such that events come whole and then in crumbs.
fn lengths() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        (2_usize..2000).prop_map(|length| vec![length]),
        proptest::collection::vec(prop_oneof![1_usize..4, 1_usize..60, 100_usize..500], 1..40),
    ]
}

#[track_caller]
fn check(stream: &[u8], lengths: &[usize]) {
    let whole_events = decode(stream.chunks(1));
    assert_eq!(decode(std::iter::once(stream)), whole_events, "{}", String::from_utf8_lossy(stream));
    assert_eq!(decode(cut(stream, lengths)), whole_events, "in {lengths:?}: {}", String::from_utf8_lossy(stream));
}

#[test]
fn an_event_that_is_cut_anywhere_is_the_same() {
    let deltas = [
        r#""content":"T""#,
        r#""reasoning_content":"T""#,
        r#""tool_calls":[{"index":0,"function":{"arguments":"T"}}]"#,
    ];
    let frames = [
        ("", "\n\n"),
        ("", "\r\n\r\n"),
        ("", "\n\r\n"),
        ("", "\r\n\n"),
        (": x\r\n\nid: 1\n", "\nid: 1\n\n"),
        ("\n", "\n\n\n"),
    ];
    for (before, after) in frames {
        for delta in deltas {
            let event = |text| {
                format!("{before}data: {{\"choices\":[{{\"delta\":{{{delta}}}}}]}}{after}")
                    .replace('T', text)
                    .into_bytes()
            };
            let (known, rest) = (event("a"), [event("\u{e9} "), event("\\n\\\\"), event("")].concat());
            let body = [known.as_slice(), &rest].concat();
            for place in 0..rest.len() {
                let (cut, end) = rest.split_at(place);
                let name = String::from_utf8_lossy(cut);
                assert_eq!(decode([&known, cut, end].into_iter()), decode(body.chunks(1)), "{name}");
                // What is held until more comes holds back no part, and counts at an end.
                let begun = &body[..known.len() + place];
                assert_eq!(decode_open([&known, cut].into_iter()).0, decode_open(begun.chunks(1)).0, "{name}");
                assert_eq!(decode([&known, cut].into_iter()), decode(begun.chunks(1)), "{name}");
            }
        }
    }
}

/// The bodies of recorded answers.
fn recordings() -> Vec<Vec<u8>> {
    let folder = format!("{}/../../tests/recordings/chat", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let bodies = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("answer.")).map(|path| {
        let reply = std::fs::read(path).unwrap();
        let head = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
        reply[head + 4..].to_vec()
    });
    bodies.collect()
}

#[test]
fn recorded_answers_are_the_same() {
    let recordings = recordings();
    assert!(recordings.len() > 20);
    for recording in recordings {
        check(&recording, &[300]);
        check(&recording, &[700, 3]);
    }
}

/// Events that differ in one text, and what may stand around that text.
fn similar_events() -> impl Strategy<Value = Vec<u8>> {
    let members = prop_oneof![
        Just("{\"choices\":[{\"index\":0,\"delta\":{\"content\":T}}]}"),
        Just("{\"choices\":[{\"index\":1,\"delta\":{\"content\":T}}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":T,\"content\":null}}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":T}},{\"index\":1,\"delta\":{\"content\":T}}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":T},\"message\":{\"content\":T}}]}"),
        Just("{\"choices\":[{\"message\":{\"content\":T}}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":\"x\",\"content\":T}}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":[{\"text\":T}]}}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":T},\"finish_reason\":null}],\"usage\":null}"),
        Just("{\"choices\":[{\"delta\":{\"content\":T},\"finish_reason\":\"stop\"}]}"),
        Just("{\"choices\":[{\"delta\":{\"content\":T}}],\"usage\":{\"prompt_tokens\":T}}"),
        Just("{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"error\":T}"),
        Just("{\"choices\":[{\"delta\":{\"reasoning_content\":T,\"content\":\"\"}}]}"),
        Just("{\"choices\":[{\"delta\":{\"reasoning_content\":T,\"thinking_blocks\":[{\"thinking\":T}]}}]}"),
        Just("{\"choices\":[{\"delta\":{\"reasoning_content\":T,\"reasoning\":T}}]}"),
        Just("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":T}}]}}]}"),
        Just("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":T,\"function\":{\"arguments\":T}}]}}]}"),
        Just(
            "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":T}}]}}]}"
        ),
        Just("{\"choices\":[{\"delta\":{\"function_call\":{\"arguments\":T}}}]}"),
        Just("{\"choices\":[{\"delta\":{\"role\":T,\"content\":T}}]}"),
        Just("{\"citations\":[T],\"choices\":[{\"delta\":{\"content\":T}}]}"),
    ];
    let text = prop_oneof![
        8 => "[a-c ]{0,3}",
        2 => "[a\u{e9}\u{4e16}\u{1f600}]{0,2}",
        3 => r#"(\\[nrtbf/x]|\\"|\\\\|\\u00e9|\\ud83d|\\ude00|\\u\+0e9|\\|.){0,3}"#,
        1 => "[\n\r\t\"{}:,]{0,2}",
        1 => Just("\u{0}".to_owned()),
    ];
    let invalid = prop_oneof![20 => Just(&b""[..]), 1 => Just(&b"\xFF"[..]), 1 => Just(&b"\xED\xA0\x80"[..])];
    let frame = prop_oneof![
        Just(("data: ", "\n\n")),
        Just(("data:", "\r\n\r\n")),
        Just(("data: ", "\r\r")),
        Just(("data: ", "\r\n\r")),
        Just((": x\n\ndata: ", "\nid: 1\n\n")),
        Just(("\u{FEFF}data: ", "\n\n")),
        Just(("data: \ndata: ", "\n\n")),
        Just(("data: ", "\n")),
    ];
    let texts = proptest::collection::vec((text, invalid), 1..8);
    (members, frame, texts).prop_map(|(members, (before, after), texts)| {
        let (start, rest) = members.split_once('T').unwrap();
        let mut events = Vec::new();
        for (text, invalid) in texts {
            let literal = [b"\"", text.as_bytes(), invalid, b"\""].concat();
            // Only the first place has invalid bytes: the others are about equal texts.
            let rest = rest.replace('T', &format!("\"{text}\""));
            events.extend([before.as_bytes(), start.as_bytes(), &literal, rest.as_bytes(), after.as_bytes()].concat());
        }
        events
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn similar_events_are_the_same(
        groups in proptest::collection::vec(similar_events(), 1..5),
        lengths in lengths(),
    ) {
        check(&[groups.concat().as_slice(), b"data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n"].concat(), &lengths);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_recordings_are_the_same(
        choice in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..3), 0..6),
        repeated in 1_usize..4,
        lengths in lengths(),
    ) {
        let recordings = recordings();
        // Each event several times in a row: what repeats is where the fast way could go wrong.
        let recording = choice.get(&recordings);
        let mut stream = Vec::new();
        for event in recording.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>().chunks(2) {
            for _ in 0..repeated {
                stream.extend(event.concat());
            }
        }
        for (place, byte, kind) in changes {
            if stream.is_empty() { break; }
            let place = place.index(stream.len());
            match kind {
                0 => stream[place] = byte,
                1 => stream.insert(place, byte),
                _ => drop(stream.remove(place)),
            }
        }
        check(&stream, &lengths);
    }
}
