//! From JSON to messages: lenient about what is missing, strict about what has no meaning.
//!
//! Entries that are no objects, and messages without content, are passed over. A block of an unknown type, or one whose
//! substance can't be read, is an error that names its place: it must not vanish from the conversation.

use serde_json::{Map, Value};

use super::{Block, BlockKind, Content, Item, Message, Place, Role, Source, Thinking, ToolResult, ToolUse};
use crate::error::Error;

/// How deep lists and objects may be nested: what JSON readers commonly take, and what serialising can do on a small
/// stack.
const MAX_DEPTH: usize = 128;

/// Reads a list of messages; what can't be read at all is an `invalid_request` that names its place.
pub fn read(messages: &Value) -> Result<Vec<Message<'_>>, Error> {
    let place = Place::root("messages");
    let list = match messages {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err(place.error("must be a list of messages")),
    };
    check_depth(messages, &place)?;
    let mut read = Vec::with_capacity(list.len());
    for (index, message) in list.iter().enumerate() {
        if let Value::Object(message) = message
            && let Some(message) = read_message(message, &place.index(index))?
        {
            read.push(message);
        }
    }
    Ok(read)
}

/// An error when `value` is nested too deeply. Walks without recursion, since it guards the recursion of others.
pub(crate) fn check_depth(value: &Value, place: &Place<'_>) -> Result<(), Error> {
    let mut open = vec![(value, MAX_DEPTH)];
    while let Some((value, depth_left)) = open.pop() {
        let Some(depth_left) = depth_left.checked_sub(1) else {
            return Err(place.error("is nested too deeply"));
        };
        match value {
            Value::Array(list) => open.extend(list.iter().map(|value| (value, depth_left))),
            Value::Object(members) => open.extend(members.values().map(|value| (value, depth_left))),
            _ => {}
        }
    }
    Ok(())
}

fn read_message<'a>(message: &'a Map<String, Value>, place: &Place<'_>) -> Result<Option<Message<'a>>, Error> {
    let content = match message.get("content") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => Content::Text(text),
        Some(Value::Array(blocks)) => Content::Blocks(read_blocks(blocks, &place.member("content"))?),
        Some(_) => return Err(place.member("content").error("must be a text or a list of blocks")),
    };
    let role = match message.get("role").and_then(Value::as_str) {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        Some("system") => Role::System,
        _ => return Err(place.member("role").error("must be \"user\", \"assistant\" or \"system\"")),
    };
    let reasoning_details = message.get("reasoning_details").filter(|details| !details.is_null());
    Ok(Some(Message { role, content, reasoning_details }))
}

/// Stands alone, as it is compiled in the host when it is called first: many a conversation begins with texts.
#[inline(never)]
fn read_blocks<'a>(blocks: &'a [Value], place: &Place<'_>) -> Result<Vec<Block<'a>>, Error> {
    let mut read = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        if let Value::Object(block) = block {
            let kind = read_block(block, &place.index(index))?;
            read.push(Block { kind, cache_control: cache_control(block) });
        }
    }
    Ok(read)
}

fn read_block<'a>(block: &'a Map<String, Value>, place: &Place<'_>) -> Result<BlockKind<'a>, Error> {
    Ok(match block.get("type").and_then(Value::as_str) {
        Some("tool_use") => BlockKind::ToolUse(ToolUse {
            id: text(block, "id", place)?.unwrap_or_default(),
            name: text(block, "name", place)?.unwrap_or_default(),
            input: block.get("input").filter(|input| !input.is_null()),
            signature: text(block, "signature", place)?.filter(|signature| !signature.is_empty()),
        }),
        Some("tool_result") => BlockKind::ToolResult(ToolResult {
            tool_use_id: text(block, "tool_use_id", place)?.unwrap_or_default(),
            items: read_result_items(block.get("content"), &place.member("content"))?,
            is_error: block.get("is_error").and_then(Value::as_bool).unwrap_or(false),
        }),
        Some("thinking") => BlockKind::Thinking(Thinking::Thinking {
            thinking: text(block, "thinking", place)?.unwrap_or_default(),
            signature: text(block, "signature", place)?.filter(|signature| !signature.is_empty()),
        }),
        Some("redacted_thinking") => {
            BlockKind::Thinking(Thinking::RedactedThinking { data: required_text(block, "data", place)? })
        }
        _ => BlockKind::Item(read_item(block, place)?),
    })
}

