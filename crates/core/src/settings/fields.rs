//! The one table of settings: names, older names, and what each takes.

/// The longest wait that a timer of JavaScript can hold, in milliseconds: one more and it fires at once.
const LONGEST_WAIT: f64 = 2_147_483_647.0;
/// The largest whole number that JavaScript can hold exactly.
pub(super) const LARGEST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// The member of `ProviderSettings`, as JavaScript and the editor's settings name it.
    pub name: &'static str,
    /// Names under which older programs keep it, best first.
    pub older: &'static [&'static str],
    /// The member of `env` that holds it.
    pub environment: Option<&'static str>,
    /// What it takes.
    pub takes: Takes,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// Text; blanks around it do not count, and nothing else is nothing.
    Text,
    /// Yes or no.
    Switch,
    /// A number from `minimum` to `maximum`.
    Number {
        /// The smallest value.
        minimum: f64,
        /// The largest value.
        maximum: f64,
        /// Whether only whole numbers do.
        whole: bool,
    },
    /// A list of texts.
    Texts,
    /// A list of texts or objects.
    TextsOrObjects,
    /// An object.
    Object,
}

const fn field(name: &'static str, takes: Takes) -> Field {
    Field { name, older: &[], environment: None, takes }
}

const fn whole(minimum: f64, maximum: f64) -> Takes {
    Takes::Number { minimum, maximum, whole: true }
}

pub(super) const BASE_URL: Field = Field {
    name: "baseUrl",
    older: &["litellmApiUrl", "litellmBaseUrl", "liteLlmBaseUrl"],
    environment: Some("LITELLM_BASE_URL"),
    takes: Takes::Text,
};
pub(super) const API_KEY: Field = Field {
    name: "apiKey",
    older: &["litellmApiKey", "liteLlmApiKey"],
    environment: Some("LITELLM_API_KEY"),
    takes: Takes::Text,
};
pub(super) const MODEL_ID: Field = Field {
    name: "modelId",
    older: &["litellmModelId", "liteLlmModelId"],
    environment: Some("LITELLM_MODEL"),
    takes: Takes::Text,
};
pub(super) const MODEL_INFO: Field =
    Field { name: "modelInfo", older: &["litellmModelInfo"], environment: None, takes: Takes::Object };
pub(super) const HEADERS: Field = field("headers", Takes::Object);
pub(super) const MAX_TOKENS: Field = field("maxTokens", whole(1.0, LARGEST_WHOLE));
pub(super) const TEMPERATURE: Field = field("temperature", Takes::Number { minimum: 0.0, maximum: 2.0, whole: false });
pub(super) const TOP_P: Field = field("topP", Takes::Number { minimum: 0.0, maximum: 1.0, whole: false });
pub(super) const REASONING_EFFORT: Field = field("reasoningEffort", Takes::Text);
pub(super) const THINKING_BUDGET: Field = field("thinkingBudget", whole(1.0, LARGEST_WHOLE));
pub(super) const USE_PROMPT_CACHE: Field =
    Field { name: "usePromptCache", older: &["litellmUsePromptCache"], environment: None, takes: Takes::Switch };
pub(super) const TIMEOUT_MS: Field = field("timeoutMs", whole(1.0, LONGEST_WAIT));
pub(super) const DISCOVERY_TIMEOUT_MS: Field = field("discoveryTimeoutMs", whole(1.0, LONGEST_WAIT));
pub(super) const MAX_RETRIES: Field = field("maxRetries", whole(0.0, 100.0));
pub(super) const SESSION_ID: Field = field("sessionId", Takes::Text);
pub(super) const TAGS: Field = field("tags", Takes::Texts);
pub(super) const WORKSPACE_TAG: Field = field("workspaceTag", Takes::Switch);
pub(super) const METADATA: Field = field("metadata", Takes::Object);
pub(super) const USER: Field = field("user", Takes::Text);
pub(super) const GUARDRAILS: Field = field("guardrails", Takes::Texts);
pub(super) const FALLBACKS: Field = field("fallbacks", Takes::TextsOrObjects);
pub(super) const NUM_RETRIES: Field = field("numRetries", whole(0.0, 100.0));
pub(super) const EXTRA_BODY: Field = field("extraBody", Takes::Object);
pub(super) const MODEL_OVERRIDES: Field = field("modelOverrides", Takes::Object);
pub(super) const HIDDEN_MODELS: Field = field("hiddenModels", Takes::Texts);
pub(super) const FAVORITE_MODELS: Field = field("favoriteModels", Takes::Texts);

/// Every setting, in the order in which people meet them.
pub const FIELDS: &[Field] = &[
    BASE_URL,
    API_KEY,
    MODEL_ID,
    MODEL_INFO,
    HEADERS,
    MAX_TOKENS,
    TEMPERATURE,
    TOP_P,
    REASONING_EFFORT,
    THINKING_BUDGET,
    USE_PROMPT_CACHE,
    TIMEOUT_MS,
    DISCOVERY_TIMEOUT_MS,
    MAX_RETRIES,
    SESSION_ID,
    TAGS,
    WORKSPACE_TAG,
    METADATA,
    USER,
    GUARDRAILS,
    FALLBACKS,
    NUM_RETRIES,
    EXTRA_BODY,
    MODEL_OVERRIDES,
    HIDDEN_MODELS,
    FAVORITE_MODELS,
];

/// Whether an issue at this path is about what the user says of single models: the gateway can be asked all the same.
pub(super) fn is_about_models(path: &str) -> bool {
    let is_within = |rest: &str| rest.is_empty() || rest.starts_with(['.', '[']);
    [MODEL_OVERRIDES, HIDDEN_MODELS, FAVORITE_MODELS]
        .iter()
        .any(|field| path.strip_prefix(field.name).is_some_and(is_within))
}

/// Members of a configuration that are neither settings nor mistakes: `env` holds environment variables, `apiProvider` says
/// that the whole is the configuration of a host that keeps the fields of many providers in one object.
pub(super) const ENVIRONMENT: &str = "env";
pub(super) const API_PROVIDER: &str = "apiProvider";
