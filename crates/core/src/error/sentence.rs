//! The sentence that a user reads: what happened and what to do, with the gateway's own words where they help.

use super::classify::Failure;
use super::{ErrorKind, FailedCall};
use crate::number;

/// What a sentence is made of.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) kind: ErrorKind,
    pub(super) call: FailedCall,
    pub(super) failure: &'a Failure<'a>,
    pub(super) retry_after_ms: Option<f64>,
    /// Whether a key was sent.
    pub(super) has_key: bool,
}

impl Told<'_> {
    /// The whole message.
    pub(super) fn message(&self) -> String {
        let sentence = match self.kind {
            ErrorKind::Auth => self.auth(),
            ErrorKind::Permission => self.permission(),
            ErrorKind::BudgetExceeded => self.budget(),
            ErrorKind::RateLimit => self.rate_limit(),
            ErrorKind::ContextLength => self.context_length(),
            ErrorKind::ContentPolicy => {
                "The provider refused this conversation because of its content. Rephrase the last message, or start a new chat."
                    .to_owned()
            }
            ErrorKind::Guardrail => self.guardrail(),
            ErrorKind::UnknownModel => self.unknown_model(),
            ErrorKind::ProviderAuth => {
                "The provider refused the gateway's own account: its key is wrong, may not use this model, or has no \
                 credit. Your API key is fine; tell the gateway's administrator, or choose another model."
                    .to_owned()
            }
            ErrorKind::Timeout => {
                "The provider did not answer the gateway in time. Try again, or choose another model.".to_owned()
            }
            ErrorKind::InvalidRequest => self.invalid_request(),
            ErrorKind::Protocol => self.protocol(),
            _ => self.server(),
        };
        match self.quotation() {
            Some(quotation) => format!("{sentence} The gateway says: “{quotation}”"),
            None => sentence,
        }
    }

    fn auth(&self) -> String {
        let says = |phrases: &[&str]| self.failure.says(phrases);
        if !self.has_key || says(&["no api key"]) {
            "The gateway wants an API key. Enter your key in the settings."
        } else if says(&["expired key", "key expiry"]) {
            "This API key has expired. Ask the gateway's administrator for a new one and enter it in the settings."
        } else if says(&["is blocked"]) {
            "This API key, or the team that it belongs to, is blocked. Ask the gateway's administrator."
        } else if self.failure.lacks_database() {
            "The gateway does not know this API key: it has no database of keys and takes only its master key. Check the \
             key in the settings."
        } else {
            "The gateway did not accept the API key. Check the key in the settings, or ask the gateway's administrator for \
             a new one."
        }
        .to_owned()
    }

    fn permission(&self) -> String {
        let is_about_a_model =
            self.failure.report.error_type.as_deref().is_some_and(|name| name.ends_with("model_access_denied"))
                || self.failure.says(&["access model"]);
        if is_about_a_model {
            "This API key may not use this model. Choose another model, or ask the gateway's administrator for access."
        } else if self.call == FailedCall::Discovery {
            "This API key is good but may not list the gateway's models. Enter a model id by hand, or ask the gateway's \
             administrator for access."
        } else {
            "This API key is good but may not do this. Ask the gateway's administrator for access."
        }
        .to_owned()
    }

    fn budget(&self) -> String {
        let words = self.failure.cleaned.words.as_str();
        let whose =
            [("End User=", "this user"), ("Team=", "the team"), ("User=", "this user"), ("Key=", "this API key")];
        let whose = whose.iter().find(|(mark, _)| words.contains(mark)).map_or("this API key", |(_, whose)| whose);
        let spent = number_behind(words, &["Current cost: ", "Spend="]);
        let most = number_behind(words, &["Max budget: ", "Budget="]);
        let amounts = spent
            .zip(most)
            .map_or_else(String::new, |(spent, most)| format!(": {} of {} are spent", dollars(spent), dollars(most)));
        format!("The budget of {whose} is used up{amounts}. Ask the gateway's administrator to raise or reset it.")
    }

    fn rate_limit(&self) -> String {
        let limit = if self.failure.says(&["max_parallel_requests"]) {
            "Too many requests run at the same time"
        } else if self.failure.says(&["limit type: tokens", "tokens per min", "tokens per day"]) {
            "The limit of tokens is reached"
        } else if self.failure.says(&["exceeded your current quota"]) {
            "The quota of the gateway's account at the provider is used up"
        } else if self.failure.says(&["cooldown"]) {
            "All deployments of this model failed a moment ago, and the gateway gives them a rest"
        } else if self.failure.says(&["limit type: requests", "requests per"]) {
            "The limit of requests is reached"
        } else {
            "The gateway or the provider takes no more requests for now"
        };
        let wait =
            self.retry_after_ms.map(|milliseconds| (milliseconds / 1000.0).ceil()).filter(|seconds| *seconds >= 1.0);
        match wait {
            Some(seconds) => format!("{limit}. Try again in {}.", duration(seconds)),
            None => format!("{limit}. Wait a little and try again, or choose another model."),
        }
    }

    fn context_length(&self) -> String {
        let advice = "Start a new chat, or take files and long messages out of this one.";
        match self.context_sizes() {
            Some((size, most)) => format!(
                "The conversation is too long for this model: {} tokens, and it takes {}. {advice}",
                grouped(size),
                grouped(most)
            ),
            None => format!("The conversation is too long for this model. {advice}"),
        }
    }

    /// How many tokens the conversation has and how many the model takes, where the words say both.
    fn context_sizes(&self) -> Option<(f64, f64)> {
        let words = &self.failure.cleaned.words;
        let size = number_behind(words, &["prompt is too long: ", "resulted in ", "requested ", "token count ("])?;
        let most = number_behind(
            words,
            &[
                "maximum context length is ",
                "tokens > ",
                "maximum number of tokens allowed (",
                "maximum prompt length is ",
            ],
        )?;
        (size > most).then_some((size, most))
    }

    fn guardrail(&self) -> String {
        match self.failure.guardrail.filter(|name| is_plain(name)) {
            Some(name) => format!("The guardrail “{name}” of the gateway refused this. Rephrase the last message."),
            None => "A guardrail of the gateway refused this. Rephrase the last message.".to_owned(),
        }
    }

    fn unknown_model(&self) -> String {
        let words = &self.failure.cleaned.words;
        let name = words.split_once("model=").map(|(_, rest)| {
            let end = rest.find(|character: char| character.is_whitespace() || ",'\"`".contains(character));
            rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().trim_end_matches('.')
        });
        match name.filter(|name| is_plain(name) && *name != "None") {
            Some(name) => format!("The gateway has no model “{name}”. Choose a model from the gateway's list."),
            None => "The gateway or its provider does not know this model. Choose a model from the gateway's list."
                .to_owned(),
        }
    }

    fn invalid_request(&self) -> String {
        if self.failure.status == Some(413) {
            return "The request is larger than the gateway, or a server in front of it, takes. Take files or images out of \
                    the conversation."
                .to_owned();
        }
        if self.failure.says(&["image exceeds", "image dimensions exceed", "image is too large", "image too large"]) {
            return "An image in this conversation is too large for this model. Make it smaller and attach it again in a new \
                    chat, or choose another model."
                .to_owned();
        }
        format!(
            "The gateway refused the request{}. Check the settings of the model, or try another one.",
            self.status()
        )
    }

    fn server(&self) -> String {
        if self.failure.says(&["codec can't encode"]) {
            return "The gateway can't send this model's name, which has characters beyond Latin-1. Choose another model, or \
                    ask the gateway's administrator to rename it."
                .to_owned();
        }
        let failed = format!("The gateway or the provider behind it failed{}.", self.status());
        // A gateway that was installed without its database package fails so instead of asking for a key.
        if !self.has_key && self.failure.status == Some(500) && self.failure.cleaned.words == "Internal Server Error" {
            format!(
                "{failed} If the gateway wants an API key, enter it in the settings; otherwise try again in a while."
            )
        } else {
            format!("{failed} Try again in a while.")
        }
    }

    fn protocol(&self) -> String {
        let status = self.failure.status.unwrap_or(200);
        match status {
            404 | 405 => format!(
                "The gateway's API is not at this address (HTTP {status}). Check the base URL: it is the address of the \
                 LiteLLM gateway, with its sub-path if it has one."
            ),
            407 => "A proxy on the way wants a login (HTTP 407). Check the proxy settings of the editor.".to_owned(),
            300..400 => "The gateway sends on to another address, and the API key is not sent there. Check the base URL.".to_owned(),
            _ if self.failure.report.is_page => {
                "The address answers with a web page and not like a LiteLLM gateway. Check the base URL; a login page or a \
                 proxy may stand in between."
                    .to_owned()
            }
            _ => "The address answers, but not like a LiteLLM gateway. Check the base URL.".to_owned(),
        }
    }

    fn status(&self) -> String {
        self.failure.status.map_or_else(String::new, |status| format!(" (HTTP {status})"))
    }

    /// The gateway's words, unless the sentence says all of them.
    fn quotation(&self) -> Option<&str> {
        let is_said = match self.kind {
            ErrorKind::BudgetExceeded => self.failure.says(&["max budget: ", "budget="]),
            ErrorKind::Auth => self.failure.lacks_database(),
            ErrorKind::Protocol => !self.failure.report.is_page && !self.failure.report.has_error,
            ErrorKind::ContextLength => self.context_sizes().is_some(),
            _ => false,
        };
        Some(self.failure.cleaned.quotation.as_str()).filter(|words| !is_said && !words.is_empty())
    }
}

