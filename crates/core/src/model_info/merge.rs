//! Several deployments behind one name become one model, as small and as able as the least of them.
//!
//! The gateway picks a deployment for each call, so only what holds for all of them may be relied on. The result does not depend
//! on the order of the rows.

use std::collections::BTreeSet;

use super::prices;
use super::row::Row;
use super::statements::{EFFORTS, Statements};
use super::{DEFAULT_CONTEXT_WINDOW, DEFAULT_MAX_TOKENS, ModelInfo, name};
use crate::capabilities;
use crate::cost::PriceList;

/// The model behind `id`, which all `rows` serve.
pub(crate) fn merged(id: &str, rows: &mut [Row]) -> ModelInfo {
    // Lists are taken, not copied: a gateway may send thousands of them.
    let supported_params = common(rows, |statements| statements.supported_params.take());
    let reasoning_efforts = common(rows, |statements| statements.reasoning_efforts());
    let rows: &[Row] = rows;
    let mut assumed = Vec::new();
    let mut field = |name: &str, is_assumed: bool| {
        if is_assumed {
            assumed.push(name.to_owned());
        }
    };
    let output_limit = smallest(rows, Statements::output_limit);
    field("maxTokens", output_limit.is_none());
    let input_limit = smallest(rows, |statements| statements.max_input_tokens);
    field("contextWindow", input_limit.is_none());
    field("maxInputTokens", input_limit.is_none());
    let mut capability = |name: &str, default: bool, read: fn(&Statements) -> Option<bool>| {
        let stated: Vec<Option<bool>> = rows.iter().map(|row| read(&row.statements)).collect();
        // One refusal is the gateway's word for all; otherwise each silent row adds the default.
        let refused = stated.contains(&Some(false));
        let is_assumed = !refused && stated.contains(&None);
        field(name, is_assumed);
        !refused && (default || !is_assumed)
    };
    let supports_images = capability("supportsImages", false, |statements| statements.images);
    let supports_prompt_cache = capability("supportsPromptCache", false, |statements| statements.prompt_cache);
    // Whether a silent row can use a computer follows from its own backend model; that this is no word of the gateway stays true.
    capability("supportsComputerUse", false, |statements| statements.computer_use);
    let supports_computer_use = rows.iter().all(|row| {
        row.statements
            .computer_use
            .unwrap_or_else(|| row.backend_model.as_deref().is_some_and(capabilities::can_use_computer))
    });
    let supports_tools = capability("supportsTools", true, |statements| statements.tools);
    let supports_reasoning = capability("supportsReasoning", false, |statements| statements.reasoning);
    let supports_pdf = capability("supportsPdf", false, |statements| statements.pdf);
    let supports_audio = capability("supportsAudio", false, |statements| statements.audio);

    let tiers: Vec<_> = rows.iter().map(|row| row.statements.price_tiers()).collect();
    let lists: Vec<_> =
        rows.iter().zip(&tiers).map(|(row, tiers)| PriceList::new(row.statements.prices, tiers)).collect();
    let (prices, price_tiers) = prices::agreed(&lists);

    ModelInfo {
        id: id.to_owned(),
        name: name::readable(id),
        backend_model: backend_model(rows),
        provider: only(rows.iter().filter_map(|row| row.statements.provider.clone())),
        family: only(rows.iter().map(|row| capabilities::family(id, row.backend_model.as_deref())))
            .unwrap_or_else(|| capabilities::family(id, None)),
        mode: only(rows.iter().filter_map(|row| row.statements.mode.clone())),
        max_tokens: output_limit.unwrap_or(DEFAULT_MAX_TOKENS),
        context_window: input_limit.unwrap_or(DEFAULT_CONTEXT_WINDOW),
        max_input_tokens: input_limit.unwrap_or(DEFAULT_CONTEXT_WINDOW),
        supports_images,
        supports_prompt_cache,
        supports_computer_use,
        supports_tools,
        supports_reasoning,
        supports_pdf,
        supports_audio,
        reasoning_efforts,
        supported_params,
        prices,
        price_tiers,
        description: rows
            .iter()
            .filter_map(|row| row.statements.description.clone())
            .min()
            .unwrap_or_else(|| name::description(id)),
        deployments: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        assumed,
    }
}

/// Adds the mode and the limits that `model` lacks from another row that names it.
pub(crate) fn complete(model: &mut ModelInfo, statements: &Statements) {
    model.mode = model.mode.take().or_else(|| statements.mode.clone());
    let mut state = |field: &str, value: &mut u64, stated: Option<u64>| {
        let position = model.assumed.iter().position(|assumed| assumed == field);
        if let (Some(position), Some(stated)) = (position, stated) {
            model.assumed.remove(position);
            *value = stated;
        }
    };
    state("maxTokens", &mut model.max_tokens, statements.output_limit());
    state("contextWindow", &mut model.context_window, statements.max_input_tokens);
    state("maxInputTokens", &mut model.max_input_tokens, statements.max_input_tokens);
}

