use serde_json::{Value, json};

use super::*;
use crate::error::ErrorKind;
use crate::settings::normalize;

/// A model of which the gateway states its output limit.
fn stated(max_tokens: u64) -> ModelInfo {
    ModelInfo { max_tokens, assumed: Vec::new(), ..ModelInfo::unlisted("m") }
}

fn assumed() -> ModelInfo {
    ModelInfo { assumed: vec!["maxTokens".to_owned()], ..ModelInfo::unlisted("m") }
}

fn refusing(names: &[&str]) -> RefusedParameters {
    let mut refused = RefusedParameters::default();
    for name in names {
        let words = format!("Unknown parameter: '{name}'.");
        let error = Error { status: Some(400), detail: Some(words), ..Error::new(ErrorKind::InvalidRequest, "m") };
        refused.learn(&error, json!({*name: 1}).to_string().as_bytes()).unwrap();
    }
    refused
}

fn body_of(settings: Value, model: &ModelInfo, refused: &RefusedParameters, messages: Value, options: Value) -> Value {
    let settings = normalize(&settings).settings;
    let options = CallOptions::parse(&options).unwrap();
    let request = build(&settings, &model.id, model, refused, "", &messages, &options).unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

/// Compares what a body holds besides what every body holds.
#[track_caller]
fn check_with(refused: &RefusedParameters, model: &ModelInfo, settings: Value, options: Value, expected: Value) {
    let mut body = body_of(settings, model, refused, json!([{"role": "user", "content": "hi"}]), options);
    let members = body.as_object_mut().unwrap();
    for name in ["model", "messages", "stream", "stream_options", "drop_params"] {
        members.remove(name);
    }
    assert_eq!(body, expected);
}

#[track_caller]
fn check(model: &ModelInfo, settings: Value, options: Value, expected: Value) {
    check_with(&RefusedParameters::default(), model, settings, options, expected);
}

#[test]
fn what_every_body_holds() {
    let body = body_of(
        json!({}),
        &assumed(),
        &RefusedParameters::default(),
        json!([{"role": "user", "content": "hi"}]),
        json!({}),
    );
    assert_eq!(
        body,
        json!({"model": "m", "stream": true, "stream_options": {"include_usage": true}, "drop_params": true,
            "messages": [{"role": "user", "content": "hi"}]})
    );
}

#[test]
fn output_limits() {
    let none = || json!({});
    check(&stated(8192), none(), none(), json!({"max_tokens": 8192}));
    check(&stated(8192), json!({"maxTokens": 100}), none(), json!({"max_tokens": 100}));
    check(&stated(8192), json!({"maxTokens": 9999}), none(), json!({"max_tokens": 8192}));
    check(&stated(8192), json!({"maxTokens": 100}), json!({"maxTokens": 200}), json!({"max_tokens": 200}));
    check(&assumed(), none(), none(), json!({}));
    check(&assumed(), json!({"maxTokens": 9999}), none(), json!({"max_tokens": 9999}));
    let reasoning = ModelInfo { backend_model: Some("azure/o3-mini".to_owned()), ..stated(50) };
    check(&reasoning, none(), none(), json!({"max_completion_tokens": 50}));
    check(&reasoning, json!({"extraBody": {"max_tokens": 7}}), none(), json!({"max_tokens": 7}));
}

#[test]
fn sampling_and_thinking() {
    let settings = || json!({"temperature": 0.5, "topP": 0.9, "reasoningEffort": "low", "thinkingBudget": 4096});
    check(
        &assumed(),
        settings(),
        json!({}),
        json!({"thinking": {"type": "enabled", "budget_tokens": 4096}, "top_p": 0.9, "reasoning_effort": "low"}),
    );
    check(
        &assumed(),
        settings(),
        json!({"temperature": 0, "topP": 1, "reasoningEffort": "high", "thinkingBudget": 0}),
        json!({"temperature": 0.0, "top_p": 1.0, "reasoning_effort": "high"}),
    );
    for (limit, budget) in [(8192, 4096), (4097, 4096), (4096, 4095), (2, 1)] {
        check(
            &stated(limit),
            json!({"thinkingBudget": 4096, "temperature": 1}),
            json!({}),
            json!({"max_tokens": limit, "thinking": {"type": "enabled", "budget_tokens": budget}}),
        );
    }
    check(
        &stated(8192),
        json!({"thinkingBudget": 4096, "extraBody": {"max_tokens": 2048}}),
        json!({}),
        json!({"max_tokens": 2048, "thinking": {"type": "enabled", "budget_tokens": 2047}}),
    );
    let reasoning = ModelInfo { backend_model: Some("openai/gpt-5".to_owned()), ..assumed() };
    check(&reasoning, json!({"temperature": 0.5}), json!({"temperature": 0.1}), json!({}));
    check(&reasoning, json!({}), json!({"extraBody": {"temperature": 1}}), json!({"temperature": 1}));
}

#[test]
fn fields_for_the_gateway() {
    check(
        &assumed(),
        json!({"sessionId": "s", "tags": ["t"], "metadata": {"team": "x", "tags": ["old"]}, "user": "u", "guardrails": ["g"],
            "fallbacks": ["m2", {"model": "m3"}], "numRetries": 0}),
        json!({}),
        json!({"litellm_session_id": "s", "metadata": {"team": "x", "tags": ["t"]}, "user": "u", "guardrails": ["g"],
            "fallbacks": ["m2", {"model": "m3"}], "num_retries": 0}),
    );
    check(
        &assumed(),
        json!({"sessionId": "s", "metadata": {"team": "x"}}),
        json!({"sessionId": "of the call"}),
        json!({"litellm_session_id": "of the call", "metadata": {"team": "x"}}),
    );
    let of_all = |of_model: Value| json!({"guardrails": ["g"], "fallbacks": ["m2"], "modelInfo": of_model});
    check(
        &assumed(),
        of_all(json!({"guardrails": ["law"], "fallbacks": [{"model": "m4"}]})),
        json!({}),
        json!({"guardrails": ["law"], "fallbacks": [{"model": "m4"}]}),
    );
    check(&assumed(), of_all(json!({"guardrails": [], "fallbacks": []})), json!({}), json!({}));
    check(&assumed(), of_all(json!({"name": "M"})), json!({}), json!({"guardrails": ["g"], "fallbacks": ["m2"]}));
}

#[test]
fn the_extra_body_comes_last() {
    check(
        &assumed(),
        json!({"topP": 0.5, "extraBody": {"top_p": 0.1, "seed": 1, "model": "x", "messages": [], "stream": false}}),
        json!({"extraBody": {"seed": 2, "top_k": 40, "stream": null}}),
        json!({"top_p": 0.1, "seed": 2, "top_k": 40}),
    );
    let body = body_of(
        json!({"extraBody": {"model": "x", "stream": false, "messages": [], "stream_options": {"include_usage": false}}}),
        &assumed(),
        &RefusedParameters::default(),
        json!([{"role": "user", "content": "hi"}]),
        json!({}),
    );
    assert_eq!(
        body,
        json!({"model": "m", "stream": true, "stream_options": {"include_usage": false}, "drop_params": true,
            "messages": [{"role": "user", "content": "hi"}]})
    );
}

#[test]
fn refused_parameters_are_not_sent() {
    let settings = || json!({"temperature": 0.5, "topP": 0.9, "extraBody": {"parallel_tool_calls": false}});
    check_with(
        &refusing(&["temperature", "parallel_tool_calls"]),
        &stated(50),
        settings(),
        json!({}),
        json!({"top_p": 0.9, "max_tokens": 50}),
    );
    check_with(&refusing(&["max_tokens"]), &stated(50), json!({}), json!({}), json!({"max_completion_tokens": 50}));
    check_with(&refusing(&["max_completion_tokens"]), &stated(50), json!({}), json!({}), json!({"max_tokens": 50}));
    check_with(&refusing(&["max_tokens", "max_completion_tokens"]), &stated(50), json!({}), json!({}), json!({}));
    let body = body_of(
        json!({}),
        &ModelInfo { supports_prompt_cache: true, ..assumed() },
        &refusing(&["cache_control", "stream_options", "drop_params", "tool_choice"]),
        json!([{"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}}]}]),
        json!({"tools": [{"name": "f"}], "toolChoice": "auto"}),
    );
    let tool =
        json!({"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}});
    assert_eq!(
        body,
        json!({"model": "m", "stream": true, "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
            "tools": [tool]})
    );
}

#[test]
fn tools_and_their_choice() {
    let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}});
    check(
        &assumed(),
        json!({}),
        json!({"tools": [{"name": "a.b"}, {"name": "a_b"}], "toolChoice": {"name": "a_b"}}),
        json!({"tools": [tool("a_b"), tool("a_b_dbf08e00")],
            "tool_choice": {"type": "function", "function": {"name": "a_b_dbf08e00"}}}),
    );
    check(&assumed(), json!({}), json!({"toolChoice": "required"}), json!({}));
    check(&assumed(), json!({}), json!({"tools": [], "toolChoice": "auto"}), json!({}));
}

#[test]
fn a_history_of_calls_needs_a_tool() {
    let history = json!([{"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "no_operation", "input": {}}]}]);
    let refused = RefusedParameters::default();
    let body = body_of(json!({}), &assumed(), &refused, history.clone(), json!({"toolChoice": "required"}));
    assert_eq!(body["tools"].as_array().map(Vec::len), Some(1));
    assert_eq!(body["tool_choice"], Value::Null);
    assert_ne!(body["tools"][0]["function"]["name"], body["messages"][0]["tool_calls"][0]["function"]["name"]);
    let body = body_of(json!({}), &assumed(), &refused, history.clone(), json!({"tools": [{"name": "f"}]}));
    assert_eq!(body["tools"][0]["function"]["name"], "f");
    let body = body_of(json!({"extraBody": {"tools": [{"type": "mcp"}]}}), &assumed(), &refused, history, json!({}));
    assert_eq!(body["tools"], json!([{"type": "mcp"}]));
}

#[test]
fn sent_tool_names_lead_back() {
    let options = CallOptions::parse(&json!({"tools": [{"name": "a.b/c d"}]})).unwrap();
    let settings = normalize(&json!({})).settings;
    let messages =
        json!([{"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "ü", "input": {}}]}]);
    let request = build(&settings, "m", &assumed(), &RefusedParameters::default(), "", &messages, &options).unwrap();
    assert_eq!(request.tool_names.original("a_b_c_d"), "a.b/c d");
    assert_eq!(request.tool_names.original("_"), "ü");
}

#[test]
fn a_message_that_has_no_meaning_is_an_error() {
    let error = build(
        &normalize(&json!({})).settings,
        "m",
        &assumed(),
        &RefusedParameters::default(),
        "S",
        &json!([{"role": "user", "content": [{"type": "image", "source": 5}]}]),
        &CallOptions::default(),
    )
    .unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidRequest);
    assert!(error.message.contains("messages[0].content[0].source"), "{error}");
}

#[test]
fn a_prompt_alone_is_what_a_chat_would_send() {
    let options = CallOptions::parse(&json!({"tools": [{"name": "read file"}], "toolChoice": "required"})).unwrap();
    let prompt = json!({"system": "S", "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]});
    let model = ModelInfo { supports_prompt_cache: true, ..assumed() };
    let body = build_prompt("m", &model, &prompt, &options).unwrap();
    let function = json!({"name": "read_file", "parameters": {"type": "object", "properties": {}}});
    let text = json!({"type": "text", "text": "hi"});
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({
            "model": "m",
            "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": [text]}],
            "tools": [{"type": "function", "function": function}],
        })
    );
    let broken = json!({"messages": 7});
    assert_eq!(build_prompt("m", &model, &broken, &options).unwrap_err().kind, ErrorKind::InvalidRequest);
}
