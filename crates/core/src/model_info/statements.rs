//! What a row says of its model, read from the row's bytes.
//!
//! A deployment's row has some 170 members, nearly all null, and a gateway may send thousands of rows: what is not needed is
//! skipped without being built. Values are the operator's, unchecked by the gateway; one that can't be read is no statement.

use std::collections::BTreeMap;

use super::prices::{self, PRICE_FIELDS, PriceField};
use super::{PriceTier, Prices};
use crate::lenient::{Place, Receive, whole};

/// How many prices by size of prompt a row may have.
const MOST_TIERS: usize = 16;

/// The words for the effort of thinking that the gateway has flags for, from least to most.
pub(super) const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// The efforts that a model which has flags takes unless one says otherwise.
const USUAL_EFFORTS: [&str; 3] = ["low", "medium", "high"];

/// What the gateway calls the prices of one token, in the order of [`PRICE_FIELDS`].
const PRICES_OF_ONE_TOKEN: [&str; 4] =
    ["input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost", "cache_creation_input_token_cost"];

/// What a row says of its model. `None` is no statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Statements {
    /// The deployment's id.
    pub(crate) id: Option<String>,
    /// The name of the model in the gateway's price map.
    pub(crate) key: Option<String>,
    pub(crate) mode: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) max_tokens: Option<u64>,
    pub(crate) max_output_tokens: Option<u64>,
    pub(crate) max_input_tokens: Option<u64>,
    pub(crate) images: Option<bool>,
    pub(crate) prompt_cache: Option<bool>,
    pub(crate) computer_use: Option<bool>,
    pub(crate) tools: Option<bool>,
    pub(crate) reasoning: Option<bool>,
    pub(crate) pdf: Option<bool>,
    pub(crate) audio: Option<bool>,
    /// `reasoning_effort_levels`.
    pub(crate) effort_levels: Option<Vec<String>>,
    /// `supports_…_reasoning_effort`, in the order of [`EFFORTS`].
    pub(crate) effort_flags: [Option<bool>; EFFORTS.len()],
    /// `supported_openai_params`, each once.
    pub(crate) supported_params: Option<Vec<String>>,
    pub(crate) prices: Prices,
    /// Prices of longer prompts by the size from which they hold. Some rows name sizes without a price.
    tiers: BTreeMap<u64, Prices>,
    /// `tiered_pricing`.
    ranges: PriceRanges,
}

impl Statements {
    /// The most tokens of an answer. `max_tokens` is the older name, which some operators set alone.
    pub(crate) fn output_limit(&self) -> Option<u64> {
        self.max_output_tokens.or(self.max_tokens)
    }

    /// The words for the effort of thinking that the model takes: the stated list, else what its flags make of the usual ones.
    pub(crate) fn reasoning_efforts(&self) -> Option<Vec<String>> {
        if let Some(levels) = &self.effort_levels {
            return Some(levels.clone());
        }
        if self.reasoning != Some(true) || self.effort_flags.iter().all(Option::is_none) {
            return None;
        }
        let taken = EFFORTS.into_iter().zip(self.effort_flags);
        let taken = taken.filter(|(effort, flag)| flag.unwrap_or_else(|| USUAL_EFFORTS.contains(effort)));
        Some(taken.map(|(effort, _)| effort.to_owned()).collect())
    }

    /// Prices of longer prompts, ascending.
    pub(crate) fn price_tiers(&self) -> Vec<PriceTier> {
        let mut tiers = self.tiers.clone();
        for range in &self.ranges.0 {
            if let Some(start) = range.start.start.and_then(whole) {
                let tier = tiers.entry(start).or_default();
                *tier = range.prices.or(*tier);
            }
        }
        let stated = tiers.into_iter().filter(|(_, prices)| *prices != Prices::default()).take(MOST_TIERS);
        stated.map(|(start, prices)| PriceTier { above_prompt_tokens: start, prices }).collect()
    }

    fn effort_flag(&mut self, name: &str) -> Option<&mut Option<bool>> {
        let effort = name.strip_prefix("supports_")?.strip_suffix("_reasoning_effort")?;
        let position = EFFORTS.iter().position(|known| *known == effort)?;
        self.effort_flags.get_mut(position)
    }

    /// The prices from a size of prompt on, unless there are too many such.
    fn tier(&mut self, start: u64) -> Option<&mut Prices> {
        if self.tiers.len() >= MOST_TIERS && !self.tiers.contains_key(&start) {
            return None;
        }
        Some(self.tiers.entry(start).or_default())
    }
}

