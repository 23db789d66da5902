//! What a call cost, and who says so.

use serde::{Deserialize, Serialize};

use crate::http::Headers;
use crate::model_info::{PriceTier, Prices};
use crate::usage::{ReportedUsage, Usage};

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
    pub prices: &'a Prices,
    /// Those of longer prompts.
    pub price_tiers: &'a [PriceTier],
}

/// Tokens times prices in US dollars, or `None` when a price that is needed is unknown.
pub fn from_prices(usage: &Usage, list: PriceList<'_>) -> Option<f64> {
    let _ = (usage, list);
    None
}

/// The cost as far as the reply and the prices tell. `streamed` says whether the reply was a stream: its cost header says nothing then.
/// `None` means: ask `/spend/calculate`, once.
pub fn known(
    reported: &ReportedUsage,
    headers: &Headers,
    streamed: bool,
    list: Option<PriceList<'_>>,
) -> Option<(f64, CostSource)> {
    let _ = (reported, headers, streamed, list);
    None
}

/// The body of `POST /spend/calculate` for usage as reported; `backend_model` is the gateway's name for what it asked.
pub fn spend_calculate_body(backend_model: &str, usage: &serde_json::Value) -> Vec<u8> {
    let _ = (backend_model, usage);
    Vec::new()
}

/// The cost in a reply of `/spend/calculate`; 0 there means unknown.
pub fn read_spend_calculate(status: u16, body: &[u8]) -> Option<f64> {
    let _ = (status, body);
    None
}
