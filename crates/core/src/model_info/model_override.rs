//! What a user knows better than the gateway.

use serde::Serialize;
use serde_json::Value;

use super::{ModelInfo, PriceTier, Prices, prices};
use crate::capabilities;

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
    /// Guardrails for this model, in place of those of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardrails: Option<Vec<String>>,
    /// Models that the gateway asks when this one fails, in place of those of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "tsify", tsify(type = "(string | Record<string, unknown>)[]"))]
    pub fallbacks: Option<Vec<Value>>,
}

impl ModelInfo {
    /// This model with the user's own words put over it. A field that the user gave is no longer assumed.
    ///
    /// Of context window and prompt limit, which gateways state as one, a lone one counts for both. A price holds for prompts of any
    /// size unless tiers are given too.
    #[must_use]
    pub fn with_override(mut self, given: &ModelInfoOverride) -> Self {
        let mut stated: Vec<&str> = Vec::new();
        let mut put = |field: &'static str, is_given: bool| {
            if is_given {
                stated.push(field);
            }
        };
        put("maxTokens", replace(&mut self.max_tokens, given.max_tokens));
        put("contextWindow", replace(&mut self.context_window, given.context_window.or(given.max_input_tokens)));
        put("maxInputTokens", replace(&mut self.max_input_tokens, given.max_input_tokens.or(given.context_window)));
        put("supportsImages", replace(&mut self.supports_images, given.supports_images));
        put("supportsPromptCache", replace(&mut self.supports_prompt_cache, given.supports_prompt_cache));
        put("supportsComputerUse", replace(&mut self.supports_computer_use, given.supports_computer_use));
        put("supportsTools", replace(&mut self.supports_tools, given.supports_tools));
        put("supportsReasoning", replace(&mut self.supports_reasoning, given.supports_reasoning));
        put("supportsPdf", replace(&mut self.supports_pdf, given.supports_pdf));
        put("supportsAudio", replace(&mut self.supports_audio, given.supports_audio));
        put("inputPrice", given.prices.input_price.is_some());
        put("outputPrice", given.prices.output_price.is_some());
        put("cacheReadsPrice", given.prices.cache_reads_price.is_some());
        put("cacheWritesPrice", given.prices.cache_writes_price.is_some());
        self.assumed.retain(|field| !stated.contains(&field.as_str()));

        if let Some(backend_model) = &given.backend_model {
            self.family = capabilities::family(&self.id, Some(backend_model)).into_owned();
            if self.assumed.iter().any(|field| field == "supportsComputerUse") {
                self.supports_computer_use = capabilities::can_use_computer(backend_model);
            }
            self.backend_model = Some(backend_model.clone());
        }
        replace(&mut self.name, given.name.clone());
        replace(&mut self.family, given.family.clone());
        replace(&mut self.description, given.description.clone());
        self.provider = given.provider.clone().or(self.provider);
        self.mode = given.mode.clone().or(self.mode);
        self.reasoning_efforts = given.reasoning_efforts.clone().or(self.reasoning_efforts);
        self.supported_params = given.supported_params.clone().or(self.supported_params);
        self.prices = given.prices.or(self.prices);
        match &given.price_tiers {
            Some(price_tiers) => self.price_tiers.clone_from(price_tiers),
            None => prices::drop_from_tiers(&mut self.price_tiers, &given.prices),
        }
        self
    }
}

/// Puts a value that is given in the place of another. Returns whether there was one.
fn replace<T>(field: &mut T, given: Option<T>) -> bool {
    given.map(|value| *field = value).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_field_wins_and_is_no_longer_assumed() {
        let given = ModelInfoOverride {
            max_tokens: Some(1000),
            supports_images: Some(true),
            prices: Prices { input_price: Some(7.0), ..Prices::default() },
            ..ModelInfoOverride::default()
        };
        let model = ModelInfo::unlisted("m").with_override(&given);
        assert_eq!((model.max_tokens, model.supports_images, model.prices.input_price), (1000, true, Some(7.0)));
        assert_eq!(model.context_window, 200_000);
        assert!(!model.output_limit_is_assumed());
        assert!(!model.assumed.contains(&"supportsImages".to_owned()));
        assert!(model.assumed.contains(&"contextWindow".to_owned()));
    }

    #[test]
    fn the_window_and_the_prompt_limit_follow_each_other() {
        let window = ModelInfoOverride { context_window: Some(32_000), ..ModelInfoOverride::default() };
        let model = ModelInfo::unlisted("m").with_override(&window);
        assert_eq!((model.context_window, model.max_input_tokens), (32_000, 32_000));
        let both = ModelInfoOverride { max_input_tokens: Some(28_000), ..window };
        let model = ModelInfo::unlisted("m").with_override(&both);
        assert_eq!((model.context_window, model.max_input_tokens), (32_000, 28_000));
    }

    #[test]
    fn a_given_backend_model_tells_the_family() {
        let given = ModelInfoOverride {
            backend_model: Some("anthropic/claude-3-7-sonnet-20250219".to_owned()),
            ..ModelInfoOverride::default()
        };
        let model = ModelInfo::unlisted("m").with_override(&given);
        assert_eq!(model.family, "claude-3-7-sonnet-20250219");
        assert!(model.supports_computer_use);
    }

    #[test]
    fn a_given_price_holds_for_prompts_of_any_size() {
        let tier = PriceTier {
            above_prompt_tokens: 200_000,
            prices: Prices { input_price: Some(6.0), output_price: Some(22.5), ..Prices::default() },
        };
        let model = ModelInfo { price_tiers: vec![tier], ..ModelInfo::unlisted("m") };
        let given = ModelInfoOverride {
            prices: Prices { input_price: Some(1.0), ..Prices::default() },
            ..ModelInfoOverride::default()
        };
        let changed = model.clone().with_override(&given);
        assert_eq!(changed.price_tiers[0].prices, Prices { output_price: Some(22.5), ..Prices::default() });
        let with_tiers = ModelInfoOverride { price_tiers: Some(Vec::new()), ..given };
        assert!(model.with_override(&with_tiers).price_tiers.is_empty());
    }

    #[test]
    fn an_empty_override_changes_nothing() {
        let model = ModelInfo::unlisted("anthropic/claude-3-7-sonnet-20250219");
        assert_eq!(model.clone().with_override(&ModelInfoOverride::default()), model);
    }
}
