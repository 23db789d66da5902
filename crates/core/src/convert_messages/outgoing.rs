//! OpenAI chat messages as they are sent. Texts and images are borrowed from the caller's messages until they are
//! serialised.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::message::{Source, Thinking};

/// One message of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ChatMessage<'a> {
    pub(crate) role: ChatRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tool_call_id: Option<String>,
    pub(crate) content: ChatContent<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reasoning_details: Option<&'a Value>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) reasoning_content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) thinking_blocks: Vec<Thinking<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tool_calls: Vec<ToolCall<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChatRole {
    System,
    User,
    Assistant,
    Tool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum ChatContent<'a> {
    /// Empty only beside tool calls or thinking.
    Text(Cow<'a, str>),
    /// Never empty.
    Parts(Vec<Part<'a>>),
}

/// A part of a message's content.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Part<'a> {
    #[serde(flatten)]
    pub(crate) kind: PartKind<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<CacheMark<'a>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum PartKind<'a> {
    Text { text: Cow<'a, str> },
    ImageUrl { image_url: ImageUrl<'a> },
    File { file: File<'a> },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ImageUrl<'a> {
    url: Address<'a>,
}

/// LiteLLM's file part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct File<'a> {
    #[serde(rename = "filename", skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(flatten)]
    content: FileContent<'a>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
enum FileContent<'a> {
    /// A `data:` URL.
    #[serde(rename = "file_data")]
    Data(Address<'a>),
    /// The address of a document on the web: LiteLLM takes it under this name.
    #[serde(rename = "file_id")]
    Address(&'a str),
}

/// A URL; a `data:` URL is put together only while it is written, so that an image of megabytes is copied once.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Address<'a>(Source<'a>);

impl fmt::Display for Address<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Source::Base64 { media_type, data } => write!(formatter, "data:{media_type};base64,{data}"),
            Source::Url(url) => formatter.write_str(url),
        }
    }
}

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A mark for the provider's prompt cache.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum CacheMark<'a> {
    /// The caller's own, as given.
    Callers(&'a Value),
    /// One that was set here.
    Ours(Ephemeral),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "ephemeral")]
pub(crate) struct Ephemeral {}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ToolCall<'a> {
    pub(crate) id: String,
    pub(crate) r#type: &'static str,
    pub(crate) function: CalledFunction,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) provider_specific_fields: Option<ThoughtSignature<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cache_control: Option<CacheMark<'a>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct CalledFunction {
    pub(crate) name: String,
    /// JSON text.
    pub(crate) arguments: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ThoughtSignature<'a> {
    pub(crate) thought_signature: &'a str,
}

impl<'a> ChatMessage<'a> {
    pub(crate) fn new(role: ChatRole, content: ChatContent<'a>) -> Self {
        Self {
            role,
            content,
            tool_call_id: None,
            reasoning_details: None,
            reasoning_content: String::new(),
            thinking_blocks: Vec::new(),
            tool_calls: Vec::new(),
        }
    }

    /// The marks of this message, in the order in which a provider meets them.
    pub(crate) fn marks(&mut self) -> impl Iterator<Item = &mut Option<CacheMark<'a>>> {
        let parts = match &mut self.content {
            ChatContent::Text(_) => &mut [],
            ChatContent::Parts(parts) => parts.as_mut_slice(),
        };
        parts
            .iter_mut()
            .map(|part| &mut part.cache_control)
            .chain(self.tool_calls.iter_mut().map(|call| &mut call.cache_control))
    }

    /// The mark of the last part; a plain text becomes a part.
    pub(crate) fn last_part_mark(&mut self) -> Option<&mut Option<CacheMark<'a>>> {
        if let ChatContent::Text(text) = &mut self.content {
            self.content = ChatContent::Parts(vec![Part::text(std::mem::take(text))]);
        }
        match &mut self.content {
            ChatContent::Text(_) => None,
            ChatContent::Parts(parts) => parts.last_mut().map(|part| &mut part.cache_control),
        }
    }
}

impl<'a> Part<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { kind: PartKind::Text { text: text.into() }, cache_control: None }
    }

    pub(crate) fn image(source: Source<'a>) -> Self {
        Self { kind: PartKind::ImageUrl { image_url: ImageUrl { url: Address(source) } }, cache_control: None }
    }

    pub(crate) fn file(name: Option<&'a str>, source: Source<'a>) -> Self {
        let content = match source {
            Source::Url(url) if !url.starts_with("data:") => FileContent::Address(url),
            Source::Url(_) | Source::Base64 { .. } => FileContent::Data(Address(source)),
        };
        Self { kind: PartKind::File { file: File { name, content } }, cache_control: None }
    }
}

impl CacheMark<'_> {
    pub(crate) const OURS: Self = Self::Ours(Ephemeral {});
}
