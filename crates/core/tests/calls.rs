//! Whole chat calls against the scenarios, with a gateway that is data: what a host would send and tell the core.

mod vector;

use std::cell::RefCell;
use std::rc::Rc;

use litellm_core::catalog::{Discovered, Discovery};
use litellm_core::chat_call::{CallInput, ChatCall, Moment, Next};
use litellm_core::chat_request::RefusedParameters;
use litellm_core::cost;
use litellm_core::endpoint::Endpoints;
use litellm_core::error::{Error, Secrets};
use litellm_core::http::{Headers, HttpRequest, ReplyClass};
use litellm_core::options::CallOptions;
use litellm_core::retry;
use litellm_core::settings;
use litellm_core::stream::part::StreamPart;
use serde_json::{Map, Value, json};
use vector::Scenario;

const NOW: Moment = Moment { now_ms: 1_795_000_000_000.0, random: 0.5 };

/// A reply as the host sees it.
struct Reply {
    status: u16,
    headers: Headers,
    pieces: Vec<Vec<u8>>,
    /// The connection breaks after the last piece.
    lost: bool,
}

/// The scripted gateway of a scenario.
struct Gateway<'a> {
    rules: &'a [Value],
    uses: RefCell<Vec<u64>>,
    requests: RefCell<Vec<Value>>,
}

impl<'a> Gateway<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let rules = scenario.server();
        Self { rules, uses: RefCell::new(vec![0; rules.len()]), requests: RefCell::default() }
    }

    fn answer(&self, request: &HttpRequest) -> Reply {
        let path = request.url.splitn(4, '/').nth(3).map_or_else(|| "/".to_owned(), |path| format!("/{path}"));
        let attempt = self.requests.borrow().iter().filter(|seen| seen["path"] == path).count();
        let headers: Map<String, Value> =
            request.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let body =
            request.body.as_deref().map_or(Value::Null, |body| serde_json::from_slice(body).expect("a JSON body"));
        self.requests
            .borrow_mut()
            .push(json!({ "method": request.method, "path": path, "headers": headers, "body": body }));
        let position = self.rules.iter().enumerate().position(|(position, rule)| {
            let when = &rule["when"];
            let meets = |name: &str, value: Value| when[name].is_null() || when[name] == value;
            meets("method", json!(request.method))
                && meets("path", json!(path))
                && meets("attempt", json!(attempt))
                && rule["times"].as_u64().is_none_or(|times| self.uses.borrow()[position] < times)
        });
        let Some(position) = position else {
            return reply(&json!({ "status": 404, "json": { "detail": "Not Found" } }));
        };
        self.uses.borrow_mut()[position] += 1;
        reply(&self.rules[position])
    }
}

fn reply(rule: &Value) -> Reply {
    let event =
        |event: &Value| format!("data: {}\n\n", event.as_str().map_or_else(|| event.to_string(), str::to_owned));
    let (content_type, body) = if let Some(events) = rule["sse"].as_array() {
        ("text/event-stream", events.iter().map(event).collect::<String>().into_bytes())
    } else if let Some(raw) = rule["raw"].as_str() {
        ("text/event-stream", raw.as_bytes().to_vec())
    } else if let Some(encoded) = rule["base64"].as_str() {
        use base64::Engine;
        ("text/event-stream", base64::engine::general_purpose::STANDARD.decode(encoded).expect("base64"))
    } else if let Some(text) = rule["text"].as_str() {
        ("text/plain", text.as_bytes().to_vec())
    } else {
        ("application/json", rule["json"].to_string().into_bytes())
    };
    let mut headers = vec![("content-type".to_owned(), content_type.to_owned())];
    for (name, value) in rule["headers"].as_object().into_iter().flatten() {
        headers.retain(|(known, _)| known != &name.to_ascii_lowercase());
        headers.push((name.to_ascii_lowercase(), value.as_str().unwrap_or_default().to_owned()));
    }
    let size = rule["cut"]["every"].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX).max(1);
    Reply {
        status: rule["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
        headers: Headers(headers),
        pieces: body.chunks(size).map(<[u8]>::to_vec).collect(),
        lost: rule["end"] == "abort",
    }
}

