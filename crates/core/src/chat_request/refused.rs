//! Parameters that a model refuses, read from the words of its refusal.
//!
//! LiteLLM refuses what a provider's table lacks (`openai does not support parameters: ['reasoning_effort'], for
//! model=gpt-4o. To drop these, …`); providers have words of their own (`Unsupported parameter: 'max_tokens' is not
//! supported with this model. Use 'max_completion_tokens' instead.`). A sentence that only advises, or only says under
//! which condition a parameter would be taken, refuses nothing.

use super::body::Body;
use super::{MAX_COMPLETION_TOKENS, MAX_TOKENS};
use crate::error::{Error, ErrorKind};
use crate::lenient::{self, Place, Receive};

/// The parameters that can be left out without changing what is asked.
const PARAMETERS: [&str; 10] = [
    MAX_TOKENS,
    MAX_COMPLETION_TOKENS,
    "temperature",
    "top_p",
    "tool_choice",
    "parallel_tool_calls",
    "stream_options",
    "cache_control",
    "reasoning_effort",
    "drop_params",
];

/// Where the gateway begins to advise: in every such error it names `drop_params`, which is not refused.
const ADVICE: [&str; 6] = [
    "to drop ",
    "set drop_params",
    "set `drop_params",
    "set litellm.drop_params",
    "set `litellm.drop_params",
    "set litellm_settings",
];

/// Words by which a sentence refuses a parameter. All are in small letters.
const REFUSALS: [&str; 29] = [
    "unsupported",
    "not support",
    "n't support",
    "not accept",
    "n't accept",
    "not implemented",
    "only supports",
    "unrecognized",
    "not recognized",
    "unknown parameter",
    "unknown argument",
    "unknown field",
    "unknown name",
    "unexpected keyword",
    "unexpected field",
    "unexpected argument",
    "unexpected propert",
    "extra inputs",
    "extra fields",
    "extra_forbidden",
    "additional propert",
    "not permitted",
    "not allowed",
    "not available",
    "n't available",
    "not compatible",
    "cannot be used",
    "not a valid parameter",
    "deprecated",
];

/// Anthropic's words for a temperature beside thinking.
const FIXED_VALUE: &str = "may only be set to";

/// Words that begin a condition: what follows them is not refused.
const CONDITIONS: [&str; 7] = [" when ", " while ", " unless ", " if ", " because ", " with ", " alongside "];

/// How a cache mark begins in a body. A quotation mark inside a text is escaped, so that this can only be the name of a
/// member.
const CACHE_MARK: &[u8] = br#""cache_control":"#;

/// Parameters that a model has refused before, so that they are not sent to it again. Names as in the body, such as
/// `temperature`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedParameters {
    names: Vec<&'static str>,
}

impl RefusedParameters {
    /// Looks for an unsupported parameter in the words of a 400 to `body` and adds it. Returns what to tell the user,
    /// or `None` when nothing new is named, so that sending again would be the same.
    pub fn learn(&mut self, error: &Error, body: &[u8]) -> Option<String> {
        if error.kind != ErrorKind::InvalidRequest || error.status != Some(400) {
            return None;
        }
        let words = error.detail.as_deref().unwrap_or(&error.message);
        let mut named = refused_in(words);
        if named.is_empty() && refuses_something(words) {
            let beside = error.parameter.as_deref().unwrap_or_default();
            named.extend(PARAMETERS.into_iter().filter(|name| *name == beside));
        }
        if named.is_empty() {
            return None;
        }
        let sent = sent_in(body);
        let learned: Vec<&str> = named.into_iter().filter(|name| sent.contains(name) && !self.contains(name)).collect();
        self.names.extend(&learned);
        if learned.is_empty() { None } else { Some(self.notice(&learned)) }
    }

    /// Adds what another call learned.
    pub fn add(&mut self, other: &Self) {
        for name in &other.names {
            if !self.contains(name) {
                self.names.push(name);
            }
        }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(&name)
    }

    /// Takes what is refused out of a body. An output limit goes under its other name, if that is not refused too.
    pub(super) fn remove_from(&self, body: &mut Body<'_>) {
        for (name, other) in [(MAX_TOKENS, MAX_COMPLETION_TOKENS), (MAX_COMPLETION_TOKENS, MAX_TOKENS)] {
            if self.contains(name) && !self.contains(other) && !body.contains(other) {
                body.rename(name, other);
            }
        }
        for name in &self.names {
            body.remove(name);
        }
    }

