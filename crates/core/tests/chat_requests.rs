//! The requests of the scenarios, built without a server.

mod vector;

use std::rc::Rc;

use litellm_core::catalog::{Discovered, Discovery};
use litellm_core::chat_request::{self, RefusedParameters};
use litellm_core::error::{self, FailedCall};
use litellm_core::http::Headers;
use litellm_core::options::CallOptions;
use litellm_core::settings;
use serde_json::{Value, json};

use vector::Scenario;

/// Compares the first request of every scenario of `file` that states its body.
#[track_caller]
fn check(file: &str, at_least: usize) {
    let mut compared = 0;
    let mut failures = Vec::new();
    for scenario in vector::scenarios(file) {
        let Some((expected, actual)) = first_body(&scenario) else { continue };
        compared += 1;
        let problems = vector::problems(&expected, Some(&actual));
        failures.extend(problems.into_iter().map(|problem| format!("{}: {problem}", scenario.name)));
    }
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
    assert!(compared >= at_least, "{file}: only {compared} scenarios were compared, {at_least} were to be");
}

#[test]
fn conversations() {
    check("messages.json", 55);
}

#[test]
fn tool_ids() {
    check("tool-ids.json", 11);
}

#[test]
fn cache_marks() {
    check("prompt-cache.json", 16);
}

#[test]
fn request_bodies() {
    check("requests.json", 48);
}

#[test]
fn token_limits() {
    check("token-limit-field.json", 36);
}

/// Goes through the scenarios in which a model refuses a parameter: the request is sent again without it, and so are
/// later ones.
#[test]
fn refused_parameters() {
    let mut healed = 0;
    for scenario in vector::scenarios("errors-recorded.json") {
        let Some(calls) = scenario.at("/calls").and_then(Value::as_array) else { continue };
        let mut refused = RefusedParameters::default();
        let mut replies = scenario.server().iter();
        for (index, call) in calls.iter().enumerate() {
            let expected = &scenario.value["expect"][index];
            let bodies = expected["requests"].as_array().map_or(&[][..], Vec::as_slice);
            for (attempt, expected_body) in bodies.iter().enumerate() {
                let request = request(
                    &scenario.value["settings"],
                    &Discovered::default(),
                    &refused,
                    call["system"].as_str().unwrap_or_default(),
                    &call["messages"],
                    &call["options"],
                );
                let body: Value = serde_json::from_slice(&request).unwrap();
                let problems = vector::problems(&expected_body["body"], Some(&body));
                assert!(problems.is_empty(), "{}: {problems:?}", scenario.name);
                if attempt + 1 < bodies.len() {
                    let reply = replies.next().unwrap();
                    let status = u16::try_from(reply["status"].as_u64().unwrap()).unwrap();
                    let words = reply["raw"].as_str().unwrap();
                    let headers = Headers::default();
                    let error = error::from_reply(
                        FailedCall::Chat,
                        status,
                        &headers,
                        words.as_bytes(),
                        &error::Secrets::default(),
                        0.0,
                    );
                    let message = refused.learn(&error, &request);
                    let notice = json!({"type": "notice", "code": "parameter_refused", "message": message});
                    let problems = vector::problems(&expected["parts"][0], Some(&notice));
                    assert!(problems.is_empty(), "{}: {problems:?}", scenario.name);
                    healed += 1;
                }
            }
        }
    }
    assert!(healed >= 2, "only {healed} refusals were healed");
}

