//! The steps of a connection test: what each reply means, in words.

mod cause;

use std::borrow::Cow;

use serde::Serialize;

use crate::endpoint::Endpoints;
use crate::error::{self, Error, ErrorKind, FailedCall, Secrets};
use crate::http::Headers;
use crate::lenient::{Place, Receive, from_body};
use crate::settings::ProviderSettings;

pub use self::cause::{BrowserPage, StepCause};

/// What the last step asks the model.
pub const CHAT_PROMPT: &str = "Answer with the one word: ready";
/// The most tokens that its answer may have. A model that thinks may need all of them for that.
pub const CHAT_MAX_TOKENS: u32 = 64;

/// The steps, in order. For the last one, a real chat, the host makes the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum StepName {
    /// The settings make an address.
    Address,
    /// Something answers there.
    Reachable,
    /// It is a LiteLLM gateway.
    Gateway,
    /// It takes the key.
    Key,
    /// It lists models.
    Models,
    /// A model answers.
    Chat,
}

impl StepName {
    /// The name as JavaScript knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Reachable => "reachable",
            Self::Gateway => "gateway",
            Self::Key => "key",
            Self::Models => "models",
            Self::Chat => "chat",
        }
    }
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// As it should.
    Ok,
    /// It did not, and the rest is skipped.
    Failed,
    /// A step before it failed.
    Skipped,
}

impl StepStatus {
    /// The name as JavaScript knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// The outcome of a step: words for the user, or the error.
pub type StepOutcome = Result<String, Error>;

/// The address that the settings make.
pub fn address(root: &str) -> StepOutcome {
    Ok(root.to_owned())
}

/// Whether the reply to `GET /health/liveliness` is a LiteLLM gateway's.
pub fn is_liveliness(status: u16, body: &[u8]) -> bool {
    let said = from_body::<Said>(body);
    status == 200 && said.and_then(|said| said.words).is_some_and(|words| words.to_ascii_lowercase().contains("alive"))
}

/// Whether the connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// The address is one of http.
    None,
    /// It is, with a certificate that this machine trusts.
    Ok,
    /// The machine was reached, and the connection could not be encrypted.
    Failed,
}

impl Encryption {
    /// The name as JavaScript knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ok => "ok",
            Self::Failed => "failed",
        }
    }
}

/// What is known of the encryption after a request: whether it was answered, else why not.
pub fn encryption(root: &str, is_answered: bool, cause: Option<StepCause>) -> Option<Encryption> {
    if !root.starts_with("https:") {
        return Some(Encryption::None);
    }
    match cause {
        Some(cause) if cause.is_about_tls() => Some(Encryption::Failed),
        // What sends on to another address answers.
        Some(StepCause::Redirect) => Some(Encryption::Ok),
        _ => is_answered.then_some(Encryption::Ok),
    }
}

/// The root of the address when that has a path: a gateway may be there in place of where it was looked for.
pub fn other_root(endpoints: &Endpoints) -> Option<&str> {
    Some(endpoints.origin()).filter(|origin| *origin != endpoints.root)
}

/// A version as a gateway's `GET /health/readiness` tells it; newer ones do not.
pub fn version(status: u16, body: &[u8]) -> Option<String> {
    let told = from_body::<Said>(body).filter(|_| status == 200)?.version?;
    let is_version = |character: char| character.is_ascii_alphanumeric() || ".-+_".contains(character);
    (told.len() <= 40 && told.chars().all(is_version)).then_some(told)
}

/// A reply to `GET /v1/models`, with what is needed to say whose it is.
#[derive(Debug)]
pub struct ModelsReply<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: &'a Headers,
    /// The body.
    pub body: &'a [u8],
}

impl ModelsReply<'_> {
    /// Whether a gateway gave it. Some gateways stand behind a proxy that passes on `/v1` only.
    pub fn is_gateway(&self) -> bool {
        let said = from_body::<Said>(self.body).unwrap_or_default();
        // The framework says so of a path that it does not know, whatever it serves.
        said.has_known_member || (said.has_detail && self.status != 404)
    }

    /// Why it is no gateway's. `found_root` is the root of the address when a gateway answers there.
    pub fn not_a_gateway(&self, found_root: Option<&str>, secrets: &Secrets, now_ms: f64) -> (Error, StepCause) {
        let is_page = error::is_web_page(self.headers, self.body);
        let cause = StepCause::of_answer(self.status, is_page, found_root.is_some());
        let error = match (cause, found_root) {
            (StepCause::WrongPath, Some(root)) => Error::wrong_path(root),
            (StepCause::WebPage, _) => Error { status: Some(self.status), ..Error::web_page() },
            _ if self.status >= 300 => {
                error::from_reply(FailedCall::Discovery, self.status, self.headers, self.body, secrets, now_ms)
            }
            _ => Error::protocol("it is no reply of a LiteLLM gateway"),
        };
        (error, cause)
    }
}

