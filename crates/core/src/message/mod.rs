//! Messages as a caller gives them, in the Anthropic shape: typed, and borrowed from the JSON they were read from.

mod place;
mod read;

pub use read::read;
pub(crate) use {place::Place, read::check_depth};

use serde_json::Value;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message<'a> {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Content<'a>,
    /// OpenRouter's record of the reasoning behind an answer, never looked into.
    pub reasoning_details: Option<&'a Value>,
}

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Instructions in the middle of a conversation.
    System,
    /// The person, and the tools that run for the model.
    User,
    /// The model.
    Assistant,
}

/// A plain text, or blocks.
#[derive(Debug, Clone, PartialEq)]
pub enum Content<'a> {
    /// A plain text, which may be empty.
    Text(&'a str),
    /// Blocks in order.
    Blocks(Vec<Block<'a>>),
}

/// One block of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Block<'a> {
    /// What it holds.
    pub kind: BlockKind<'a>,
    /// The caller's own cache mark: an object such as `{"type":"ephemeral","ttl":"1h"}`.
    pub cache_control: Option<&'a Value>,
}

/// What a block holds.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockKind<'a> {
    /// Text, an image or a document.
    Item(Item<'a>),
    /// A call that the model made.
    ToolUse(ToolUse<'a>),
    /// What came of a call.
    ToolResult(ToolResult<'a>),
    /// Thinking, to be given back as it came.
    Thinking(Thinking<'a>),
}

/// What a person can say and a tool can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// Text, which may be empty.
    Text(&'a str),
    /// An image.
    Image(Source<'a>),
    /// A document other than plain text, such as a PDF.
    Document {
        /// Its file name.
        title: Option<&'a str>,
        /// Its bytes or its address.
        source: Source<'a>,
    },
}

/// Where the bytes of an image or a document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source<'a> {
    /// Here, as base64 text that is not decoded.
    Base64 {
        /// Such as `image/png`.
        media_type: &'a str,
        /// Base64.
        data: &'a str,
    },
    /// At an address, which may be a `data:` URL.
    Url(&'a str),
}

/// A call that the model made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToolUse<'a> {
    /// The id that its result names; may be empty, long, of any characters, or used before.
    pub id: &'a str,
    /// The caller's name for the tool.
    pub name: &'a str,
    /// The arguments; `None` is an empty object.
    pub input: Option<&'a Value>,
    /// Gemini's signature of the thought behind the call.
    pub signature: Option<&'a str>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolResult<'a> {
    /// The id of the call.
    pub tool_use_id: &'a str,
    /// What the tool answered, each item with the caller's cache mark.
    pub items: Vec<(Item<'a>, Option<&'a Value>)>,
    /// Whether the tool failed.
    pub is_error: bool,
}

/// A block of thinking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Thinking<'a> {
    /// Readable.
    Thinking {
        /// The text, which may be empty.
        thinking: &'a str,
        /// The provider's signature.
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<&'a str>,
    },
    /// Encrypted.
    RedactedThinking {
        /// What only the provider can read.
        data: &'a str,
    },
}
