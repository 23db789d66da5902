use proptest::prelude::*;
use serde_json::json;

use super::*;

type Outcome = (Vec<StreamPart>, Result<Ending, Fault>);

fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, end: BodyEnd) -> Outcome {
    let mut decoder = AnswerDecoder::new(true, ToolNames::default(), "call-1");
    for piece in pieces {
        decoder.push(piece);
    }
    decoder.end(end);
    if let Some(fault) = decoder.fault().cloned() {
        return (decoder.take_parts(), Err(fault));
    }
    decoder.finish()
}

/// Joins what one read joins, so that different cuts can be compared.
fn joined((parts, end): Outcome) -> Outcome {
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

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the cases read better so")]
fn check(stream: &str, parts: &serde_json::Value, end: Result<&str, Fault>) {
    let outcome = decode([stream.as_bytes()], BodyEnd::Complete);
    assert_eq!(&serde_json::to_value(&outcome.0).unwrap(), parts);
    assert_eq!(outcome.1.as_ref().map(|ending| ending.raw.as_str()), end.as_ref().map(|raw| *raw));
    for size in 1..9 {
        assert_eq!(
            joined(decode(stream.as_bytes().chunks(size), BodyEnd::Complete)),
            joined(outcome.clone()),
            "in {size}s"
        );
    }
}

fn event(value: &serde_json::Value) -> String {
    format!("data: {value}\n\n")
}

fn delta(delta: &serde_json::Value) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": delta }] }))
}

fn finish(reason: &str) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }))
}

#[test]
fn an_error_comes_after_what_was_decoded() {
    let stream = delta(&json!({ "content": "a" })) + &event(&json!({ "choices": [], "error": { "message": "boom" } }));
    check(&stream, &json!([{ "type": "text", "text": "a" }]), Err(Fault::Gateway(json!({ "message": "boom" }))));
    check(
        &(delta(&json!({ "content": "a" })) + &event(&json!({ "error": null })) + &finish("stop")),
        &json!([{ "type": "text", "text": "a" }]),
        Ok("stop"),
    );
}

#[test]
fn the_first_bytes_say_the_same_at_any_cut() {
    let text = delta(&json!({ "content": "a" })) + &finish("stop");
    let answer = json!([{ "type": "text", "text": "a" }]);
    check(&format!("\u{FEFF}\r\n{text}"), &answer, Ok("stop"));
    let reply = json!({ "choices": [{ "message": { "content": "a" }, "finish_reason": "stop" }] });
    check(&format!("\u{FEFF} \n{reply}"), &answer, Ok("stop"));
    check("\u{FEFF}\n\n", &json!([]), Err(Fault::Truncated));
    check("\u{FEFF} <!doctype html>", &json!([]), Err(Fault::WebPage));
    // A stray part of a byte order mark, or blanks, make another line of the one that they stand before.
    for stray in [b"\xBB\xBB".as_slice(), b"\xEF\xBB", b"  ", b"\xEF\xBB\xBF\xEF\xBB\xBF"] {
        let stream = [stray, text.as_bytes()].concat();
        let outcome = decode([stream.as_slice()], BodyEnd::Complete);
        assert_eq!(outcome.0, []);
        for size in 1..9 {
            assert_eq!(decode(stream.chunks(size), BodyEnd::Complete), outcome, "{stray:?} in {size}s");
        }
    }
}

#[test]
fn what_is_kept_to_the_end_is_bounded() {
    let long = "x".repeat(1024 * 1024);
    let endless = |event: &dyn Fn(usize) -> Value| {
        let mut decoder = AnswerDecoder::new(false, ToolNames::default(), "c");
        for number in 0..100 {
            decoder.push(super::tests::event(&event(number)).as_bytes());
        }
        decoder.fault().cloned()
    };
    let too_long = Some(Fault::Protocol("tool calls, thinking and sources of the answer are longer than 64 MiB"));
    assert_eq!(endless(&|number| json!({ "choices": [], "citations": [format!("{number}{long}")] })), too_long);
    let block = |data: Value| json!({ "choices": [{ "delta": { "thinking_blocks": data } }] });
    assert_eq!(endless(&|_| block(json!([{ "data": long }]))), too_long);
    // Small blocks take more than their bytes.
    let many = Value::Array(vec![json!({ "data": "a" }); 4096]);
    assert_eq!(endless(&|_| block(many.clone())), None);
}

#[test]
fn no_piece_of_content_is_lost() {
    let pieces = |count: usize| delta(&json!({ "content": vec![json!({ "text": "a" }); count] })) + &finish("stop");
    check(&pieces(5000), &json!([{ "type": "text", "text": "a".repeat(5000) }]), Ok("stop"));
    let outcome = decode([pieces(70_000).as_bytes()], BodyEnd::Complete);
    assert!(matches!(outcome.1, Err(Fault::Protocol(_))));
}