    /// The sentences that tell what becomes of the parameters just learned.
    fn notice(&self, learned: &[&str]) -> String {
        let other_name = |name: &&str| match *name {
            MAX_TOKENS => Some(MAX_COMPLETION_TOKENS),
            MAX_COMPLETION_TOKENS => Some(MAX_TOKENS),
            _ => None,
        };
        let swapped =
            learned.iter().find_map(|name| Some((*name, other_name(name).filter(|other| !self.contains(other))?)));
        let dropped: Vec<&str> =
            learned.iter().copied().filter(|name| swapped.is_none_or(|(swapped, _)| swapped != *name)).collect();
        let mut sentences = Vec::new();
        if let Some((name, other)) = swapped {
            sentences.push(format!("The model does not take {name}; the request was sent again with {other}."));
        }
        if !dropped.is_empty() {
            let (names, pronoun) = (dropped.join(" and "), if dropped.len() == 1 { "it" } else { "them" });
            sentences.push(format!("The model does not take {names}; the request was sent again without {pronoun}."));
        }
        sentences.join(" ")
    }
}

/// The parameters that stand in a body.
fn sent_in(body: &[u8]) -> Vec<&'static str> {
    let Sent(mut sent) = lenient::from_body(body).unwrap_or_default();
    if body.windows(CACHE_MARK.len()).any(|window| window == CACHE_MARK) {
        sent.push("cache_control");
    }
    sent
}

/// The parameters among the members of an object.
#[derive(Default)]
struct Sent(Vec<&'static str>);

impl<'de> Receive<'de> for Sent {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.0.extend(PARAMETERS.iter().filter(|parameter| **parameter == name));
        Place::Nowhere
    }
}

/// The parameters that an error's words refuse, in the order of [`PARAMETERS`].
fn refused_in(words: &str) -> Vec<&'static str> {
    let mut words = words.to_ascii_lowercase().replace("\\n", "\n");
    let advice = ADVICE.iter().filter_map(|advice| words.find(advice)).min();
    words.truncate(advice.unwrap_or(words.len()));
    let refusals: Vec<&str> = sentences(&words).into_iter().filter_map(refusal).collect();
    PARAMETERS.into_iter().filter(|name| refusals.iter().any(|refusal| names(refusal, name))).collect()
}

/// Whether words refuse a parameter that they may not name themselves.
fn refuses_something(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    REFUSALS.iter().any(|refusal| words.contains(refusal))
}

/// Sentences and lines. An indented line belongs to the one before it: validators write the place first and the fault
/// below.
fn sentences(words: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = words.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let ends = match character {
            '.' | ';' => next.is_none_or(|next| !next.is_ascii_alphanumeric() && next != '_'),
            '\n' => next.is_none_or(|next| !matches!(next, ' ' | '\t')),
            _ => false,
        };
        if ends {
            sentences.extend(words.get(start..index));
            start = index;
        }
    }
    sentences.extend(words.get(start..));
    sentences
}

/// The part of a sentence that refuses something: without its conditions.
fn refusal(sentence: &str) -> Option<&str> {
    let at = REFUSALS.iter().chain([&FIXED_VALUE]).filter_map(|word| sentence.find(word)).min()?;
    let behind = sentence.get(at..)?;
    let condition = CONDITIONS.iter().filter_map(|word| behind.find(word)).min();
    let end = condition.map_or(sentence.len(), |condition| at.saturating_add(condition));
    sentence.get(..end)
}

