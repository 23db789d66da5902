//! Discovery against scripted gateways and against what real ones answered.

mod gateway;
mod vector;

use std::collections::BTreeSet;
use std::rc::Rc;

use litellm_core::catalog::{Discovered, Discovery};
use litellm_core::error::{Error, ErrorKind, Secrets};
use litellm_core::http::Headers;
use litellm_core::model_info::ModelInfo;
use litellm_core::settings;
use proptest::prelude::*;
use serde_json::{Value, json};

use gateway::{Reply, ScriptedGateway, discover};
use vector::Scenario;

/// What comes of a scenario that calls `listModels` or `getModel` once.
fn outcome(scenario: &Scenario) -> Option<Value> {
    let settings = settings::normalize(scenario.at("/settings")?).settings;
    let mut gateway = ScriptedGateway::new(scenario.server(), "")?;
    let mut list = || gateway.discover(settings.api_key.as_deref(), settings.max_retries);
    match scenario.method()? {
        "listModels" if scenario.at("/settings/baseUrl") == Some(&json!(format!("http://{}", vector::HOST))) => {
            Some(match list() {
                Ok(discovered) => json!({ "result": discovered.catalog() }),
                Err(error) => json!({ "error": shown(&error) }),
            })
        }
        "getModel" => {
            let discovered = match scenario.at("/call/catalogFirst") {
                Some(Value::Bool(true)) => list().expect("a catalog"),
                _ => Discovered::default(),
            };
            let info = discovered.resolve(&settings.model_id, settings.model_info.as_ref());
            Some(json!({ "result": { "id": discovered.sent_model_id(&settings.model_id), "info": info } }))
        }
        _ => None,
    }
}

fn shown(error: &Error) -> Value {
    json!({
        "kind": error.kind, "message": error.message, "status": error.status, "retryAfterMs": error.retry_after_ms,
        "retryable": error.retryable, "detail": error.detail,
    })
}

#[test]
fn model_info_vectors() {
    vector::run("model-info.json", 45, outcome);
}

#[test]
fn computer_use_vectors() {
    vector::run("computer-use.json", 15, outcome);
}

#[test]
fn catalog_vectors() {
    vector::run("catalog.json", 35, |scenario| {
        let outcome = outcome(scenario)?;
        // The requests of a discovery are its attempts.
        let paths = |attempts: &Value| {
            let attempts = attempts.as_array().into_iter().flatten();
            attempts.map(|attempt| json!({ "method": "GET", "path": attempt["path"] })).collect::<Value>()
        };
        let requests = paths(&outcome["result"]["attempts"]);
        let mut outcome = outcome;
        outcome["requests"] = requests;
        Some(outcome)
    });
}

/// The list of a recorded gateway.
fn recorded(name: &str) -> Discovered {
    discover(Some("sk-test"), 0, |path| match path {
        "/v1/model/info" => Reply::recorded(&format!("{name}.model-info")),
        "/v1/models" => Reply::recorded(&format!("{name}.names")),
        _ => Reply::not_found(),
    })
    .expect("a catalog")
}

fn data(recording: &str) -> Vec<Value> {
    let body: Value = serde_json::from_slice(&Reply::recorded(recording).body).expect("JSON");
    body["data"].as_array().expect("rows").clone()
}

fn ids(discovered: &Discovered) -> BTreeSet<&str> {
    discovered.ids().collect()
}

const RECORDINGS: [&str; 6] =
    ["every-mode", "odd-values", "wildcards", "team-key", "version-1.74.15", "version-1.83.0"];

#[test]
fn recorded_gateways_list_each_model_once_and_nothing_is_wrong() {
    for name in RECORDINGS {
        let discovered = recorded(name);
        let models = discovered.catalog().models;
        assert_eq!(ids(&discovered).len(), models.len(), "{name}");
        assert!(discovered.issues.is_empty(), "{name}");
        assert_eq!(discovered.attempts.len(), 2, "{name}");
        assert!(models.iter().all(|model| !model.id.contains('*')), "{name}");
        let hidden: BTreeSet<&str> = discovered.hidden().collect();
        assert!(ids(&discovered).is_disjoint(&hidden), "{name}");
    }
}

