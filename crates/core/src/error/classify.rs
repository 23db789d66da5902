//! Which kind of failure a reply stands for: the one place where the gateway's words decide.

use super::body::Report;
use super::clean::Cleaned;
use super::{Error, ErrorKind};

/// What is known of a failed reply.
#[derive(Debug)]
pub(super) struct Failure<'a> {
    /// The HTTP status, or the `code` of an error that came with status 200.
    pub(super) status: Option<u16>,
    pub(super) report: &'a Report,
    /// The name of the guardrail that refused, without a key.
    pub(super) guardrail: Option<&'a str>,
    pub(super) cleaned: &'a Cleaned,
}

/// A gateway without a database says so in many words; it is a missing capability, not a fault.
const NO_DATABASE: [&str; 6] = [
    "no connected db",
    "no db connected",
    "db not connected",
    "database not connected",
    "prisma client is not initialized",
    "no_db_connection",
];
const BUDGET: [&str; 2] = ["budget has been exceeded", "exceededbudget:"];
const UNKNOWN_MODEL: [&str; 3] =
    ["no healthy deployments", "invalid model name passed in", "llm provider not provided"];
/// A 404 with one of these misses a model and not a path.
const MISSING_MODEL: [&str; 6] = ["the model", "model '", "model `", "model \"", "model not found", "no such model"];
/// A 401 with one of these speaks of a key that is good and may not do this.
const NOT_ALLOWED: [&str; 10] = [
    "only proxy admin",
    "only admin",
    "admin-only",
    "your role=",
    "not allowed to access",
    "can only access",
    "not allowed to call",
    "not authorized to access",
    "does not have access",
    "doesn't have access",
];
const TOO_LONG: [&str; 13] = [
    "prompt is too long",
    "input is too long",
    "context_length_exceeded",
    "maximum context length",
    "maximum prompt length",
    "context window",
    "exceed context limit",
    "exceeds the context",
    "exceeds the maximum number of tokens allowed",
    "input token count exceeds",
    "reduce the length of the messages",
    "reduce the length of your prompt",
    "too many input tokens",
];
const REFUSED_CONTENT: [&str; 4] =
    ["content_policy_violation", "content management policy", "responsibleaipolicyviolation", "content_filter"];