/// Scenarios that need a clock or another host are for the built module.
fn needs_a_clock(scenario: &Scenario) -> bool {
    let text = scenario.value.to_string();
    ["\"abortAfter", "\"hang\"", "\"delayMs\"", "\"pieceDelayMs\""].iter().any(|word| text.contains(word))
}

fn discover(
    gateway: &Gateway<'_>,
    settings: &settings::ProviderSettings,
    endpoints: &Endpoints,
) -> Result<Discovered, Error> {
    let secrets = Rc::new(Secrets::of(settings));
    let mut discovery = Discovery::new(secrets.clone());
    while let Some(path) = discovery.next_path() {
        let mut attempts = 1;
        loop {
            let reply = gateway.answer(&HttpRequest::get(endpoints.url(path), settings, secrets.clone()));
            let failed = discovery.on_reply(reply.status, &reply.headers, &reply.pieces.concat(), NOW.now_ms);
            let Some(error) = failed else { break };
            if retry::wait_before_retry(&error, attempts, settings.max_retries, NOW.random).is_none() {
                discovery.on_failure(error);
                break;
            }
            attempts += 1;
        }
    }
    discovery.finish()
}

/// Does what a host does with a call, and returns its parts and its error.
fn perform(call: &mut ChatCall, gateway: &Gateway<'_>) -> (Vec<StreamPart>, Option<Error>) {
    let mut parts = Vec::new();
    let mut next = Next::Send { wait_ms: 0.0 };
    loop {
        next = match next {
            Next::Send { wait_ms } => {
                assert!(wait_ms.is_finite() && wait_ms >= 0.0);
                let reply = gateway.answer(call.request());
                match ReplyClass::of(reply.status) {
                    ReplyClass::Success => {
                        call.on_success_head(reply.headers);
                        let mut next = Next::Read;
                        for piece in &reply.pieces {
                            if next != Next::Read {
                                break;
                            }
                            next = call.push(piece, || NOW);
                            parts.extend(call.take_parts());
                        }
                        if next == Next::Read { call.end(reply.lost, NOW) } else { next }
                    }
                    ReplyClass::Redirect => {
                        let error = Error::redirect(reply.headers.get("location"), &call.request().secrets);
                        call.on_failure(error, NOW)
                    }
                    ReplyClass::Failure => {
                        call.on_failure_reply(reply.status, reply.headers, &reply.pieces.concat(), NOW)
                    }
                }
            }
            Next::Complete => {
                let completed = call.complete(NOW);
                parts.extend(call.take_parts());
                if let Err(error) = completed {
                    return (parts, Some(error));
                }
                let asked = call.spend_request().and_then(|request| {
                    let reply = gateway.answer(&request);
                    cost::read_spend_calculate(reply.status, &reply.pieces.concat())
                });
                call.conclude(asked);
                parts.extend(call.take_parts());
                return (parts, None);
            }
            Next::Fail(error) => {
                parts.extend(call.take_parts());
                return (parts, Some(error));
            }
            Next::Read => unreachable!("the end of a body is never followed by a read"),
        };
        parts.extend(call.take_parts());
    }
}

