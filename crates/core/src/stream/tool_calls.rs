//! Tool calls put together from their pieces.
//!
//! Backends disagree about how pieces say where they belong: by an index from 0 or from 1, as a number or as text, by an id in
//! the first piece or in every one, or by nothing at all.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde_json::Value;

use super::chunk::{Any, Text, ToolCallDelta};
use super::part::{StreamPart, ToolCall};
use crate::json;
use crate::positions::Positions;

/// More calls than any model makes in one answer.
pub const MAX_CALLS: usize = 1024;
/// Arguments from this many bytes on are not looked at before the end.
const LONGEST_CHECKED: usize = 65_536;

/// Why calls can't be given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolCallFault {
    /// More than [`MAX_CALLS`].
    TooMany,
    /// The arguments of a call are no JSON object.
    BrokenArguments(BrokenCall),
    /// A call names no tool.
    NoName,
}

/// A call whose arguments can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenCall {
    /// The caller's name for the tool; may be empty.
    pub tool: String,
    /// What the model wrote.
    pub arguments: String,
}

/// A call under way.
#[derive(Debug, Default)]
struct Slot {
    index: Option<i64>,
    id: Option<String>,
    name: Option<String>,
    arguments: String,
    signature: Option<String>,
}

impl Slot {
    /// Whether the arguments are whole. Only short ones are looked at, since every piece may ask.
    fn is_whole(&self) -> bool {
        self.arguments.len() < LONGEST_CHECKED && is_json(&self.arguments)
    }
}

/// The calls of one answer, in the order of their first pieces.
#[derive(Debug, Default)]
pub struct ToolCalls {
    slots: Vec<Slot>,
    kept_bytes: usize,
}

impl ToolCalls {
    /// Whether no call has begun.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Bytes kept for calls under way.
    pub fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }

    /// Takes a piece. `whole` says that it is a whole call of a reply that was not streamed: its index says nothing then.
    /// Returns the part for callers that want pieces, unless the piece says nothing new.
    pub fn push(&mut self, delta: &ToolCallDelta<'_>, whole: bool) -> Result<Option<StreamPart>, ToolCallFault> {
        let id = delta.id.filled();
        let name = delta.function.name.filled();
        let arguments = arguments_text(&delta.function.arguments);
        let index = if whole { None } else { delta.index.0 };
        let found = if whole { None } else { self.find(index, id, name, &arguments) };
        let position = match found {
            Some(position) => position,
            None if id.is_none() && name.is_none() && arguments.is_empty() => return Ok(None),
            None if self.slots.len() >= MAX_CALLS => return Err(ToolCallFault::TooMany),
            None => {
                self.slots.push(Slot { index, ..Slot::default() });
                self.slots.len().saturating_sub(1)
            }
        };
        let Some(slot) = self.slots.get_mut(position) else { return Ok(None) };
        let new_id = set_once(&mut slot.id, id);
        let new_name = set_once(&mut slot.name, name);
        slot.arguments.push_str(&arguments);
        let new_signature = set_once(&mut slot.signature, signature(delta));
        let texts = [&new_id, &new_name, &new_signature].into_iter().flatten().map(String::len);
        self.kept_bytes = texts.chain([arguments.len()]).fold(self.kept_bytes, usize::saturating_add);
        if new_id.is_none() && new_name.is_none() && arguments.is_empty() {
            return Ok(None);
        }
        Ok(Some(StreamPart::ToolCallPartial {
            index: position,
            id: new_id,
            name: new_name,
            arguments: arguments.into_owned(),
        }))
    }

    /// The call that a piece belongs to, or `None` when it begins one.
    fn find(&self, index: Option<i64>, id: Option<&str>, name: Option<&str>, arguments: &str) -> Option<usize> {
        let same_id = |slot: &Slot| id.is_some() && slot.id.as_deref() == id;
        if index.is_some() {
            // The latest call with this index, unless the piece brings another id and a name: then it is another call.
            let Some(position) = self.slots.iter().rposition(|slot| slot.index == index) else {
                // A piece that begins nothing goes on with the call whose first piece had no index.
                let begins = id.is_some() || name.is_some();
                return if begins { None } else { self.slots.iter().rposition(|slot| slot.index.is_none()) };
            };
            let slot = self.slots.get(position)?;
            let another = name.is_some() && id.is_some() && slot.id.is_some() && slot.id.as_deref() != id;
            // Whole calls, each with the same index and no id.
            let another_whole =
                id.is_none() && name.is_some() && slot.name.is_some() && !arguments.is_empty() && slot.is_whole();
            if another_whole {
                return None;
            }
            if !another {
                return Some(position);
            }
            return self.slots.iter().rposition(|slot| slot.index == index && same_id(slot));
        }
        if id.is_some() {
            return self.slots.iter().rposition(same_id);
        }
        let last = self.slots.last()?;
        let begins_another = name.is_some() && last.name.is_some() && (last.name.as_deref() != name || last.is_whole());
        if begins_another { None } else { Some(self.slots.len().saturating_sub(1)) }
    }

    /// Gives out the whole calls. `made_id` is the stem of the ids of calls that came without one; `original` gives the
    /// caller's name for a tool. A fault comes with the calls before it.
    pub fn finish(
        self,
        made_id: &str,
        original: impl Fn(&str) -> String,
    ) -> (Vec<ToolCall>, Result<(), ToolCallFault>) {
        let mut calls = Vec::with_capacity(self.slots.len());
        // The ids that were given out, and the last number that was tried behind each.
        let mut taken = Positions::new();
        for (position, slot) in self.slots.into_iter().enumerate() {
            let Some(arguments) = object_text(&slot.arguments) else {
                let tool = original(&slot.name.unwrap_or_default());
                return (calls, Err(ToolCallFault::BrokenArguments(BrokenCall { tool, arguments: slot.arguments })));
            };
            let Some(name) = slot.name else { return (calls, Err(ToolCallFault::NoName)) };
            let wanted = slot.id.unwrap_or_else(|| format!("call_{made_id}_{position}"));
            let mut id = wanted.clone();
            while taken.contains_key(&id) {
                let count = taken.get(&wanted).copied().unwrap_or_default().saturating_add(1);
                id = format!("{wanted}_{count}");
                taken.insert(wanted.clone(), count);
            }
            taken.insert(id.clone(), 1);
            calls.push(ToolCall { id, name: original(&name), arguments, signature: slot.signature });
        }
        (calls, Ok(()))
    }
}