impl Failure<'_> {
    /// The kind. Types and classes that name their cause come before the status, since a gateway sends them with several.
    pub(super) fn kind(&self) -> ErrorKind {
        if self.has_type("budget_exceeded") || self.has_class("BudgetExceededError") || self.says(&BUDGET) {
            return ErrorKind::BudgetExceeded;
        }
        if self.status == Some(408) {
            return ErrorKind::Timeout;
        }
        self.named().unwrap_or_else(|| match self.status {
            Some(status) => self.of_status(status),
            None => self.of_no_status(),
        })
    }

    /// The kind that a type, a class or a fixed text names, whatever the status.
    fn named(&self) -> Option<ErrorKind> {
        let is_guardrail =
            ["GuardrailRaisedException", "BlockedPiiEntityError", "GuardrailInterventionNormalStringError"]
                .iter()
                .any(|class| self.has_class(class));
        if self.guardrail.is_some() || is_guardrail {
            return Some(ErrorKind::Guardrail);
        }
        if self.has_class("ContextWindowExceededError") || self.has_word("context_length_exceeded") {
            return Some(ErrorKind::ContextLength);
        }
        if self.has_class("ContentPolicyViolationError")
            || self.has_word("content_policy_violation")
            || self.has_word("content_filter")
        {
            return Some(ErrorKind::ContentPolicy);
        }
        if self.report.error_type.as_deref().is_some_and(|name| name.ends_with("model_access_denied")) {
            return Some(ErrorKind::Permission);
        }
        let is_client_error = self.status.is_none_or(|status| (400..500).contains(&status));
        if is_client_error && (self.has_type("no_db_connection") || self.status == Some(400) && self.lacks_database()) {
            return Some(ErrorKind::Auth);
        }
        let is_of_provider = self.cleaned.classes.iter().any(|class| !class.ends_with("Exception"));
        if self.has_class("AuthenticationError")
            || self.has_class("PermissionDeniedError")
            || is_of_provider && matches!(self.status, Some(402 | 403))
        {
            return Some(ErrorKind::ProviderAuth);
        }
        if self.has_class("NotFoundError") || self.has_word("model_not_found") || self.says(&UNKNOWN_MODEL) {
            return Some(ErrorKind::UnknownModel);
        }
        None
    }

    fn of_status(&self, status: u16) -> ErrorKind {
        match status {
            401 if self.says(&NOT_ALLOWED) => ErrorKind::Permission,
            401 => ErrorKind::Auth,
            402 => ErrorKind::BudgetExceeded,
            403 => ErrorKind::Permission,
            404 if self.misses_a_model() => ErrorKind::UnknownModel,
            404 | 405 | 407 => ErrorKind::Protocol,
            429 => ErrorKind::RateLimit,
            500.. => ErrorKind::Server,
            400..500 if self.report.is_page => ErrorKind::Protocol,
            400..500 => self.of_request(),
            _ => ErrorKind::Protocol,
        }
    }

    /// The kind of a request that was refused for what it is.
    fn of_request(&self) -> ErrorKind {
        if self.has_class("RateLimitError") {
            ErrorKind::RateLimit
        } else if self.has_class("Timeout") {
            ErrorKind::Timeout
        } else if self.says(&TOO_LONG) {
            ErrorKind::ContextLength
        } else if self.says(&REFUSED_CONTENT) {
            ErrorKind::ContentPolicy
        } else {
            ErrorKind::InvalidRequest
        }
    }

    /// The kind of an error inside a stream that has no usable code.
    fn of_no_status(&self) -> ErrorKind {
        let has_type = |names: &[&str]| names.iter().any(|name| self.has_word(name));
        if self.has_class("RateLimitError")
            || has_type(&["rate_limit_error", "throttling_error", "rate_limit_exceeded"])
        {
            ErrorKind::RateLimit
        } else if self.has_class("Timeout") || has_type(&["timeout_error"]) {
            ErrorKind::Timeout
        } else if has_type(&["auth_error", "expired_key", "token_not_found_in_db"]) {
            ErrorKind::Auth
        } else if has_type(&["authentication_error", "permission_error"]) {
            // The gateway checks its own keys before a stream begins.
            ErrorKind::ProviderAuth
        } else if has_type(&["not_found_error"]) {
            ErrorKind::UnknownModel
        } else {
            let is_request =
                ["BadRequestError", "UnsupportedParamsError", "UnprocessableEntityError", "InvalidRequestError"]
                    .iter()
                    .any(|class| self.has_class(class))
                    || has_type(&["invalid_request_error", "bad_request_error"]);
            match self.of_request() {
                ErrorKind::InvalidRequest if !is_request => ErrorKind::Server,
                kind => kind,
            }
        }
    }

    /// Whether the gateway says that it has no database.
    pub(super) fn lacks_database(&self) -> bool {
        self.says(&NO_DATABASE)
    }

    fn misses_a_model(&self) -> bool {
        !self.report.is_page && (self.report.parameter.as_deref() == Some("model") || self.says(&MISSING_MODEL))
    }

    fn has_type(&self, name: &str) -> bool {
        self.report.error_type.as_deref() == Some(name)
    }

    /// Whether `error.type` or `error.code` is this word.
    fn has_word(&self, word: &str) -> bool {
        self.has_type(word) || self.report.code.as_deref() == Some(word)
    }

    fn has_class(&self, name: &str) -> bool {
        self.cleaned.classes.iter().any(|class| class == name)
    }

    /// Whether the words contain one of these, which are in small letters.
    pub(super) fn says(&self, phrases: &[&str]) -> bool {
        contains_any(&self.cleaned.words, phrases)
    }
}

fn contains_any(words: &str, phrases: &[&str]) -> bool {
    let words = words.to_ascii_lowercase();
    phrases.iter().any(|phrase| words.contains(phrase))
}