impl<'de> Receive<'de> for Statements {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "id" => Place::Words(&mut self.id),
            "key" => Place::Words(&mut self.key),
            "mode" => Place::Words(&mut self.mode),
            "litellm_provider" => Place::Words(&mut self.provider),
            "description" => Place::Words(&mut self.description),
            "max_tokens" => Place::Count(&mut self.max_tokens),
            "max_output_tokens" => Place::Count(&mut self.max_output_tokens),
            "max_input_tokens" => Place::Count(&mut self.max_input_tokens),
            "supports_vision" => Place::Flag(&mut self.images),
            "supports_prompt_caching" => Place::Flag(&mut self.prompt_cache),
            "supports_computer_use" => Place::Flag(&mut self.computer_use),
            "supports_function_calling" => Place::Flag(&mut self.tools),
            "supports_reasoning" => Place::Flag(&mut self.reasoning),
            "supports_pdf_input" => Place::Flag(&mut self.pdf),
            "supports_audio_input" => Place::Flag(&mut self.audio),
            "supported_openai_params" => Place::Texts(&mut self.supported_params),
            "reasoning_effort_levels" => Place::Texts(&mut self.effort_levels),
            "tiered_pricing" => Place::Receiver(&mut self.ranges),
            _ if name.starts_with("supports_") => self.effort_flag(name).map_or(Place::Nowhere, Place::Flag),
            _ => match price_name(name) {
                Some((field, None)) => price(field(&mut self.prices)),
                Some((field, Some(start))) => self.tier(start).map_or(Place::Nowhere, |tier| price(field(tier))),
                None => Place::Nowhere,
            },
        }
    }
}

/// The place of the price of one token, which is kept as that of a million.
fn price<'de>(place: &mut Option<f64>) -> Place<'_, 'de> {
    Place::Number(place, prices::of_a_million)
}

/// Which price a member holds, and for prompts above how many tokens: `output_cost_per_token_above_200k_tokens`.
/// Variants by service tier (`…_priority`) or cache lifetime (`…_above_1hr`) are not charged here.
fn price_name(name: &str) -> Option<(PriceField, Option<u64>)> {
    PRICES_OF_ONE_TOKEN.into_iter().zip(PRICE_FIELDS).find_map(|(known, field)| {
        let rest = name.strip_prefix(known)?;
        if rest.is_empty() {
            return Some((field, None));
        }
        let thousands = rest.strip_prefix("_above_")?.strip_suffix("k_tokens")?;
        let is_digits = thousands.chars().all(|character| character.is_ascii_digit());
        let start = if is_digits { thousands.parse::<u64>().ok()?.checked_mul(1000)? } else { return None };
        Some((field, Some(start)))
    })
}

/// `tiered_pricing`.
#[derive(Debug, Clone, Default, PartialEq)]
struct PriceRanges(Vec<PriceRange>);

impl<'de> Receive<'de> for PriceRanges {
    fn list(&mut self) {
        self.0.clear();
    }
    fn element(&mut self) -> Place<'_, 'de> {
        if self.0.len() >= MOST_TIERS {
            return Place::Nowhere;
        }
        self.0.push(PriceRange::default());
        self.0.last_mut().map_or(Place::Nowhere, |range| Place::Receiver(range))
    }
}

/// One entry of `tiered_pricing`. Where a range ends says nothing: the next begins there, and beyond the last its prices stay.
#[derive(Debug, Clone, Default, PartialEq)]
struct PriceRange {
    start: RangeStart,
    prices: Prices,
}

impl<'de> Receive<'de> for PriceRange {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match price_name(name) {
            Some((field, None)) => price(field(&mut self.prices)),
            _ if name == "range" => Place::Receiver(&mut self.start),
            _ => Place::Nowhere,
        }
    }
}

/// The first number of `[start, end]`.
#[derive(Debug, Clone, Default, PartialEq)]
struct RangeStart {
    start: Option<f64>,
    is_read: bool,
}

