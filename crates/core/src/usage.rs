//! Tokens used, read from the dialects in which gateways report them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cost::CostSource;
use crate::json;
use crate::lenient::number_in_text;

/// Tokens of one call. `inputTokens` is the whole prompt, cache reads and writes included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Tokens of the whole prompt.
    pub input_tokens: u64,
    /// Tokens of the answer, thinking included.
    pub output_tokens: u64,
    /// Tokens of the prompt that came from the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_read_tokens: Option<u64>,
    /// Tokens of the prompt that were written to the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
    /// Tokens of the answer that were thinking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// US dollars; absent is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_cost: Option<f64>,
    /// Where the cost comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_source: Option<CostSource>,
}

/// Usage as a reply reported it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedUsage {
    /// The tokens, without a cost.
    pub usage: Usage,
    /// `usage.cost`: what the gateway says the call cost, in US dollars.
    pub cost: Option<f64>,
    /// The object as it was reported, for `/spend/calculate`.
    pub reported: Value,
}

/// The largest number of tokens that is believed: every integer up to here is exact in JavaScript.
const MOST_TOKENS: f64 = 9_007_199_254_740_991.0;

/// Reads a `usage` object; `None` when it holds no numbers.
///
/// The dialects: `OpenAI` (`prompt_tokens_details.cached_tokens`), the gateway's own additions to it (`cache_creation_tokens`) and Kimi's
/// (`cache_write_tokens`), Anthropic (`cache_read_input_tokens`, `cache_creation_input_tokens`), `DeepSeek` (`prompt_cache_hit_tokens`) and
/// the Responses API (`input_tokens`, `output_tokens`). A gateway repeats one number under several names, so each is taken once:
/// nested fields before those at the top.
pub fn read(usage: &Value) -> Option<ReportedUsage> {
    let at_top = |name: &str| tokens(usage.get(name));
    let nested = |groups: [&str; 2], name: &str| {
        groups.iter().find_map(|group| tokens(usage.get(group).and_then(|details| details.get(name))))
    };
    let of_prompt = |name: &str| nested(["prompt_tokens_details", "input_tokens_details"], name);
    let of_answer = |name: &str| nested(["completion_tokens_details", "output_tokens_details"], name);

    let cache_read_tokens = of_prompt("cached_tokens")
        .or_else(|| at_top("cache_read_input_tokens"))
        .or_else(|| at_top("prompt_cache_hit_tokens"))
        .or_else(|| at_top("cached_tokens"));
    let cache_write_tokens = of_prompt("cache_creation_tokens")
        .or_else(|| of_prompt("cache_write_tokens"))
        .or_else(|| at_top("cache_creation_input_tokens"));
    let total = at_top("total_tokens");
    let answer = at_top("completion_tokens").or_else(|| at_top("output_tokens"));
    let prompt = at_top("prompt_tokens")
        .or_else(|| at_top("input_tokens"))
        .or_else(|| Some(at_top("prompt_cache_hit_tokens")?.saturating_add(at_top("prompt_cache_miss_tokens")?)))
        .or_else(|| Some(total?.saturating_sub(answer?)));
    let answer = answer.or_else(|| Some(total?.saturating_sub(prompt?)));
    let cost = usage.get("cost").and_then(number).filter(|cost| *cost >= 0.0);
    if [prompt, answer, cache_read_tokens, cache_write_tokens].iter().all(Option::is_none) && cost.is_none() {
        return None;
    }

    let cached = cache_read_tokens.unwrap_or(0).saturating_add(cache_write_tokens.unwrap_or(0));
    let prompt = prompt.unwrap_or(0);
    // Older gateways leave cache writes out of the prompt; nothing else makes it smaller than its own parts.
    let input_tokens =
        if prompt < cached { prompt.saturating_add(cache_write_tokens.unwrap_or(0)).max(cached) } else { prompt };
    Some(ReportedUsage {
        usage: Usage {
            input_tokens,
            output_tokens: answer.unwrap_or(0),
            cache_read_tokens,
            cache_write_tokens,
            reasoning_tokens: of_answer("reasoning_tokens").or_else(|| at_top("reasoning_tokens")),
            total_cost: None,
            cost_source: None,
        },
        cost,
        reported: usage.clone(),
    })
}

