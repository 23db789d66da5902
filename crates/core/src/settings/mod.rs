//! The provider's settings: defaults, older names, and what is wrong with what was given.

mod fields;
mod headers;
mod model_info;
mod read;
mod suggestion;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

pub use self::fields::{FIELDS, Field, Takes};
use self::read::{Given, Issues};
use crate::endpoint::Endpoints;
use crate::model_info::ModelInfoOverride;

/// Where the gateway is when nobody says.
pub const DEFAULT_BASE_URL: &str = "http://localhost:4000";
/// What `apiProvider` says in a configuration that is for this provider.
pub const PROVIDER: &str = "litellm";
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
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_object")]
    #[cfg_attr(feature = "tsify", tsify(type = "Record<string, string>"))]
    pub headers: Vec<(String, String)>,
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
    /// Whether a host adds the name of what the user works on to the tags. A handler itself adds nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "tsify", tsify(optional))]
    pub workspace_tag: bool,
    /// Metadata in the gateway's spend logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "tsify", tsify(type = "Record<string, unknown>"))]
    pub metadata: Option<Map<String, Value>>,
    /// The end user's id: the gateway makes a customer of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Names of guardrails of the gateway.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardrails: Vec<String>,
    /// Models that the gateway asks when this one fails: ids or the gateway's own objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "tsify", tsify(type = "(string | Record<string, unknown>)[]"))]
    pub fallbacks: Vec<Value>,
    /// How often the gateway tries again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_retries: Option<u32>,
    /// Members merged last into the body of a chat request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "tsify", tsify(type = "Record<string, unknown>"))]
    pub extra_body: Option<Map<String, Value>>,
    /// What is known better of models than the gateway says it, by model id. For the model of `modelId`, `modelInfo` holds
    /// where it is given.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_object")]
    #[cfg_attr(feature = "tsify", tsify(type = "Record<string, ModelInfoOverride>"))]
    pub model_overrides: Vec<(String, ModelInfoOverride)>,
    /// Ids of models that a host does not offer to choose from. A handler lists and asks them all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hidden_models: Vec<String>,
    /// Ids of models that a host offers before the others, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub favorite_models: Vec<String>,
}

impl ProviderSettings {
    /// The same settings for another model of the gateway: what the user says of that one holds.
    #[must_use]
    pub fn for_model(&self, model_id: String) -> Self {
        let model_info = override_of(&self.model_overrides, &model_id);
        Self { model_id, model_info, ..self.clone() }
    }
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

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            base_url: DEFAULT_BASE_URL.to_owned(),
            api_key: None,
            model_id: DEFAULT_MODEL_ID.to_owned(),
            model_info: None,
            headers: Vec::new(),
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
            workspace_tag: false,
            metadata: None,
            user: None,
            guardrails: Vec::new(),
            fallbacks: Vec::new(),
            num_retries: None,
            extra_body: None,
            model_overrides: Vec::new(),
            hidden_models: Vec::new(),
            favorite_models: Vec::new(),
        }
    }
}