/// What is said when something answers that seems to be a gateway.
pub fn gateway_assumed() -> StepOutcome {
    Ok("A gateway answers.".to_owned())
}

/// Whether the gateway knows the key although it refused a request: the key may only not do this.
pub fn is_known_key(error: &Error) -> bool {
    error.kind == ErrorKind::Permission
}

/// What a reply says about who wrote it.
#[derive(Default)]
struct Said {
    /// The reply, where it is a text.
    words: Option<String>,
    /// The member `litellm_version`.
    version: Option<String>,
    /// Whether it has a member that a gateway's replies have.
    has_known_member: bool,
    /// Whether it has the member in which the gateway's framework tells failures.
    has_detail: bool,
}

impl<'de> Receive<'de> for Said {
    fn text(&mut self, text: Cow<'de, str>) {
        self.words = Some(text.into_owned());
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.has_known_member |= matches!(name, "data" | "error");
        self.has_detail |= name == "detail";
        if name == "litellm_version" { Place::Words(&mut self.version) } else { Place::Nowhere }
    }
}

/// What is said when a LiteLLM gateway was recognised.
pub fn gateway_recognised() -> StepOutcome {
    Ok("A LiteLLM gateway answers.".to_owned())
}

/// What is said when the gateway took the key.
pub fn key(settings: &ProviderSettings) -> StepOutcome {
    let words =
        if settings.api_key.is_some() { "The gateway accepts the key." } else { "The gateway asks for no key." };
    Ok(words.to_owned())
}

/// What the list of models says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// How many models there are.
    pub model_count: usize,
    /// Whether the chosen one is among them.
    pub has_model: bool,
    /// The same in words for the user.
    pub words: String,
}

/// What the list of models says, by their ids, and whether the chosen one is among them.
pub fn models<'a>(ids: impl Iterator<Item = &'a str>, model_id: &str) -> Listed {
    let (mut model_count, mut has_model) = (0_usize, false);
    for id in ids {
        model_count = model_count.saturating_add(1);
        has_model |= id == model_id;
    }
    let count = if model_count == 1 { "1 model".to_owned() } else { format!("{model_count} models") };
    let words = if model_count == 0 {
        "The key sees no models. Ask the gateway's operator which models it may use.".to_owned()
    } else if has_model {
        format!("{count}, and {model_id} is one of them.")
    } else {
        format!("{count}; {model_id} is not one of them. The gateway may know it all the same.")
    };
    Listed { model_count, has_model, words }
}

/// Whether a stream part of this `type` is a piece of an answer, and not only about one.
pub fn is_answer(part_type: &str) -> bool {
    matches!(part_type, "text" | "reasoning" | "thinking_blocks" | "tool_call" | "image" | "refusal" | "citations")
}

