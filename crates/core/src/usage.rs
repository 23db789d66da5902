//! Tokens used, read from the dialects in which gateways report them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cost::CostSource;

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

/// Reads a `usage` object; `None` when it holds no numbers.
pub fn read(usage: &Value) -> Option<ReportedUsage> {
    let _ = usage;
    None
}

/// Reads `Usage` as a caller of `calculateCost` gives it: missing numbers are 0.
pub fn from_caller(input: &Value) -> Usage {
    let _ = input;
    Usage::default()
}
