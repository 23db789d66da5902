//! The one error of this crate, and how a gateway's failure becomes one.

use serde::Serialize;

use crate::http::Headers;

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
#[derive(Debug, Clone, PartialEq)]
pub struct Error {
    /// The class of the failure.
    pub kind: ErrorKind,
    /// What happened and what to do about it, without any part of the key.
    pub message: String,
    /// The HTTP status, where one came.
    pub status: Option<u16>,
    /// How long the gateway asked to wait, in milliseconds.
    pub retry_after_ms: Option<f64>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The `x-litellm-call-id` of the call, for the gateway's operator.
    pub call_id: Option<String>,
    /// The gateway's own words, cleaned of class prefixes and of the key.
    pub detail: Option<String>,
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
        }
    }
}

impl ErrorKind {
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
/// `secret` is the key: it is cut out of everything the gateway said. `now_ms` is the time since 1970 for hints that are dates.
pub fn from_reply(
    call: FailedCall,
    status: u16,
    headers: &Headers,
    body: &[u8],
    secret: Option<&str>,
    now_ms: f64,
) -> Error {
    let _ = (call, headers, body, secret, now_ms);
    Error { status: Some(status), ..Error::new(ErrorKind::Server, "") }
}

/// The error that an `{"error": …}` object inside a stream (status 200) stands for; `error` is the value of the `error` member.
pub fn from_stream_event(error: &serde_json::Value, headers: &Headers, secret: Option<&str>, now_ms: f64) -> Error {
    let _ = (error, headers, secret, now_ms);
    Error::new(ErrorKind::Server, "")
}