/// The number behind the first of `marks` that has one; commas between its digits do not count.
fn number_behind(words: &str, marks: &[&str]) -> Option<f64> {
    marks.iter().find_map(|mark| {
        let (_, rest) = words.split_once(mark)?;
        let end = rest.find(|character: char| !character.is_ascii_digit() && !"+-.,eE".contains(character));
        let text = rest.get(..end.unwrap_or(rest.len()))?.replace(',', "");
        number::parse(text.trim_end_matches(['.', 'e', 'E', '-'])).filter(|number| *number >= 0.0)
    })
}

fn dollars(amount: f64) -> String {
    if amount == 0.0 || amount >= 0.01 {
        format!("${}", number::fixed(amount, 2))
    } else {
        format!("${}", number::fixed(amount, 6).trim_end_matches('0'))
    }
}

fn grouped(number: f64) -> String {
    let digits = number::fixed(number, 0);
    let mut result = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result
}

fn duration(seconds: f64) -> String {
    if seconds < 120.0 {
        let unit = if seconds < 2.0 { "second" } else { "seconds" };
        format!("{} {unit}", number::text(seconds))
    } else if seconds < 7200.0 {
        format!("{} minutes", number::text((seconds / 60.0).ceil()))
    } else {
        format!("{} hours", number::text((seconds / 3600.0).ceil()))
    }
}

