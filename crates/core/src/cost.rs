//! What a call cost, and who says so.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::http::Headers;
use crate::json;
use crate::lenient::{Place, Receive, from_body};
use crate::model_info::{PriceTier, Prices, TOKENS_OF_A_PRICE, twelve_digits};
use crate::settings;
use crate::usage::{self, ReportedUsage, Usage};

/// Where a cost comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum CostSource {
    /// `usage.cost` of the reply.
    Usage,
    /// `x-litellm-response-cost` of a reply that was not streamed.
    Header,
    /// Tokens times prices.
    Prices,
    /// `POST /spend/calculate`.
    SpendCalculate,
}

/// The prices that one call is charged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PriceList<'a> {
    /// The flat prices.
    pub prices: Prices,
    /// Those of longer prompts.
    pub price_tiers: &'a [PriceTier],
    /// Prices that hold for prompts of any size, whatever the others say: the user's own.
    pub fixed: Prices,
}

/// How much more than plain input a token written to the cache costs where nobody says: what Anthropic charges.
const CACHE_WRITE_FACTOR: f64 = 1.25;

impl<'a> PriceList<'a> {
    /// Flat prices, and those of longer prompts.
    pub fn new(prices: Prices, price_tiers: &'a [PriceTier]) -> Self {
        Self { prices, price_tiers, fixed: Prices::default() }
    }

    /// The prices of a whole request with a prompt of this size. A tier without some price has the flat one.
    pub fn for_prompt(&self, prompt_tokens: u64) -> Prices {
        let tier = self
            .price_tiers
            .iter()
            .filter(|tier| tier.above_prompt_tokens == 0 || prompt_tokens > tier.above_prompt_tokens)
            .max_by_key(|tier| tier.above_prompt_tokens);
        self.fixed.or(tier.map_or(self.prices, |tier| tier.prices.or(self.prices)))
    }
}

/// Tokens times prices in US dollars, or `None` when a price that is needed is unknown.
pub fn from_prices(usage: &Usage, list: PriceList<'_>) -> Option<f64> {
    let read = usage.cache_read_tokens.unwrap_or(0);
    let written = usage.cache_write_tokens.unwrap_or(0);
    let cached = read.saturating_add(written);
    let prices = list.for_prompt(usage.input_tokens.max(cached));
    // Nothing used costs nothing, but only at prices that are known.
    prices.input_price.or(prices.output_price)?;
    let charged = [
        (usage.input_tokens.saturating_sub(cached), prices.input_price),
        (read, prices.cache_reads_price.or(prices.input_price)),
        (written, prices.cache_writes_price.or_else(|| Some(prices.input_price? * CACHE_WRITE_FACTOR))),
        (usage.output_tokens, prices.output_price),
    ];
    let mut millionths = 0.0;
    for (tokens, price) in charged.into_iter().filter(|(tokens, _)| *tokens > 0) {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 tokens")]
        let tokens = tokens as f64;
        millionths += tokens * price?;
    }
    twelve_digits(millionths / TOKENS_OF_A_PRICE)
}

/// What so many tokens cost by the prices in a model's info, in US dollars, or `None` when a price that is needed is unknown.
/// `model_info` has the members of [`crate::model_info::ModelInfo`], `usage` those of [`Usage`].
pub fn estimate(model_info: &Value, usage: &Value) -> Option<f64> {
    let settings = json::object(&mut [("modelInfo", model_info.clone())]);
    let info = settings::normalize(&settings).settings.model_info?;
    let price_tiers = info.price_tiers.unwrap_or_default();
    from_prices(&usage::from_caller(usage)?, PriceList::new(info.prices, &price_tiers))
}

/// The cost as far as the reply and the prices tell. `streamed` says whether the reply was a stream: its cost header says nothing then.
/// `None` means: ask `/spend/calculate`, once.
pub fn known(
    reported: &ReportedUsage,
    headers: &Headers,
    streamed: bool,
    list: Option<PriceList<'_>>,
) -> Option<(f64, CostSource)> {
    let from_header = || headers.number("x-litellm-response-cost").filter(|cost| !streamed && *cost >= 0.0);
    let from_list = || list.and_then(|list| from_prices(&reported.usage, list));
    (reported.cost.map(|cost| (cost, CostSource::Usage)))
        .or_else(|| Some((from_header()?, CostSource::Header)))
        .or_else(|| Some((from_list()?, CostSource::Prices)))
}

/// The body of `POST /spend/calculate` for usage as reported; `backend_model` is the gateway's name for what it asked.
pub fn spend_calculate_body(backend_model: &str, usage: &Value) -> Vec<u8> {
    let response = json::object(&mut [("model", backend_model.into()), ("usage", usage.clone())]);
    json::bytes(&json::object(&mut [("completion_response", response)]))
}

