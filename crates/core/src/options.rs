//! The options of one chat call.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::message::{Place, check_depth};
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
    /// How many tokens the model may think; 0 is not at all.
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
    /// Null means not given, and members that are no options (such as the signal) are passed over.
    pub fn parse(input: &Value) -> Result<Self, Error> {
        let place = Place::root("options");
        match input {
            Value::Null => Ok(Self::default()),
            Value::Object(members) if members.is_empty() => Ok(Self::default()),
            Value::Object(members) => Self::read(&Options { members, place }),
            _ => Err(place.error("must be an object")),
        }
    }

    /// Stands alone, as it is compiled in the host when it is called first.
    #[inline(never)]
    fn read(options: &Options<'_>) -> Result<Self, Error> {
        let place = &options.place;
        let tools_place = place.member("tools");
        let tools = match options.get("tools") {
            None => Vec::new(),
            Some(tools @ Value::Array(list)) => {
                check_depth(tools, &tools_place)?;
                let mut read = Vec::with_capacity(list.len());
                for (index, tool) in list.iter().enumerate() {
                    read.push(ToolDefinition::parse(tool, &tools_place.index(index))?);
                }
                read
            }
            Some(_) => return Err(tools_place.error("must be a list of tools")),
        };
        let tool_choice = match options.get("toolChoice") {
            None => None,
            Some(choice) => Some(ToolChoice::parse(choice, &place.member("toolChoice"))?),
        };
        let extra_body = match options.get("extraBody") {
            None => None,
            Some(value @ Value::Object(members)) => {
                check_depth(value, &place.member("extraBody"))?;
                Some(members.clone())
            }
            Some(_) => return Err(place.member("extraBody").error("must be an object")),
        };
        Ok(Self {
            tools,
            tool_choice,
            max_tokens: options.count("maxTokens", 1)?,
            temperature: options.number("temperature")?,
            top_p: options.number("topP")?,
            reasoning_effort: options.text("reasoningEffort")?,
            thinking_budget: options.count("thinkingBudget", 0)?,
            partial_tool_calls: options.get("partialToolCalls").and_then(Value::as_bool).unwrap_or(false),
            session_id: options.text("sessionId")?,
            extra_body,
        })
    }
}

struct Options<'a> {
    members: &'a Map<String, Value>,
    place: Place<'a>,
}

impl<'a> Options<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// An empty text is like none.
    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.place.member(name).error("must be a text")),
        }
    }

    fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        match self.get(name).map(Value::as_f64) {
            None => Ok(None),
            Some(Some(number)) => Ok(Some(number)),
            Some(None) => Err(self.place.member(name).error("must be a number")),
        }
    }

    /// A number of tokens. JavaScript has one kind of number, so `100.0` is 100.
    fn count(&self, name: &str, at_least: u64) -> Result<Option<u64>, Error> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let whole = value.as_u64().or_else(|| {
            let number = value.as_f64()?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a cast of a float saturates, and a count of tokens is far below the end"
            )]
            (number >= 0.0 && number.fract() == 0.0).then_some(number as u64)
        });
        match whole {
            Some(count) if count >= at_least => Ok(Some(count)),
            _ => Err(self.place.member(name).error(&format!("must be a whole number, at least {at_least}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(input: Value, expected: CallOptions) {
        assert_eq!(CallOptions::parse(&input).map_err(|error| error.message), Ok(expected), "{input}");
    }

    #[track_caller]
    fn check_error(input: Value, expected: &str) {
        let error = CallOptions::parse(&input).expect_err("an error");
        assert_eq!(error.message, format!("The request can't be sent: {expected}."), "{input}");
    }

    #[test]
    fn nothing_given() {
        check(Value::Null, CallOptions::default());
        check(json!({}), CallOptions::default());
        check(
            json!({"tools": null, "toolChoice": null, "maxTokens": null, "temperature": null, "topP": null,
                "reasoningEffort": null, "thinkingBudget": null, "partialToolCalls": null, "sessionId": "", "extraBody": null,
                "signal": {"aborted": false}}),
            CallOptions::default(),
        );
    }

    #[test]
    fn everything_given() {
        check(
            json!({"tools": [{"name": "f"}], "toolChoice": {"name": "f"}, "maxTokens": 100.0, "temperature": 0, "topP": 0.9,
                "reasoningEffort": "high", "thinkingBudget": 0, "partialToolCalls": true, "sessionId": "s", "extraBody": {"seed": 7}}),
            CallOptions {
                tools: vec![ToolDefinition {
                    name: "f".to_owned(),
                    description: None,
                    input_schema: None,
                    strict: None,
                }],
                tool_choice: Some(ToolChoice::Named("f".to_owned())),
                max_tokens: Some(100),
                temperature: Some(0.0),
                top_p: Some(0.9),
                reasoning_effort: Some("high".to_owned()),
                thinking_budget: Some(0),
                partial_tool_calls: true,
                session_id: Some("s".to_owned()),
                extra_body: json!({"seed": 7}).as_object().cloned(),
            },
        );
    }

    #[test]
    fn a_bad_value_is_named_by_its_place() {
        check_error(json!([]), "options must be an object");
        check_error(json!({"tools": {}}), "options.tools must be a list of tools");
        check_error(json!({"tools": [{"name": "f"}, {}]}), "options.tools[1].name must be a text");
        check_error(json!({"maxTokens": 0}), "options.maxTokens must be a whole number, at least 1");
        check_error(json!({"maxTokens": 1.5}), "options.maxTokens must be a whole number, at least 1");
        check_error(json!({"maxTokens": "100"}), "options.maxTokens must be a whole number, at least 1");
        check_error(json!({"thinkingBudget": -1}), "options.thinkingBudget must be a whole number, at least 0");
        check_error(json!({"temperature": "0"}), "options.temperature must be a number");
        check_error(json!({"topP": []}), "options.topP must be a number");
        check_error(json!({"sessionId": 1}), "options.sessionId must be a text");
        check_error(json!({"extraBody": []}), "options.extraBody must be an object");
    }
}