fn read_item<'a>(block: &'a Map<String, Value>, place: &Place<'_>) -> Result<Item<'a>, Error> {
    match block.get("type").and_then(Value::as_str) {
        Some("text") => Ok(Item::Text(text(block, "text", place)?.unwrap_or_default())),
        Some("image") => Ok(Item::Image(read_source(block, place)?)),
        Some("document") => {
            let source = block.get("source");
            if source.and_then(|source| source.get("type")).and_then(Value::as_str) == Some("text")
                && let Some(Value::Object(source)) = source
            {
                return Ok(Item::Text(text(source, "data", &place.member("source"))?.unwrap_or_default()));
            }
            let title = text(block, "title", place)?.filter(|title| !title.is_empty());
            Ok(Item::Document { title, source: read_source(block, place)? })
        }
        Some(other) => Err(place
            .member("type")
            .error(&format!("is \"{}\", a kind of block that is not known here", shortened(other)))),
        None => Err(place.member("type").error("is missing")),
    }
}

fn read_source<'a>(block: &'a Map<String, Value>, place: &Place<'_>) -> Result<Source<'a>, Error> {
    let place = place.member("source");
    let Some(Value::Object(source)) = block.get("source") else {
        return Err(place.error("must be an object with the type \"base64\" or \"url\""));
    };
    match source.get("type").and_then(Value::as_str) {
        Some("base64") => {
            let data = required_text(source, "data", &place)?;
            if data.starts_with("data:") {
                return Ok(Source::Url(data));
            }
            Ok(Source::Base64 { media_type: required_text(source, "media_type", &place)?, data })
        }
        Some("url") => Ok(Source::Url(required_text(source, "url", &place)?)),
        _ => Err(place.member("type").error("must be \"base64\" or \"url\"")),
    }
}

fn read_result_items<'a>(
    content: Option<&'a Value>,
    place: &Place<'_>,
) -> Result<Vec<(Item<'a>, Option<&'a Value>)>, Error> {
    match content {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![(Item::Text(text), None)]),
        Some(Value::Array(blocks)) => {
            let mut items = Vec::with_capacity(blocks.len());
            for (index, block) in blocks.iter().enumerate() {
                if let Value::Object(block) = block {
                    items.push((read_item(block, &place.index(index))?, cache_control(block)));
                }
            }
            Ok(items)
        }
        Some(_) => Err(place.error("must be a text or a list of blocks")),
    }
}

fn cache_control(block: &Map<String, Value>) -> Option<&Value> {
    block.get("cache_control").filter(|mark| mark.is_object())
}

fn text<'a>(object: &'a Map<String, Value>, name: &str, place: &Place<'_>) -> Result<Option<&'a str>, Error> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(place.member(name).error("must be a text")),
    }
}

fn required_text<'a>(object: &'a Map<String, Value>, name: &str, place: &Place<'_>) -> Result<&'a str, Error> {
    text(object, name, place)?.filter(|text| !text.is_empty()).ok_or_else(|| place.member(name).error("is missing"))
}

