//! Errors of the core as plain objects.

use litellm_core::catalog::DiscoveryAttempt;
use litellm_core::error::{Error, ErrorFacts, ErrorKind};
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::js_value;

/// The fields of `LiteLLMError`.
#[derive(Serialize, tsify::Tsify)]
#[serde(rename_all = "camelCase")]
struct ErrorFields {
    kind: ErrorKind,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<f64>,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guardrail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempted_retries: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempted_fallbacks: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retries: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    for_model: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[tsify(optional)]
    attempts: Vec<DiscoveryAttempt>,
}

/// The object that the public module turns into a `LiteLLMError`.
pub(crate) fn to_js(error: Error) -> JsValue {
    of_discovery(error, Vec::new())
}

/// The same of a discovery, with what it asked.
pub(crate) fn of_discovery(error: Error, attempts: Vec<DiscoveryAttempt>) -> JsValue {
    let Error { kind, message, status, retry_after_ms, retryable, call_id, detail, parameter: _, facts } = error;
    let facts = facts.map(|facts| *facts).unwrap_or_default();
    let ErrorFacts { guardrail, model_id, model, attempted_retries, attempted_fallbacks, retries, for_model } = facts;
    js_value::from_serializable(&ErrorFields {
        kind,
        message,
        status,
        retry_after_ms,
        retryable,
        call_id,
        detail,
        guardrail,
        model_id,
        model,
        attempted_retries,
        attempted_fallbacks,
        retries: Some(retries).filter(|count| *count > 0),
        for_model,
        attempts,
    })
}