/// The cost in a reply of `/spend/calculate`; 0 there means unknown.
pub fn read_spend_calculate(status: u16, body: &[u8]) -> Option<f64> {
    if !(200..300).contains(&status) {
        return None;
    }
    from_body::<SpendReply>(body)?.cost.filter(|cost| *cost > 0.0)
}

/// What `/spend/calculate` answers.
#[derive(Debug, Default)]
struct SpendReply {
    cost: Option<f64>,
}

impl<'de> Receive<'de> for SpendReply {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "cost" { Place::Number(&mut self.cost, Some) } else { Place::Nowhere }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const SONNET: Prices = Prices {
        input_price: Some(3.0),
        output_price: Some(15.0),
        cache_reads_price: Some(0.3),
        cache_writes_price: Some(3.75),
    };

    fn used(input_tokens: u64, output_tokens: u64, read: u64, written: u64) -> Usage {
        Usage {
            input_tokens,
            output_tokens,
            cache_read_tokens: Some(read),
            cache_write_tokens: Some(written),
            ..Usage::default()
        }
    }

    fn flat(usage: Usage, prices: Prices) -> Option<f64> {
        from_prices(&usage, PriceList::new(prices, &[]))
    }

    #[test]
    fn each_kind_of_token_has_its_price() {
        assert_eq!(flat(used(1000, 500, 0, 0), SONNET), Some(0.0105));
        assert_eq!(flat(used(6000, 500, 3000, 2000), SONNET), Some(0.0189));
        assert_eq!(flat(used(100, 0, 300, 200), SONNET), Some(0.00084), "uncached tokens are never below 0");
        assert_eq!(flat(used(0, 0, 0, 0), SONNET), Some(0.0));
    }

    #[test]
    fn unknown_cache_prices_follow_the_input_price() {
        let prices = Prices { cache_reads_price: None, cache_writes_price: None, ..SONNET };
        assert_eq!(flat(used(6000, 500, 3000, 2000), prices), Some(0.027));
        let free = Prices { cache_reads_price: Some(0.0), cache_writes_price: Some(0.0), ..SONNET };
        assert_eq!(flat(used(6000, 500, 3000, 2000), free), Some(0.0105));
    }

    #[test]
    fn an_unknown_price_is_no_price_of_zero() {
        let only_output = Prices { output_price: Some(15.0), ..Prices::default() };
        assert_eq!(flat(used(1, 1, 0, 0), only_output), None);
        assert_eq!(flat(used(0, 1000, 0, 0), only_output), Some(0.015), "what is not needed may be unknown");
        assert_eq!(flat(used(0, 0, 0, 0), Prices::default()), None);
        assert_eq!(flat(used(1, 1, 0, 0), Prices::default()), None);
        let no_input = Prices { input_price: None, ..SONNET };
        assert_eq!(flat(used(1000, 0, 1000, 0), no_input), Some(0.0003));
    }

    #[test]
    fn a_tier_holds_for_the_whole_request() {
        let prices = Prices {
            input_price: Some(1.25),
            output_price: Some(10.0),
            cache_reads_price: Some(0.31),
            cache_writes_price: None,
        };
        let above = |above_prompt_tokens, input, output| PriceTier {
            above_prompt_tokens,
            prices: Prices { input_price: input, output_price: output, ..Prices::default() },
        };
        let price_tiers = [above(200_000, Some(2.5), Some(15.0)), above(500_000, Some(5.0), None)];
        let cost = |usage: Usage| from_prices(&usage, PriceList::new(prices, &price_tiers));
        assert_eq!(cost(used(200_000, 1000, 0, 0)), Some(0.26));
        assert_eq!(cost(used(200_001, 1000, 0, 0)), Some(0.515_002_5));
        assert_eq!(cost(used(300_000, 0, 100_000, 0)), Some(0.531), "the flat price where the tier has none");
        assert_eq!(cost(used(500_001, 1000, 0, 0)), Some(2.510_005));
    }

    #[test]
    fn a_range_from_zero_holds_for_an_empty_prompt_too() {
        let tier = PriceTier { above_prompt_tokens: 0, prices: SONNET };
        let tiers = [tier];
        let list = PriceList::new(Prices::default(), &tiers);
        assert_eq!(from_prices(&used(0, 1000, 0, 0), list), Some(0.015));
    }