/// The beginning of a text that may be of any length, for a message.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(message: Value, expected: &str) {
        let messages = Value::Array(vec![json!({"role": "user", "content": "before"}), message]);
        let error = read(&messages).expect_err("an error");
        assert_eq!(error.message, format!("The request can't be sent: {expected}."));
    }

    #[test]
    fn what_has_no_meaning_is_named_by_its_place() {
        let of = |block: Value| json!({"role": "user", "content": [{"type": "text", "text": "a"}, block]});
        check(
            json!({"role": "tool", "content": "x"}),
            "messages[1].role must be \"user\", \"assistant\" or \"system\"",
        );
        check(json!({"content": "x"}), "messages[1].role must be \"user\", \"assistant\" or \"system\"");
        check(json!({"role": "user", "content": 5}), "messages[1].content must be a text or a list of blocks");
        check(of(json!({"text": "a"})), "messages[1].content[1].type is missing");
        check(
            of(json!({"type": "server_tool_use"})),
            "messages[1].content[1].type is \"server_tool_use\", a kind of block that is not known here",
        );
        check(of(json!({"type": "text", "text": 7})), "messages[1].content[1].text must be a text");
        check(
            of(json!({"type": "image"})),
            "messages[1].content[1].source must be an object with the type \"base64\" or \"url\"",
        );
        check(
            of(json!({"type": "image", "source": {"type": "file", "file_id": "f"}})),
            "messages[1].content[1].source.type must be \"base64\" or \"url\"",
        );
        check(
            of(json!({"type": "image", "source": {"type": "base64", "data": "AAAA"}})),
            "messages[1].content[1].source.media_type is missing",
        );
        check(
            of(json!({"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": ""}})),
            "messages[1].content[1].source.data is missing",
        );
        check(
            of(json!({"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text"}, {"type": "video"}]})),
            "messages[1].content[1].content[1].type is \"video\", a kind of block that is not known here",
        );
        check(
            of(json!({"type": "tool_result", "tool_use_id": "a", "content": 1})),
            "messages[1].content[1].content must be a text or a list of blocks",
        );
        check(of(json!({"type": "tool_use", "id": 1, "name": "f"})), "messages[1].content[1].id must be a text");
    }

    #[test]
    fn entries_that_are_no_messages_are_passed_over() {
        let messages = json!([null, "x", 1, [], {"role": "user"}, {"role": "assistant", "content": null},
            {"role": "user", "content": [null, 5, "x", [], {"type": "text", "text": "y"}]}]);
        let read = read(&messages).unwrap();
        let block = Block { kind: BlockKind::Item(Item::Text("y")), cache_control: None };
        assert_eq!(
            read,
            [Message { role: Role::User, content: Content::Blocks(vec![block]), reasoning_details: None }]
        );
    }

    #[test]
    fn a_list_is_needed() {
        assert_eq!(read(&Value::Null).unwrap(), []);
        for messages in [json!({}), json!("hi"), json!(1)] {
            assert_eq!(
                read(&messages).unwrap_err().message,
                "The request can't be sent: messages must be a list of messages."
            );
        }
    }

    #[test]
    fn text_documents_and_data_urls_are_read_by_what_they_are() {
        let messages = json!([{"role": "user", "content": [
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "T"}},
            {"type": "document", "title": "a.pdf", "source": {"type": "url", "url": "https://x.example/a.pdf"}},
            {"type": "image", "source": {"type": "base64", "data": "data:image/png;base64,AAAA"}},
        ]}]);
        let read = read(&messages).unwrap();
        let Content::Blocks(blocks) = &read[0].content else { panic!("blocks") };
        let kinds: Vec<_> = blocks.iter().map(|block| block.kind.clone()).collect();
        assert_eq!(
            kinds,
            [
                BlockKind::Item(Item::Text("T")),
                BlockKind::Item(Item::Document {
                    title: Some("a.pdf"),
                    source: Source::Url("https://x.example/a.pdf")
                }),
                BlockKind::Item(Item::Image(Source::Url("data:image/png;base64,AAAA"))),
            ]
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let mut input = json!({});
        for _ in 0..200 {
            input = json!([input]);
        }
        let messages =
            json!([{"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "f", "input": input}]}]);
        assert_eq!(read(&messages).unwrap_err().message, "The request can't be sent: messages is nested too deeply.");
    }
}
