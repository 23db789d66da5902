//! Tools as a caller declares them, and the names and ids that a backend accepts.

mod identifiers;
mod names;

pub(crate) use identifiers::{Identifiers, digits};
pub use names::ToolNames;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::json;
use crate::message::Place;

/// A tool as declared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolDefinition {
    /// The caller's name for it.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// The JSON schema of its input, as given.
    pub input_schema: Option<Value>,
    /// OpenAI's `strict`, as given: whether the model must keep to the schema.
    pub strict: Option<bool>,
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

impl ToolDefinition {
    /// Reads `{name, description?, input_schema?}` or OpenAI's `{type: 'function', function: {name, description?,
    /// parameters?, strict?}}`.
    pub(crate) fn parse(tool: &Value, place: &Place<'_>) -> Result<Self, Error> {
        let function_place = place.member("function");
        let (tool, place, schema_name) = match tool.get("function") {
            Some(function) => (function, &function_place, "parameters"),
            None => (tool, place, "input_schema"),
        };
        let Some(name) = tool.get("name").and_then(Value::as_str) else {
            return Err(place.member("name").error("must be a text"));
        };
        let input_schema = match tool.get(schema_name) {
            None | Some(Value::Null) => None,
            Some(schema @ Value::Object(_)) => Some(schema.clone()),
            Some(_) => return Err(place.member(schema_name).error("must be a JSON schema: an object")),
        };
        Ok(Self {
            name: name.to_owned(),
            description: tool.get("description").and_then(Value::as_str).map(str::to_owned),
            input_schema,
            strict: tool.get("strict").and_then(Value::as_bool),
        })
    }
}

impl ToolChoice {
    /// Reads `'auto'`, `'required'`, `'none'` or `{name}`; Anthropic's and OpenAI's own shapes of the same are taken
    /// too.
    pub(crate) fn parse(choice: &Value, place: &Place<'_>) -> Result<Self, Error> {
        let named = choice.get("name").or_else(|| choice.pointer("/function/name")).and_then(Value::as_str);
        if let Some(name) = named {
            return Ok(Self::Named(name.to_owned()));
        }
        match choice.as_str().or_else(|| choice.get("type")?.as_str()) {
            Some("auto") => Ok(Self::Auto),
            Some("required" | "any") => Ok(Self::Required),
            Some("none") => Ok(Self::None),
            _ => Err(place.error("must be \"auto\", \"required\", \"none\" or {\"name\": a tool}")),
        }
    }

    /// As `tool_choice` in a request.
    pub(crate) fn to_request(&self, names: &mut ToolNames) -> Value {
        match self {
            Self::Auto => "auto".into(),
            Self::Required => "required".into(),
            Self::None => "none".into(),
            Self::Named(name) => {
                let function = json::object(&mut [("name", names.sent(name).into())]);
                json::object(&mut [("type", "function".into()), ("function", function)])
            }
        }
    }
}

/// A tool as it stands in a request.
#[derive(Debug, Serialize)]
pub(crate) struct DeclaredTool<'a> {
    r#type: &'static str,
    function: DeclaredFunction<'a>,
}

#[derive(Debug, Serialize)]
struct DeclaredFunction<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    parameters: Parameters<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Parameters<'a> {
    Given(&'a Value),
    Empty { r#type: &'static str, properties: Map<String, Value> },
}

impl Parameters<'_> {
    fn empty() -> Self {
        Self::Empty { r#type: "object", properties: Map::new() }
    }
}

/// The tools of a request, in the order given, each under a name of its own.
pub(crate) fn declare<'a>(tools: &'a [ToolDefinition], names: &mut ToolNames) -> Vec<DeclaredTool<'a>> {
    tools
        .iter()
        .map(|tool| DeclaredTool {
            r#type: "function",
            function: DeclaredFunction {
                name: names.declare(&tool.name),
                description: tool.description.as_deref(),
                parameters: tool.input_schema.as_ref().map_or_else(Parameters::empty, Parameters::Given),
                strict: tool.strict,
            },
        })
        .collect()
}

/// The tool that does nothing: some backends refuse a history with tool calls when no tool is declared.
pub(crate) fn no_operation(names: &mut ToolNames) -> DeclaredTool<'static> {
    DeclaredTool {
        r#type: "function",
        function: DeclaredFunction {
            name: names.declare("no_operation"),
            description: Some("Does nothing. No tool is available now: answer without calling one."),
            parameters: Parameters::empty(),
            strict: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_choice(choice: Value, expected: Option<Value>) {
        let request = ToolChoice::parse(&choice, &Place::root("options").member("toolChoice"))
            .map(|choice| choice.to_request(&mut ToolNames::default()))
            .map_err(|error| error.message);
        let message = "The request can't be sent: options.toolChoice must be \"auto\", \"required\", \"none\" or {\"name\": a tool}.";
        assert_eq!(request, expected.ok_or_else(|| message.to_owned()), "{choice}");
    }

    #[test]
    fn tool_choices() {
        let named = json!({"type": "function", "function": {"name": "a_b"}});
        check_choice(json!("auto"), Some(json!("auto")));
        check_choice(json!("required"), Some(json!("required")));
        check_choice(json!("none"), Some(json!("none")));
        check_choice(json!({"name": "a.b"}), Some(named.clone()));
        check_choice(json!({"type": "tool", "name": "a.b"}), Some(named.clone()));
        check_choice(json!({"type": "function", "function": {"name": "a.b"}}), Some(named));
        check_choice(json!({"type": "any"}), Some(json!("required")));
        check_choice(json!("some"), None);
        check_choice(json!({}), None);
        check_choice(json!(5), None);
    }

    #[track_caller]
    fn check_tool(tool: Value, expected: Value) {
        let place = Place::root("options");
        let declared = ToolDefinition::parse(&tool, &place.member("tools").index(2)).map_or_else(
            |error| Value::String(error.message),
            |tool| serde_json::to_value(declare(&[tool], &mut ToolNames::default())).unwrap()[0]["function"].clone(),
        );
        assert_eq!(declared, expected, "{tool}");
    }

    #[test]
    fn both_shapes_of_a_tool_are_declared_alike() {
        let schema = json!({"type": "object", "properties": {"p": {"type": ["number", "null"]}}});
        let full = json!({"name": "r", "description": "d", "parameters": schema});
        check_tool(json!({"name": "r", "description": "d", "input_schema": schema}), full.clone());
        check_tool(json!({"type": "function", "function": full}), full);
        check_tool(
            json!({"type": "function", "function": {"name": "r", "parameters": schema, "strict": true}}),
            json!({"name": "r", "parameters": schema, "strict": true}),
        );
        check_tool(json!({"name": "n"}), json!({"name": "n", "parameters": {"type": "object", "properties": {}}}));
        check_tool(
            json!({"name": "n", "input_schema": null, "description": null}),
            json!({"name": "n", "parameters": {"type": "object", "properties": {}}}),
        );
        check_tool(json!({}), json!("The request can't be sent: options.tools[2].name must be a text."));
        check_tool(json!(null), json!("The request can't be sent: options.tools[2].name must be a text."));
        check_tool(
            json!({"function": {}}),
            json!("The request can't be sent: options.tools[2].function.name must be a text."),
        );
        check_tool(
            json!({"name": "n", "input_schema": "{}"}),
            json!("The request can't be sent: options.tools[2].input_schema must be a JSON schema: an object."),
        );
    }
}
