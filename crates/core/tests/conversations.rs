//! Laws of every request, whatever messages it is made from.

use std::collections::BTreeSet;

use litellm_core::chat_request::{self, RefusedParameters};
use litellm_core::model_info::ModelInfo;
use litellm_core::options::CallOptions;
use litellm_core::settings::{self, ProviderSettings};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Ids that meet, collide, are empty, long, or of odd characters.
const IDS: [&str; 10] = [
    "a",
    "a.b",
    "a_b",
    "a b",
    "",
    "日本",
    "😀-\u{fffd}",
    "call_0",
    "a_0cc175b9",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), any::<String>(), "[a-z]{1,8}"]
}

fn item() -> impl Strategy<Value = Value> {
    let source = prop_oneof![
        text().prop_map(|data| json!({"type": "base64", "media_type": "image/png", "data": format!("A{data}")})),
        Just(json!({"type": "url", "url": "https://x.example/y"})),
    ];
    prop_oneof![
        4 => text().prop_map(|text| json!({"type": "text", "text": text})),
        1 => source.clone().prop_map(|source| json!({"type": "image", "source": source})),
        1 => source.prop_map(|source| json!({"type": "document", "source": source})),
        1 => Just(Value::Null),
    ]
}

fn block() -> impl Strategy<Value = Value> {
    let kind = prop_oneof![
        3 => item(),
        3 => (select(&IDS[..]), select(&IDS[..]), option::of(text())).prop_map(
            |(id, name, signature)| json!({"type": "tool_use", "id": id, "name": name, "input": {"k": id}, "signature": signature})
        ),
        3 => (select(&IDS[..]), vec(item(), 0..3), any::<bool>()).prop_map(
            |(id, content, is_error)| json!({"type": "tool_result", "tool_use_id": id, "content": content, "is_error": is_error})
        ),
        1 => text().prop_map(|text| json!({"type": "thinking", "thinking": text, "signature": "S"})),
        1 => Just(json!({"type": "redacted_thinking", "data": "D"})),
    ];
    (kind, prop::bool::weighted(0.3)).prop_map(|(mut block, marked)| {
        if marked && block.is_object() {
            block["cache_control"] = json!({"type": "ephemeral"});
        }
        block
    })
}

fn message() -> impl Strategy<Value = Value> {
    let content = prop_oneof![1 => text().prop_map(Value::String), 4 => vec(block(), 0..5).prop_map(Value::Array)];
    (select(&["user", "assistant", "user", "assistant", "system"][..]), content)
        .prop_map(|(role, content)| json!({"role": role, "content": content}))
}

/// Any JSON, with the words of messages among its names and texts.
fn any_json() -> impl Strategy<Value = Value> {
    let word = select(
        &[
            "role",
            "content",
            "type",
            "text",
            "user",
            "assistant",
            "system",
            "tool_use",
            "tool_result",
            "image",
            "source",
            "id",
            "tool_use_id",
            "input",
            "name",
            "cache_control",
            "base64",
            "data",
            "media_type",
            "tools",
            "toolChoice",
            "function",
            "maxTokens",
            "extraBody",
            "thinking",
            "signature",
        ][..],
    );
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        word.clone().prop_map(|word| json!(word)),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            vec((word.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
            }),
        ]
    })
}

fn model(capable: bool, id: &str) -> ModelInfo {
    ModelInfo {
        supports_images: capable,
        supports_pdf: capable,
        supports_reasoning: capable,
        supports_prompt_cache: capable,
        ..ModelInfo::unlisted(id)
    }
}

fn settings() -> ProviderSettings {
    settings::normalize(&json!({})).settings
}

fn body(model: &ModelInfo, system: &str, messages: &Value, options: &CallOptions) -> Value {
    let refused = RefusedParameters::default();
    let request = chat_request::build(&settings(), &model.id, model, &refused, system, messages, options).unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

fn is_identifier(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    })
}

fn marks(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(marks).sum(),
        Value::Object(members) => {
            usize::from(members.contains_key("cache_control")) + members.values().map(marks).sum::<usize>()
        }
        _ => 0,
    }
}

/// A text that is not empty, or parts of which none is empty.
fn has_content(message: &Value) -> bool {
    match &message["content"] {
        Value::String(text) => !text.is_empty(),
        Value::Array(parts) => {
            !parts.is_empty()
                && parts.iter().all(|part| match part["type"].as_str() {
                    Some("text") => part["text"].as_str().is_some_and(|text| !text.is_empty()),
                    Some("image_url") => part["image_url"]["url"].is_string(),
                    Some("file") => part["file"].is_object(),
                    _ => false,
                })
        }
        _ => false,
    }
}

