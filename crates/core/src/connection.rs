//! The steps of a connection test: what each reply means, in words.

use std::borrow::Cow;

use serde::Serialize;

use crate::catalog::ModelCatalog;
use crate::error::{Error, ErrorKind};
use crate::lenient::{Place, Receive, from_body};
use crate::settings::ProviderSettings;

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

/// What the reply to `GET /v1/models` says about who answers. Some gateways stand behind a proxy that passes on `/v1` only.
pub fn gateway(models_body: &[u8]) -> StepOutcome {
    match from_body::<Said>(models_body) {
        Some(Said { has_known_member: true, .. }) => Ok("A gateway answers.".to_owned()),
        _ => Err(Error::protocol("it is no reply of a LiteLLM gateway")),
    }
}

/// What a reply says about who wrote it.
#[derive(Default)]
struct Said {
    /// The reply, where it is a text.
    words: Option<String>,
    /// Whether it has a member that a gateway's replies have.
    has_known_member: bool,
}

impl<'de> Receive<'de> for Said {
    fn text(&mut self, text: Cow<'de, str>) {
        self.words = Some(text.into_owned());
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.has_known_member |= matches!(name, "data" | "error" | "detail");
        Place::Nowhere
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

/// What the list of models says, and whether the chosen one is among them.
pub fn models(catalog: &ModelCatalog, model_id: &str) -> Listed {
    let model_count = catalog.models.len();
    let has_model = catalog.models.iter().any(|model| model.id == model_id);
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
    use crate::model_info::ModelInfo;

    #[test]
    fn a_gateway_is_known_by_its_words() {
        assert!(is_liveliness(200, b"\"I'm alive!\""));
        for (status, body) in [(200, "<html>alive</html>"), (200, "{}"), (503, "\"I'm alive!\""), (200, "")] {
            assert!(!is_liveliness(status, body.as_bytes()), "{status} {body}");
        }
        for body in [r#"{"data":[]}"#, r#"{"error":{"message":"no"}}"#, r#"{"detail":"Not Found"}"#] {
            assert!(gateway(body.as_bytes()).is_ok(), "{body}");
        }
        for body in ["<html></html>", "{}", "[]", "", "\"alive\""] {
            assert!(gateway(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn the_chosen_model_is_looked_for() {
        let catalog = ModelCatalog { models: vec![ModelInfo::unlisted("a")], ..ModelCatalog::default() };
        assert_eq!(
            models(&catalog, "a"),
            Listed { model_count: 1, has_model: true, words: "1 model, and a is one of them.".to_owned() }
        );
        let other = models(&catalog, "b");
        assert_eq!(other.words, "1 model; b is not one of them. The gateway may know it all the same.");
        assert!(!other.has_model);
        let none = models(&ModelCatalog::default(), "b");
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
