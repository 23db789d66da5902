use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{FIELDS, ProviderSettings, check_provider, field_names, normalize};

#[track_caller]
fn issue(input: &Value, path: &str, code: &str, fatal: bool) -> String {
    let issues = normalize(input).issues;
    let [issue] = issues.as_slice() else { panic!("one issue was expected: {issues:?}") };
    let shown = serde_json::to_value(issue).unwrap();
    assert_eq!((&shown["path"], &shown["code"], issue.fatal), (&json!(path), &json!(code), fatal), "{shown}");
    issue.message.clone()
}

#[track_caller]
fn settings(input: &Value, pointer: &str, expected: &Value) {
    let normalized = normalize(input);
    assert_eq!(normalized.issues, [], "{input}");
    let shown = serde_json::to_value(&normalized.settings).unwrap();
    assert_eq!(shown.pointer(pointer), Some(expected), "{shown}");
}

fn complete() -> Value {
    json!({
        "baseUrl": "https://h", "apiKey": "sk-1", "modelId": "m", "modelInfo": {"maxTokens": 5}, "headers": {"x-a": "b"},
        "maxTokens": 1, "temperature": 0.5, "topP": 0.5, "reasoningEffort": "low", "thinkingBudget": 1024,
        "usePromptCache": false, "timeoutMs": 1, "discoveryTimeoutMs": 2, "maxRetries": 3, "sessionId": "s",
        "tags": ["t"], "workspaceTag": true, "metadata": {"a": 1}, "user": "u", "guardrails": ["g"], "fallbacks": ["f", {"model": "g"}],
        "numRetries": 4, "extraBody": {"k": null}, "modelOverrides": {"o": {"maxTokens": 6}}, "hiddenModels": ["h"],
        "favoriteModels": ["v"],
    })
}

#[test]
fn the_table_names_every_field_of_the_settings() {
    let normalized = normalize(&complete());
    assert_eq!(normalized.issues, []);
    let shown = serde_json::to_value(&normalized.settings).unwrap();
    assert_eq!(shown, complete());
    let members: BTreeSet<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(field_names().collect::<BTreeSet<_>>(), members);
    assert_eq!(FIELDS.len(), members.len());
}

#[test]
fn nothing_given_is_the_defaults() {
    for input in [json!({}), Value::Null, json!({"apiKey": null, "surprise": null})] {
        let normalized = normalize(&input);
        assert_eq!(normalized.settings, ProviderSettings::default());
        assert_eq!(normalized.issues, []);
    }
}

#[test]
fn names_beat_each_other_in_order() {
    let older =
        json!({"litellmBaseUrl": "https://b", "litellmApiUrl": "https://a", "env": {"LITELLM_BASE_URL": "https://c"}});
    settings(&older, "/baseUrl", &json!("https://a"));
    settings(&json!({"baseUrl": " ", "liteLlmBaseUrl": "https://b"}), "/baseUrl", &json!("https://b"));
    settings(&json!({"modelId": null, "env": {"LITELLM_MODEL": "m"}}), "/modelId", &json!("m"));
    settings(&json!({"usePromptCache": true, "litellmUsePromptCache": false}), "/usePromptCache", &json!(true));
}

#[test]
fn an_issue_is_told_under_the_new_name() {
    issue(&json!({"liteLlmApiKey": 1}), "apiKey", "wrong_type", true);
    issue(&json!({"env": {"LITELLM_BASE_URL": "ftp://x"}}), "baseUrl", "unsupported_scheme", true);
    issue(&json!({"env": "A=b"}), "env", "wrong_type", true);
    issue(&json!([]), "", "wrong_type", true);
}

#[test]
fn a_mistake_about_single_models_costs_nothing_else() {
    issue(&json!({"modelOverrides": []}), "modelOverrides", "wrong_type", false);
    issue(&json!({"modelOverrides": {"a": {"maxTokens": "x"}}}), "modelOverrides.a.maxTokens", "wrong_type", false);
    issue(&json!({"hiddenModels": [1]}), "hiddenModels[0]", "wrong_type", false);
    issue(&json!({"favoriteModels": {}}), "favoriteModels", "wrong_type", false);
    issue(&json!({"modelInfo": {"maxTokens": "x"}}), "modelInfo.maxTokens", "wrong_type", true);
}