/// What holds of every conversation that is sent.
fn check_conversation(messages: &[Value]) -> Result<(), TestCaseError> {
    let mut ids = BTreeSet::new();
    let mut open: Vec<&Value> = Vec::new();
    for message in messages {
        let role = message["role"].as_str().unwrap();
        if role == "tool" {
            prop_assert!(!open.is_empty(), "a result without its call: {message}");
            prop_assert_eq!(open.remove(0), &message["tool_call_id"], "results in the order of the calls");
            prop_assert!(has_content(message), "{}", message);
            continue;
        }
        prop_assert!(open.is_empty(), "a call without its result before {message}");
        let calls = message["tool_calls"].as_array().map_or(&[][..], Vec::as_slice);
        for call in calls {
            prop_assert!(is_identifier(&call["id"]), "{call}");
            prop_assert!(is_identifier(&call["function"]["name"]), "{call}");
            prop_assert!(ids.insert(call["id"].as_str().unwrap()), "the id of {call} was there before");
            let arguments = call["function"]["arguments"].as_str().unwrap();
            prop_assert!(serde_json::from_str::<Value>(arguments).unwrap().is_object());
            open.push(&call["id"]);
        }
        let may_be_silent = role == "assistant" && (!calls.is_empty() || message["thinking_blocks"].is_array());
        prop_assert!(has_content(message) || (may_be_silent && message["content"] == ""), "{}", message);
        prop_assert!(role == "assistant" || calls.is_empty());
    }
    prop_assert!(open.is_empty(), "a call without its result at the end");
    Ok(())
}

proptest! {
    #[test]
    fn calls_and_results_pair_up(messages in vec(message(), 0..12), capable: bool, gemini: bool, system in text()) {
        let model = model(capable, if gemini { "gemini-3-pro" } else { "m" });
        let body = body(&model, &system, &Value::Array(messages), &CallOptions::default());
        let sent = body["messages"].as_array().unwrap();
        check_conversation(sent)?;
        let marks = marks(&body);
        prop_assert!(marks <= 4, "{marks} marks");
        prop_assert!(capable || marks == 0);
        let has_calls = sent.iter().any(|message| message["tool_calls"].is_array());
        prop_assert_eq!(body["tools"].as_array().map_or(0, Vec::len), usize::from(has_calls));
    }

    #[test]
    fn no_text_is_lost(messages in vec(message(), 0..8), capable: bool) {
        let body = body(&model(capable, "m"), "", &Value::Array(messages.clone()), &CallOptions::default());
        let sent = body["messages"].to_string();
        for message in &messages {
            let texts = match &message["content"] {
                Value::Array(blocks) => blocks.iter().filter(|block| block["type"] == "text").map(|block| &block["text"]).collect(),
                text => vec![text],
            };
            for text in texts {
                let written = text.to_string();
                prop_assert!(sent.contains(written.trim_matches('"')), "{written} is not in {sent}");
            }
        }
    }

    /// A provider's cache and the ids in its memory depend on it.
    #[test]
    fn a_conversation_that_grows_keeps_its_beginning(turns in vec((vec(select(&IDS[..]), 0..3), any::<bool>()), 1..8), at in 0usize..8) {
        let messages: Vec<Value> = turns.iter().flat_map(|(ids, with_text)| {
            let mut said: Vec<Value> = ids.iter().map(|id| json!({"type": "tool_use", "id": id, "name": id, "input": {}})).collect();
            said.push(json!({"type": "text", "text": "t"}));
            let mut answered: Vec<Value> = ids.iter().map(|id| json!({"type": "tool_result", "tool_use_id": id, "content": "r"})).collect();
            if *with_text || ids.is_empty() {
                answered.push(json!({"type": "text", "text": "u"}));
            }
            [json!({"role": "assistant", "content": said}), json!({"role": "user", "content": answered})]
        }).collect();
        let beginning = messages[..messages.len().min(at * 2)].to_vec();
        let sent = |messages| body(&model(false, "m"), "S", &Value::Array(messages), &CallOptions::default())["messages"].as_array().unwrap().clone();
        let (beginning, whole) = (sent(beginning), sent(messages));
        prop_assert_eq!(&beginning[..], &whole[..beginning.len()]);
    }

    #[test]
    fn tool_names_are_distinct_and_lead_back(names in vec(select(&IDS[..]), 0..12)) {
        let tools: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
        let options = CallOptions::parse(&json!({"tools": tools})).unwrap();
        let model = model(false, "m");
        let request =
            chat_request::build(&settings(), "m", &model, &RefusedParameters::default(), "", &json!([]), &options).unwrap();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let declared = body["tools"].as_array().map_or(&[][..], Vec::as_slice);
        let mut sent = BTreeSet::new();
        for (tool, name) in declared.iter().zip(&names) {
            let declared = &tool["function"]["name"];
            prop_assert!(is_identifier(declared));
            prop_assert!(sent.insert(declared.as_str().unwrap()));
            prop_assert_eq!(request.tool_names.original(declared.as_str().unwrap()), *name);
        }
        prop_assert_eq!(sent.len(), names.len());
    }

    #[test]
    fn any_json_is_sent_or_refused(messages in any_json(), options in any_json(), capable: bool, learned in any::<String>()) {
        let options = CallOptions::parse(&options).unwrap_or_default();
        let model = model(capable, "m");
        let refused = RefusedParameters::default();
        if let Ok(request) = chat_request::build(&settings(), "m", &model, &refused, "S", &messages, &options) {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            check_conversation(body["messages"].as_array().unwrap())?;
            let error = litellm_core::error::Error {
                status: Some(400),
                detail: Some(format!("unsupported {learned}")),
                ..litellm_core::error::Error::new(litellm_core::error::ErrorKind::InvalidRequest, "m")
            };
            RefusedParameters::default().learn(&error, &request.body);
        }
    }
}