/// Reads `Usage` as a caller of `calculateCost` gives it: missing numbers are 0.
pub fn from_caller(input: &Value) -> Option<Usage> {
    let field = |name: &str| tokens(input.get(name));
    field("inputTokens").or(field("outputTokens"))?;
    Some(Usage {
        input_tokens: field("inputTokens").unwrap_or(0),
        output_tokens: field("outputTokens").unwrap_or(0),
        cache_read_tokens: field("cacheReadTokens"),
        cache_write_tokens: field("cacheWriteTokens"),
        reasoning_tokens: field("reasoningTokens"),
        total_cost: None,
        cost_source: None,
    })
}

impl Usage {
    /// This usage in the words of a chat reply, for `/spend/calculate` when there was no reply to quote.
    pub fn to_reported(&self) -> Value {
        let mut reported = Map::new();
        let mut put = |name: &str, value: Value| reported.insert(name.to_owned(), value);
        put("prompt_tokens", self.input_tokens.into());
        put("completion_tokens", self.output_tokens.into());
        put("total_tokens", self.input_tokens.saturating_add(self.output_tokens).into());
        if let Some(read) = self.cache_read_tokens {
            put("prompt_tokens_details", json::object(&mut [("cached_tokens", read.into())]));
            put("cache_read_input_tokens", read.into());
        }
        if let Some(written) = self.cache_write_tokens {
            put("cache_creation_input_tokens", written.into());
        }
        if let Some(reasoning) = self.reasoning_tokens {
            put("completion_tokens_details", json::object(&mut [("reasoning_tokens", reasoning.into())]));
        }
        Value::Object(reported)
    }
}

/// A finite number, also one written as text.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number_in_text(text),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