/// A refusal is recognised in whatever shape of reply it comes.
#[test]
fn refusals_of_every_shape() {
    for (name, reply) in [
        (
            "max_tokens",
            json!({"error": {"message": "litellm.BadRequestError: OpenAIException - Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\n\nLiteLLM: model group 'm' failed with the error above. No fallback was attempted.", "type": "invalid_request_error", "param": "max_tokens", "code": "400"}}),
        ),
        (
            "temperature",
            json!({"error": {"message": "litellm.BadRequestError: AzureException BadRequestError - Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", "type": null, "param": null, "code": "400"}}),
        ),
        (
            "cache_control",
            json!({"error": {"message": "litellm.BadRequestError: AnthropicException - b'{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"messages.0.content.0.text.cache_control: Extra inputs are not permitted\"}}'", "type": "invalid_request_error", "param": null, "code": "400"}}),
        ),
        (
            "stream_options",
            json!({"error": {"message": "{'error': {'message': \"Unrecognized request argument supplied: stream_options\", 'type': 'invalid_request_error'}}"}}),
        ),
        ("drop_params", json!({"detail": "Unknown parameter: 'drop_params'."})),
        (
            "top_p",
            json!({"detail": {"error": "litellm.UnsupportedParamsError: x does not support parameters: ['top_p'], for model=m. To drop these, set `litellm.drop_params=True`"}}),
        ),
        (
            "reasoning_effort",
            json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "reasoning_effort"], "msg": "Extra inputs are not permitted"}]}),
        ),
        (
            "tool_choice",
            json!({"error": {"message": "litellm.UnsupportedParamsError: Bedrock doesn't support tool_choice=required. Supported tool_choice values=['auto', 'required', json object]. To drop it from the call, set `litellm.drop_params = True.", "type": "None", "param": "None", "code": "400"}}),
        ),
        (
            "parallel_tool_calls",
            json!({"error": {"message": "litellm.UnsupportedParamsError: ollama does not support parameters: ['parallel_tool_calls'], for model=m. To drop these, set `litellm.drop_params=True` or for proxy:", "code": "400"}}),
        ),
    ] {
        let mut body = json!({"messages": [{"role": "user", "content": [{"type": "text", "text": "t"}]}]});
        for sent in [
            "max_tokens",
            "temperature",
            "top_p",
            "tool_choice",
            "parallel_tool_calls",
            "stream_options",
            "reasoning_effort",
            "drop_params",
        ] {
            body[sent] = json!(1);
        }
        body["messages"][0]["content"][0]["cache_control"] = json!({"type": "ephemeral"});
        let (body, reply) = (body.to_string(), reply.to_string());
        let error = error::from_reply(
            FailedCall::Chat,
            400,
            &Headers::default(),
            reply.as_bytes(),
            &error::Secrets::default(),
            0.0,
        );
        let notice = RefusedParameters::default().learn(&error, body.as_bytes());
        assert!(
            notice.as_ref().is_some_and(|notice| notice.contains(name) && !notice.contains(" and ")),
            "{name}: {notice:?} of {error:?}"
        );
    }
}

/// The expected and the actual body, or `None` for a scenario that states none.
fn first_body(scenario: &Scenario) -> Option<(Value, Value)> {
    let expected = scenario.at("/expect/requests/0/body")?.clone();
    let call = scenario.at("/call")?;
    let (system, messages, options) = match scenario.method()? {
        "createMessage" => (
            call["system"].as_str().unwrap_or_default(),
            call["messages"].clone(),
            call.get("options").cloned().unwrap_or_default(),
        ),
        "completePrompt" => (
            "",
            json!([{"role": "user", "content": scenario.argument(0)?}]),
            scenario.argument(1).cloned().unwrap_or_default(),
        ),
        _ => return None,
    };
    let discovered = if call["catalogFirst"] == true { discover(scenario) } else { Discovered::default() };
    let settings = &scenario.value["settings"];
    let request = request(settings, &discovered, &RefusedParameters::default(), system, &messages, &options);
    Some((expected, serde_json::from_slice(&request).unwrap()))
}

fn request(
    settings: &Value,
    discovered: &Discovered,
    refused: &RefusedParameters,
    system: &str,
    messages: &Value,
    options: &Value,
) -> Vec<u8> {
    let settings = settings::normalize(settings).settings;
    let model = discovered.resolve(&settings.model_id, settings.model_info.as_ref());
    let options = CallOptions::parse(options).unwrap();
    chat_request::build(&settings, &model.id, &model, refused, system, messages, &options).unwrap().body
}

/// Asks the scenario's server for its models.
fn discover(scenario: &Scenario) -> Discovered {
    let mut discovery = Discovery::new(Rc::default());
    while let Some(path) = discovery.next_path() {
        let rule =
            scenario.server().iter().find(|rule| rule["when"]["method"] == "GET" && rule["when"]["path"] == path);
        let (status, body) = match rule {
            Some(rule) => {
                (rule["status"].as_u64().map_or(200, |status| u16::try_from(status).unwrap()), rule["json"].to_string())
            }
            None => (404, r#"{"detail":"Not Found"}"#.to_owned()),
        };
        if let Some(error) = discovery.on_reply(status, &Headers::default(), body.as_bytes(), 0.0) {
            discovery.on_failure(error);
        }
    }
    discovery.finish().unwrap()
}