    #[test]
    fn an_estimate_is_made_of_what_is_known_of_a_model() {
        let info = json!({"id": "m", "inputPrice": 3, "outputPrice": 15, "cacheReadsPrice": 0.3, "assumed": ["maxTokens"],
            "priceTiers": [{"abovePromptTokens": 200_000, "inputPrice": 6}]});
        let usage = |input: u64, read: u64| json!({"inputTokens": input, "outputTokens": 500, "cacheReadTokens": read});
        assert_eq!(estimate(&info, &usage(1000, 0)), Some(0.0105));
        assert_eq!(estimate(&info, &usage(1000, 1000)), Some(0.0078));
        assert_eq!(estimate(&info, &usage(200_001, 0)), Some(1.207_506));
        assert_eq!(estimate(&json!({"inputPrice": 0, "outputPrice": 0}), &usage(1000, 0)), Some(0.0));
        for (info, usage) in [
            (json!({"id": "m"}), usage(1, 0)),
            (json!({"inputPrice": 3}), usage(1, 0)),
            (json!({"inputPrice": "much", "outputPrice": -1}), usage(1, 0)),
            (json!(null), usage(1, 0)),
            (info, json!({"inputTokens": "many"})),
        ] {
            assert_eq!(estimate(&info, &usage), None, "{info} {usage}");
        }
    }

    #[test]
    fn the_reply_is_believed_before_the_prices() {
        let reported = |cost| ReportedUsage { usage: used(1000, 500, 0, 0), cost, reported: Value::Null };
        let list = Some(PriceList::new(SONNET, &[]));
        let headers = Headers(vec![("X-LiteLLM-Response-Cost".to_owned(), "0.0042".to_owned())]);
        assert_eq!(known(&reported(Some(0.5)), &headers, false, list), Some((0.5, CostSource::Usage)));
        assert_eq!(known(&reported(None), &headers, false, list), Some((0.0042, CostSource::Header)));
        assert_eq!(known(&reported(None), &headers, true, list), Some((0.0105, CostSource::Prices)));
        assert_eq!(known(&reported(None), &Headers::default(), false, None), None);
        let broken = Headers(vec![("x-litellm-response-cost".to_owned(), "-1".to_owned())]);
        assert_eq!(known(&reported(None), &broken, false, None), None);
    }

    #[test]
    fn spend_calculate_is_asked_and_read() {
        let body: Value =
            serde_json::from_slice(&spend_calculate_body("openai/gpt-x", &json!({"prompt_tokens":1}))).unwrap();
        assert_eq!(body, json!({"completion_response":{"model":"openai/gpt-x","usage":{"prompt_tokens":1}}}));
        for (status, body, expected) in [
            (200, "{\"cost\":0.0075}", Some(0.0075)),
            (200, "{\"cost\":\"7.5e-3\"}", Some(0.0075)),
            (200, "{\"cost\":0.0}", None),
            (200, "{\"cost\":null}", None),
            (200, "{\"cost\":-1}", None),
            (200, "{\"cost\":1e999}", None),
            (200, "[]", None),
            (200, "<html></html>", None),
            (500, "{\"cost\":0.0075}", None),
        ] {
            assert_eq!(read_spend_calculate(status, body.as_bytes()), expected, "{status} {body}");
        }
    }

    fn any_price() -> impl Strategy<Value = Option<f64>> {
        proptest::option::of(prop_oneof![Just(0.0), 0.0..1000.0])
    }

    fn any_prices() -> impl Strategy<Value = Prices> {
        (any_price(), any_price(), any_price(), any_price()).prop_map(
            |(input_price, output_price, cache_reads_price, cache_writes_price)| Prices {
                input_price,
                output_price,
                cache_reads_price,
                cache_writes_price,
            },
        )
    }

    proptest! {
        #[test]
        fn more_tokens_never_cost_less(
            prices in any_prices(),
            tokens in (0_u64..1_000_000, 0_u64..1_000_000, 0_u64..1_000_000, 0_u64..1_000_000),
            more in (0_u64..1000, 0_u64..1000, 0_u64..1000, 0_u64..1000),
        ) {
            let usage = |uncached: u64, output, read, written| used(uncached + read + written, output, read, written);
            let less = flat(usage(tokens.0, tokens.1, tokens.2, tokens.3), prices);
            let more = flat(usage(tokens.0 + more.0, tokens.1 + more.1, tokens.2 + more.2, tokens.3 + more.3), prices);
            if let (Some(less), Some(more)) = (less, more) {
                prop_assert!(0.0 <= less && less <= more);
            }
        }

        #[test]
        fn any_numbers_are_survived(numbers in proptest::collection::vec(any::<u64>(), 4), price in any::<f64>(), above in any::<u64>()) {
            let prices = Prices { input_price: Some(price), output_price: Some(price), ..Prices::default() };
            let tier = PriceTier { above_prompt_tokens: above, prices };
            let cost = from_prices(&used(numbers[0], numbers[1], numbers[2], numbers[3]), PriceList::new(prices, &[tier]));
            prop_assert!(cost.is_none_or(|cost| cost.is_finite() && cost >= 0.0));
        }
    }
}