/// Each name is there once.
fn as_object<S: Serializer, V: Serialize>(members: &[(String, V)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
}

fn override_of(overrides: &[(String, ModelInfoOverride)], model_id: &str) -> Option<ModelInfoOverride> {
    overrides.iter().find(|(id, _)| id == model_id).map(|(_, given)| given.clone())
}

/// Reads whatever was given as settings. Never fails: a bad value is left out and reported.
///
/// Null counts as not given, for a field and for the whole. A configuration with `apiProvider` is that of a host which keeps
/// the fields of many providers in one object: what is not ours in it is no mistake.
pub fn normalize(input: &Value) -> NormalizedSettings {
    let mut issues = Issues::default();
    let empty = Map::new();
    let input = match input {
        Value::Object(members) => members,
        Value::Null => &empty,
        _ => {
            let whole = Given { value: input, path: String::new(), position: 0 };
            let message = "The settings must be an object with fields such as \"baseUrl\".".to_owned();
            issues.report(&whole, SettingsIssueCode::WrongType, message);
            &empty
        }
    };
    let environment = environment(input, &mut issues);
    let find = |field: &Field| read::find(input, environment.as_ref(), field);

    let defaults = ProviderSettings::default();
    let api_key = headers::read_key(find(&fields::API_KEY), &mut issues);
    let model_id = issues.text(find(&fields::MODEL_ID)).unwrap_or(defaults.model_id);
    let model_overrides = model_info::read_overrides(find(&fields::MODEL_OVERRIDES), &mut issues);
    let settings = ProviderSettings {
        base_url: base_url(find(&fields::BASE_URL), api_key.is_some(), &mut issues).unwrap_or(defaults.base_url),
        api_key,
        model_info: model_info::read(find(&fields::MODEL_INFO), &mut issues)
            .or_else(|| override_of(&model_overrides, &model_id)),
        model_id,
        headers: headers::read(find(&fields::HEADERS), &mut issues),
        max_tokens: whole(&fields::MAX_TOKENS, &find, &mut issues),
        temperature: issues.number(find(&fields::TEMPERATURE), fields::TEMPERATURE.takes),
        top_p: issues.number(find(&fields::TOP_P), fields::TOP_P.takes),
        reasoning_effort: issues.text(find(&fields::REASONING_EFFORT)),
        thinking_budget: whole(&fields::THINKING_BUDGET, &find, &mut issues),
        use_prompt_cache: issues.switch(find(&fields::USE_PROMPT_CACHE)).unwrap_or(defaults.use_prompt_cache),
        timeout_ms: whole(&fields::TIMEOUT_MS, &find, &mut issues).unwrap_or(defaults.timeout_ms),
        discovery_timeout_ms: whole(&fields::DISCOVERY_TIMEOUT_MS, &find, &mut issues)
            .unwrap_or(defaults.discovery_timeout_ms),
        max_retries: whole(&fields::MAX_RETRIES, &find, &mut issues).unwrap_or(defaults.max_retries),
        session_id: issues.text(find(&fields::SESSION_ID)),
        tags: issues.texts(find(&fields::TAGS)).unwrap_or_default(),
        workspace_tag: issues.switch(find(&fields::WORKSPACE_TAG)).unwrap_or(false),
        metadata: object(find(&fields::METADATA), &mut issues),
        user: issues.text(find(&fields::USER)),
        guardrails: issues.texts(find(&fields::GUARDRAILS)).unwrap_or_default(),
        fallbacks: issues.texts_or_objects(find(&fields::FALLBACKS)).unwrap_or_default(),
        num_retries: whole(&fields::NUM_RETRIES, &find, &mut issues),
        extra_body: object(find(&fields::EXTRA_BODY), &mut issues),
        model_overrides,
        hidden_models: issues.texts(find(&fields::HIDDEN_MODELS)).unwrap_or_default(),
        favorite_models: issues.texts(find(&fields::FAVORITE_MODELS)).unwrap_or_default(),
    };
    report_unknown(input, &mut issues);
    NormalizedSettings { settings, issues: issues.in_order() }
}

/// Looks whether a configuration is for this provider: one that names another is a mistake of the caller. Nothing named is
/// this one.
pub fn check_provider(configuration: &Value) -> Result<(), SettingsIssue> {
    let given = configuration.get(fields::API_PROVIDER).filter(|value| !value.is_null());
    let (code, found) = match given {
        None => return Ok(()),
        Some(Value::String(name)) if name == PROVIDER => return Ok(()),
        Some(Value::String(name)) => (SettingsIssueCode::OutOfRange, format!("\"{}\"", read::printable(name))),
        Some(other) => (SettingsIssueCode::WrongType, read::kind_of(other)),
    };
    let path = fields::API_PROVIDER.to_owned();
    let message =
        format!("\"{path}\" must be \"{PROVIDER}\"; it is {found}. Other providers have handlers of their own.");
    Err(SettingsIssue { path, code, message, fatal: true })
}

/// The names of all settings, as JavaScript knows them, in the order in which people meet them.
pub fn field_names() -> impl Iterator<Item = &'static str> + Clone {
    FIELDS.iter().map(|field| field.name)
}

fn environment<'a>(input: &'a Map<String, Value>, issues: &mut Issues) -> Option<Given<'a>> {
    let position = input.keys().position(|key| key == fields::ENVIRONMENT)?;
    let value = input.get(fields::ENVIRONMENT).filter(|value| !value.is_null())?;
    let given = Given { value, path: fields::ENVIRONMENT.to_owned(), position };
    issues.object(Some(given)).map(|(given, _)| given)
}

fn base_url(given: Option<Given<'_>>, has_key: bool, issues: &mut Issues) -> Option<String> {
    let text = issues.text(given.clone())?;
    let given = given?;
    match Endpoints::resolve(&text) {
        Ok(endpoints) => {
            if has_key && !endpoints.keeps_secrets() {
                let message = "The base URL uses http://, so everybody on the way can read the API key; use https:// \
                               if the gateway has it."
                    .to_owned();
                issues.report(&given, SettingsIssueCode::InsecureHttp, message);
            }
            Some(endpoints.url(""))
        }
        Err(issue) => {
            issues.add(given.position, issue);
            None
        }
    }
}

fn whole<'a, Number: TryFrom<u64>>(
    field: &Field,
    find: &impl Fn(&Field) -> Option<Given<'a>>,
    issues: &mut Issues,
) -> Option<Number> {
    issues.whole(find(field), field.takes).and_then(|number| Number::try_from(number).ok())
}

/// An object with members; an empty one says nothing.
fn object(given: Option<Given<'_>>, issues: &mut Issues) -> Option<Map<String, Value>> {
    issues.object(given).map(|(_, object)| object.clone()).filter(|object| !object.is_empty())
}

fn report_unknown(input: &Map<String, Value>, issues: &mut Issues) {
    let is_known = |name: &str| {
        name == fields::ENVIRONMENT
            || name == fields::API_PROVIDER
            || FIELDS.iter().any(|field| field.name == name || field.older.contains(&name))
    };
    let has_others = input.contains_key(fields::API_PROVIDER);
    for (position, (name, value)) in input.iter().enumerate() {
        let is_of_others = has_others && !name.to_ascii_lowercase().starts_with("litellm");
        if is_known(name) || is_of_others || value.is_null() {
            continue;
        }
        let path = read::printable(name);
        let advice = suggestion::nearest(name, field_names())
            .map_or_else(String::new, |meant| format!(" Did you mean \"{meant}\"?"));
        let message = format!("\"{path}\" is no setting and is not used.{advice}");
        issues.report(&Given { value, path, position }, SettingsIssueCode::UnknownField, message);
    }
}

#[cfg(test)]
mod tests;
