//! The core for JavaScript: fetch, abort, sleep, and conversion between JavaScript and Rust.
//!
//! This crate decides nothing: what a status, a model name or a message means is for `litellm-core`. Methods take `&self`
//! only, so that a second call during a first one can't trap. What is thrown is a plain object with the fields of
//! `LiteLLMError`; the public module in `js/` makes the error of it.

#![expect(clippy::float_cmp, reason = "wasm-bindgen's own code for an enum compares numbers")]

mod chat;
mod connection_test;
mod error;
mod fetch;
mod handler;
mod js_value;
mod transport;

use litellm_core::calibration::{self, Calibration, Counted};
use litellm_core::cost;
use litellm_core::endpoint::Endpoints;
use litellm_core::error::{self as core_error, Error};
use litellm_core::settings::{self, NormalizedSettings, SettingsIssue, SettingsIssueCode};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "../js/trap.ts")]
extern "C" {
    fn trapped();
}

/// Panics are bugs: the console then says where, and the public module gives this instance up.
#[wasm_bindgen(start)]
fn start() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        trapped();
    }));
}

/// The version of the core.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Settings with defaults, and what is wrong with what was given. Never throws.
#[wasm_bindgen(js_name = normalizeSettings, unchecked_return_type = "NormalizedSettings")]
pub fn normalize_settings(input: &JsValue) -> JsValue {
    js_value::from_serializable(&normalized(input))
}

/// The texts among settings that must not show in any log: keys, secret headers, credentials. They are one text, with a NUL between
/// two of them. Never throws.
#[wasm_bindgen(js_name = secretsOf)]
pub fn secrets_of(settings: &JsValue) -> String {
    core_error::secret_texts(&normalized(settings).settings).join("\0")
}

/// What can't be read is said to be so, and not to be of a wrong type.
fn normalized(input: &JsValue) -> NormalizedSettings {
    let given = js_value::settings_to_json(input);
    let mut normalized = settings::normalize(&given.value);
    for issue in &mut normalized.issues {
        let field = issue.path.split_once('[').map_or(issue.path.as_str(), |(field, _)| field);
        if given.unreadable.iter().any(|name| name == field) {
            issue.message =
                format!("\"{field}\" can't be read: it is nested too deeply or holds itself; give plain data.");
        }
    }
    normalized
}

/// The addresses made from a base URL; throws kind `settings` when it can't be used.
#[wasm_bindgen(js_name = resolveEndpoints, unchecked_return_type = "Endpoints")]
pub fn resolve_endpoints(base_url: &JsValue) -> Result<JsValue, JsValue> {
    endpoints_of(base_url).map(|endpoints| js_value::from_serializable(&endpoints))
}

/// Scheme, host and port of a base URL: where its key may go. Throws kind `settings` when it can't be used.
#[wasm_bindgen(js_name = originOf)]
pub fn origin_of(base_url: &JsValue) -> Result<String, JsValue> {
    endpoints_of(base_url).map(|endpoints| endpoints.origin().to_owned())
}

/// What is known of how a model counts tokens, after a prompt of so many counted `tokens` and `wide` characters that the gateway
/// reported as `reported`. `known` is what was known before, as numbers in the order of its members, or nothing.
#[wasm_bindgen(js_name = learnCalibration, unchecked_return_type = "Calibration | undefined")]
pub fn learn_calibration(known: &[f64], tokens: f64, wide: f64, reported: f64) -> JsValue {
    let known = if let [factor, wide_factor, weight, shares, squares] = *known {
        Some(Calibration { factor, wide_factor, weight, shares, squares })
    } else {
        None
    };
    let learned = calibration::learn(known, Counted { tokens, wide }, reported);
    learned.map_or(JsValue::UNDEFINED, |learned| js_value::from_serializable(&learned))
}

/// What so many tokens cost by the prices of a `ModelInfo`, in US dollars; undefined when a price that is needed is unknown.
#[wasm_bindgen(js_name = estimateCost)]
pub fn estimate_cost(info: &JsValue, usage: &JsValue) -> Option<f64> {
    cost::estimate(&js_value::to_json(info).ok()?, &js_value::to_json(usage).ok()?)
}

fn endpoints_of(base_url: &JsValue) -> Result<Endpoints, JsValue> {
    let resolved = base_url.as_string().map_or_else(|| Err(no_text()), |base_url| Endpoints::resolve(&base_url));
    resolved.map_err(|issue| error::to_js(Error::settings(&[issue])))
}

fn no_text() -> SettingsIssue {
    let message = "The base URL must be a text, such as \"https://gateway.example\".".to_owned();
    SettingsIssue { path: "baseUrl".to_owned(), code: SettingsIssueCode::WrongType, message, fatal: true }
}
