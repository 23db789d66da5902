//! The body of `POST /v1/chat/completions`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::Error;
use crate::model_info::ModelInfo;
use crate::options::CallOptions;
use crate::settings::ProviderSettings;
use crate::tools::ToolNames;

/// A request ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The JSON body in UTF-8.
    pub body: Vec<u8>,
    /// The tool names that were sent, to be mapped back.
    pub tool_names: ToolNames,
}

/// Parameters that a model has refused before, so that they are not sent to it again. Names as in the body, such as `temperature`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedParameters {
    names: BTreeSet<String>,
}

impl RefusedParameters {
    /// Looks for an unsupported parameter in the words of a 400 to `body` and adds it. Returns what to tell the user, or
    /// `None` when nothing new is named, so that sending again would be the same.
    pub fn learn(&mut self, error: &Error, body: &[u8]) -> Option<String> {
        let _ = (error, body, &self.names);
        None
    }
}

/// Builds the request. `model_id` is the id to send; `model` what is known of it.
pub fn build(
    settings: &ProviderSettings,
    model_id: &str,
    model: &ModelInfo,
    refused: &RefusedParameters,
    system: &str,
    messages: &Value,
    options: &CallOptions,
) -> Result<ChatRequest, Error> {
    let _ = (settings, model_id, model, refused, system, messages, options);
    Err(Error::new(crate::error::ErrorKind::InvalidRequest, ""))
}
