//! `tests/vectors/errors*.json`, `retries.json` and `catalog.json`: what one failed reply, or one error event, stands for.

mod vector;

use litellm_core::error::{Error, FailedCall, Secrets, from_reply, from_stream_event};
use litellm_core::http::Headers;
use proptest::prelude::*;
use serde_json::{Value, json};
use vector::Scenario;

/// 2026-11-20 09:00:00 UTC.
const NOW_MS: f64 = 1_795_165_200_000.0;

fn headers(rule: &Value) -> Headers {
    let mut headers: Vec<(String, String)> = rule
        .get("headers")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    if rule.get("json").is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    Headers(headers)
}

/// The error of a scenario that makes one call and whose only rule answers with one whole reply.
fn error_of(scenario: &Scenario) -> Option<Error> {
    let [rule] = scenario.server() else { return None };
    scenario.at("/expect/error")?;
    let is_more = ["times", "end", "delayMs", "sse"].iter().any(|name| rule.get(name).is_some());
    // The id that was sent is known to the handler only.
    let wants_sent_id = scenario.at("/expect/error/callId/$matches").is_some();
    if is_more || wants_sent_id {
        return None;
    }
    let call = match scenario.method()? {
        "listModels" => FailedCall::Discovery,
        _ => FailedCall::Chat,
    };
    let status = rule.get("status").and_then(Value::as_u64).unwrap_or(200);
    let body = match rule.get("json") {
        Some(json) => json.to_string(),
        None => rule.get("raw").or_else(|| rule.get("text"))?.as_str()?.to_owned(),
    };
    let secrets = Secrets::of_key(scenario.at("/settings/apiKey").and_then(Value::as_str));
    let status = u16::try_from(status).ok()?;
    Some(from_reply(call, status, &headers(rule), body.as_bytes(), &secrets, NOW_MS))
}

/// The error of a scenario whose stream has an error event.
fn error_of_stream(scenario: &Scenario) -> Option<Error> {
    let [rule] = scenario.server() else { return None };
    scenario.at("/expect/error")?;
    let events = rule.get("sse")?.as_array()?;
    let error = events.iter().find_map(|event| event.get("error"))?;
    let secrets = Secrets::of_key(scenario.at("/settings/apiKey").and_then(Value::as_str));
    Some(from_stream_event(error, &headers(rule), &secrets, NOW_MS))
}

#[track_caller]
fn check(file: &str, at_least: usize, error: fn(&Scenario) -> Option<Error>) {
    vector::run(file, at_least, |scenario| Some(json!({ "error": error(scenario)? })));
}

#[test]
fn replies_that_failed() {
    check("errors.json", 35, error_of);
    check("errors-recorded.json", 40, error_of);
    check("retries.json", 5, error_of);
    check("catalog.json", 2, error_of);
}

#[test]
fn error_events() {
    check("errors.json", 7, error_of_stream);
}

/// Replies that look like a gateway's, with the key in them in many ways.
fn reply() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{\"error\":",
        "{'error': ",
        "\"",
        "'",
        "\\",
        "message",
        ": ",
        "litellm.",
        "RateLimitError: ",
        "b'",
        "}",
        "{",
        "[",
        "]",
        "<html>",
        "<title>",
        "</title>",
        "OpenAIException - ",
        "sk-q7w8e9r0t1y2",
        "sk-q7w8",
        "e9r0t1y2",
        "\\u0073k-q7w8e9r0t1y2",
        "Bearer ",
        "\u{0}",
        "\n",
        "é",
        "LiteLLM: model group '",
        "detail",
        "null",
        "1e999",
        "model=",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_reply_is_an_error_without_the_key(
        body in reply(),
        status in 100..700_u16,
        content_type in prop::sample::select(vec!["application/json", "text/html", ""]),
        discovery in any::<bool>(),
    ) {
        let key = "sk-q7w8e9r0t1y2";
        let secrets = Secrets::of_key(Some(key));
        let call = if discovery { FailedCall::Discovery } else { FailedCall::Chat };
        let headers = Headers(vec![
            ("content-type".to_owned(), content_type.to_owned()),
            ("x-litellm-call-id".to_owned(), String::from_utf8_lossy(&body).into_owned()),
            ("retry-after".to_owned(), String::from_utf8_lossy(&body).into_owned()),
        ]);
        let error = from_reply(call, status, &headers, &body, &secrets, NOW_MS);
        let detail = error.detail.clone().unwrap_or_default();
        for text in [&error.message, &detail, &error.call_id.clone().unwrap_or_default()] {
            prop_assert!(!text.contains(key), "{text}");
            prop_assert!(!text.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
            prop_assert!(text.chars().count() <= 2_000);
        }
        prop_assert!(error.message.chars().count() > 20);
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            prop_assert!(!from_stream_event(&value, &headers, &secrets, NOW_MS).message.contains(key));
        }
    }
}
