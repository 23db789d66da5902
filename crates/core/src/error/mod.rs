//! The one error of this crate, and how a gateway's failure becomes one.

mod body;
mod classify;
mod clean;
mod hint;
mod literal;
mod own;
mod page;
mod secret_settings;
mod secrets;
mod sentence;

use serde::Serialize;

use self::body::Report;
use self::classify::Failure;
use self::sentence::Told;

pub use self::secret_settings::secret_texts;
pub use self::secrets::Secrets;
use crate::http::Headers;

/// The longest name or id that is kept, in characters. The gateway's own call ids have 36.
const LONGEST_NAME: usize = 200;

/// What went wrong, as far as a caller needs to act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The settings can't be used.
    Settings,
    /// The gateway was not reached, or the connection was lost before anything came.
    Connection,
    /// Nothing came for too long.
    Timeout,
    /// The caller stopped the call.
    Aborted,
    /// The gateway does not know this key, or wants one.
    Auth,
    /// The key is good and may not do this.
    Permission,
    /// A budget of the key, its user or its team is used up.
    BudgetExceeded,
    /// Too many requests or tokens for now.
    RateLimit,
    /// The conversation is longer than the model takes.
    ContextLength,
    /// The provider refused the content.
    ContentPolicy,
    /// A guardrail of the gateway refused the content.
    Guardrail,
    /// The gateway has no such model.
    UnknownModel,
    /// The gateway's own key at the provider was refused.
    ProviderAuth,
    /// The request is wrong in itself.
    InvalidRequest,
    /// The gateway or the provider failed.
    Server,
    /// The reply is not what a LiteLLM gateway sends.
    Protocol,
    /// The reply stopped in the middle.
    Truncated,
}

/// A failure, ready to be shown: `message` is a sentence for a user, `detail` the gateway's own words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Error {
    /// The class of the failure.
    pub kind: ErrorKind,
    /// What happened and what to do about it, without any part of the key.
    pub message: String,
    /// The HTTP status, where one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How long the gateway asked to wait, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<f64>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The `x-litellm-call-id` of the call, for the gateway's operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// The gateway's own words, cleaned of class prefixes and of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The parameter of the request that the gateway names beside its words.
    #[serde(skip)]
    pub parameter: Option<Box<str>>,
    /// What else is known, for whoever looks for the cause.
    #[serde(skip)]
    pub facts: Option<Box<ErrorFacts>>,
}

/// What is known of a call that failed beside why it did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorFacts {
    /// The guardrails that refused, or that may have.
    pub guardrail: Option<String>,
    /// The deployment that was asked (`x-litellm-model-id`).
    pub model_id: Option<String>,
    /// What the gateway asked (`x-litellm-model-name`).
    pub model: Option<String>,
    /// How often the gateway tried again.
    pub attempted_retries: Option<f64>,
    /// How many other models the gateway asked instead.
    pub attempted_fallbacks: Option<f64>,
    /// How often the request was sent again from here.
    pub retries: u32,
    /// What to tell the model so that it can go on by itself: a message for the conversation, where the model made the mistake.
    pub for_model: Option<String>,
}

impl Error {
    /// An error of `kind` with a message for the user; `retryable` follows from the kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status: None,
            retry_after_ms: None,
            retryable: kind.is_retryable(),
            call_id: None,
            detail: None,
            parameter: None,
            facts: None,
        }
    }
}

impl ErrorKind {
    /// The name as JavaScript knows it, such as `rate_limit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Connection => "connection",
            Self::Timeout => "timeout",
            Self::Aborted => "aborted",
            Self::Auth => "auth",
            Self::Permission => "permission",
            Self::BudgetExceeded => "budget_exceeded",
            Self::RateLimit => "rate_limit",
            Self::ContextLength => "context_length",
            Self::ContentPolicy => "content_policy",
            Self::Guardrail => "guardrail",
            Self::UnknownModel => "unknown_model",
            Self::ProviderAuth => "provider_auth",
            Self::InvalidRequest => "invalid_request",
            Self::Server => "server",
            Self::Protocol => "protocol",
            Self::Truncated => "truncated",
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Connection | Self::Timeout | Self::RateLimit | Self::Server)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Which call failed: the same body can mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailedCall {
    /// `POST /v1/chat/completions`.
    Chat,
    /// One of the addresses that list models.
    Discovery,
}

/// The error that a reply with a status of failure, or one that is no answer of a gateway, stands for.
///
/// `secrets` are cut out of everything the gateway said. `now_ms` is the time since 1970 for hints that are dates.
/// A gateway without a database refuses every key but its master key with status 400, which is [`ErrorKind::Auth`] too.
pub fn from_reply(
    call: FailedCall,
    status: u16,
    headers: &Headers,
    body: &[u8],
    secrets: &Secrets,
    now_ms: f64,
) -> Error {
    let report = Report::of_body(headers, body);
    // A reply that began well can only tell its status in the body.
    let is_failure = status >= 300;
    let status = if is_failure || !report.has_error { Some(status) } else { report.status() };
    from_report(call, status, headers, &report, secrets, now_ms)
}

/// Whether a reply is a web page and no answer of a gateway.
pub(crate) fn is_web_page(headers: &Headers, body: &[u8]) -> bool {
    page::is_page(headers.get("content-type"), &String::from_utf8_lossy(body))
}

/// The error that an `{"error": …}` object inside a stream (status 200) stands for; `error` is the value of the `error` member.
/// Its `code` is taken for the status.
pub fn from_stream_event(error: &serde_json::Value, headers: &Headers, secrets: &Secrets, now_ms: f64) -> Error {
    let report = Report::of_error(error);
    from_report(FailedCall::Chat, report.status(), headers, &report, secrets, now_ms)
}

fn from_report(
    call: FailedCall,
    status: Option<u16>,
    headers: &Headers,
    report: &Report,
    secrets: &Secrets,
    now_ms: f64,
) -> Error {
    let cleaned = report.message.as_deref().map(|message| clean::clean(message, secrets)).unwrap_or_default();
    let line = |text: &str| clean::line(text, secrets, LONGEST_NAME);
    let guardrail = report.guardrail.as_deref().map(line);
    let failure = Failure { status, report, guardrail: guardrail.as_deref(), cleaned: &cleaned };
    let kind = failure.kind();
    let retry_after_ms = if kind.is_retryable() { hint::retry_after_ms(headers, now_ms) } else { None };
    let message = Told { kind, call, failure: &failure, retry_after_ms, has_key: secrets.has_key() }.message();
    let call_id = headers.get("x-litellm-call-id").map(line).filter(|id| !id.is_empty());
    let detail = Some(cleaned.words).filter(|words| !words.is_empty());
    let parameter = report.parameter.as_deref().map(Into::into);
    let facts = guardrail
        .filter(|_| kind == ErrorKind::Guardrail)
        .map(|name| Box::new(ErrorFacts { guardrail: Some(name), ..ErrorFacts::default() }));
    Error { status, retry_after_ms, call_id, detail, parameter, facts, ..Error::new(kind, message) }
}