#[test]
fn each_field_knows_its_type_and_range() {
    for (input, path, code) in [
        (json!({"temperature": "hot"}), "temperature", "wrong_type"),
        (json!({"temperature": 2.5}), "temperature", "out_of_range"),
        (json!({"topP": -0.1}), "topP", "out_of_range"),
        (json!({"maxTokens": 10.5}), "maxTokens", "wrong_type"),
        (json!({"maxTokens": 1e300}), "maxTokens", "out_of_range"),
        (json!({"thinkingBudget": 0}), "thinkingBudget", "out_of_range"),
        (json!({"timeoutMs": 2_147_483_648_u64}), "timeoutMs", "out_of_range"),
        (json!({"discoveryTimeoutMs": true}), "discoveryTimeoutMs", "wrong_type"),
        (json!({"maxRetries": 101}), "maxRetries", "out_of_range"),
        (json!({"numRetries": -1}), "numRetries", "out_of_range"),
        (json!({"usePromptCache": "yes"}), "usePromptCache", "wrong_type"),
        (json!({"reasoningEffort": 3}), "reasoningEffort", "wrong_type"),
        (json!({"sessionId": {}}), "sessionId", "wrong_type"),
        (json!({"user": 7}), "user", "wrong_type"),
        (json!({"tags": "a"}), "tags", "wrong_type"),
        (json!({"tags": ["a", 1]}), "tags[1]", "wrong_type"),
        (json!({"guardrails": {}}), "guardrails", "wrong_type"),
        (json!({"fallbacks": ["a", 1]}), "fallbacks[1]", "wrong_type"),
        (json!({"metadata": []}), "metadata", "wrong_type"),
        (json!({"extraBody": "x"}), "extraBody", "wrong_type"),
        (json!({"headers": {"x-a": []}}), "headers.x-a", "wrong_type"),
        (json!({"headers": {"x a": "b"}}), "headers.x a", "invalid_header"),
        (json!({"headers": {"": "b"}}), "headers.", "invalid_header"),
        (json!({"headers": {"x\nb": "c"}}), "headers.x\\nb", "invalid_header"),
        (json!({"headers": {"x-a": "\u{1}"}}), "headers.x-a", "invalid_header"),
        (json!({"apiKey": "sk-\u{4e00}"}), "apiKey", "invalid_header"),
    ] {
        let message = issue(&input, path, code, true);
        assert!(message.ends_with('.') && message.len() > 20, "{message}");
    }
}

#[test]
fn numbers_may_be_written_as_floats_and_headers_as_numbers() {
    settings(&json!({"maxTokens": 4096.0}), "/maxTokens", &json!(4096));
    settings(
        &json!({"headers": {"x-a": 1, "x-b": true, "x-c": null}}),
        "/headers",
        &json!({"x-a": "1", "x-b": "true"}),
    );
    settings(&json!({"headers": {"X-A": "1", "x-a": "2"}}), "/headers", &json!({"x-a": "2"}));
    settings(&json!({"tags": [" a ", "", null]}), "/tags", &json!(["a"]));
}

#[test]
fn the_rest_of_a_host_configuration_is_no_mistake() {
    settings(&json!({"apiProvider": "litellm", "openAiApiKey": "x", "litellmModelId": "m"}), "/modelId", &json!("m"));
    let message =
        issue(&json!({"apiProvider": "litellm", "litellmModel": "m"}), "litellmModel", "unknown_field", false);
    assert!(message.contains("not used"), "{message}");
}

#[test]
fn a_configuration_of_another_provider_is_refused() {
    for configuration in [json!({"apiProvider": "litellm"}), json!({"apiProvider": null}), json!({}), Value::Null] {
        assert_eq!(check_provider(&configuration), Ok(()), "{configuration}");
    }
    for (given, code, found) in [
        (json!("anthropic"), "out_of_range", "it is \"anthropic\""),
        (json!(["litellm"]), "wrong_type", "it is a list"),
    ] {
        let issue = check_provider(&json!({"apiProvider": given, "litellmApiKey": "sk-1"})).unwrap_err();
        assert_eq!(serde_json::to_value(issue.code).unwrap(), code);
        assert!(issue.fatal && issue.path == "apiProvider");
        assert!(
            issue.message.contains("\"apiProvider\" must be \"litellm\"") && issue.message.contains(found),
            "{}",
            issue.message
        );
    }
}

#[test]
fn an_unknown_field_is_told_with_what_was_meant() {
    let message = issue(&json!({"baseURL": "https://h"}), "baseURL", "unknown_field", false);
    assert!(message.contains("\"baseUrl\""), "{message}");
}

#[test]
fn no_issue_quotes_a_secret() {
    for input in [
        json!({"apiKey": "sk-secret\n"}),
        json!({"apiKey": "sk-secret\u{0}x"}),
        json!({"apiKey": ["sk-secret"]}),
        json!({"baseUrl": "https://user:sk-secret@gw.example.com"}),
        json!({"baseUrl": "https://gw.example.com:x/?key=sk-secret"}),
        json!({"baseUrl": "user:sk-secret@gw.example.com"}),
        json!({"headers": {"x-api-key": "sk-secret\n"}}),
    ] {
        for issue in normalize(&input).issues {
            assert!(!issue.message.contains("secret"), "{}", issue.message);
        }
    }
}

#[test]
fn plain_http_is_told_with_a_key_only() {
    for (address, told) in [
        ("http://gw.example.com", true),
        ("http://192.168.1.5:4000", true),
        ("http://localhost.example.com", true),
        ("http://a.localhost", false),
        ("http://127.8.9.10", false),
        ("http://[::1]:4000", false),
        ("https://gw.example.com", false),
    ] {
        let issues = normalize(&json!({"baseUrl": address, "apiKey": "sk-1"})).issues;
        assert_eq!(issues.len(), usize::from(told), "{address}");
        assert_eq!(normalize(&json!({"baseUrl": address})).issues, [], "{address}");
    }
}

#[test]
fn issues_come_in_the_order_of_what_was_given() {
    let input = json!({"foo": 1, "headers": {"a b": ""}, "temperature": 9, "apiKey": 1, "baseUrl": "ftp://x"});
    let paths: Vec<String> = normalize(&input).issues.into_iter().map(|issue| issue.path).collect();
    assert_eq!(paths, ["foo", "headers.a b", "temperature", "apiKey", "baseUrl"]);
}