#[test]
fn pictures_come_in_many_shapes() {
    let picture = json!([{ "type": "image", "mediaType": "image/png", "data": "AA==" }]);
    for url in ["data:image/png;base64,AA==", "DATA:image/png;charset=utf-8;base64,AA=="] {
        for image in [json!({ "image_url": url }), json!({ "image_url": { "url": url } })] {
            check(&(delta(&json!({ "images": [image] })) + &finish("stop")), &picture, Ok("stop"));
        }
    }
    for nothing in ["data:text/html;base64,AA==", "data:image/png,AA", "data:image/png;base64,", "data:"] {
        check(&(delta(&json!({ "images": [{ "image_url": nothing }] })) + &finish("stop")), &json!([]), Ok("stop"));
    }
}

#[test]
fn only_the_first_alternative_is_read() {
    let both = event(
        &json!({ "choices": [{ "index": 0, "delta": { "content": "a" } }, { "index": 1, "delta": { "content": "b" } }] }),
    );
    check(&(both + &finish("stop")), &json!([{ "type": "text", "text": "a" }]), Ok("stop"));
    let second = event(&json!({ "choices": [{ "index": 1, "delta": { "content": "b" }, "finish_reason": "stop" }] }));
    check(&second, &json!([{ "type": "text", "text": "b" }]), Ok("stop"));
}

#[test]
fn pictures_elsewhere_are_told() {
    let images = json!({ "images": [{ "image_url": { "url": "https://a.example/x.png" } }, { "image_url": { "url": "data:image/png;base64,AA==" } }] });
    check(
        &(delta(&images) + &finish("stop")),
        &json!([
            { "type": "notice", "code": "image_url", "message": "The model answered with a picture at this address: https://a.example/x.png" },
            { "type": "image", "mediaType": "image/png", "data": "AA==" },
        ]),
        Ok("stop"),
    );
}

#[test]
fn a_web_page_is_known_at_once() {
    check("\u{FEFF} <!doctype html><p>data: {}\n\n", &json!([]), Err(Fault::WebPage));
}

#[test]
fn a_lost_connection_is_told_from_a_cut_answer() {
    let end = |stream: &str| decode([stream.as_bytes()], BodyEnd::Lost).1.map(|ending| ending.raw);
    assert_eq!(end(""), Err(Fault::ConnectionLost));
    assert_eq!(end(": ping\n\n"), Err(Fault::ConnectionLost));
    assert_eq!(end("{\"choices\":[]"), Err(Fault::ConnectionLost));
    assert_eq!(end(&delta(&json!({ "content": "a" }))), Err(Fault::Truncated));
    assert_eq!(end(&finish("length")), Ok("length".to_owned()));
}

#[test]
fn nothing_follows_the_end() {
    let stream = finish("stop") + "data: [DONE]\n\n" + &delta(&json!({ "content": "late" })) + "data: {broken\n\n";
    check(&stream, &json!([]), Ok("stop"));
}

/// A stream of well-formed and odd events.
fn streams() -> impl Strategy<Value = String> {
    let event = prop_oneof![
        "[a-z\u{e9}\u{4e16}\u{1f600}\"\\\\]{0,6}".prop_map(|text| delta(&json!({ "content": text }))),
        "[a-z\u{e9}]{0,6}".prop_map(|text| delta(&json!({ "reasoning_content": text, "thinking_blocks": [{ "thinking": text }] }))),
        ("[a-c]", "[fg]", 0..3_i32, "[{}\"a:1, ]{0,8}").prop_map(|(id, name, index, arguments)| delta(
            &json!({ "tool_calls": [{ "index": index, "id": id, "function": { "name": name, "arguments": arguments } }] })
        )),
        Just(event(&json!({ "choices": [], "usage": { "prompt_tokens": 5, "completion_tokens": 2 } }))),
        Just(delta(&json!({ "images": [{ "image_url": { "url": "data:image/png;base64,AA==" } }], "refusal": "no" }))),
        Just(": ping\r\n\r\n".to_owned()),
        Just(finish("stop")),
        Just("data: [DONE]\n\n".to_owned()),
        Just("data: {\"choices\":[\n\n".to_owned()),
        "[ -~\n]{0,12}",
    ];
    proptest::collection::vec(event, 0..12).prop_map(|events| events.concat())
}

proptest! {
    #[test]
    fn any_cut_of_any_stream_gives_the_same_answer(stream in streams(), sizes in proptest::collection::vec(1_usize..40, 1..20)) {
        let whole = joined(decode([stream.as_bytes()], BodyEnd::Complete));
        let mut pieces = Vec::new();
        let mut rest = stream.as_bytes();
        for size in sizes.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(joined(decode(pieces, BodyEnd::Complete)), whole);
    }

    #[test]
    fn parts_keep_the_laws_of_a_stream(stream in streams()) {
        let (parts, _) = decode([stream.as_bytes()], BodyEnd::Complete);
        let mut ids = std::collections::HashSet::new();
        for part in &parts {
            match part {
                StreamPart::Text { text } | StreamPart::Reasoning { text } | StreamPart::Refusal { text } => prop_assert!(!text.is_empty()),
                StreamPart::ToolCall(call) => {
                    prop_assert!(ids.insert(&call.id));
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&call.arguments).is_ok());
                }
                _ => {}
            }
        }
    }

    #[test]
    fn no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200), lost in any::<bool>()) {
        let _ = decode([bytes.as_slice()], if lost { BodyEnd::Lost } else { BodyEnd::Complete });
    }
}
