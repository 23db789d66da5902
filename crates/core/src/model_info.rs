//! What is known of a model: limits, capabilities and prices, read from the gateway's rows.

use serde::{Deserialize, Serialize};

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

/// US dollars per 1,000,000 tokens, rounded to 12 significant digits. Absent is unknown; 0 is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Prices {
    /// A token of the prompt that is neither read from nor written to a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_price: Option<f64>,
    /// A token of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_price: Option<f64>,
    /// A token read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_reads_price: Option<f64>,
    /// A token written to the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_writes_price: Option<f64>,
}

/// Prices that hold for the whole request when the prompt is longer than a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct PriceTier {
    /// The prompt has more tokens than this.
    pub above_prompt_tokens: u64,
    /// The prices there; one that is absent is the flat one.
    #[serde(flatten)]
    pub prices: Prices,
}

/// A user's own words about the model (`modelInfo` in the settings): every field optional, each beats what was discovered.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ModelInfoOverride {
    /// A readable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the gateway asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_model: Option<String>,
    /// The provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// The mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The most tokens of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u64>,
    /// The most tokens of a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_window: Option<u64>,
    /// The most tokens of a prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_input_tokens: Option<u64>,
    /// Takes images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_images: Option<bool>,
    /// Takes cache marks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_prompt_cache: Option<bool>,
    /// Can use a computer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_computer_use: Option<bool>,
    /// Takes tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_tools: Option<bool>,
    /// Thinks before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_reasoning: Option<bool>,
    /// Takes PDF documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_pdf: Option<bool>,
    /// Takes audio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supports_audio: Option<bool>,
    /// The words for the effort of thinking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_efforts: Option<Vec<String>>,
    /// The request parameters that reach the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_params: Option<Vec<String>>,
    /// The prices.
    #[serde(flatten)]
    pub prices: Prices,
    /// Prices of longer prompts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_tiers: Option<Vec<PriceTier>>,
    /// A description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl ModelInfo {
    /// What holds for a model of which the gateway said nothing (yet): defaults, named in `assumed`.
    pub fn unlisted(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            backend_model: None,
            provider: None,
            family: id.to_owned(),
            mode: None,
            max_tokens: 8192,
            context_window: 200_000,
            max_input_tokens: 200_000,
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
            description: format!("{id} via LiteLLM"),
            deployments: 0,
            assumed: Vec::new(),
        }
    }

    /// This model with the user's own words put over it.
    #[must_use]
    pub fn with_override(self, given: &ModelInfoOverride) -> Self {
        let _ = given;
        self
    }

    /// Whether the output limit is a default and not somebody's word.
    pub fn output_limit_is_assumed(&self) -> bool {
        self.assumed.iter().any(|field| field == "maxTokens")
    }
}