/// The smallest limit. A row that states none takes no part.
fn smallest(rows: &[Row], read: fn(&Statements) -> Option<u64>) -> Option<u64> {
    rows.iter().filter_map(|row| read(&row.statements)).min()
}

/// The one value that all have.
fn only(mut values: impl Iterator<Item = String>) -> Option<String> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The backend model that all rows name. The same model at several providers (`azure/gpt-5`, `openai/gpt-5`) counts as the first by
/// name, for what a request must look like depends on the model alone.
fn backend_model(rows: &[Row]) -> Option<String> {
    let named: Option<Vec<&String>> = rows.iter().map(|row| row.backend_model.as_ref()).collect();
    let first = named?.into_iter().min()?;
    let is_same = |row: &Row| {
        let other = row.backend_model.as_ref();
        other == Some(first) || capabilities::same_family(first, other.map_or("", String::as_str))
    };
    rows.iter().all(is_same).then(|| first.clone())
}

/// What the lists of all rows have in common; `None` where a row has none. One row's list stays as it is stated; a common one goes by
/// effort, then by alphabet.
fn common(rows: &mut [Row], read: fn(&mut Statements) -> Option<Vec<String>>) -> Option<Vec<String>> {
    let lists: Option<Vec<Vec<String>>> = rows.iter_mut().map(|row| read(&mut row.statements)).collect();
    let mut lists = lists?.into_iter();
    let mut shared = lists.next()?;
    if rows.len() > 1 {
        for list in lists {
            shared.retain(|word| list.contains(word));
        }
        let rank = |word: &str| EFFORTS.iter().position(|effort| *effort == word).unwrap_or(EFFORTS.len());
        let ranked: BTreeSet<(usize, String)> = shared.into_iter().fold(BTreeSet::new(), |mut ranked, word| {
            ranked.insert((rank(&word), word));
            ranked
        });
        shared = ranked.into_iter().map(|(_, word)| word).collect();
    }
    Some(shared)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::lenient::from_body;
    use crate::model_info::{DeploymentRow, Prices, ToRow};

    fn row(backend_model: &Value, model_info: &Value) -> Row {
        let row = json!({"model_name":"m","litellm_params":{"model":backend_model},"model_info":model_info});
        from_body::<DeploymentRow>(row.to_string().as_bytes()).unwrap().to_row().unwrap()
    }

    fn rows(given: &[(&str, Value)]) -> Vec<Row> {
        given.iter().map(|(backend_model, model_info)| row(&json!(backend_model), model_info)).collect()
    }

    #[test]
    fn the_least_of_all_deployments_counts() {
        let model = merged(
            "m",
            &mut rows(&[
                (
                    "up/0",
                    json!({"max_input_tokens":128_000,"max_output_tokens":16384,"supports_vision":true,"input_cost_per_token":2e-6,"output_cost_per_token":4e-6}),
                ),
                (
                    "up/1",
                    json!({"max_input_tokens":8000,"supports_vision":true,"input_cost_per_token":1e-6,"output_cost_per_token":4e-6}),
                ),
            ]),
        );
        assert_eq!((model.context_window, model.max_input_tokens, model.max_tokens), (8000, 8000, 16384));
        assert!(model.supports_images && model.supports_tools && !model.supports_pdf);
        assert_eq!(model.prices, Prices { output_price: Some(4.0), ..Prices::default() });
        assert_eq!((model.deployments, model.backend_model), (2, None));
    }

    #[test]
    fn what_is_assumed_is_named() {
        let model = merged("m", &mut rows(&[("up/0", json!({}))]));
        assert_eq!(model.assumed.len(), 10);
        let stated = json!({
            "max_tokens":1,"max_input_tokens":1,"supports_vision":false,"supports_prompt_caching":true,"supports_computer_use":false,
            "supports_function_calling":true,"supports_reasoning":true,"supports_pdf_input":true,"supports_audio_input":true,
        });
        assert!(merged("m", &mut rows(&[("up/0", stated.clone())])).assumed.is_empty());
        let both = merged("m", &mut rows(&[("up/0", stated), ("up/1", json!({}))]));
        assert_eq!(
            both.assumed,
            ["supportsPromptCache", "supportsTools", "supportsReasoning", "supportsPdf", "supportsAudio"]
        );
        assert!(!both.supports_prompt_cache && both.supports_tools);
    }

    #[test]
    fn every_deployment_must_be_able_to_use_a_computer() {
        let opus = ("anthropic/claude-opus-4-20250514", json!({}));
        assert!(merged("m", &mut rows(std::slice::from_ref(&opus))).supports_computer_use);
        assert!(!merged("m", &mut rows(&[opus.clone(), ("openai/gpt-4o", json!({}))])).supports_computer_use);
        assert!(
            merged("m", &mut rows(&[opus, ("openai/x", json!({"supports_computer_use":true}))])).supports_computer_use
        );
    }

    #[test]
    fn one_model_at_several_providers_has_a_backend_model() {
        let same = merged("smart", &mut rows(&[("openai/gpt-5", json!({})), ("azure/gpt-5", json!({}))]));
        assert_eq!((same.backend_model.as_deref(), same.family.as_str()), (Some("azure/gpt-5"), "gpt-5"));
        let others =
            merged("smart", &mut rows(&[("openai/gpt-5", json!({})), ("anthropic/claude-opus-4-1", json!({}))]));
        assert_eq!((others.backend_model.as_deref(), others.family.as_str()), (None, "smart"));
    }

    #[test]
    fn words_are_taken_where_all_agree() {
        let model = merged(
            "m",
            &mut rows(&[
                (
                    "up/0",
                    json!({"mode":"chat","litellm_provider":"openai","description":"B","reasoning_effort_levels":["high","low"],"supported_openai_params":["tools","n"]}),
                ),
                (
                    "up/1",
                    json!({"mode":null,"litellm_provider":"azure","description":"A","reasoning_effort_levels":["max","low","high"],"supported_openai_params":["n","tools","stop"]}),
                ),
            ]),
        );
        assert_eq!((model.mode.as_deref(), model.provider, model.description.as_str()), (Some("chat"), None, "A"));
        assert_eq!(model.reasoning_efforts.unwrap(), ["low", "high"]);
        assert_eq!(model.supported_params.unwrap(), ["n", "tools"]);
    }

    fn any_statement() -> impl Strategy<Value = Value> {
        let price = prop_oneof![Just(json!(null)), Just(json!(1e-6)), Just(json!(2e-6)), Just(json!(-1e-6))];
        let flag = prop_oneof![Just(json!(null)), Just(json!(true)), Just(json!(false)), Just(json!("yes"))];
        let limit = prop_oneof![Just(json!(null)), Just(json!(0)), Just(json!(4096)), Just(json!("8192"))];
        let words = proptest::option::of(
            proptest::sample::subsequence(vec!["low", "high", "max", "tools"], 0..=4).prop_shuffle(),
        );
        (proptest::collection::vec(price, 4), flag.clone(), flag, limit.clone(), limit, words.clone(), words, proptest::option::of("(chat|responses|x)"))
            .prop_map(|(prices, vision, tools, output, input, efforts, params, mode)| {
                json!({
                    "input_cost_per_token": prices[0], "output_cost_per_token": prices[1],
                    "input_cost_per_token_above_128k_tokens": prices[2], "output_cost_per_token_above_200k_tokens": prices[3],
                    "supports_vision": vision, "supports_function_calling": tools, "max_output_tokens": output, "max_input_tokens": input,
                    "reasoning_effort_levels": efforts, "supported_openai_params": params, "mode": mode,
                })
            })
    }

    proptest! {
        #[test]
        fn the_order_of_deployments_is_of_no_matter(
            given in proptest::collection::vec((proptest::option::of("(azure|openai)/(gpt-5|gpt-4o|x)"), any_statement()), 1..5),
            rotation in 0_usize..5,
        ) {
            let mut rows: Vec<Row> = given.iter().map(|(backend_model, statement)| row(&json!(backend_model), statement)).collect();
            let model = merged("m", &mut rows.clone());
            let length = rows.len();
            rows.rotate_left(rotation % length);
            prop_assert_eq!(&merged("m", &mut rows.clone()), &model);
            rows.reverse();
            prop_assert_eq!(&merged("m", &mut rows.clone()), &model);
        }

        #[test]
        fn prices_are_never_negative(statement in any_statement(), other in any_statement()) {
            let model = merged("m", &mut [row(&json!("up/0"), &statement), row(&json!("up/1"), &other)]);
            let mut all: Vec<Prices> = model.price_tiers.iter().map(|tier| tier.prices).collect();
            all.push(model.prices);
            for prices in all {
                for price in [prices.input_price, prices.output_price, prices.cache_reads_price, prices.cache_writes_price] {
                    prop_assert!(price.is_none_or(|price| price >= 0.0));
                }
            }
        }
    }
}
