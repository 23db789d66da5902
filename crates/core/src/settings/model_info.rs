//! What a user knows better than the gateway about the model.

use serde_json::{Map, Value};

use super::fields::{LARGEST_WHOLE, Takes};
use super::read::{Given, Issues};
use super::{SettingsIssueCode, suggestion};
use crate::model_info::{ModelInfoOverride, PriceTier, Prices};

const LIMIT: Takes = Takes::Number { minimum: 1.0, maximum: LARGEST_WHOLE, whole: true };
const PRICE: Takes = Takes::Number { minimum: 0.0, maximum: f64::MAX, whole: false };
const TIER_START: Takes = Takes::Number { minimum: 0.0, maximum: LARGEST_WHOLE, whole: true };

const PRICE_NAMES: [&str; 4] = ["inputPrice", "outputPrice", "cacheReadsPrice", "cacheWritesPrice"];
const NAMES: [&str; 20] = [
    "name",
    "backendModel",
    "provider",
    "family",
    "mode",
    "maxTokens",
    "contextWindow",
    "maxInputTokens",
    "supportsImages",
    "supportsPromptCache",
    "supportsComputerUse",
    "supportsTools",
    "supportsReasoning",
    "supportsPdf",
    "supportsAudio",
    "reasoningEfforts",
    "supportedParams",
    "description",
    "guardrails",
    "fallbacks",
];
/// Members of a whole `ModelInfo` that are the gateway's own: somebody may give back what `getModel` said.
const NOT_TO_OVERRIDE: [&str; 3] = ["id", "deployments", "assumed"];
const TIERS: &str = "priceTiers";
const TIER_START_NAME: &str = "abovePromptTokens";

/// Reads `modelOverrides`: what `modelInfo` says, for each of many models by its id.
pub(super) fn read_overrides(given: Option<Given<'_>>, issues: &mut Issues) -> Vec<(String, ModelInfoOverride)> {
    let Some((given, object)) = issues.object(given) else { return Vec::new() };
    let models = object.keys().filter_map(|id| Some((id.clone(), read(given.member(object, id), issues)?)));
    models.collect()
}

/// Reads `modelInfo`. Issues are told at `modelInfo.<member>`; a bad member is left out, and null is no statement.
pub(super) fn read(given: Option<Given<'_>>, issues: &mut Issues) -> Option<ModelInfoOverride> {
    let (given, object) = issues.object(given)?;
    let known = || NAMES.into_iter().chain(PRICE_NAMES).chain([TIERS]);
    for name in object.keys() {
        if !known().any(|known| known == name) && !NOT_TO_OVERRIDE.contains(&name.as_str()) {
            unknown(&given, object, name, suggestion::nearest(name, known()), issues);
        }
    }
    let member = |name: &str| given.member(object, name);
    // Programs that have one number for "no limit" write 0 or -1; the gateway's rows do so, too.
    let limit = |name: &str| member(name).filter(|limit| limit.value.as_f64().is_none_or(|number| number > 0.0));
    Some(ModelInfoOverride {
        name: issues.text(member("name")),
        backend_model: issues.text(member("backendModel")),
        provider: issues.text(member("provider")),
        family: issues.text(member("family")),
        mode: issues.text(member("mode")),
        max_tokens: issues.whole(limit("maxTokens"), LIMIT),
        context_window: issues.whole(limit("contextWindow"), LIMIT),
        max_input_tokens: issues.whole(limit("maxInputTokens"), LIMIT),
        supports_images: issues.switch(member("supportsImages")),
        supports_prompt_cache: issues.switch(member("supportsPromptCache")),
        supports_computer_use: issues.switch(member("supportsComputerUse")),
        supports_tools: issues.switch(member("supportsTools")),
        supports_reasoning: issues.switch(member("supportsReasoning")),
        supports_pdf: issues.switch(member("supportsPdf")),
        supports_audio: issues.switch(member("supportsAudio")),
        reasoning_efforts: issues.texts(member("reasoningEfforts")),
        supported_params: issues.texts(member("supportedParams")),
        prices: prices(&given, object, issues),
        price_tiers: tiers(member(TIERS), issues),
        description: issues.text(member("description")),
        guardrails: issues.texts(member("guardrails")),
        fallbacks: issues.texts_or_objects(member("fallbacks")),
    })
}

fn prices<'a>(given: &Given<'a>, object: &'a Map<String, Value>, issues: &mut Issues) -> Prices {
    let mut price = |name: &str| issues.number(given.member(object, name), PRICE);
    Prices {
        input_price: price("inputPrice"),
        output_price: price("outputPrice"),
        cache_reads_price: price("cacheReadsPrice"),
        cache_writes_price: price("cacheWritesPrice"),
    }
}

fn tiers(given: Option<Given<'_>>, issues: &mut Issues) -> Option<Vec<PriceTier>> {
    let (given, list) = issues.list(given, "a list of objects")?;
    let mut tiers: Vec<PriceTier> = Vec::new();
    for item in given.items(list) {
        let Some((item, object)) = issues.object(Some(item)) else { continue };
        let Some(start) = item.member(object, TIER_START_NAME) else {
            issues.wrong_type(&item, &format!("an object with \"{TIER_START_NAME}\""));
            continue;
        };
        if let Some(above_prompt_tokens) = issues.whole(Some(start), TIER_START) {
            let place = tiers.partition_point(|tier| tier.above_prompt_tokens <= above_prompt_tokens);
            tiers.insert(place, PriceTier { above_prompt_tokens, prices: prices(&item, object, issues) });
        }
    }
    Some(tiers)
}

