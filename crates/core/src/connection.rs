//! The steps of a connection test: what each reply means, in words.

use serde::{Deserialize, Serialize};

use crate::catalog::ModelCatalog;
use crate::error::Error;
use crate::settings::ProviderSettings;

/// The steps, in order. The last one, a real chat, is made by the host.
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
    status == 200
        && serde_json::from_slice::<String>(body).is_ok_and(|words| words.to_ascii_lowercase().contains("alive"))
}

/// What the reply to `GET /v1/models` says about who answers. Some gateways stand behind a proxy that passes on `/v1` only.
pub fn gateway(models_body: &[u8]) -> StepOutcome {
    #[derive(Deserialize)]
    struct Shape {
        #[serde(default)]
        data: Option<serde::de::IgnoredAny>,
        #[serde(default)]
        error: Option<serde::de::IgnoredAny>,
        #[serde(default)]
        detail: Option<serde::de::IgnoredAny>,
    }
    match serde_json::from_slice::<Shape>(models_body) {
        Ok(Shape { data, error, detail }) if data.is_some() || error.is_some() || detail.is_some() => {
            Ok("A gateway answers.".to_owned())
        }
        _ => Err(Error::protocol("it is no reply of a LiteLLM gateway")),
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

/// What the list of models says, and whether the chosen one is among them.
pub fn models(catalog: &ModelCatalog, model_id: &str) -> StepOutcome {
    let count = match catalog.models.len() {
        0 => return Ok("The key sees no models. Ask the gateway's operator which models it may use.".to_owned()),
        1 => "1 model".to_owned(),
        count => format!("{count} models"),
    };
    Ok(if catalog.models.iter().any(|model| model.id == model_id) {
        format!("{count}, and {model_id} is one of them.")
    } else {
        format!("{count}; {model_id} is not one of them. The gateway may know it all the same.")
    })
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
        assert_eq!(models(&catalog, "a").as_deref(), Ok("1 model, and a is one of them."));
        assert_eq!(
            models(&catalog, "b").as_deref(),
            Ok("1 model; b is not one of them. The gateway may know it all the same.")
        );
        assert!(models(&ModelCatalog::default(), "b").is_ok_and(|words| words.contains("no models")));
    }
}
