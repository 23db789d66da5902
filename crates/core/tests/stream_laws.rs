//! Laws that the parts of every call keep, whatever the gateway answers and however the bytes are cut.

use std::collections::HashSet;
use std::rc::Rc;

use litellm_core::chat_call::{CallInput, ChatCall, Moment, Next};
use litellm_core::chat_request::RefusedParameters;
use litellm_core::endpoint::Endpoints;
use litellm_core::error::{Error, ErrorKind, Secrets};
use litellm_core::http::Headers;
use litellm_core::options::CallOptions;
use litellm_core::settings;
use litellm_core::stream::part::StreamPart;
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: Moment = Moment { now_ms: 1_795_000_000_000.0, random: 0.5 };
const KEY: &str = "sk-secret-of-the-test";

fn call() -> ChatCall {
    let settings = settings::normalize(&json!({
        "baseUrl": "https://gateway.example", "apiKey": KEY, "modelId": "m", "maxRetries": 1,
        "modelInfo": { "inputPrice": 1, "outputPrice": 2 },
    }))
    .settings;
    let input = CallInput {
        secrets: Rc::new(Secrets::of(&settings)),
        endpoints: Rc::new(Endpoints::resolve(&settings.base_url).unwrap()),
        settings: Rc::new(settings),
        discovered: Rc::default(),
        refused: RefusedParameters::default(),
        call_id: "0b9cbb7b-0d2c-4d0a-8f3e-6f0a3a1b2c3d".to_owned(),
        system: String::new(),
        messages: json!([{ "role": "user", "content": "hi" }]),
        options: CallOptions::parse(&json!({ "temperature": 0.5, "partialToolCalls": true })).unwrap(),
    };
    ChatCall::new(input).unwrap()
}

/// One reply: its status, its body, and whether the connection broke at the end.
#[derive(Debug, Clone)]
struct Reply {
    status: u16,
    body: String,
    lost: bool,
}

/// Makes a call whose attempts get these replies in turn, then the last of them again.
fn perform(replies: &[Reply], size: usize) -> (Vec<StreamPart>, Option<Error>) {
    let mut call = call();
    let mut parts = Vec::new();
    let headers = Headers(vec![("x-litellm-model-id".to_owned(), format!("d-{KEY}"))]);
    for attempt in 0.. {
        assert!(attempt < 4, "attempts are bounded");
        let reply = replies.get(attempt).or(replies.last()).unwrap();
        let mut next = Next::Read;
        if reply.status == 200 {
            call.on_success_head(headers.clone());
            for piece in reply.body.as_bytes().chunks(size) {
                if next != Next::Read {
                    break;
                }
                next = call.push(piece, || NOW);
                parts.extend(call.take_parts());
            }
            if next == Next::Read {
                next = call.end(reply.lost, NOW);
            }
        } else {
            next = call.on_failure_reply(reply.status, headers.clone(), reply.body.as_bytes(), NOW);
        }
        parts.extend(call.take_parts());
        match next {
            Next::Send { .. } => assert!(parts.is_empty(), "nothing is sent again after a part was delivered"),
            Next::Fail(error) => return (parts, Some(error)),
            Next::Complete => {
                let completed = call.complete(NOW);
                parts.extend(call.take_parts());
                if let Err(error) = completed {
                    return (parts, Some(error));
                }
                call.conclude(None);
                parts.extend(call.take_parts());
                return (parts, None);
            }
            Next::Read => unreachable!("the end of a body is never followed by a read"),
        }
    }
    unreachable!("some attempt is the last")
}

/// The place of a part in an answer: what streams, then each kind of what closes it.
fn place(part: &StreamPart) -> usize {
    match part {
        StreamPart::Response(_) => 0,
        StreamPart::ThinkingBlocks { .. } => 2,
        StreamPart::ToolCall(_) => 3,
        StreamPart::Citations { .. } => 4,
        StreamPart::Usage(_) => 5,
        StreamPart::Finish { .. } => 6,
        _ => 1,
    }
}