/// Sets what was not set before, and returns it then.
fn set_once(slot: &mut Option<String>, value: Option<&str>) -> Option<String> {
    if slot.is_some() {
        return None;
    }
    *slot = value.map(str::to_owned);
    slot.clone()
}

/// Arguments are JSON text in pieces; an object is turned into its text.
fn arguments_text<'a>(arguments: &'a Any<'_>) -> Cow<'a, str> {
    match arguments {
        Any::Nothing => Cow::Borrowed(""),
        Any::Text(text) => Cow::Borrowed(text),
        // Some backends begin with it and send the text of the arguments afterwards.
        Any::Tree(Value::Object(members)) if members.is_empty() => Cow::Borrowed(""),
        Any::Tree(value) => Cow::Owned(json::text(value)),
    }
}

/// The thought signature of a piece, on the call or on its function.
fn signature<'a>(delta: &'a ToolCallDelta<'_>) -> Option<&'a str> {
    let places = [&delta.provider_specific_fields, &delta.function.provider_specific_fields];
    places.into_iter().find_map(|fields| Text::filled(&fields.thought_signature))
}

/// The JSON object that arguments are. Nothing is an empty one, and some models write the object's text as a JSON text once
/// more.
fn object_text(arguments: &str) -> Option<String> {
    let text = arguments.trim();
    if matches!(text, "" | "null") {
        return Some("{}".to_owned());
    }
    if is_json(text) && text.starts_with('{') {
        return Some(arguments.to_owned());
    }
    // Only a value of any kind: what is read as a text alone brings the words for all other kinds with it.
    let Some(Value::String(inner)) = text.starts_with('"').then(|| serde_json::from_str(text).ok())? else {
        return None;
    };
    let inner = inner.trim();
    (is_json(inner) && inner.starts_with('{')).then(|| inner.to_owned())
}