#[test]
fn what_a_recorded_list_of_names_says_of_limits_is_what_was_found() {
    for name in ["every-mode", "odd-values", "wildcards", "team-key"] {
        let discovered = recorded(name);
        let models = discovered.catalog().models;
        for row in data(&format!("{name}.names")) {
            let Some(model) = models.iter().find(|model| row["id"] == model.id.as_str()) else {
                continue;
            };
            for (field, value) in
                [("max_input_tokens", model.max_input_tokens), ("max_output_tokens", model.max_tokens)]
            {
                if let Some(listed) = row[field].as_u64().filter(|limit| *limit > 0) {
                    assert!(value <= listed, "{name}: {} {field}: {value} and {listed}", model.id);
                    assert!(
                        model.deployments > 1 || value == listed,
                        "{name}: {} {field}: {value} and {listed}",
                        model.id
                    );
                }
            }
        }
    }
}

#[test]
fn recorded_groups_tell_nearly_the_same() {
    for name in ["every-mode", "odd-values", "wildcards", "team-key"] {
        let whole = recorded(name);
        let groups = discover(Some("sk-test"), 0, |path| match path {
            "/v1/model/info" => Reply::recorded("route-not-allowed"),
            "/model_group/info" => Reply::recorded(&format!("{name}.groups")),
            _ => Reply::recorded(&format!("{name}.names")),
        })
        .expect("a catalog");
        assert_eq!(ids(&whole), ids(&groups), "{name}");
        assert_eq!(groups.attempts.len(), 3);
        assert!(groups.deployments().next().is_none());
        let (whole, groups) = (whole.catalog().models, groups.catalog().models);
        for (model, group) in whole.iter().filter_map(|model| {
            let group = groups.iter().find(|group| group.id == model.id)?;
            (model.deployments == 1).then_some((model, group))
        }) {
            assert_eq!(model.max_input_tokens, group.max_input_tokens, "{name}: {}", model.id);
            // Of names that a wildcard stands for, the groups know no capabilities and sometimes another mode.
            if name != "wildcards" {
                assert_eq!(model.supports_images, group.supports_images, "{name}: {}", model.id);
                assert_eq!(model.supports_tools, group.supports_tools, "{name}: {}", model.id);
                assert_eq!(model.mode, group.mode, "{name}: {}", model.id);
            }
            if group.prices.input_price.is_some() {
                assert_eq!(model.prices.input_price, group.prices.input_price, "{name}: {}", model.id);
                assert_eq!(model.prices.output_price, group.prices.output_price, "{name}: {}", model.id);
            }
        }
    }
}

#[test]
fn a_recorded_gateway_with_every_mode() {
    let discovered = recorded("every-mode");
    assert_eq!(discovered.catalog().models.len(), 17);
    assert_eq!(discovered.hidden().count(), 7, "{:?}", discovered.hidden().collect::<Vec<_>>());
    let model = |id: &str| discovered.resolve(id, None);
    let balanced = model("lb-model");
    assert_eq!((balanced.deployments, balanced.prices.input_price), (2, None));
    let price =
        |deployment| discovered.price_list(&balanced, None, deployment).and_then(|list| list.prices.input_price);
    assert_eq!((price(Some("dep-a")), price(Some("dep-b")), price(None)), (Some(2.5), Some(0.15), None));
    assert_eq!(model("alias-gpt").prices, model("mock-gpt").prices);
    let gemini = model("mock-gemini");
    assert_eq!(gemini.price_tiers.iter().map(|tier| tier.above_prompt_tokens).collect::<Vec<_>>(), [200_000]);
    assert_eq!(model("mock-custom").description, "Our custom model");
    let efforts = model("mock-gpt54").reasoning_efforts.expect("efforts");
    assert_eq!(efforts, ["none", "low", "medium", "high", "xhigh"]);
}

