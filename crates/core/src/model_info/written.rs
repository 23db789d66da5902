//! A row written as `/v1/model/info` writes it: what is kept of a row, and nothing else of the gateway's reply.

use serde_json::{Map, Value};

use super::archive::Archive;
use super::draft::{MEMBERS, Member};
use super::price_members::PRICES_OF_ONE_TOKEN;
use super::prices::{PRICE_FIELDS, TOKENS_OF_A_PRICE};
use super::statements::Row;
use super::{PriceTier, Prices};
use crate::json;

/// The row as JSON, of which reading makes the same row again. With `mode` in place of its own.
#[inline(never)]
pub(crate) fn written(archive: &Archive, row: &Row, mode: Option<&str>) -> Value {
    let mut info = Map::new();
    for (name, member) in MEMBERS {
        let value = match member {
            Member::Mode => mode.or_else(|| row.mode.map(|word| archive.word(word))).map(Value::from),
            member => said(archive, row, member),
        };
        if let Some(value) = value {
            info.insert(name.to_owned(), value);
        }
    }
    let backend_model = row.backend_model.map(|text| archive.text(text).into());
    let parameters = json::object(&mut [("model", backend_model.unwrap_or_default())]);
    let name = archive.text(row.name).into();
    json::object(&mut [("model_name", name), ("litellm_params", parameters), ("model_info", Value::Object(info))])
}

/// What the row says in this member.
fn said(archive: &Archive, row: &Row, member: Member) -> Option<Value> {
    let figures = &row.figures;
    let text = match member {
        Member::Id => archive.text(row.deployment?),
        Member::Mode => archive.word(row.mode?),
        Member::Provider => archive.word(row.provider?),
        Member::Description => archive.text(row.description?),
        Member::SupportedParams => return Some(archive.list(row.supported_params?).into()),
        Member::EffortLevels => return Some(archive.list(row.effort_levels?).into()),
        Member::TieredPricing => return tiered_pricing(row.price_tiers(archive)),
        Member::Price(position) => return price_of_one(row.figures.prices, position),
        // It is only asked for where there is no name.
        Member::Key => return None,
        Member::MaxTokens => return figures.max_tokens.map(Value::from),
        Member::MaxOutputTokens => return figures.max_output_tokens.map(Value::from),
        Member::MaxInputTokens => return figures.max_input_tokens.map(Value::from),
        Member::Images => return figures.images.map(Value::from),
        Member::PromptCache => return figures.prompt_cache.map(Value::from),
        Member::ComputerUse => return figures.computer_use.map(Value::from),
        Member::Tools => return figures.tools.map(Value::from),
        Member::Reasoning => return figures.reasoning.map(Value::from),
        Member::Pdf => return figures.pdf.map(Value::from),
        Member::Audio => return figures.audio.map(Value::from),
        Member::Effort(effort) => return figures.efforts.get(effort).copied().flatten().map(Value::from),
    };
    Some(text.into())
}

#[inline(never)]
fn tiered_pricing(tiers: &[PriceTier]) -> Option<Value> {
    let mut ranges = Vec::new();
    for tier in tiers {
        let mut range = Map::new();
        range.insert("range".to_owned(), Value::Array(vec![tier.above_prompt_tokens.into()]));
        for (position, name) in PRICES_OF_ONE_TOKEN.into_iter().enumerate() {
            if let Some(price) = price_of_one(tier.prices, position) {
                range.insert(name.to_owned(), price);
            }
        }
        ranges.push(Value::Object(range));
    }
    (!ranges.is_empty()).then_some(Value::Array(ranges))
}

/// The price of one token, by its place in the list of prices.
#[inline(never)]
fn price_of_one(mut prices: Prices, position: usize) -> Option<Value> {
    let price = (*PRICE_FIELDS.get(position)?(&mut prices))?;
    Some((price / TOKENS_OF_A_PRICE).into())
}