impl<'de> Receive<'de> for RangeStart {
    fn list(&mut self) {
        *self = Self::default();
    }
    fn element(&mut self) -> Place<'_, 'de> {
        if std::mem::replace(&mut self.is_read, true) { Place::Nowhere } else { Place::Number(&mut self.start, Some) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lenient::from_body;

    fn statements(model_info: &Value) -> Statements {
        from_body::<Statements>(model_info.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn limits_are_whole_and_above_zero() {
        for (stated, expected) in [
            (json!(4096), Some(4096)),
            (json!(128_000.0), Some(128_000)),
            (json!("32768"), Some(32_768)),
            (json!(" 128000.0 "), Some(128_000)),
            (json!(0), None),
            (json!(0.5), None),
            (json!(-1), None),
            (json!(1e300), None),
            (json!("unlimited"), None),
            (json!(true), None),
            (json!([4096]), None),
            (json!(null), None),
        ] {
            assert_eq!(statements(&json!({ "max_input_tokens": stated })).max_input_tokens, expected, "{stated}");
        }
        assert_eq!(statements(&json!({"max_output_tokens":0,"max_tokens":4096})).output_limit(), Some(4096));
        assert_eq!(statements(&json!({"max_output_tokens":5,"max_tokens":4096})).output_limit(), Some(5));
    }

    #[test]
    fn prices_are_for_a_million_tokens() {
        let read = statements(&json!({
            "input_cost_per_token": "3e-06", "output_cost_per_token": 0, "cache_read_input_token_cost": -1e-7,
            "cache_creation_input_token_cost": "free", "input_cost_per_token_batches": 1,
        }));
        let expected = Prices { input_price: Some(3.0), output_price: Some(0.0), ..Prices::default() };
        assert_eq!((read.prices, read.price_tiers()), (expected, vec![]));
    }

    #[test]
    fn tiers_come_from_names_and_from_ranges() {
        let named = statements(&json!({
            "input_cost_per_token_above_200k_tokens": 2.5e-6,
            "output_cost_per_token_above_200k_tokens": "1.5e-5",
            "input_cost_per_token_above_128k_tokens": 1e-6,
            "input_cost_per_token_above_272k_tokens": null,
            "input_cost_per_token_above_200k_tokens_priority": 9,
            "cache_creation_input_token_cost_above_1hr": 9,
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 9,
            "input_cost_per_token_above_k_tokens": 9,
            "input_cost_per_token_above_+1k_tokens": 9,
            "input_cost_per_token_above_99999999999999999999k_tokens": 9,
        }));
        let input = |price| Prices { input_price: Some(price), ..Prices::default() };
        assert_eq!(
            named.price_tiers(),
            [
                PriceTier { above_prompt_tokens: 128_000, prices: input(1.0) },
                PriceTier { above_prompt_tokens: 200_000, prices: Prices { output_price: Some(15.0), ..input(2.5) } },
            ]
        );

        let ranges = statements(&json!({"tiered_pricing": [
            {"range": [32000, 128_000.0], "input_cost_per_token": 8e-7, "cache_read_input_token_cost": 8e-8},
            {"range": ["0", 32000], "input_cost_per_token": 4e-7},
            {"range": [], "input_cost_per_token": 1}, {"range": [-1, 5], "input_cost_per_token": 1}, {"input_cost_per_token": 1}, 7, null,
        ]}));
        assert_eq!(
            ranges.price_tiers(),
            [
                PriceTier { above_prompt_tokens: 0, prices: input(0.4) },
                PriceTier {
                    above_prompt_tokens: 32_000,
                    prices: Prices { cache_reads_price: Some(0.08), ..input(0.8) }
                },
            ]
        );
        assert!(statements(&json!({"tiered_pricing": {"range": [0, 1]}})).price_tiers().is_empty());
    }

    #[test]
    fn efforts_are_stated_or_follow_from_flags() {
        let efforts = |model_info: Value| statements(&model_info).reasoning_efforts();
        let words = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(efforts(json!({"reasoning_effort_levels":["medium","medium",3,"x"]})), words(&["medium", "x"]));
        assert_eq!(
            efforts(
                json!({"supports_reasoning":true,"supports_none_reasoning_effort":true,"supports_minimal_reasoning_effort":false,"supports_xhigh_reasoning_effort":"true"})
            ),
            words(&["none", "low", "medium", "high", "xhigh"])
        );
        assert_eq!(
            efforts(
                json!({"supports_reasoning":true,"supports_low_reasoning_effort":false,"supports_max_reasoning_effort":true})
            ),
            words(&["medium", "high", "max"])
        );
        assert_eq!(efforts(json!({"supports_reasoning":true,"supports_low_reasoning_effort":null})), None);
        assert_eq!(efforts(json!({"supports_xhigh_reasoning_effort":true})), None, "it does not reason");
    }

    #[test]
    fn parameters_are_listed_once() {
        let read = statements(&json!({"supported_openai_params":["tools","temperature","tools",null,7]}));
        assert_eq!(read.supported_params.unwrap(), ["tools", "temperature"]);
    }
}
