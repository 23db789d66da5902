//! From messages as given to OpenAI chat messages, with the history repaired on the way.
//!
//! After an assistant message with tool calls come its results, one `tool` message a call, in the order of the calls;
//! then one user message with the images of the results and what the user said. What a block is decides where it goes,
//! not only the role it was given under: a call always becomes an assistant's, a result always follows its call.

mod history;
mod outgoing;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

use crate::json;
use crate::message::{Block, BlockKind, Content, Item, Message, Role, Thinking, ToolResult};
use crate::tools::ToolNames;
use history::{History, PairedCall, PairedResult};
pub(crate) use outgoing::{CacheMark, ChatContent, ChatMessage, ChatRole, Part, PartKind};
use outgoing::{CalledFunction, ThoughtSignature, ToolCall};

/// What stands for an image that the model can't see.
const IMAGE_REFERENCE: &str = "[Referenced image in conversation]";
/// What stands for a document that the model can't read.
const DOCUMENT_REFERENCE: &str = "[Referenced document in conversation]";
/// The result of a call that has none: every backend wants one.
const NO_RESULT: &str = "(no result was recorded)";
/// A result without text.
const EMPTY_RESULT: &str = "(empty)";
/// What Gemini takes for the signature of a thought that is not known.
const SIGNATURE_PLACEHOLDER: &str = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

/// What the model takes of what messages can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a model")]
pub(crate) struct Accepted {
    pub(crate) images: bool,
    pub(crate) documents: bool,
    pub(crate) thinking: bool,
    pub(crate) cache_marks: bool,
    pub(crate) signatures: Signatures,
}

/// How the signatures of tool calls go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signatures {
    /// Not at all: the backend is not Gemini.
    None,
    /// Where they are known.
    Known,
    /// Where they are known, and a placeholder elsewhere.
    Required,
}

/// Converts a conversation. `system` comes first, unless it is empty.
pub(crate) fn convert<'a>(
    system: &'a str,
    messages: &[Message<'a>],
    accepted: Accepted,
    names: &mut ToolNames,
) -> Vec<ChatMessage<'a>> {
    // What is not called is not compiled in the host: many a conversation begins with texts alone.
    let has_blocks = messages.iter().any(|message| matches!(message.content, Content::Blocks(_)));
    let History { calls, orphans } = if has_blocks { history::pair(messages) } else { History::default() };
    let mut calls = calls.into_iter();
    let mut conversation = Conversation { accepted, names, messages: Vec::new(), carried: Vec::new() };
    if !system.is_empty() {
        conversation.messages.push(ChatMessage::new(ChatRole::System, ChatContent::Text(system.into())));
    }
    for (message_index, message) in messages.iter().enumerate() {
        match &message.content {
            Content::Text("") => {}
            Content::Text(text) => conversation.add_text(message, text),
            Content::Blocks(blocks) => {
                let is_orphan = |block_index| orphans.binary_search(&(message_index, block_index)).is_ok();
                conversation.add_blocks(message, blocks, is_orphan, &mut calls);
            }
        }
    }
    conversation.release_carried();
    conversation.messages
}

/// A conversation under way.
struct Conversation<'a, 'n> {
    accepted: Accepted,
    names: &'n mut ToolNames,
    messages: Vec<ChatMessage<'a>>,
    /// Images and documents of tool results, until the next user message takes them in. A `tool` message holds text
    /// only.
    carried: Vec<Part<'a>>,
}

/// The blocks of one message by where they go.
#[derive(Default)]
struct Sorted<'m, 'a> {
    texts: Joined<'a>,
    thinking: Vec<Thinking<'a>>,
    calls: Vec<(PairedCall<'m, 'a>, Option<CacheMark<'a>>)>,
    /// Of a system message.
    system: Vec<Part<'a>>,
    /// Of a user message, and results without a call.
    user: Vec<Part<'a>>,
}

impl<'a> Conversation<'a, '_> {
    fn add_text(&mut self, message: &Message<'a>, text: &'a str) {
        let content = ChatContent::Text(text.into());
        match message.role {
            Role::User if self.carried.is_empty() => self.messages.push(ChatMessage::new(ChatRole::User, content)),
            Role::User => self.add_user(vec![Part::text(text)]),
            Role::System => self.add(ChatMessage::new(ChatRole::System, content)),
            Role::Assistant => self.add(ChatMessage {
                reasoning_details: message.reasoning_details,
                ..ChatMessage::new(ChatRole::Assistant, content)
            }),
        }
    }

