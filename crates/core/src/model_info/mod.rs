//! What is known of a model: limits, capabilities and prices, read from the gateway's rows.

mod archive;
mod draft;
mod merge;
mod model_override;
mod name;
mod price_members;
mod prices;
mod statements;
mod written;

use serde::Serialize;

pub use self::model_override::ModelInfoOverride;
pub use self::prices::{PriceTier, Prices};

pub(crate) use self::archive::{Archive, Mark, Text, Word};
pub(crate) use self::draft::{Draft, RowKind};
pub(crate) use self::merge::{Listed, WordList, complete, merged};
pub(crate) use self::prices::{PRICE_FIELDS, TOKENS_OF_A_PRICE, twelve_digits};
pub(crate) use self::statements::Row;
pub(crate) use self::written::written;

use crate::capabilities;
use crate::settings::DEFAULT_MODEL_ID;

/// The output limit where nobody states one.
const DEFAULT_MAX_TOKENS: u64 = 8192;
/// The size of a conversation where nobody states one.
const DEFAULT_CONTEXT_WINDOW: u64 = 200_000;
/// Every field that has a default: limits, then capabilities. Prices have none: what is not stated is unknown.
pub(crate) const FIELDS_WITH_DEFAULTS: [&str; 10] = [
    "maxTokens",
    "contextWindow",
    "maxInputTokens",
    "supportsImages",
    "supportsPromptCache",
    "supportsComputerUse",
    "supportsTools",
    "supportsReasoning",
    "supportsPdf",
    "supportsAudio",
];
/// How many of these are limits.
const LIMITS_WITH_DEFAULTS: usize = 3;

/// What is known of one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// The name under which the gateway serves it.
    pub id: String,
    /// The id, readable.
    pub name: String,
    /// `litellm_params.model`: what the gateway asks, such as `openai/gpt-4o`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_model: Option<String>,
    /// `litellm_provider`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What editors tune prompts by, from the family word on: `claude-…`, `gpt-…`; else the id.
    pub family: String,
    /// The gateway's mode: `chat`, `responses`, another word, or null.
    #[cfg_attr(feature = "tsify", tsify(type = "string | null"))]
    pub mode: Option<String>,
    /// The most tokens of an answer.
    pub max_tokens: u64,
    /// The most tokens of a conversation.
    pub context_window: u64,
    /// The most tokens of a prompt.
    pub max_input_tokens: u64,
    /// Takes images.
    pub supports_images: bool,
    /// Takes cache marks.
    pub supports_prompt_cache: bool,
    /// Can use a computer through screenshots.
    pub supports_computer_use: bool,
    /// Takes tools.
    pub supports_tools: bool,
    /// Thinks before it answers.
    pub supports_reasoning: bool,
    /// Takes PDF documents.
    pub supports_pdf: bool,
    /// Takes audio.
    pub supports_audio: bool,
    /// The words for the effort of thinking that the model takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_efforts: Option<Vec<String>>,
    /// The request parameters that the gateway passes on for this model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_params: Option<Vec<String>>,
    /// The prices that hold for any size of prompt.
    #[serde(flatten)]
    pub prices: Prices,
    /// Prices of longer prompts, ascending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub price_tiers: Vec<PriceTier>,
    /// The operator's words, or `<id> via LiteLLM`.
    pub description: String,
    /// How many deployments stand behind the name.
    pub deployments: u32,
    /// The fields that are defaults, not the gateway's word.
    pub assumed: Vec<String>,
}

impl ModelInfo {
    /// What holds for a model of which the gateway said nothing (yet): defaults, named in `assumed`.
    pub fn unlisted(id: &str) -> Self {
        let model = Self {
            id: id.to_owned(),
            name: name::readable(id).to_owned(),
            backend_model: None,
            provider: None,
            family: capabilities::family(id, None).into_owned(),
            mode: None,
            max_tokens: DEFAULT_MAX_TOKENS,
            context_window: DEFAULT_CONTEXT_WINDOW,
            max_input_tokens: DEFAULT_CONTEXT_WINDOW,
            supports_images: false,
            supports_prompt_cache: false,
            supports_computer_use: false,
            supports_tools: true,
            supports_reasoning: false,
            supports_pdf: false,
            supports_audio: false,
            reasoning_efforts: None,
            supported_params: None,
            prices: Prices::default(),
            price_tiers: Vec::new(),
            description: name::description(id),
            deployments: 0,
            assumed: FIELDS_WITH_DEFAULTS.map(str::to_owned).to_vec(),
        };
        if id == DEFAULT_MODEL_ID { model.known_by_heart() } else { model }
    }

    /// The model that is chosen when nobody chooses is known well enough to be used and charged before any catalog is there.
    fn known_by_heart(mut self) -> Self {
        self.supports_images = true;
        self.supports_computer_use = true;
        self.supports_prompt_cache = true;
        self.prices = Prices {
            input_price: Some(3.0),
            output_price: Some(15.0),
            cache_reads_price: Some(0.3),
            cache_writes_price: Some(3.75),
        };
        self.assumed.extend(["inputPrice", "outputPrice", "cacheReadsPrice", "cacheWritesPrice"].map(str::to_owned));
        self
    }

    /// Whether the output limit is a default and not somebody's word.
    pub fn output_limit_is_assumed(&self) -> bool {
        self.assumed.iter().any(|field| field == "maxTokens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_model_is_known_without_a_catalog() {
        let model = ModelInfo::unlisted(DEFAULT_MODEL_ID);
        assert_eq!((model.max_tokens, model.context_window, model.max_input_tokens), (8192, 200_000, 200_000));
        assert!(
            model.supports_images && model.supports_computer_use && model.supports_prompt_cache && model.supports_tools
        );
        assert_eq!(model.prices.input_price, Some(3.0));
        assert_eq!(model.family, DEFAULT_MODEL_ID.rsplit('/').next().unwrap());
        assert!(model.output_limit_is_assumed());
    }

    #[test]
    fn another_model_without_a_catalog_has_defaults_and_no_prices() {
        let model = ModelInfo::unlisted("openai/gpt-4o-2024-08-06");
        assert_eq!(model.name, "gpt-4o");
        assert_eq!(model.description, "openai/gpt-4o-2024-08-06 via LiteLLM");
        assert!(!model.supports_images && model.supports_tools);
        assert_eq!(model.prices, Prices::default());
        assert_eq!(model.assumed, FIELDS_WITH_DEFAULTS);
    }

    #[test]
    fn unknown_fields_are_left_out_of_the_json() {
        let json = serde_json::to_value(ModelInfo::unlisted("m")).unwrap();
        for absent in ["backendModel", "provider", "reasoningEfforts", "supportedParams", "inputPrice", "priceTiers"] {
            assert_eq!(json.get(absent), None, "{absent}");
        }
        assert_eq!(json["mode"], serde_json::Value::Null);
    }
}