fn unknown<'a>(
    parent: &Given<'a>,
    object: &'a Map<String, Value>,
    name: &str,
    meant: Option<&str>,
    issues: &mut Issues,
) {
    let Some(member) = parent.member(object, name) else { return };
    let advice = meant.map_or_else(String::new, |meant| format!(" Did you mean \"{meant}\"?"));
    let message = format!("\"{}\" is no field of the model info and is not used.{advice}", member.path);
    issues.report(&member, SettingsIssueCode::UnknownField, message);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{NAMES, PRICE_NAMES, TIERS};
    use crate::settings::normalize;

    #[test]
    fn every_known_member_is_read_back() {
        let whole = json!({
            "name": "N", "backendModel": "b", "provider": "p", "family": "f", "mode": "chat", "maxTokens": 1,
            "contextWindow": 2, "maxInputTokens": 3, "supportsImages": true, "supportsPromptCache": true,
            "supportsComputerUse": true, "supportsTools": false, "supportsReasoning": true, "supportsPdf": true,
            "supportsAudio": true, "reasoningEfforts": ["low"], "supportedParams": [], "inputPrice": 0.0,
            "outputPrice": 1.5, "cacheReadsPrice": 0.25, "cacheWritesPrice": 2.0,
            "priceTiers": [{"abovePromptTokens": 200_000, "inputPrice": 6.0}], "description": "d",
            "guardrails": ["pii"], "fallbacks": ["m2", {"model": "m3"}],
        });
        let normalized = normalize(&json!({ "modelInfo": whole }));
        assert_eq!(normalized.issues, []);
        let read = serde_json::to_value(normalized.settings.model_info).unwrap();
        assert_eq!(read, whole);
        let mut names: Vec<&str> = NAMES.into_iter().chain(PRICE_NAMES).chain([TIERS]).collect();
        let mut members: Vec<&str> = whole.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        members.sort_unstable();
        assert_eq!(names, members);
    }

    #[track_caller]
    fn check(model_info: &Value, path: &str, code: &str) {
        let normalized = normalize(&json!({ "modelInfo": model_info }));
        let issues = serde_json::to_value(&normalized.issues).unwrap();
        assert_eq!(issues[0]["path"], path, "{issues}");
        assert_eq!(issues[0]["code"], code, "{issues}");
        assert_eq!(normalized.issues.len(), 1, "{issues}");
    }

    #[test]
    fn each_bad_member_is_told_at_its_path() {
        check(&json!({"maxTokens": "many"}), "modelInfo.maxTokens", "wrong_type");
        check(&json!({"maxTokens": 1e300}), "modelInfo.maxTokens", "out_of_range");
        check(&json!({"inputPrice": -1}), "modelInfo.inputPrice", "out_of_range");
        check(&json!({"supportsImages": "yes"}), "modelInfo.supportsImages", "wrong_type");
        check(&json!({"priceTiers": {}}), "modelInfo.priceTiers", "wrong_type");
        check(&json!({"priceTiers": [1]}), "modelInfo.priceTiers[0]", "wrong_type");
        check(&json!({"priceTiers": [{}]}), "modelInfo.priceTiers[0]", "wrong_type");
        check(
            &json!({"priceTiers": [{"abovePromptTokens": 1, "inputPrice": []}]}),
            "modelInfo.priceTiers[0].inputPrice",
            "wrong_type",
        );
        check(&json!({"supportImages": true}), "modelInfo.supportImages", "unknown_field");
    }

    #[test]
    fn a_limit_of_none_is_no_limit() {
        let normalized =
            normalize(&json!({"modelInfo": {"maxTokens": -1, "contextWindow": 0, "maxInputTokens": null}}));
        assert_eq!(normalized.issues, []);
        assert_eq!(normalized.settings.model_info.unwrap().max_tokens, None);
    }

    #[test]
    fn many_models_are_read_each_by_its_id() {
        let given = json!({"modelOverrides": {
            "a": {"maxTokens": 5}, "b.c/d": {"contextWindow": "many", "inputPrice": 1}, "e": 7, "f": null
        }});
        let normalized = normalize(&given);
        let paths: Vec<_> = normalized.issues.iter().map(|issue| issue.path.as_str()).collect();
        assert_eq!(paths, ["modelOverrides.b.c/d.contextWindow", "modelOverrides.e"]);
        let overrides = &normalized.settings.model_overrides;
        assert_eq!(overrides.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["a", "b.c/d"]);
        assert_eq!(overrides[0].1.max_tokens, Some(5));
        assert_eq!(overrides[1].1.prices.input_price, Some(1.0));
    }

    #[test]
    fn an_override_holds_for_its_model_unless_there_is_a_model_info() {
        let given = |more: Value| {
            let mut given = json!({"modelId": "a", "modelOverrides": {"a": {"maxTokens": 5}, "b": {"maxTokens": 6}}});
            given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            normalize(&given).settings
        };
        let limit = |settings: &crate::settings::ProviderSettings| settings.model_info.as_ref().unwrap().max_tokens;
        let settings = given(json!({}));
        assert_eq!(limit(&settings), Some(5));
        assert_eq!(limit(&settings.for_model("b".to_owned())), Some(6));
        assert_eq!(settings.for_model("c".to_owned()).model_info, None);
        let settings = given(json!({"modelInfo": {"maxTokens": 7}}));
        assert_eq!(limit(&settings), Some(7));
        assert_eq!(limit(&settings.for_model("a".to_owned())), Some(5));
    }

    #[test]
    fn a_whole_model_info_can_be_given_back() {
        let issues =
            normalize(&json!({"modelInfo": {"id": "m", "deployments": 1, "assumed": [], "mode": null}})).issues;
        assert_eq!(issues, []);
    }
}