#[test]
fn a_recorded_model_given_back_as_model_info_is_the_same_model() {
    for name in RECORDINGS {
        for model in recorded(name).catalog().models {
            let shown = serde_json::to_value(&model).expect("JSON");
            let normalized = settings::normalize(&json!({ "modelId": model.id, "modelInfo": shown }));
            assert!(normalized.issues.is_empty(), "{name}: {}: {:?}", model.id, normalized.issues);
            let again = Discovered::default().resolve(&model.id, normalized.settings.model_info.as_ref());
            let again = ModelInfo { deployments: model.deployments, assumed: model.assumed.clone(), ..again };
            assert_eq!(serde_json::to_value(&again).expect("JSON"), shown, "{name}");
        }
    }
}

#[test]
fn recorded_failures_are_told() {
    let everywhere =
        |recording: &str| discover(Some("sk-test"), 0, |_| Reply::recorded(recording)).expect_err("no list is there");
    let no_key = everywhere("no-key");
    assert_eq!((no_key.kind, no_key.status), (ErrorKind::Auth, Some(401)));
    assert_eq!(everywhere("wrong-key-without-database").kind, ErrorKind::Auth);
    assert_eq!(everywhere("route-not-allowed").kind, ErrorKind::Permission);
    assert_eq!(everywhere("route-without-database").kind, ErrorKind::Protocol);
}

