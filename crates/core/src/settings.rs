//! The provider's settings: defaults, older names, and what is wrong with what was given.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model_info::ModelInfoOverride;

/// Where the gateway is when nobody says.
pub const DEFAULT_BASE_URL: &str = "http://localhost:4000";
/// The model when nobody says.
pub const DEFAULT_MODEL_ID: &str = "anthropic/claude-3-7-sonnet-20250219";

/// Settings that are complete and usable: defaults filled in, bad values left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ProviderSettings {
    /// The normalised base URL, with its query.
    pub base_url: String,
    /// The gateway's key, trimmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<String>,
    /// The model that is asked. The prefix `litellm/` is kept here: only a catalog can tell whether the gateway lists it so.
    pub model_id: String,
    /// What is known better than the gateway says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_info: Option<ModelInfoOverride>,
    /// Headers that are sent with every request and win over ours.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The most tokens of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u64>,
    /// Sampling temperature, 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// Nucleus sampling, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f64>,
    /// How much a reasoning model thinks: a word that the model knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// How many tokens a reasoning model may think.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_budget: Option<u64>,
    /// Whether prompts are marked for the provider's cache.
    pub use_prompt_cache: bool,
    /// How long no byte may come during a chat, in milliseconds.
    pub timeout_ms: u64,
    /// How long a list of models may take, in milliseconds.
    pub discovery_timeout_ms: u64,
    /// How often a failed request is sent again.
    pub max_retries: u32,
    /// Groups calls in the gateway's logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Tags in the gateway's spend logs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Metadata in the gateway's spend logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The end user's id: the gateway makes a customer of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Names of guardrails of the gateway.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardrails: Vec<String>,
    /// Models that the gateway asks when this one fails: ids or the gateway's own objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<Value>,
    /// How often the gateway tries again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_retries: Option<u32>,
    /// Members merged last into the body of a chat request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_body: Option<Map<String, Value>>,
}

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct SettingsIssue {
    /// The field, such as `baseUrl` or `headers.x-team`.
    pub path: String,
    /// The class of the issue.
    pub code: SettingsIssueCode,
    /// What is wrong and what would be right, for the user; never the key.
    pub message: String,
    /// Whether no handler can be made with these settings.
    pub fatal: bool,
}

/// The classes of settings issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum SettingsIssueCode {
    /// No URL, or one with user and password.
    InvalidUrl,
    /// Neither `http` nor `https`.
    UnsupportedScheme,
    /// A key over plain http to another machine.
    InsecureHttp,
    /// A header name or value, or a key, that HTTP can't carry.
    InvalidHeader,
    /// Another type than the field has.
    WrongType,
    /// A number outside its range.
    OutOfRange,
    /// No such field.
    UnknownField,
}

/// Settings and all that is wrong with what was given.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct NormalizedSettings {
    /// Complete settings.
    pub settings: ProviderSettings,
    /// What was wrong, in the order of the fields given.
    pub issues: Vec<SettingsIssue>,
}

/// Reads whatever was given as settings. Never fails: a bad value is left out and reported.
pub fn normalize(input: &Value) -> NormalizedSettings {
    let _ = input;
    NormalizedSettings {
        settings: ProviderSettings {
            base_url: DEFAULT_BASE_URL.to_owned(),
            api_key: None,
            model_id: DEFAULT_MODEL_ID.to_owned(),
            model_info: None,
            headers: BTreeMap::new(),
            max_tokens: None,
            temperature: None,
            top_p: None,
            reasoning_effort: None,
            thinking_budget: None,
            use_prompt_cache: true,
            timeout_ms: 300_000,
            discovery_timeout_ms: 15_000,
            max_retries: 2,
            session_id: None,
            tags: Vec::new(),
            metadata: None,
            user: None,
            guardrails: Vec::new(),
            fallbacks: Vec::new(),
            num_retries: None,
            extra_body: None,
        },
        issues: Vec::new(),
    }
}