fn check_laws(parts: &[StreamPart], error: Option<&Error>) {
    let places: Vec<usize> = parts.iter().map(place).collect();
    assert!(places.is_sorted(), "parts come in their order: {places:?}");
    assert_eq!(parts.first().map_or(0, place), 0, "the response is the first part");
    for once in [0, 2, 4, 5, 6] {
        assert!(places.iter().filter(|&&place| place == once).count() <= 1, "{once} comes once: {places:?}");
    }
    assert_eq!(places.last() == Some(&6), error.is_none(), "an answer that did not fail ends with its finish");
    if error.is_some() {
        assert!(!places.iter().any(|place| [2, 4, 6].contains(place)), "after a failure: {places:?}");
    }
    let mut ids = HashSet::new();
    for part in parts {
        match part {
            StreamPart::Text { text } | StreamPart::Reasoning { text } | StreamPart::Refusal { text } => {
                assert!(!text.is_empty());
            }
            StreamPart::ThinkingBlocks { blocks } => assert!(!blocks.is_empty()),
            StreamPart::Citations { citations } => assert!(citations.iter().all(|citation| !citation.url.is_empty())),
            StreamPart::Image { data, .. } => assert!(!data.is_empty()),
            StreamPart::ToolCall(call) => {
                assert!(!call.id.is_empty() && ids.insert(&call.id), "ids are distinct");
                assert!(!call.name.is_empty());
                assert!(serde_json::from_str::<Value>(&call.arguments).is_ok(), "{}", call.arguments);
            }
            StreamPart::Response(response) => assert_eq!(response.model_id.as_deref(), Some("d-***")),
            _ => {}
        }
    }
    if let Some(error) = error {
        assert!(error.message.len() > 20 && !format!("{error:?}").contains(KEY), "{error:?}");
        assert_ne!(error.kind, ErrorKind::Settings);
    }
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn delta(value: &Value) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": value }] }))
}

fn finish(reason: &str) -> String {
    event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": reason }] }))
}

fn one_event() -> impl Strategy<Value = String> {
    let reasons = prop::sample::select(vec!["stop", "length", "tool_calls", "content_filter", "", KEY]);
    prop_oneof![
        4 => "[a-z\u{e9}\u{4e16}\u{1f600}\"\\\\]{0,6}".prop_map(|text| delta(&json!({ "content": text }))),
        2 => "[a-z]{0,6}".prop_map(|text| delta(&json!({ "reasoning_content": text, "thinking_blocks": [{ "thinking": text }] }))),
        4 => ("[a-c]{0,1}", "[fg]{0,1}", 0..3_i32, "[{}\"a:1, ]{0,8}").prop_map(|(id, name, index, arguments)| delta(
            &json!({ "tool_calls": [{ "index": index, "id": id, "function": { "name": name, "arguments": arguments } }] })
        )),
        1 => (0..9_u32, prop::sample::select(vec![json!(5), json!("7"), json!(-1), Value::Null])).prop_map(|(read, prompt)| event(
            &json!({ "choices": [], "usage": { "prompt_tokens": prompt, "completion_tokens": 2, "cache_read_input_tokens": read } })
        )),
        1 => Just(delta(&json!({ "images": [{ "image_url": { "url": "data:image/png;base64,AA==" } }], "refusal": "no" }))),
        1 => Just(delta(&json!({ "annotations": [{ "url_citation": { "url": "https://a.example", "title": "A" } }] }))),
        1 => Just(event(&json!({ "error": { "message": format!("Rate limit of {KEY}"), "code": "429" } }))),
        1 => Just(": ping\r\n\r\n".to_owned()),
        3 => reasons.prop_map(finish),
        1 => Just("data: [DONE]\n\n".to_owned()),
        1 => Just("data: {\"choices\":[\n\n".to_owned()),
    ]
}

fn reply() -> impl Strategy<Value = Reply> {
    let streamed = (prop::collection::vec(one_event(), 0..12), any::<bool>()).prop_map(|(events, lost)| Reply {
        status: 200,
        body: events.concat(),
        lost,
    });
    let refused = (
        prop::sample::select(vec![400, 401, 404, 429, 500, 503]),
        prop::sample::select(vec![
            json!({ "error": { "message": "Unsupported parameter: 'temperature' is not supported", "code": "400" } })
                .to_string(),
            json!({ "detail": format!("no {KEY}") }).to_string(),
            "<html><title>Bad Gateway</title></html>".to_owned(),
            String::new(),
        ]),
    )
        .prop_map(|(status, body)| Reply { status, body, lost: false });
    let whole = prop_oneof![
        Just(json!({ "choices": [{ "message": { "content": "a" }, "finish_reason": "stop" }], "usage": { "prompt_tokens": 1 } })),
        Just(json!({ "error": { "message": "no" } })),
        Just(json!([])),
    ]
    .prop_map(|body| Reply { status: 200, body: body.to_string(), lost: false });
    prop_oneof![5 => streamed, 2 => refused, 1 => whole]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_call_keeps_the_laws(replies in prop::collection::vec(reply(), 1..4), size in 1_usize..300) {
        let (parts, error) = perform(&replies, size);
        check_laws(&parts, error.as_ref());
        let (whole_parts, whole_error) = perform(&replies, usize::MAX);
        check_laws(&whole_parts, whole_error.as_ref());
        prop_assert_eq!(error, whole_error);
    }
}
