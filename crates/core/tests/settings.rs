//! `tests/vectors/settings.json`: whatever is given as settings.

mod vector;

use litellm_core::settings::{SettingsIssueCode, field_names, normalize};
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn settings_are_normalised() {
    vector::run("settings.json", 45, |scenario| {
        if scenario.method() != Some("normalizeSettings") {
            return None;
        }
        let normalized = normalize(scenario.argument(0).unwrap_or(&Value::Null));
        Some(json!({ "result": normalized }))
    });
}

/// Any JSON, with the names of settings and the kinds of values that they take among it.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..3000_u32).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "(https?://)?[a-z.\\[\\]:0-9]{0,12}(/v1|//|/models|[?#@])*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..8).prop_map(|members| members.into_iter().collect::<Value>()),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    let fields: Vec<String> = field_names().map(str::to_owned).collect();
    prop_oneof![
        6 => prop::sample::select(fields),
        2 => prop::sample::select(vec!["litellmApiUrl".to_owned(), "env".to_owned(), "LITELLM_BASE_URL".to_owned(),
                                       "inputPrice".to_owned(), "priceTiers".to_owned(), "abovePromptTokens".to_owned()]),
        1 => ".{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn normalising_again_changes_nothing(input in anything()) {
        let first = normalize(&input);
        let again = normalize(&serde_json::to_value(&first.settings).unwrap());
        prop_assert_eq!(&again.settings, &first.settings);
        prop_assert!(again.issues.iter().all(|issue| issue.code == SettingsIssueCode::InsecureHttp), "{:?}", again.issues);
    }
}