/// A number of tokens; fractions are cut off.
fn tokens(value: Option<&Value>) -> Option<u64> {
    let number = number(value?)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..=MOST_TOKENS).contains(&number).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn usage(reported: &Value) -> Usage {
        read(reported).unwrap().usage
    }

    #[test]
    fn every_dialect_tells_the_same() {
        let expected = Usage {
            input_tokens: 1000,
            output_tokens: 100,
            cache_read_tokens: Some(600),
            cache_write_tokens: Some(200),
            ..Usage::default()
        };
        for reported in [
            json!({"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":600,"cache_creation_tokens":200}}),
            json!({"prompt_tokens":1000,"completion_tokens":100,"prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":200}}),
            json!({"prompt_tokens":1000,"completion_tokens":100,"cache_read_input_tokens":600,"cache_creation_input_tokens":200}),
            json!({"input_tokens":1000,"output_tokens":100,"input_tokens_details":{"cached_tokens":600,"cache_write_tokens":200}}),
            json!({"prompt_tokens":"1000","completion_tokens":" 100 ","cache_read_input_tokens":600.0,"cache_creation_input_tokens":"200"}),
            json!({"prompt_tokens":1000,"total_tokens":1100,"cached_tokens":600,"cache_creation_input_tokens":200}),
            json!({"completion_tokens":100,"total_tokens":1100,"cached_tokens":600,"cache_creation_input_tokens":200}),
        ] {
            assert_eq!(usage(&reported), expected, "{reported}");
        }
        let deepseek =
            usage(&json!({"completion_tokens":100,"prompt_cache_hit_tokens":600,"prompt_cache_miss_tokens":400}));
        assert_eq!(
            (deepseek.input_tokens, deepseek.cache_read_tokens, deepseek.cache_write_tokens),
            (1000, Some(600), None)
        );
    }

    #[test]
    fn nested_fields_are_believed_first() {
        let reported =
            json!({"prompt_tokens":1000,"cache_read_input_tokens":600,"prompt_tokens_details":{"cached_tokens":500}});
        assert_eq!(usage(&reported).cache_read_tokens, Some(500));
        let reported =
            json!({"prompt_tokens":1000,"cache_read_input_tokens":600,"prompt_tokens_details":{"cached_tokens":null}});
        assert_eq!(usage(&reported).cache_read_tokens, Some(600));
    }

    #[test]
    fn cache_writes_that_were_left_out_are_added() {
        let older = json!({"prompt_tokens":2050,"completion_tokens":1,"cache_read_input_tokens":2000,"cache_creation_input_tokens":300});
        assert_eq!(usage(&older).input_tokens, 2350);
        let newer = json!({"prompt_tokens":2350,"completion_tokens":1,"cache_read_input_tokens":2000,"cache_creation_input_tokens":300});
        assert_eq!(usage(&newer).input_tokens, 2350);
        let impossible = json!({"prompt_tokens":100,"completion_tokens":1,"cache_read_input_tokens":600});
        assert_eq!(usage(&impossible).input_tokens, 600, "a prompt holds its parts");
    }

    #[test]
    fn no_numbers_no_usage() {
        for reported in [
            json!(null),
            json!({}),
            json!([1]),
            json!("x"),
            json!({"prompt_tokens":null,"completion_tokens":"many","cost":"n/a"}),
            json!({"prompt_tokens":-1,"completion_tokens":1e300,"cost":-0.5}),
        ] {
            assert_eq!(read(&reported), None, "{reported}");
        }
        assert_eq!(read(&json!({"prompt_tokens":0,"completion_tokens":0})).unwrap().usage, Usage::default());
    }

    #[test]
    fn the_cost_is_read_as_number_or_text() {
        let cost = |cost: Value| read(&json!({"prompt_tokens":1,"cost":cost})).unwrap().cost;
        assert_eq!(cost(json!(0.0021)), Some(0.0021));
        assert_eq!(cost(json!("7.5e-05")), Some(7.5e-5));
        assert_eq!(cost(json!(0)), Some(0.0));
        assert_eq!(cost(json!(null)), None);
        assert_eq!(cost(json!("inf")), None);
        assert_eq!(cost(json!(true)), None);
    }

    #[test]
    fn a_caller_may_leave_fields_out() {
        assert_eq!(from_caller(&json!(null)), None);
        assert_eq!(from_caller(&json!({"cacheReadTokens":5})), None);
        let given = json!({"inputTokens":4000,"outputTokens":"500","cacheReadTokens":3000,"cacheWriteTokens":-1});
        let read = from_caller(&given).unwrap();
        assert_eq!(
            (read.input_tokens, read.output_tokens, read.cache_read_tokens, read.cache_write_tokens),
            (4000, 500, Some(3000), None)
        );
    }

    fn any_usage() -> impl Strategy<Value = Usage> {
        let tokens = 0_u64..1_000_000;
        (
            tokens.clone(),
            tokens.clone(),
            proptest::option::of(tokens.clone()),
            proptest::option::of(tokens.clone()),
            proptest::option::of(tokens),
        )
            .prop_map(|(uncached, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens)| {
                Usage {
                    input_tokens: uncached + cache_read_tokens.unwrap_or(0) + cache_write_tokens.unwrap_or(0),
                    output_tokens,
                    cache_read_tokens,
                    cache_write_tokens,
                    reasoning_tokens,
                    total_cost: None,
                    cost_source: None,
                }
            })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(usage in any_usage()) {
            prop_assert_eq!(read(&usage.to_reported()).unwrap().usage, usage);
        }

        #[test]
        fn a_prompt_is_never_smaller_than_its_parts(numbers in proptest::collection::vec(proptest::option::of(any::<f64>()), 9)) {
            let reported = json!({
                "prompt_tokens": numbers[0], "completion_tokens": numbers[1], "total_tokens": numbers[2],
                "prompt_tokens_details": {"cached_tokens": numbers[3], "cache_creation_tokens": numbers[4]},
                "cache_read_input_tokens": numbers[5], "cache_creation_input_tokens": numbers[6],
                "prompt_cache_hit_tokens": numbers[7], "cost": numbers[8],
            });
            if let Some(reported) = read(&reported) {
                let usage = reported.usage;
                prop_assert!(usage.input_tokens >= usage.cache_read_tokens.unwrap_or(0) + usage.cache_write_tokens.unwrap_or(0));
                prop_assert!(reported.cost.is_none_or(|cost| cost >= 0.0));
            }
        }
    }
}