impl Error {
    /// Whether the gateway said that it has no database: such a gateway lacks what was asked for, and nothing is broken. A key
    /// that only a database could know is refused with status 400 and kind [`ErrorKind::Auth`].
    pub fn says_no_database(&self) -> bool {
        (self.kind == ErrorKind::Auth && self.status == Some(400))
            || self.detail.as_deref().is_some_and(|detail| contains_any(detail, &NO_DATABASE))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::error::{ErrorKind, FailedCall, Secrets, from_reply, from_stream_event};
    use crate::http::Headers;

    fn body(message: &str, error_type: &str) -> Value {
        json!({"error": {"message": message, "type": error_type, "param": null, "code": null}})
    }

    #[track_caller]
    fn check(status: u16, body: &Value, kind: ErrorKind) {
        let body = body.to_string();
        let error =
            from_reply(FailedCall::Chat, status, &Headers::default(), body.as_bytes(), &Secrets::default(), 0.0);
        assert_eq!(error.kind, kind, "{status} {body}");
        assert_eq!(error.retryable, kind.is_retryable());
    }

    #[test]
    fn types_and_classes_beat_the_status() {
        check(400, &body("Budget", "budget_exceeded"), ErrorKind::BudgetExceeded);
        check(400, &body("ExceededBudget: User=bob over budget. Spend=2, Budget=1", "None"), ErrorKind::BudgetExceeded);
        check(500, &body("litellm.ContextWindowExceededError: x", "None"), ErrorKind::ContextLength);
        check(401, &body("denied", "user_model_access_denied"), ErrorKind::Permission);
        check(404, &body("denied", "team_model_access_denied"), ErrorKind::Permission);
        check(500, &body("litellm.PermissionDeniedError: x", "None"), ErrorKind::ProviderAuth);
        check(403, &body("litellm.BadRequestError: VertexAIException - x", "None"), ErrorKind::ProviderAuth);
        check(
            402,
            &body("litellm.APIError: DeepseekException - Insufficient Balance", "None"),
            ErrorKind::ProviderAuth,
        );
        check(500, &body("litellm.NotFoundError: x", "None"), ErrorKind::UnknownModel);
        check(404, &body("There are no healthy deployments for this model", "None"), ErrorKind::UnknownModel);
        check(400, &body("GuardrailRaisedException: blocked", "None"), ErrorKind::Guardrail);
        check(400, &json!({"detail": {"error": "blocked", "guardrail_name": "pii"}}), ErrorKind::Guardrail);
        check(400, &json!({"error": {"message": "x", "code": "context_length_exceeded"}}), ErrorKind::ContextLength);
    }

    #[test]
    fn the_status_decides_the_rest() {
        check(401, &body("no", "None"), ErrorKind::Auth);
        check(
            401,
            &json!({"detail": {"error": "Only admin users can query all teams. Your user role=x"}}),
            ErrorKind::Permission,
        );
        check(402, &body("no", "None"), ErrorKind::BudgetExceeded);
        check(403, &json!({}), ErrorKind::Permission);
        check(404, &json!({"detail": "Not Found"}), ErrorKind::Protocol);
        check(404, &body("404: Not Found", "invalid_request_error"), ErrorKind::Protocol);
        check(404, &body("The model `x` does not exist", "None"), ErrorKind::UnknownModel);
        check(404, &json!({"detail": "The model `x` does not exist or is not accessible"}), ErrorKind::UnknownModel);
        check(404, &json!({"detail": "No route /v1/models"}), ErrorKind::Protocol);
        check(401, &body("User does not have access to this model", "None"), ErrorKind::Permission);
        check(405, &json!({"detail": "Method Not Allowed"}), ErrorKind::Protocol);
        check(408, &body("litellm.Timeout: x", "None"), ErrorKind::Timeout);
        check(413, &json!("too big"), ErrorKind::InvalidRequest);
        check(429, &body("litellm.RateLimitError: x", "None"), ErrorKind::RateLimit);
        check(504, &body("litellm.Timeout: x", "None"), ErrorKind::Server);
        check(500, &json!({"detail": {"error": "DB not connected."}}), ErrorKind::Server);
        check(307, &json!({}), ErrorKind::Protocol);
        check(200, &json!({"models": []}), ErrorKind::Protocol);
        check(200, &json!({"error": {"message": "x", "code": "429"}}), ErrorKind::RateLimit);
    }

    #[test]
    fn words_of_providers_tell_refused_requests_apart() {
        check(400, &body("prompt is too long: 210000 tokens > 200000 maximum", "None"), ErrorKind::ContextLength);
        check(422, &body("This model's maximum context length is 8192 tokens.", "None"), ErrorKind::ContextLength);
        check(400, &body("triggering Azure OpenAI's content management policy", "None"), ErrorKind::ContentPolicy);
        check(400, &body("max_tokens is too large: 100000", "None"), ErrorKind::InvalidRequest);
        check(429, &body("would exceed the maximum context length per minute", "None"), ErrorKind::RateLimit);
    }

    #[test]
    fn a_missing_database_is_known() {
        for (status, body, expected) in [
            (400, json!({"error": {"message": "x", "type": "no_db_connection"}}), true),
            (500, json!({"detail": {"error": "DB not connected. This endpoint needs a database"}}), true),
            (500, json!({"error": {"message": "{'error': 'No db connected'}"}}), true),
            (500, json!({"error": {"message": "x"}}), false),
            (401, json!({"error": {"message": "x"}}), false),
        ] {
            let body = body.to_string();
            let error = from_reply(
                FailedCall::Discovery,
                status,
                &Headers::default(),
                body.as_bytes(),
                &Secrets::default(),
                0.0,
            );
            assert_eq!(error.says_no_database(), expected, "{body}");
        }
    }

    #[track_caller]
    fn check_event(error: &Value, kind: ErrorKind) {
        assert_eq!(from_stream_event(error, &Headers::default(), &Secrets::default(), 0.0).kind, kind, "{error}");
    }

    #[test]
    fn events_without_a_code_are_told_by_class_or_type() {
        check_event(&json!("boom"), ErrorKind::Server);
        check_event(&json!({"message": "x", "type": "rate_limit_error"}), ErrorKind::RateLimit);
        check_event(&json!({"message": "x", "type": "overloaded_error"}), ErrorKind::Server);
        check_event(&json!({"message": "litellm.BadRequestError: x"}), ErrorKind::InvalidRequest);
        check_event(&json!({"message": "litellm.Timeout: x", "code": null}), ErrorKind::Timeout);
        check_event(&json!({"message": "x", "type": "authentication_error"}), ErrorKind::ProviderAuth);
        check_event(&json!({"message": "x", "code": 400}), ErrorKind::InvalidRequest);
        check_event(&json!({"message": "x", "code": "529"}), ErrorKind::Server);
        check_event(&json!({}), ErrorKind::Server);
        check_event(&json!(null), ErrorKind::Server);
    }
}
