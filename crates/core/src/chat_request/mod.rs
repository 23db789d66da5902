//! The body of `POST /v1/chat/completions`.

mod body;
mod refused;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::capabilities;
use crate::convert_messages::{self, Accepted, Signatures};
use crate::error::Error;
use crate::json;
use crate::message;
use crate::model_info::ModelInfo;
use crate::options::CallOptions;
use crate::prompt_cache;
use crate::settings::ProviderSettings;
use crate::tools::{self, ToolNames};
use body::{Body, Member};
pub use refused::RefusedParameters;

/// The names of the output limit: which one a model takes depends on its family.
const MAX_TOKENS: &str = "max_tokens";
const MAX_COMPLETION_TOKENS: &str = "max_completion_tokens";
/// Members that the extra body can't replace.
const PROTECTED: [&str; 3] = ["model", "messages", "stream"];

/// A request ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The JSON body in UTF-8.
    pub body: Vec<u8>,
    /// The tool names that were sent, to be mapped back.
    pub tool_names: ToolNames,
}

/// Builds the request. `model_id` is the id to send; `model` what is known of it.
///
/// Fails as `invalid_request` only where a message can't be understood; the error names its place.
pub fn build(
    settings: &ProviderSettings,
    model_id: &str,
    model: &ModelInfo,
    refused: &RefusedParameters,
    system: &str,
    messages: &Value,
    options: &CallOptions,
) -> Result<ChatRequest, Error> {
    let messages = message::read(messages)?;
    let extra = extra_members(settings, options);
    let mut tool_names = ToolNames::default();

    let mut tools = tools::declare(&options.tools, &mut tool_names);
    let cache_marks = model.supports_prompt_cache && !refused.contains("cache_control");
    let accepted = accepted_by(model_id, model, cache_marks);
    let mut conversation = convert_messages::convert(system, &messages, accepted, &mut tool_names);
    prompt_cache::mark(&mut conversation, cache_marks && settings.use_prompt_cache);

    let mut body = Body::default();
    body.set("model", Value::from(model_id));
    body.set("stream", Value::Bool(true));
    body.set("stream_options", json::object(&mut [("include_usage", true.into())]));
    body.set("drop_params", Value::Bool(true));
    if let Some(choice) = options.tool_choice.as_ref().filter(|_| !tools.is_empty()) {
        body.set("tool_choice", choice.to_request(&mut tool_names));
    }
    if tools.is_empty() && conversation.iter().any(|message| !message.tool_calls.is_empty()) {
        tools.push(tools::no_operation(&mut tool_names));
    }
    body.set("messages", Member::Messages(conversation));
    if !tools.is_empty() {
        body.set("tools", Member::Tools(tools));
    }
    set_generation(&mut body, settings, model_id, model, options, &extra);
    set_gateway_fields(&mut body, settings, options);
    for (name, value) in extra {
        body.set(name, Member::Value(Cow::Borrowed(value)));
    }
    refused.remove_from(&mut body);
    Ok(ChatRequest { body: json::bytes(&body), tool_names })
}

/// The body of a request that only asks about a prompt, `{system, messages}`: the model, the messages and the tools, as [`build`]
/// would send them but for marks of the cache. Fails as that does.
pub fn build_prompt(
    model_id: &str,
    model: &ModelInfo,
    prompt: &Value,
    options: &CallOptions,
) -> Result<Vec<u8>, Error> {
    let system = prompt.get("system").and_then(Value::as_str).unwrap_or_default();
    let messages = message::read(prompt.get("messages").unwrap_or(&Value::Null))?;
    let mut tool_names = ToolNames::default();
    let tools = tools::declare(&options.tools, &mut tool_names);
    let accepted = accepted_by(model_id, model, false);
    let conversation = convert_messages::convert(system, &messages, accepted, &mut tool_names);
    let mut body = Body::default();
    body.set("model", Value::from(model_id));
    body.set("messages", Member::Messages(conversation));
    if !tools.is_empty() {
        body.set("tools", Member::Tools(tools));
    }
    Ok(json::bytes(&body))
}

