//! What a discovery found, as bytes that outlive the process: a reply of `/v1/model/info` of our own, which is read as any other. So
//! nothing that stands in a file can do more harm than what a gateway sends.

use serde_json::Value;

use super::Discovered;
use super::grouping::HIDDEN_MODES;
use crate::json;
use crate::model_info::written;

impl Discovered {
    /// The models with what costs need of their deployments, for [`super::Discovery::restoring`]. No address, key or header is in it.
    pub fn kept(&self) -> Vec<u8> {
        let archive = &self.archive;
        let [hidden_mode, ..] = HIDDEN_MODES;
        let mut rows = Vec::new();
        // Rows stand in the order of their models, with those that are not offered between them.
        let mut models = self.models.iter().peekable();
        for (position, row) in self.rows.iter().enumerate() {
            models.next_if(|model| model.end <= position);
            let is_offered = models.peek().is_some_and(|model| model.contains(&position));
            // A reply may be charged by a deployment of a model that is not offered.
            if is_offered || row.deployment.is_some() {
                rows.push(written(archive, row, if is_offered { None } else { Some(hidden_mode) }));
            }
        }
        for name in self.hidden() {
            let info = json::object(&mut [("mode", hidden_mode.into())]);
            rows.push(json::object(&mut [("model_name", name.into()), ("model_info", info)]));
        }
        json::bytes(&json::object(&mut [("data", Value::Array(rows))]))
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::Discovery;
    use super::Discovered;
    use crate::http::Headers;

    /// What is discovered where the two lists answer so.
    fn discovered(rows: &Value, names: &Value) -> Discovered {
        let mut discovery = Discovery::new(Rc::default());
        for list in [rows, names] {
            discovery.on_reply(200, &Headers::default(), json!({ "data": list }).to_string().as_bytes(), 0.0);
        }
        discovery.finish().unwrap()
    }

    fn restored(kept: &[u8]) -> Option<Discovered> {
        let mut discovery = Discovery::restoring();
        discovery.on_whole(kept);
        discovery.restored()
    }

    /// Whatever is asked of what was found.
    fn known(found: &Discovered) -> Value {
        let models = found.catalog().models;
        let ids: Vec<&str> = found.deployments().collect();
        let charged: Vec<_> = models
            .iter()
            .flat_map(|model| ids.iter().map(|id| Some(*id)).chain([None]).map(move |id| (model, id)))
            .map(|(model, id)| {
                let list = found.price_list(model, None, id);
                let prices = [0, 1000, 1001, 200_001].map(|size| list.map(|list| list.for_prompt(size)));
                json!([
                    prices.map(|prices| prices.map(|prices| serde_json::to_value(prices).unwrap())),
                    found.priced_as(model, id)
                ])
            })
            .collect();
        let mut hidden: Vec<&str> = found.hidden().collect();
        hidden.sort_unstable();
        hidden.dedup();
        json!([models, charged, hidden])
    }

    #[track_caller]
    fn check(found: &Discovered) {
        let kept = found.kept();
        let again = restored(&kept).unwrap();
        assert_eq!(known(&again), known(found));
        assert!(again.attempts.is_empty() && again.issues.is_empty());
        assert_eq!(restored(&again.kept()).map(|again| known(&again)), Some(known(found)));
    }

    #[test]
    fn what_was_found_comes_back_whole() {
        check(&Discovered::default());
        let found = discovered(
            &json!([
                {"model_name": "m", "litellm_params": {"model": "openai/gpt-5", "api_key": "sk-1", "api_base": "http://secret"}, "model_info": {
                    "id": "a", "mode": "chat", "litellm_provider": "openai", "description": "é\u{1F600}", "max_tokens": 5, "max_output_tokens": 7,
                    "max_input_tokens": 9, "supports_vision": true, "supports_prompt_caching": false, "supports_reasoning": true,
                    "supports_low_reasoning_effort": false, "supports_max_reasoning_effort": true, "supported_openai_params": ["n", "stop"],
                    "input_cost_per_token": 4e-7, "output_cost_per_token": 0, "input_cost_per_token_above_200k_tokens": 1.1e-6,
                    "tiered_pricing": [{"range": [1000, 5000], "cache_read_input_token_cost": 3e-8}], "api_base": "http://secret",
                }},
                {"model_name": "other", "model_info": {"id": "b", "reasoning_effort_levels": ["x", "y"], "input_cost_per_token": 7}},
                {"model_name": "m", "litellm_params": {"model": "azure/gpt-5"}, "model_info": {"id": "c", "supports_function_calling": false}},
                {"model_name": "embed", "model_info": {"id": "d", "mode": "embedding", "input_cost_per_token": 1}},
                {"model_name": "*", "model_info": {}}, 5,
            ]),
            &json!([{"id": "alias", "max_input_tokens": 3}, {"id": "drawn", "mode": "image_generation"}]),
        );
        check(&found);
        let text = String::from_utf8(found.kept()).unwrap();
        assert!(!text.contains("secret") && !text.contains("sk-1"), "{text}");
    }

    #[test]
    fn what_is_cut_or_something_else_is_nothing() {
        let kept = discovered(&json!([{"model_name": "m"}, {"model_name": "n"}]), &json!([])).kept();
        for length in 0..kept.len() {
            assert_eq!(restored(&kept[..length]), None, "{length}");
        }
        for other in ["", "null", "{}", "{\"data\":{}}", "{\"data\":[1]}", "{\"data\":[{}]}", "<html>"] {
            assert_eq!(restored(other.as_bytes()), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_rows_come_back_whole(
            rows in proptest::collection::vec(
                (
                    "(m|n|litellm/m|é|x/\\*)",
                    proptest::option::of("(openai|azure)/(gpt-5|claude-3)"),
                    proptest::option::of("[abc]"),
                    proptest::option::of("(chat|embedding|new)"),
                    proptest::option::of(0.0..1e-3_f64),
                    proptest::option::of(0.0..1.0_f64),
                    proptest::option::of(1_u64..10_000_000),
                    proptest::option::of(any::<bool>()),
                ),
                0..8,
            ),
        ) {
            let rows: Vec<Value> = rows
                .into_iter()
                .map(|(name, backend_model, id, mode, price, dear, limit, flag)| json!({
                    "model_name": name, "litellm_params": {"model": backend_model}, "model_info": {
                        "id": id, "mode": mode, "input_cost_per_token": price, "output_cost_per_token": dear, "max_tokens": limit,
                        "supports_vision": flag, "supports_reasoning": flag, "supports_high_reasoning_effort": flag,
                        "output_cost_per_token_above_1k_tokens": price,
                    },
                }))
                .collect();
            check(&discovered(&json!(rows), &json!([])));
        }

        #[test]
        fn any_bytes_are_survived(kept in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = restored(&kept);
        }
    }
}
