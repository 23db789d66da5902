//! Whatever a caller passes as messages, a request pairs each tool call with one result, or the caller is told.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use litellm_core::chat_request::{self, RefusedParameters};
use litellm_core::model_info::ModelInfo;
use litellm_core::options::CallOptions;
use litellm_core::settings;
use serde_json::{Value, json};

fuzz_target!(|bytes: &[u8]| {
    let Ok(messages) = serde_json::from_slice::<Value>(bytes) else { return };
    let settings = settings::normalize(&json!({})).settings;
    let model = ModelInfo { supports_prompt_cache: true, ..ModelInfo::unlisted("m") };
    let options = CallOptions::default();
    let built = chat_request::build(&settings, "m", &model, &RefusedParameters::default(), "S", &messages, &options);
    let Ok(request) = built else { return };
    let body: Value = serde_json::from_slice(&request.body).expect("a body is JSON");
    let mut open = BTreeSet::new();
    for message in body["messages"].as_array().expect("a body has messages") {
        if message["role"] == "tool" {
            assert!(open.remove(&message["tool_call_id"].to_string()), "a result has its call before it");
            continue;
        }
        assert!(open.is_empty(), "every call has its result right after it");
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            assert!(open.insert(call["id"].to_string()), "ids are distinct");
        }
    }
    assert!(open.is_empty());
});
