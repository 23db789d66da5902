//! The members of a row that hold prices.

use super::prices::{self, PRICE_FIELDS, PriceField};
use super::{PriceTier, Prices};
use crate::lenient::{Place, Receive, whole};

/// How many prices by size of prompt a row may have.
const MOST_TIERS: usize = 16;

/// What the gateway calls the prices of one token, in the order of [`PRICE_FIELDS`].
pub(super) const PRICES_OF_ONE_TOKEN: [&str; 4] =
    ["input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost", "cache_creation_input_token_cost"];

/// The prices of prompts above so many tokens, in ascending order of that size, unless there are too many such sizes.
pub(super) fn tier(tiers: &mut Vec<PriceTier>, start: u64) -> Option<&mut Prices> {
    let position = tiers.partition_point(|tier| tier.above_prompt_tokens < start);
    if tiers.get(position).is_none_or(|tier| tier.above_prompt_tokens != start) {
        if tiers.len() >= MOST_TIERS {
            return None;
        }
        tiers.insert(position, PriceTier { above_prompt_tokens: start, prices: Prices::default() });
    }
    tiers.get_mut(position).map(|tier| &mut tier.prices)
}

/// The place of the price of one token, which is kept as that of a million.
pub(super) fn price<'de>(place: &mut Option<f64>) -> Place<'_, 'de> {
    Place::Number(place, prices::of_a_million)
}

/// Which price a member holds for prompts above how many tokens: `output_cost_per_token_above_200k_tokens`.
/// Variants by service tier (`…_priority`) or cache lifetime (`…_above_1hr`) are not charged here.
pub(super) fn price_from_size(name: &[u8]) -> Option<(PriceField, u64)> {
    let name = std::str::from_utf8(name.strip_suffix(b"k_tokens")?).ok()?;
    PRICES_OF_ONE_TOKEN.into_iter().zip(PRICE_FIELDS).find_map(|(known, field)| {
        let thousands = name.strip_prefix(known)?.strip_prefix("_above_")?;
        let is_digits = thousands.chars().all(|character| character.is_ascii_digit());
        let start = if is_digits { thousands.parse::<u64>().ok()?.checked_mul(1000)? } else { return None };
        Some((field, start))
    })
}

/// Prices of longer prompts, ascending, by the names of members and by ranges. Some rows name sizes without a price.
pub(super) fn price_tiers(mut tiers: Vec<PriceTier>, ranges: &PriceRanges) -> Vec<PriceTier> {
    for range in &ranges.0 {
        if let Some(tier) = range.start.start.and_then(whole).and_then(|start| tier(&mut tiers, start)) {
            *tier = range.prices.or(*tier);
        }
    }
    tiers.retain(|tier| tier.prices != Prices::default());
    tiers
}

/// `tiered_pricing`.
#[derive(Debug, Default)]
pub(super) struct PriceRanges(Vec<PriceRange>);

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
#[derive(Debug, Default)]
struct PriceRange {
    start: RangeStart,
    prices: Prices,
}

impl<'de> Receive<'de> for PriceRange {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        let position = PRICES_OF_ONE_TOKEN.iter().position(|known| *known == name);
        match position.and_then(|position| PRICE_FIELDS.get(position)) {
            Some(field) => price(field(&mut self.prices)),
            None if name == "range" => Place::Receiver(&mut self.start),
            None => Place::Nowhere,
        }
    }
}

/// The first number of `[start, end]`.
#[derive(Debug, Default)]
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