    #[inline(never)]
    fn add_blocks<'m>(
        &mut self,
        message: &Message<'a>,
        blocks: &'m [Block<'a>],
        is_orphan: impl Fn(usize) -> bool,
        calls: &mut impl Iterator<Item = PairedCall<'m, 'a>>,
    ) {
        let mut sorted = Sorted::default();
        for (block_index, block) in blocks.iter().enumerate() {
            let mark = self.mark(block.cache_control);
            match &block.kind {
                BlockKind::Item(item) => match message.role {
                    Role::Assistant => sorted.texts.push(text_of(*item).into(), mark),
                    Role::System => sorted.system.extend(part(text_of(*item).into(), mark)),
                    Role::User => sorted.user.extend(self.user_part(*item, mark)),
                },
                BlockKind::Thinking(thinking) => {
                    if self.accepted.thinking {
                        sorted.thinking.push(*thinking);
                    }
                }
                BlockKind::ToolUse(_) => sorted.calls.extend(calls.next().map(|call| (call, mark))),
                BlockKind::ToolResult(result) => {
                    if is_orphan(block_index) {
                        self.orphaned(result, mark, &mut sorted.user);
                    }
                }
            }
        }
        let Sorted { texts, thinking, calls, system, user } = sorted;
        self.add_assistant(message.reasoning_details, texts, thinking, calls);
        if !system.is_empty() {
            self.add(ChatMessage::new(ChatRole::System, ChatContent::Parts(system)));
        }
        if !user.is_empty() {
            self.add_user(user);
        }
    }

    /// The answer of the model, and the results of its calls.
    fn add_assistant(
        &mut self,
        reasoning_details: Option<&'a Value>,
        texts: Joined<'a>,
        thinking: Vec<Thinking<'a>>,
        calls: Vec<(PairedCall<'_, 'a>, Option<CacheMark<'a>>)>,
    ) {
        let (reasoning_content, thinking_blocks) = match unsigned_text(&thinking) {
            Some(text) => (text, Vec::new()),
            None => (String::new(), thinking),
        };
        if texts.is_empty() && reasoning_content.is_empty() && thinking_blocks.is_empty() && calls.is_empty() {
            return;
        }
        let mut results = Vec::with_capacity(calls.len());
        let mut tool_calls = Vec::with_capacity(calls.len());
        for (paired, cache_control) in calls {
            results.push((paired.sent_id.clone(), paired.result));
            tool_calls.push(self.tool_call(paired, cache_control));
        }
        self.add(ChatMessage {
            reasoning_details,
            reasoning_content,
            thinking_blocks,
            tool_calls,
            ..ChatMessage::new(ChatRole::Assistant, texts.into_content())
        });
        for (sent_id, result) in results {
            let content = match result {
                Some(paired) => self.tool_content(paired),
                None => ChatContent::Text(NO_RESULT.into()),
            };
            self.messages
                .push(ChatMessage { tool_call_id: Some(sent_id), ..ChatMessage::new(ChatRole::Tool, content) });
        }
    }

    fn tool_call(&mut self, paired: PairedCall<'_, 'a>, cache_control: Option<CacheMark<'a>>) -> ToolCall<'a> {
        let signature = match self.accepted.signatures {
            Signatures::None => None,
            Signatures::Known => paired.call.signature,
            Signatures::Required => paired.call.signature.or(Some(SIGNATURE_PLACEHOLDER)),
        };
        ToolCall {
            id: paired.sent_id,
            r#type: "function",
            function: CalledFunction {
                name: self.names.sent(paired.call.name),
                arguments: paired.call.input.map_or_else(|| "{}".to_owned(), json::text),
            },
            provider_specific_fields: signature.map(|thought_signature| ThoughtSignature { thought_signature }),
            cache_control,
        }
    }

    /// The text of a result. Its images and documents are carried on, and the text says where they are.
    fn tool_content(&mut self, paired: PairedResult<'_, 'a>) -> ChatContent<'a> {
        let mut texts = Joined::default();
        for (item, cache_control) in &paired.result.items {
            let mark = self.mark(*cache_control);
            match self.attachment(*item) {
                Some(mut attachment) => {
                    attachment.cache_control = mark;
                    let what = if matches!(attachment.kind, PartKind::File { .. }) { "document" } else { "image" };
                    self.carried.push(attachment);
                    let number = self.carried.len();
                    texts.push(format!("[The {what} is attachment {number} of the next user message]").into(), None);
                }
                None => texts.push(text_of(*item).into(), mark),
            }
        }
        texts.mark = self.mark(paired.block.cache_control).or(texts.mark);
        if texts.is_empty() {
            texts.text = EMPTY_RESULT.into();
        }
        if paired.result.is_error {
            texts.text = format!("Error: {}", texts.text).into();
        }
        texts.into_content()
    }

    /// A result whose call is not in the conversation: the user's words say what it was.
    fn orphaned(&self, result: &ToolResult<'a>, mark: Option<CacheMark<'a>>, parts: &mut Vec<Part<'a>>) {
        let failed = if result.is_error { "Error of" } else { "Result of" };
        parts.push(Part::text(format!("{failed} a tool call that is no longer in this conversation:")));
        let before = parts.len();
        for (item, cache_control) in &result.items {
            parts.extend(self.user_part(*item, self.mark(*cache_control)));
        }
        if parts.len() == before {
            parts.push(Part::text(EMPTY_RESULT));
        }
        if let (Some(part), Some(_)) = (parts.last_mut(), mark) {
            part.cache_control = mark;
        }
    }

    fn user_part(&self, item: Item<'a>, mark: Option<CacheMark<'a>>) -> Option<Part<'a>> {
        match self.attachment(item) {
            Some(attachment) => Some(Part { cache_control: mark, ..attachment }),
            None => part(text_of(item).into(), mark),
        }
    }

    /// An image or a document that the model takes.
    fn attachment(&self, item: Item<'a>) -> Option<Part<'a>> {
        match item {
            Item::Image(source) if self.accepted.images => Some(Part::image(source)),
            Item::Document { title, source } if self.accepted.documents => Some(Part::file(title, source)),
            Item::Text(_) | Item::Image(_) | Item::Document { .. } => None,
        }
    }

    fn mark(&self, cache_control: Option<&'a Value>) -> Option<CacheMark<'a>> {
        cache_control.filter(|_| self.accepted.cache_marks).map(CacheMark::Callers)
    }

    /// Adds a message that is not the user's.
    fn add(&mut self, message: ChatMessage<'a>) {
        self.release_carried();
        self.messages.push(message);
    }

    fn add_user(&mut self, mut parts: Vec<Part<'a>>) {
        self.carried.append(&mut parts);
        self.release_carried();
    }

    fn release_carried(&mut self) {
        if !self.carried.is_empty() {
            let parts = std::mem::take(&mut self.carried);
            self.messages.push(ChatMessage::new(ChatRole::User, ChatContent::Parts(parts)));
        }
    }
}

/// Texts joined by line ends, empty ones left out, with the last mark of any of them.
#[derive(Default)]
struct Joined<'a> {
    text: Cow<'a, str>,
    mark: Option<CacheMark<'a>>,
}