#[test]
fn a_lost_connection_is_an_attempt_and_ends_the_discovery() {
    let lost = || Error::new(ErrorKind::Connection, "The gateway was not reached.");
    let mut discovery = Discovery::new(Rc::default());
    discovery.on_lost(&lost());
    assert_eq!(discovery.next_path(), Some("/v1/model/info"), "it may be asked again");
    discovery.on_reply(200, &Headers::default(), br#"{"data":[{"model_name":"m"}]}"#, 0.0);
    discovery.on_failure(lost());
    assert_eq!(discovery.next_path(), None);
    let catalog = discovery.finish().expect("the names are not needed").catalog();
    let attempts: Vec<_> = catalog.attempts.iter().map(|attempt| (attempt.path.as_str(), attempt.status)).collect();
    assert_eq!(attempts, [("/v1/model/info", None), ("/v1/model/info", Some(200)), ("/v1/models", None)]);

    let mut discovery = Discovery::new(Rc::default());
    discovery.on_failure(lost());
    let attempts: Vec<_> = discovery.attempts().iter().map(|attempt| (attempt.path.as_str(), attempt.status)).collect();
    assert_eq!(attempts, [("/v1/model/info", None)]);
    assert_eq!(discovery.finish().expect_err("nothing was found").kind, ErrorKind::Connection);
}

#[test]
fn a_stopped_discovery_gives_no_half_of_a_catalog() {
    let mut discovery = Discovery::new(Rc::default());
    discovery.on_reply(200, &Headers::default(), br#"{"data":[]}"#, 0.0);
    discovery.on_failure(Error::new(ErrorKind::Aborted, "Stopped."));
    assert_eq!(discovery.finish().expect_err("it was stopped").kind, ErrorKind::Aborted);
}

#[test]
fn the_key_is_in_no_attempt_and_no_debug_text() {
    let key = "sk-very-secret-key-123";
    let mut discovery = Discovery::new(Rc::new(Secrets::of_key(Some(key))));
    let body = json!({"error":{"message":format!("Authentication Error, Invalid proxy server token {key}"),"type":"x","code":"403"}});
    discovery.on_reply(403, &Headers::default(), body.to_string().as_bytes(), 0.0);
    assert!(!format!("{discovery:?}").contains(key));
    discovery.on_failure(Error::new(ErrorKind::Connection, "The gateway was not reached."));
    assert!(!format!("{:?}", discovery.finish()).contains(key));
}

#[test]
fn an_ordinary_day_of_five_thousand_deployments_is_read() {
    let recorded = Reply::recorded("every-mode.model-info").body;
    let rows = std::str::from_utf8(&recorded).expect("UTF-8");
    let rows = rows.strip_prefix("{\"data\":[").and_then(|rows| rows.strip_suffix("]}")).expect("a list of rows");
    let many: Vec<String> =
        (0..200).map(|copy| rows.replace("\"model_name\":\"", &format!("\"model_name\":\"{}-", copy / 2))).collect();
    let body = format!("{{\"data\":[{}]}}", many.join(","));
    assert!(body.len() > 30_000_000);
    let mut discovery = Discovery::new(Rc::default());
    discovery.on_reply(200, &Headers::default(), body.as_bytes(), 0.0);
    discovery.on_reply(404, &Headers::default(), b"", 0.0);
    let discovered = discovery.finish().expect("a catalog");
    assert_eq!(discovered.catalog().models.len(), 1700);
    assert!(discovered.catalog().models.iter().all(|model| model.deployments >= 2));
    assert_eq!(discovered.deployments().count(), 5000);
}

/// JSON in which the names that matter occur often, with values of any type.
fn any_reply() -> impl Strategy<Value = Value> {
    let name = proptest::sample::select(vec![
        "data",
        "model_name",
        "litellm_params",
        "model_info",
        "model",
        "id",
        "key",
        "mode",
        "model_group",
        "max_tokens",
        "max_input_tokens",
        "supports_vision",
        "input_cost_per_token",
        "input_cost_per_token_above_128k_tokens",
        "tiered_pricing",
        "range",
        "__proto__",
        "error",
        "supported_openai_params",
        "reasoning_effort_levels",
        "providers",
        "description",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "(chat|embedding|m|\\*|openai/\\*|128000|1e999|-1|yes|.{0,4})".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..6).prop_map(|members| Value::Object(
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => proptest::collection::vec(any_reply(), 0..4).prop_map(|rows| json!({ "data": rows }).to_string().into_bytes()),
        1 => any_reply().prop_map(|value| value.to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #[test]
    fn any_order_of_any_replies_ends(
        replies in proptest::collection::vec(
            (proptest::sample::select(vec![200_u16, 200, 200, 201, 301, 400, 401, 403, 404, 405, 408, 429, 500, 503]), any_body()),
            1..8,
        ),
    ) {
        let mut asked = 0;
        let result = discover(Some("sk-test"), 1, |_| {
            let (status, body) = replies[asked % replies.len()].clone();
            asked += 1;
            Reply { status, headers: Headers::default(), body }
        });
        prop_assert!(asked <= 6);
        if let Ok(discovered) = result {
            let models = discovered.catalog().models;
            let ids: BTreeSet<&str> = models.iter().map(|model| model.id.as_str()).collect();
            prop_assert_eq!(ids.len(), models.len());
            for model in &models {
                prop_assert!(!model.id.contains('*') && model.max_tokens > 0 && model.context_window > 0 && !model.name.is_empty());
                let starts: Vec<u64> = model.price_tiers.iter().map(|tier| tier.above_prompt_tokens).collect();
                prop_assert!(starts.is_sorted());
                let mut prices: Vec<_> = model.price_tiers.iter().map(|tier| tier.prices).collect();
                prices.push(model.prices);
                for price in prices.iter().flat_map(|prices| [prices.input_price, prices.output_price, prices.cache_reads_price, prices.cache_writes_price]) {
                    prop_assert!(price.is_none_or(|price| price.is_finite() && price >= 0.0));
                }
            }
            prop_assert!(serde_json::to_string(&discovered.catalog()).is_ok());
        }
    }

    #[test]
    fn the_order_of_rows_changes_only_the_order_of_models(rows in proptest::collection::vec(any_reply(), 0..6), rotation in 0_usize..6) {
        let list = |rows: &[Value]| {
            let body = json!({ "data": rows }).to_string().into_bytes();
            let found = discover(None, 0, |path| match path {
                "/v1/model/info" => Reply { status: 200, headers: Headers::default(), body: body.clone() },
                _ => Reply::not_found(),
            });
            let mut models = found.expect("a catalog").catalog().models;
            models.sort_by(|left, right| left.id.cmp(&right.id));
            models
        };
        let before = list(&rows);
        let mut turned = rows.clone();
        if !turned.is_empty() {
            let length = turned.len();
            turned.rotate_left(rotation % length);
        }
        prop_assert_eq!(list(&turned), before);
    }
}