fn outcome(scenario: &Scenario) -> Option<Value> {
    if scenario.method() != Some("createMessage") || needs_a_clock(scenario) {
        return None;
    }
    let gateway = Gateway::new(scenario);
    let settings = settings::normalize(scenario.at("/settings").unwrap_or(&Value::Null)).settings;
    let endpoints = Endpoints::resolve(&settings.base_url).ok()?;
    let discovered = if scenario.at("/call/catalogFirst") == Some(&json!(true)) {
        let discovered = discover(&gateway, &settings, &endpoints).ok()?;
        gateway.requests.borrow_mut().clear();
        discovered
    } else {
        Discovered::default()
    };
    let input = CallInput {
        secrets: Rc::new(Secrets::of(&settings)),
        settings: Rc::new(settings),
        endpoints: Rc::new(endpoints),
        discovered: Rc::new(discovered),
        refused: RefusedParameters::default(),
        call_id: "0b9cbb7b-0d2c-4d0a-8f3e-6f0a3a1b2c3d".to_owned(),
        system: scenario.at("/call/system").and_then(Value::as_str).unwrap_or_default().to_owned(),
        messages: scenario.at("/call/messages").cloned().unwrap_or_default(),
        options: CallOptions::parse(scenario.at("/call/options").unwrap_or(&Value::Null)).ok()?,
    };
    let (parts, error) = match ChatCall::new(input) {
        Ok(mut call) => perform(&mut call, &gateway),
        Err(error) => (Vec::new(), Some(error)),
    };
    let keep_response = scenario.at("/expect/parts/0/type") == Some(&json!("response"));
    check_laws(&parts, error.is_none());
    let mut outcome = json!({ "parts": joined(&parts, keep_response), "requests": gateway.requests.take() });
    outcome["requestCount"] = json!(outcome["requests"].as_array().map(Vec::len));
    if let Some(error) = error {
        outcome["error"] = error_value(&error);
    }
    Some(outcome)
}

fn error_value(error: &Error) -> Value {
    let mut value = json!({ "kind": error.kind, "message": error.message, "retryable": error.retryable });
    let optional = [
        ("status", json!(error.status)),
        ("retryAfterMs", json!(error.retry_after_ms)),
        ("callId", json!(error.call_id)),
        ("detail", json!(error.detail)),
    ];
    for (name, member) in optional {
        if !member.is_null() {
            value[name] = member;
        }
    }
    value
}

/// What holds for every answer.
fn check_laws(parts: &[StreamPart], ended: bool) {
    let count = |matches: fn(&StreamPart) -> bool| parts.iter().filter(|part| matches(part)).count();
    assert_eq!(
        count(|part| matches!(part, StreamPart::Finish { .. })),
        usize::from(ended),
        "one finish, unless it failed"
    );
    assert!(count(|part| matches!(part, StreamPart::Usage(_))) <= 1);
    assert!(parts.is_empty() || matches!(parts[0], StreamPart::Response(_)), "the response comes first");
    assert!(count(|part| matches!(part, StreamPart::Response(_))) <= 1);
    if ended {
        assert!(matches!(parts.last(), Some(StreamPart::Finish { .. })), "nothing follows the finish");
    }
}

fn joined(parts: &[StreamPart], keep_response: bool) -> Vec<Value> {
    let mut joined: Vec<Value> = Vec::new();
    for part in parts {
        let part = serde_json::to_value(part).expect("a part is JSON");
        let kind = part["type"].clone();
        if kind == "response" && !keep_response {
            continue;
        }
        match joined.last_mut() {
            Some(last) if last["type"] == kind && (kind == "text" || kind == "reasoning") => {
                last["text"] = json!(format!("{}{}", last["text"].as_str().unwrap(), part["text"].as_str().unwrap()));
            }
            _ => joined.push(part),
        }
    }
    joined
}

macro_rules! files {
    ($($name:ident: $file:literal, $at_least:literal;)*) => {$(
        #[test]
        fn $name() {
            vector::run($file, $at_least, outcome);
        }
    )*};
}

files! {
    event_streams: "sse-framing.json", 34;
    streams: "streams.json", 35;
    recorded_streams: "streams-recorded.json", 40;
    tool_calls: "tool-calls.json", 28;
    tool_ids: "tool-ids.json", 11;
    thinking: "thinking.json", 16;
    usage: "usage.json", 17;
    costs: "cost.json", 44;
    requests: "requests.json", 44;
    messages: "messages.json", 50;
    cache_marks: "prompt-cache.json", 16;
    token_limit_fields: "token-limit-field.json", 36;
    errors: "errors.json", 50;
    recorded_errors: "errors-recorded.json", 40;
    retries: "retries.json", 36;
}