impl<'a> Joined<'a> {
    fn push(&mut self, text: Cow<'a, str>, mark: Option<CacheMark<'a>>) {
        if text.is_empty() {
            return;
        }
        if self.text.is_empty() {
            self.text = text;
        } else {
            let joined = self.text.to_mut();
            joined.push('\n');
            joined.push_str(&text);
        }
        self.mark = mark.or(self.mark);
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn into_content(self) -> ChatContent<'a> {
        if self.mark.is_none() || self.text.is_empty() {
            return ChatContent::Text(self.text);
        }
        ChatContent::Parts(vec![Part { cache_control: self.mark, ..Part::text(self.text) }])
    }
}

/// A part, unless it would be empty.
fn part<'a>(text: Cow<'a, str>, mark: Option<CacheMark<'a>>) -> Option<Part<'a>> {
    (!text.is_empty()).then(|| Part { cache_control: mark, ..Part::text(text) })
}

/// The thinking as one text, unless a provider signed some of it: those that sign want their blocks back, the others, such as
/// DeepSeek and Moonshot, refuse the result of a tool call whose reasoning is missing.
fn unsigned_text(thinking: &[Thinking<'_>]) -> Option<String> {
    thinking
        .iter()
        .map(|block| match block {
            Thinking::Thinking { thinking, signature: None | Some("") } => Some(*thinking),
            Thinking::Thinking { .. } | Thinking::RedactedThinking { .. } => None,
        })
        .collect()
}

/// An item for a message that holds text only.
fn text_of(item: Item<'_>) -> &str {
    match item {
        Item::Text(text) => text,
        Item::Image(_) => IMAGE_REFERENCE,
        Item::Document { .. } => DOCUMENT_REFERENCE,
    }
}