/// Whether a name from a reply can stand in a sentence.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= 100
        && !name.contains(|character: char| character.is_control() || "“”<>".contains(character))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::error::{FailedCall, Secrets, from_reply};
    use crate::http::Headers;

    #[track_caller]
    fn check(status: u16, headers: &[(&str, &str)], body: &Value, parts: &[&str]) {
        let headers = Headers(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let error =
            from_reply(FailedCall::Chat, status, &headers, body.to_string().as_bytes(), &Secrets::default(), 0.0);
        for part in parts {
            assert!(error.message.contains(part), "{part} is not in: {}", error.message);
        }
    }

    #[test]
    fn an_image_that_is_too_large_is_told_from_other_mistakes() {
        for words in [
            "litellm.BadRequestError: AnthropicException - messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: \
             5316852 bytes > 5242880 bytes",
            "litellm.BadRequestError: messages.2.content.0: At least one of the image dimensions exceed max allowed size: 8000 pixels",
        ] {
            let body =
                json!({"error": {"message": words, "type": "invalid_request_error", "param": null, "code": "400"}});
            check(400, &[], &body, &["An image in this conversation is too large", "Make it smaller", "exceed"]);
        }
    }

    #[test]
    fn facts_of_the_body_are_told() {
        let message = "Budget has been exceeded! Team=t Current cost: 1.2, Max budget: 1.0";
        check(
            422,
            &[],
            &json!({"error": {"message": message, "type": "budget_exceeded"}}),
            &["the team", "$1.20 of $1.00"],
        );
        let message = "ExceededBudget: User=bob over budget. Spend=0.00021999999999998898, Budget=0.0001";
        check(422, &[], &json!({"error": {"message": message}}), &["this user", "$0.00022 of $0.0001"]);
        let message = "litellm.BadRequestError: AnthropicError - prompt is too long: 210000 tokens > 200000 maximum";
        check(400, &[], &json!({"error": {"message": message}}), &["210,000 tokens", "takes 200,000"]);
        let message =
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.";
        check(400, &[], &json!({"error": {"message": message}}), &["9,001 tokens", "takes 8,192"]);
        let message = "You passed in model=no-such. There are no healthy deployments for this model";
        check(400, &[], &json!({"error": {"message": message}}), &["“no-such”"]);
        let fields = json!({"guardrail_name": "pii"});
        check(400, &[], &json!({"error": {"message": "x", "provider_specific_fields": fields}}), &["“pii”", "“x”"]);
        check(
            429,
            &[("retry-after", "60")],
            &json!({"error": {"message": "Limit type: tokens"}}),
            &["tokens", "60 seconds"],
        );
        check(429, &[("retry-after", "3600")], &json!({}), &["60 minutes"]);
        check(503, &[], &json!("starting"), &["HTTP 503", "“starting”", "Try again"]);
    }

    #[test]
    fn a_sentence_needs_no_words_of_the_gateway() {
        for status in [200, 301, 400, 401, 402, 403, 404, 405, 407, 408, 413, 418, 422, 429, 500, 529] {
            let error = from_reply(FailedCall::Discovery, status, &Headers::default(), b"", &Secrets::default(), 0.0);
            assert!(error.message.ends_with('.') && error.message.len() > 30, "{status}: {}", error.message);
            assert_eq!(error.detail, None);
        }
    }
}