/// What a chat that ended well says. `has_answer`: whether there was any part of which [`is_answer`] holds; `reason`: that of
/// the finish part. An answer that is empty because hidden thinking took all of [`CHAT_MAX_TOKENS`] is one all the same.
pub fn chat(model_id: &str, has_answer: bool, reason: &str) -> StepOutcome {
    if has_answer || reason == "length" {
        return Ok(format!("{model_id} answers."));
    }
    let cause = "the answer was empty";
    let message = format!("{model_id} was asked, and {cause}. Try again, or choose another model.");
    Err(Error { detail: Some(cause.to_owned()), ..Error::new(ErrorKind::Server, message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_known_by_its_words() {
        assert!(is_liveliness(200, b"\"I'm alive!\""));
        for (status, body) in [(200, "<html>alive</html>"), (200, "{}"), (503, "\"I'm alive!\""), (200, "")] {
            assert!(!is_liveliness(status, body.as_bytes()), "{status} {body}");
        }
        let is_gateway = |status: u16, body: &str| {
            ModelsReply { status, headers: &Headers::default(), body: body.as_bytes() }.is_gateway()
        };
        for body in [r#"{"data":[]}"#, r#"{"error":{"message":"no"}}"#, r#"{"detail":"Not authenticated"}"#] {
            assert!(is_gateway(401, body), "{body}");
        }
        for body in ["<html></html>", "{}", "[]", "", "\"alive\""] {
            assert!(!is_gateway(200, body), "{body}");
        }
        assert!(!is_gateway(404, r#"{"detail":"Not Found"}"#));
    }

    #[track_caller]
    fn check_other(status: u16, body: &str, found_root: Option<&str>, cause: StepCause, words: &str) {
        let reply = ModelsReply { status, headers: &Headers::default(), body: body.as_bytes() };
        let (error, found) = reply.not_a_gateway(found_root, &Secrets::default(), 0.0);
        assert_eq!(found, cause, "{body}");
        assert!(error.message.contains(words), "{words} is not in: {}", error.message);
    }

    #[test]
    fn what_answers_in_place_of_a_gateway_is_told() {
        let page = "<!doctype html><title>Welcome to nginx!</title>";
        check_other(200, page, None, StepCause::WebPage, "web page");
        check_other(404, page, None, StepCause::WebPage, "web page");
        check_other(503, page, None, StepCause::Asleep, "");
        check_other(404, page, Some("https://h"), StepCause::WrongPath, "at https://h.");
        check_other(200, "{}", None, StepCause::NotAGateway, "no reply of a LiteLLM gateway");
        check_other(404, r#"{"detail":"Not Found"}"#, None, StepCause::NotAGateway, "");
    }

    #[test]
    fn encryption_is_told_apart_from_reaching() {
        assert_eq!(encryption("http://h", false, Some(StepCause::Refused)), Some(Encryption::None));
        assert_eq!(encryption("https://h", true, None), Some(Encryption::Ok));
        assert_eq!(encryption("https://h", false, Some(StepCause::Expired)), Some(Encryption::Failed));
        assert_eq!(encryption("https://h", false, Some(StepCause::Redirect)), Some(Encryption::Ok));
        assert_eq!(encryption("https://h", false, Some(StepCause::Refused)), None);
        assert_eq!(encryption("https://h", false, None), None);
        let root = |address: &str| other_root(&Endpoints::resolve(address).unwrap()).map(str::to_owned);
        assert_eq!(root("https://h:1/ui").as_deref(), Some("https://h:1"));
        assert_eq!(root("https://h:1/v1"), None);
    }

    #[test]
    fn names_are_those_of_the_types() {
        let as_json = |value: serde_json::Value| value.as_str().unwrap().to_owned();
        let of = |value: &dyn Fn() -> serde_json::Value| as_json(value());
        assert_eq!(of(&|| serde_json::to_value(StepName::Reachable).unwrap()), StepName::Reachable.as_str());
        assert_eq!(of(&|| serde_json::to_value(StepStatus::Skipped).unwrap()), StepStatus::Skipped.as_str());
        assert_eq!(of(&|| serde_json::to_value(Encryption::Failed).unwrap()), Encryption::Failed.as_str());
        for cause in [StepCause::NoTls, StepCause::NotAGateway, StepCause::SelfSigned, StepCause::WrongHost] {
            assert_eq!(of(&|| serde_json::to_value(cause).unwrap()), cause.as_str());
        }
    }

    #[test]
    fn a_version_is_one() {
        let told = version(200, br#"{"status":"healthy","litellm_version":"1.83.0"}"#);
        assert_eq!(told.as_deref(), Some("1.83.0"));
        for (status, body) in [
            (200, r#"{"status":"healthy"}"#),
            (401, r#"{"litellm_version":"1"}"#),
            (200, r#"{"litellm_version":"<b>"}"#),
        ] {
            assert_eq!(version(status, body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn the_chosen_model_is_looked_for() {
        assert_eq!(
            models(["a"].into_iter(), "a"),
            Listed { model_count: 1, has_model: true, words: "1 model, and a is one of them.".to_owned() }
        );
        let other = models(["a"].into_iter(), "b");
        assert_eq!(other.words, "1 model; b is not one of them. The gateway may know it all the same.");
        assert!(!other.has_model);
        let none = models([].into_iter(), "b");
        assert_eq!((none.model_count, none.has_model), (0, false));
        assert!(none.words.contains("no models"));
    }

    #[test]
    fn a_chat_needs_an_answer() {
        assert_eq!(chat("m", true, "stop").as_deref(), Ok("m answers."));
        assert!(chat("m", false, "length").is_ok(), "thinking took all tokens");
        let error = chat("m", false, "stop").unwrap_err();
        assert_eq!(error.kind, ErrorKind::Server);
        assert_eq!(error.message, "m was asked, and the answer was empty. Try again, or choose another model.");
        for about in ["response", "notice", "usage", "finish", "tool_call_partial"] {
            assert!(!is_answer(about), "{about}");
        }
        for piece in ["text", "reasoning", "tool_call", "image", "refusal"] {
            assert!(is_answer(piece), "{piece}");
        }
    }
}