/// What the model takes of what messages can hold.
fn accepted_by(model_id: &str, model: &ModelInfo, cache_marks: bool) -> Accepted {
    let backend_model = model.backend_model.as_deref();
    Accepted {
        images: model.supports_images,
        documents: model.supports_pdf,
        thinking: model.supports_reasoning,
        cache_marks,
        signatures: if capabilities::gemini_needs_signature(model_id, backend_model) {
            Signatures::Required
        } else if capabilities::is_gemini(model_id, backend_model) {
            Signatures::Known
        } else {
            Signatures::None
        },
    }
}

/// The extra members of the settings and, over them, those of the call.
fn extra_members<'a>(settings: &'a ProviderSettings, options: &'a CallOptions) -> Vec<(&'a str, &'a Value)> {
    [&settings.extra_body, &options.extra_body]
        .into_iter()
        .flatten()
        .flat_map(Map::iter)
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, _)| !PROTECTED.contains(name))
        .collect()
}

/// How the model is to answer: limits, sampling, thinking.
fn set_generation(
    body: &mut Body<'_>,
    settings: &ProviderSettings,
    model_id: &str,
    model: &ModelInfo,
    options: &CallOptions,
    extra: &[(&str, &Value)],
) {
    let backend_model = model.backend_model.as_deref();
    let extra_limit = extra.iter().rev().find(|(name, _)| [MAX_TOKENS, MAX_COMPLETION_TOKENS].contains(name));
    let limit = if let Some((_, limit)) = extra_limit {
        // Two limits under two names are refused; the extra body's is the one that counts.
        limit.as_u64()
    } else {
        let limit = output_limit(options.max_tokens.or(settings.max_tokens), model);
        let completion = capabilities::uses_max_completion_tokens(model_id, backend_model);
        body.set_some(if completion { MAX_COMPLETION_TOKENS } else { MAX_TOKENS }, limit);
        limit
    };
    let thinking_budget = options
        .thinking_budget
        .or(settings.thinking_budget)
        // A budget at the limit would leave no token for the answer, and is refused.
        .map(|budget| limit.map_or(budget, |limit| budget.min(limit.saturating_sub(1))))
        .filter(|budget| *budget > 0);
    if let Some(budget) = thinking_budget {
        body.set("thinking", json::object(&mut [("type", "enabled".into()), ("budget_tokens", budget.into())]));
    } else if !capabilities::refuses_temperature(model_id, backend_model) {
        body.set_some("temperature", options.temperature.or(settings.temperature));
    }
    body.set_some("top_p", options.top_p.or(settings.top_p));
    body.set_some("reasoning_effort", options.reasoning_effort.as_deref().or(settings.reasoning_effort.as_deref()));
}

/// The most tokens of the answer: the user's number, within what the model is stated to give.
fn output_limit(wanted: Option<u64>, model: &ModelInfo) -> Option<u64> {
    if model.output_limit_is_assumed() {
        return wanted;
    }
    Some(wanted.map_or(model.max_tokens, |wanted| wanted.min(model.max_tokens)))
}

/// What only the gateway reads.
fn set_gateway_fields<'a>(body: &mut Body<'a>, settings: &'a ProviderSettings, options: &'a CallOptions) {
    let session_id = options.session_id.as_deref().or(settings.session_id.as_deref());
    body.set_some("litellm_session_id", session_id.filter(|id| !id.is_empty()));
    if !settings.tags.is_empty() {
        let mut metadata = settings.metadata.clone().unwrap_or_default();
        metadata.insert("tags".to_owned(), settings.tags.clone().into());
        body.set("metadata", Value::Object(metadata));
    } else if let Some(metadata) = settings.metadata.clone() {
        body.set("metadata", Value::Object(metadata));
    }
    body.set_some("user", settings.user.as_deref().filter(|user| !user.is_empty()));
    // What the user says of this model stands in place of what he says of all, an empty list as well.
    let of_model = settings.model_info.as_ref();
    let guardrails = of_model.and_then(|info| info.guardrails.as_ref()).unwrap_or(&settings.guardrails);
    body.set_some("guardrails", Some(guardrails.clone()).filter(|names| !names.is_empty()));
    let fallbacks = of_model.and_then(|info| info.fallbacks.as_ref()).unwrap_or(&settings.fallbacks);
    body.set_some("fallbacks", Some(fallbacks.clone()).filter(|models| !models.is_empty()));
    body.set_some("num_retries", settings.num_retries);
}
