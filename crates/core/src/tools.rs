//! Tools as a caller declares them, and the names and ids that a backend accepts.

use serde::Serialize;
use serde_json::Value;

/// A tool as declared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolDefinition {
    /// The caller's name for it.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// The JSON schema of its input, as given.
    pub input_schema: Option<Value>,
}

/// Whether and which tool must be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ToolChoice {
    /// The model decides.
    Auto,
    /// Some tool.
    Required,
    /// None.
    None,
    /// This one.
    Named(String),
}

/// The caller's tool names against the cleaned ones that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolNames {}

impl ToolNames {
    /// The caller's name for a tool that the model called by its sent name; a name that was never sent stays as it is.
    pub fn original<'a>(&'a self, sent: &'a str) -> &'a str {
        sent
    }
}