/// Whether `text` is one whole JSON value.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(pieces: &[Value], expected: &Value) {
        let mut calls = ToolCalls::default();
        for piece in pieces {
            let text = piece.to_string();
            calls.push(&serde_json::from_str(&text).unwrap(), false).unwrap();
        }
        let (calls, end) = calls.finish("x", str::to_owned);
        assert_eq!((&serde_json::to_value(calls).unwrap(), end), (expected, Ok(())));
    }

    #[expect(clippy::needless_pass_by_value, reason = "the cases read better so")]
    fn piece(index: Value, id: Value, name: Value, arguments: Value) -> Value {
        json!({ "index": index, "id": id, "function": { "name": name, "arguments": arguments } })
    }

    fn call(id: &str, name: &str, arguments: &str) -> Value {
        json!({ "id": id, "name": name, "arguments": arguments })
    }

    #[test]
    fn pieces_find_their_call() {
        let none = Value::Null;
        check(
            &[
                piece(json!(0), json!("a"), json!("f"), json!("{")),
                piece(json!(0), none.clone(), none.clone(), json!("}")),
            ],
            &json!([call("a", "f", "{}")]),
        );
        check(
            &[
                piece(json!(0), json!("a"), json!("f"), json!("{")),
                piece(json!(1), json!("b"), json!("g"), json!("{ ")),
                piece(json!("0"), none.clone(), none.clone(), json!("}")),
                piece(json!(1.0), none.clone(), none.clone(), json!("}")),
            ],
            &json!([call("a", "f", "{}"), call("b", "g", "{ }")]),
        );
        check(
            &[
                piece(json!(0), json!("a"), json!("f"), json!("{")),
                piece(json!(0), json!("b"), json!("g"), json!("{")),
                piece(json!(0), json!("a"), json!("f"), json!("}")),
                piece(json!(0), none.clone(), none.clone(), json!("}")),
            ],
            &json!([call("a", "f", "{}"), call("b", "g", "{}")]),
        );
    }

    #[test]
    fn pieces_without_index_and_id_follow_each_other() {
        let none = Value::Null;
        check(
            &[
                piece(none.clone(), none.clone(), json!("f"), json!("{")),
                piece(none.clone(), none.clone(), json!("f"), json!("}")),
                piece(none.clone(), none.clone(), json!("f"), json!({})),
                piece(none.clone(), none.clone(), json!("g"), none.clone()),
            ],
            &json!([call("call_x_0", "f", "{}"), call("call_x_1", "f", "{}"), call("call_x_2", "g", "{}")]),
        );
    }

    #[test]
    fn a_piece_with_an_index_goes_on_with_the_call_that_has_none() {
        let none = Value::Null;
        check(
            &[
                piece(none.clone(), json!("a"), json!("f"), none.clone()),
                piece(json!(0), none.clone(), none, json!("{\"x\":1}")),
            ],
            &json!([call("a", "f", "{\"x\":1}")]),
        );
    }

    #[test]
    fn repeated_ids_become_distinct() {
        let same = |name: &str| piece(Value::Null, json!("same"), json!(name), json!("{}"));
        let mut calls = ToolCalls::default();
        for name in ["f", "g", "h"] {
            calls.push(&serde_json::from_str(&same(name).to_string()).unwrap(), true).unwrap();
        }
        let (calls, _) = calls.finish("x", str::to_owned);
        let ids: Vec<&str> = calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["same", "same_2", "same_3"]);
    }

    #[test]
    fn whole_calls_may_share_an_index() {
        let none = Value::Null;
        let piece = |name: &str, arguments: Value| piece(json!(0), none.clone(), json!(name), arguments);
        check(
            &[piece("f", json!("{\"x\":1}")), piece("g", json!("{}")), piece("g", json!("{}"))],
            &json!([call("call_x_0", "f", "{\"x\":1}"), call("call_x_1", "g", "{}"), call("call_x_2", "g", "{}")]),
        );
        // A name with every piece begins nothing.
        check(
            &[piece("f", json!("{\"x\":")), piece("f", json!("1}")), piece("f", json!(""))],
            &json!([call("call_x_0", "f", "{\"x\":1}")]),
        );
        check(&[piece("f", json!({})), piece("f", json!("{\"x\":1}"))], &json!([call("call_x_0", "f", "{\"x\":1}")]));
    }

    #[test]
    fn an_odd_index_is_an_index() {
        check(&[piece(json!(9e99), json!("a"), json!("f"), json!("{}"))], &json!([call("a", "f", "{}")]));
        check(&[piece(json!(-1), json!(7), json!("f"), Value::Null)], &json!([call("7", "f", "{}")]));
    }

    #[test]
    fn a_fault_comes_after_the_calls_before_it() {
        let mut calls = ToolCalls::default();
        for arguments in ["{}", "{", "{}"] {
            let text =
                piece(Value::Null, json!(format!("id{}", calls.slots.len())), json!("f"), json!(arguments)).to_string();
            calls.push(&serde_json::from_str(&text).unwrap(), true).unwrap();
        }
        let (calls, end) = calls.finish("x", |name| format!("the {name}"));
        let broken = BrokenCall { tool: "the f".to_owned(), arguments: "{".to_owned() };
        assert_eq!((calls.len(), end), (1, Err(ToolCallFault::BrokenArguments(broken))));
    }

    #[test]
    fn arguments_are_an_object() {
        for (given, expected) in [
            ("", Some("{}")),
            (" null ", Some("{}")),
            ("{\"a\":1}", Some("{\"a\":1}")),
            (" {} \n", Some(" {} \n")),
            (r#""{\"a\":1}""#, Some("{\"a\":1}")),
            (r#""words""#, None),
            ("[1]", None),
            ("7", None),
            ("{\"a\":", None),
            ("{} {}", None),
        ] {
            assert_eq!(object_text(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn endless_calls_are_refused() {
        let mut calls = ToolCalls::default();
        let push = |calls: &mut ToolCalls, number: usize| {
            let text = piece(json!(number), json!(number), json!("f"), json!("{}")).to_string();
            calls.push(&serde_json::from_str(&text).unwrap(), false)
        };
        for number in 0..MAX_CALLS {
            push(&mut calls, number).unwrap();
        }
        assert_eq!(push(&mut calls, MAX_CALLS), Err(ToolCallFault::TooMany));
    }
}