/// Whether a text holds `name` as a word of its own.
fn names(text: &str, name: &str) -> bool {
    // OpenAI's Responses API, behind which the gateway hides some models, has another spelling.
    let spellings = [name, if name == "reasoning_effort" { "reasoning.effort" } else { name }];
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    spellings.into_iter().any(|spelling| {
        text.match_indices(spelling).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind =
                text.get(at..).and_then(|rest| rest.strip_prefix(spelling)).and_then(|rest| rest.chars().next());
            !before.is_some_and(is_part) && !behind.is_some_and(is_part)
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(words: &str, expected: &[&str]) {
        assert_eq!(refused_in(words), expected, "{words}");
    }

    #[test]
    fn the_name_may_stand_beside_the_words() {
        let body = br#"{"temperature":0.5,"messages":[]}"#;
        let learned = |words: &str, parameter: &str| {
            let error = Error {
                status: Some(400),
                detail: Some(words.to_owned()),
                parameter: Some(parameter.into()),
                ..Error::new(ErrorKind::InvalidRequest, "m")
            };
            RefusedParameters::default().learn(&error, body).is_some()
        };
        assert!(learned("Unsupported parameter", "temperature"));
        assert!(!learned("Unsupported parameter", "top_p"));
        assert!(!learned("The value is too large", "temperature"));
    }

    #[test]
    fn other_words_for_it() {
        check("`top_p` is not available for this model", &["top_p"]);
        check("`tool_choice` cannot be used with this model", &["tool_choice"]);
        check("top_p is not compatible with this model", &["top_p"]);
        check("'reasoning_effort' is not a valid parameter", &["reasoning_effort"]);
    }

    #[test]
    fn what_the_gateway_refuses() {
        check(
            "openai does not support parameters: ['reasoning_effort'], for model=gpt-4o. To drop these, set `litellm.drop_params=True` or for proxy:\n\n`litellm_settings:\n drop_params: true`\n. \n If you want to use these params dynamically send allowed_openai_params=['temperature'] in your request.",
            &["reasoning_effort"],
        );
        check(
            "gpt-5.4 doesn't support temperature=0.2 while reasoning is active. Only temperature=1 is supported unless reasoning_effort resolves to 'none', either set explicitly on the request or declared as the model's default_reasoning_effort. To drop unsupported params set `litellm.drop_params = True`",
            &["temperature"],
        );
        check(
            "gpt-5.2 only supports logprobs, top_p, top_logprobs when reasoning_effort resolves to 'none', either set explicitly on the request or declared as the model's default_reasoning_effort. Current reasoning_effort='low'. To drop unsupported params set `litellm.drop_params = True`",
            &["top_p"],
        );
        check(
            "O-series models don't support temperature=0.2. Only temperature=1 is supported. To drop unsupported openai params from the call, set `litellm.drop_params = True`",
            &["temperature"],
        );
        check(
            "Deepinfra doesn't support tool_choice=required. To drop unsupported openai params from the call, set `litellm.drop_params = True`",
            &["tool_choice"],
        );
        check(
            "Azure does not support 'required' as a tool_choice param, for api_version=2023. To drop 'tool_choice=required' for calls",
            &["tool_choice"],
        );
        check(
            "ollama does not support parameters: ['parallel_tool_calls', 'top_p'], for model=m. To drop these, set",
            &["top_p", "parallel_tool_calls"],
        );
        check(
            "Setting `top_p` is not supported by x, m. To drop it from the call, set `litellm.drop_params = True`.",
            &["top_p"],
        );
        check(
            "reasoning_effort=xhigh is not supported for gpt-5. To drop unsupported params set `litellm.drop_params = True`",
            &["reasoning_effort"],
        );
        check("Parameter x is not supported. Set drop_params=True to drop unsupported parameters.", &[]);
    }

    #[test]
    fn what_providers_refuse() {
        check(
            "OpenAIException - Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            &["max_tokens"],
        );
        check(
            "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
            &["temperature"],
        );
        check(
            "OpenAIException - {'error': {'message': \"Unsupported parameter: 'top_p' is not supported with this model.\", 'type': 'invalid_request_error', 'param': 'top_p', 'code': 'unsupported_parameter'}}",
            &["top_p"],
        );
        check(
            "b'{\"error\":{\"message\":\"Unrecognized request argument supplied: stream_options\",\"type\":\"invalid_request_error\"}}'",
            &["stream_options"],
        );
        check("messages.0.content.0.cache_control: Extra inputs are not permitted", &["cache_control"]);
        check(
            "[{'type': 'extra_forbidden', 'loc': ('body', 'drop_params'), 'msg': 'Extra inputs are not permitted', 'input': True}]",
            &["drop_params"],
        );
        check(
            "1 validation error for Request\nbody.stream_options\n  Extra inputs are not permitted [type=extra_forbidden]",
            &["stream_options"],
        );
        check("Unknown parameter: 'drop_params'.", &["drop_params"]);
        check("Unsupported parameter: 'reasoning.effort' is not supported with this model.", &["reasoning_effort"]);
        check(
            "Function tools with reasoning_effort are not supported for gpt-5.4 in /v1/chat/completions. Please use /v1/responses instead.",
            &["reasoning_effort"],
        );
        check("`temperature` is deprecated for this model.", &["temperature"]);
        check("`temperature` may only be set to 1 when thinking is enabled.", &["temperature"]);
        check("[('messages.0' : property 'cache_control' is unsupported)]", &["cache_control"]);
        check("Additional properties are not allowed ('cache_control' was unexpected)", &["cache_control"]);
        check(
            "Invalid JSON payload received. Unknown name \"stream_options\": Cannot find field.",
            &["stream_options"],
        );
        check("create() got an unexpected keyword argument 'parallel_tool_calls'", &["parallel_tool_calls"]);
    }

    #[test]
    fn what_refuses_no_parameter() {
        check("", &[]);
        check("max_tokens is too large: 100000. This model supports at most 4096 completion tokens.", &[]);
        check("temperature: range: 0..1", &[]);
        check(
            "openai does not support parameters: ['thinking'], for model=gpt-4o. To drop these, set `litellm.drop_params=True`",
            &[],
        );
        check("This model does not support image input. Check temperature.", &[]);
        check("This model does not support my_temperature or temperature_x.", &[]);
        check("Bedrock doesn't support tool calling without `tools=` param specified.", &[]);
    }

    fn refusal_of(words: &str) -> Error {
        Error { status: Some(400), detail: Some(words.to_owned()), ..Error::new(ErrorKind::InvalidRequest, "m") }
    }

    #[track_caller]
    fn check_notice(refused: &mut RefusedParameters, words: &str, body: &Value, expected: Option<&str>) {
        let body = serde_json::to_vec(body).unwrap();
        assert_eq!(refused.learn(&refusal_of(words), &body).as_deref(), expected, "{words}");
        assert_eq!(refused.learn(&refusal_of(words), &body), None, "nothing new the second time");
    }

    #[test]
    fn only_what_was_sent_is_learned_and_once() {
        let body = json!({"max_tokens": 5, "temperature": 1, "top_p": 1,
            "messages": [{"content": "\"reasoning_effort\": \"cache_control\":"}]});
        let mut refused = RefusedParameters::default();
        check_notice(&mut refused, "Unknown parameter: 'reasoning_effort'.", &body, None);
        check_notice(&mut refused, "Unknown parameter: 'cache_control'.", &body, None);
        check_notice(
            &mut refused,
            "does not support parameters: ['temperature', 'top_p']",
            &body,
            Some("The model does not take temperature and top_p; the request was sent again without them."),
        );
        check_notice(
            &mut refused,
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            &body,
            Some("The model does not take max_tokens; the request was sent again with max_completion_tokens."),
        );
        check_notice(
            &mut refused,
            "Unknown parameter: 'max_completion_tokens'.",
            &json!({"max_completion_tokens": 5}),
            Some("The model does not take max_completion_tokens; the request was sent again without it."),
        );
        check_notice(
            &mut refused,
            "content.0.cache_control: Extra inputs are not permitted",
            &json!({"messages": [{"content": [{"cache_control": {}}]}]}),
            Some("The model does not take cache_control; the request was sent again without it."),
        );
    }

    #[test]
    fn other_failures_teach_nothing() {
        let mut refused = RefusedParameters::default();
        let body = br#"{"temperature":1}"#;
        let words = "Unknown parameter: 'temperature'.";
        let server = Error { status: Some(500), ..refusal_of(words) };
        let context = Error { kind: ErrorKind::ContextLength, ..refusal_of(words) };
        assert_eq!(refused.learn(&server, body), None);
        assert_eq!(refused.learn(&context, body), None);
        assert_eq!(refused.learn(&refusal_of(words), b"no JSON"), None);
        assert_eq!(refused, RefusedParameters::default());
    }
}
