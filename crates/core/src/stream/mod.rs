//! From the bytes of a reply to the parts of an answer.
//!
//! [`AnswerDecoder`] takes bytes and says what they mean; it knows nothing of attempts, prices or the network.

pub mod chunk;
pub mod citations;
mod image;
mod opening;
pub mod part;
mod repeated;
pub mod thinking;
pub mod tool_calls;

use serde_json::Value;

use crate::sse::{MAX_EVENT_BYTES, SseDecoder};
use crate::tools::ToolNames;
use crate::usage::{self, ReportedUsage};
use chunk::{Any, Chunk, Delta};
use citations::Citations;
use opening::{BodyKind, Opening};
use part::{FinishReason, StreamPart};
use repeated::{Found, Repeated, RepeatedEvent};
use thinking::Thinking;
pub use tool_calls::BrokenCall;
use tool_calls::{ToolCallFault, ToolCalls};

/// The most bytes that tool calls, thinking and sources of one answer may take before they are given out.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;

/// What is wrong with a reply.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The reply holds an `{"error": …}`; this is the value of that member.
    Gateway(Value),
    /// The reply is not what a gateway sends; this says how.
    Protocol(&'static str),
    /// The reply is a web page.
    WebPage,
    /// The model called a tool with arguments that are no JSON object.
    BrokenToolCall {
        /// The call.
        call: BrokenCall,
        /// Whether the output limit cut them.
        is_cut: bool,
    },
    /// The reply stopped in the middle.
    Truncated,
    /// The connection was lost before any event.
    ConnectionLost,
}

/// How the bytes of a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEnd {
    /// As they should.
    Complete,
    /// The connection was lost.
    Lost,
}

/// What an answer came to, once it is complete.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// The last report of what it took.
    pub usage: Option<ReportedUsage>,
    /// Why it ended.
    pub reason: FinishReason,
    /// The gateway's word for it.
    pub raw: String,
}

/// How the body is written.
#[derive(Debug)]
enum Body {
    /// Nothing has told yet. Should it become events, blank lines and a byte order mark were part of them.
    Unknown(Opening, SseDecoder),
    Events(SseDecoder),
    Json(Vec<u8>),
}

/// The state of one answer.
#[derive(Debug)]
pub struct AnswerDecoder {
    body: Body,
    answer: Answer,
    repeated: Repeated,
    /// The beginning of a known event, which was no piece for the event decoder so far.
    held: Vec<u8>,
}

/// What was read so far.
#[derive(Debug)]
struct Answer {
    partial_tool_calls: bool,
    tool_names: ToolNames,
    /// The stem of the ids of calls that come without one.
    made_id: String,
    parts: Vec<StreamPart>,
    tool_calls: ToolCalls,
    thinking: Thinking,
    citations: Citations,
    /// The alternative that is read: the first that came.
    choice: Option<i64>,
    usage: Option<ReportedUsage>,
    finish_reason: Option<String>,
    done: bool,
    any_event: bool,
    any_delta: bool,
    fault: Option<Fault>,
}

impl AnswerDecoder {
    /// A decoder at the start of a reply. `call_id` makes the ids of tool calls that come without one unique.
    pub fn new(partial_tool_calls: bool, tool_names: ToolNames, call_id: &str) -> Self {
        let made_id = call_id.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        Self {
            body: Body::Unknown(Opening::default(), SseDecoder::default()),
            answer: Answer {
                partial_tool_calls,
                tool_names,
                made_id,
                parts: Vec::new(),
                tool_calls: ToolCalls::default(),
                thinking: Thinking::default(),
                citations: Citations::default(),
                choice: None,
                usage: None,
                finish_reason: None,
                done: false,
                any_event: false,
                any_delta: false,
                fault: None,
            },
            repeated: Repeated::default(),
            held: Vec::new(),
        }
    }

    /// Takes the next bytes. The parts wait in [`AnswerDecoder::take_parts`].
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_done() {
            return;
        }
        let mut bytes = bytes;
        if let Body::Unknown(opening, decoder) = &mut self.body
            && let Some((kind, position)) = opening.read(bytes)
        {
            match kind {
                BodyKind::Events => self.body = Body::Events(std::mem::take(decoder)),
                BodyKind::Json => {
                    self.body = Body::Json(Vec::new());
                    bytes = bytes.get(position..).unwrap_or_default();
                }
                BodyKind::WebPage => return self.fail(Fault::WebPage),
            }
        }
        match &mut self.body {
            Body::Events(decoder) | Body::Unknown(_, decoder) => {
                if !self.held.is_empty() {
                    bytes = self.answer.read_held(&mut self.held, bytes, decoder, &self.repeated);
                }
                let rest = self.answer.read_events(bytes, decoder, &mut self.repeated);
                self.held.extend_from_slice(rest);
            }
            Body::Json(kept) if kept.len().saturating_add(bytes.len()) > MAX_EVENT_BYTES => {
                self.fail(Fault::Protocol("the reply is longer than 16 MiB"));
            }
            Body::Json(kept) => kept.extend_from_slice(bytes),
        }
    }

    /// Takes the end of the bytes.
    pub fn end(&mut self, end: BodyEnd) {
        if self.is_done() {
            return;
        }
        match &mut self.body {
            Body::Json(kept) => {
                let kept = std::mem::take(kept);
                self.read_whole(&kept, end);
            }
            Body::Events(decoder) => {
                let mut decoder = std::mem::take(decoder);
                // The beginning of an event ends none and is not too long.
                let _ = decoder.next_event(&mut self.held.as_slice());
                self.end_events(decoder, end);
            }
            Body::Unknown(..) => {
                self.fail(if end == BodyEnd::Lost { Fault::ConnectionLost } else { Fault::Truncated });
            }
        }
    }

    fn end_events(&mut self, mut decoder: SseDecoder, end: BodyEnd) {
        let answer = &mut self.answer;
        if let Ok(Some(data)) = decoder.finish() {
            // An event without its blank line counts when it is whole: some backends forget the last one.
            let whole = data.trim_ascii() == b"[DONE]" || chunk::read(&data).is_some();
            if whole {
                answer.read_event(&data, |_, _| {});
            } else {
                return self.fail(Fault::Truncated);
            }
        }
        if answer.done || answer.fault.is_some() {
            return;
        }
        if answer.finish_reason.is_some() {
            answer.done = true;
        } else if end == BodyEnd::Lost && !answer.any_event {
            answer.fault = Some(Fault::ConnectionLost);
        } else {
            answer.fault = Some(Fault::Truncated);
        }
    }

    fn read_whole(&mut self, body: &[u8], end: BodyEnd) {
        match chunk::read(body) {
            Some(chunk) if chunk.choices.0.is_none() && chunk.error == Any::Nothing => {
                self.fail(Fault::Protocol("the reply is no answer to a chat"));
            }
            Some(chunk) => {
                self.answer.read_chunk(&chunk);
                self.answer.done = self.answer.fault.is_none();
            }
            None if end == BodyEnd::Lost => self.fail(Fault::ConnectionLost),
            None => self.fail(Fault::Protocol("the reply is no JSON")),
        }
    }

    /// Whether nothing more can come: the answer is complete, or a fault ended it.
    pub fn is_done(&self) -> bool {
        self.answer.done || self.answer.fault.is_some()
    }

    /// Whether the answer said why it ended: what may follow is usage at most.
    pub fn has_finish_reason(&self) -> bool {
        self.answer.finish_reason.is_some()
    }

    /// Whether any event came.
    pub fn has_events(&self) -> bool {
        self.answer.any_event
    }

    /// Whether the reply is a stream of events, and not one JSON value.
    pub fn is_event_stream(&self) -> bool {
        !matches!(self.body, Body::Json(_))
    }

    /// What the answer took, as far as it was reported: the last report holds.
    pub fn usage(&self) -> Option<&ReportedUsage> {
        self.answer.usage.as_ref()
    }

    /// What ended the answer too early.
    pub fn fault(&self) -> Option<&Fault> {
        self.answer.fault.as_ref()
    }

    /// The parts that came since the last call of this or of [`AnswerDecoder::move_parts`].
    pub fn take_parts(&mut self) -> Vec<StreamPart> {
        std::mem::take(&mut self.answer.parts)
    }

    /// Moves these parts to the end of `parts`.
    pub fn move_parts(&mut self, parts: &mut Vec<StreamPart>) {
        parts.append(&mut self.answer.parts);
    }

    fn fail(&mut self, fault: Fault) {
        self.answer.fault.get_or_insert(fault);
    }

    /// Gives out what waits for the last delta, and says what the complete answer came to. A fault here is one of a tool
    /// call; the calls before it are given out all the same.
    pub fn finish(self) -> (Vec<StreamPart>, Result<Ending, Fault>) {
        let answer = self.answer;
        let mut parts = answer.parts;
        let blocks = answer.thinking.finish();
        let has_calls = !answer.tool_calls.is_empty();
        let names = &answer.tool_names;
        let raw = answer.finish_reason.unwrap_or_default();
        let reason = match FinishReason::of(&raw) {
            FinishReason::Stop if has_calls => FinishReason::ToolCalls,
            reason => reason,
        };
        let (calls, end) = answer.tool_calls.finish(&answer.made_id, |name| names.original(name).to_owned());
        if let Err(fault) = end {
            parts.extend(calls.into_iter().map(StreamPart::ToolCall));
            let fault = match fault {
                ToolCallFault::BrokenArguments(call) => {
                    Fault::BrokenToolCall { call, is_cut: reason == FinishReason::Length }
                }
                ToolCallFault::NoName if reason == FinishReason::Length => Fault::Truncated,
                ToolCallFault::NoName => Fault::Protocol("a tool call names no tool"),
                ToolCallFault::TooMany => TOO_MANY_CALLS,
            };
            return (parts, Err(fault));
        }
        if !blocks.is_empty() {
            parts.push(StreamPart::ThinkingBlocks { blocks });
        }
        parts.extend(calls.into_iter().map(StreamPart::ToolCall));
        let citations = answer.citations.finish();
        if !citations.is_empty() {
            parts.push(StreamPart::Citations { citations });
        }
        (parts, Ok(Ending { usage: answer.usage, reason, raw }))
    }
}

const TOO_MANY_CALLS: Fault = Fault::Protocol("the answer calls more than 1,024 tools");

impl Answer {
    /// Goes on with an event whose beginning is held. What is left of the piece follows that event, or goes on with it in the decoder.
    fn read_held<'piece>(
        &mut self,
        held: &mut Vec<u8>,
        piece: &'piece [u8],
        decoder: &mut SseDecoder,
        repeated: &Repeated,
    ) -> &'piece [u8] {
        let beginning = held.len();
        held.extend_from_slice(piece.get(..repeated::LONGEST_HELD).unwrap_or(piece));
        let mut rest = held.as_slice();
        let used = match repeated.next(&mut rest) {
            Found::Known(event) => {
                self.read_repeated(event);
                held.len().saturating_sub(rest.len()).saturating_sub(beginning)
            }
            Found::Cut => return &[],
            Found::Other => {
                // The beginning of an event ends none and is not too long.
                let _ = decoder.next_event(&mut held.get(..beginning).unwrap_or_default());
                0
            }
        };
        held.clear();
        piece.get(used..).unwrap_or_default()
    }

    /// Reads the events of a piece. What is left is the beginning of a known event and comes again, with more behind it.
    fn read_events<'piece>(
        &mut self,
        piece: &'piece [u8],
        decoder: &mut SseDecoder,
        repeated: &mut Repeated,
    ) -> &'piece [u8] {
        let mut rest = piece;
        while !rest.is_empty() && !self.done && self.fault.is_none() {
            let is_at_start = decoder.is_between_events();
            if is_at_start {
                match repeated.next(&mut rest) {
                    Found::Known(event) => {
                        self.read_repeated(event);
                        continue;
                    }
                    Found::Cut => return rest,
                    Found::Other => {}
                }
            }
            let from_here = rest;
            match decoder.next_event(&mut rest) {
                Ok(Some(data)) => self.read_event(data, |chunk, choice| {
                    let length = from_here.len().saturating_sub(rest.len());
                    repeated.learn(chunk, choice, from_here.get(..length).filter(|_| is_at_start));
                }),
                Ok(None) => {}
                Err(_) => self.fault = Some(Fault::Protocol("an event is longer than 16 MiB")),
            }
        }
        &[]
    }

    /// Reads an event that is known but for one text.
    fn read_repeated(&mut self, event: RepeatedEvent<'_>) {
        match event {
            RepeatedEvent::Text(text) => {
                self.any_delta |= !text.is_empty();
                self.push_text(&text);
            }
            RepeatedEvent::Reasoning(text) => {
                self.any_delta |= !text.is_empty();
                self.push_reasoning(&text);
            }
            RepeatedEvent::Arguments(index, arguments) => {
                self.any_delta = true;
                let function = chunk::FunctionDelta { arguments: Any::Text(arguments), ..Default::default() };
                let call = chunk::ToolCallDelta { index, function, ..Default::default() };
                self.push_tool_call(&call, false);
                self.check_kept_bytes();
            }
        }
    }

    /// Reads the data of an event; `on_chunk` is told what it held, and which alternative is read.
    fn read_event(&mut self, data: &[u8], on_chunk: impl FnOnce(&Chunk<'_>, Option<i64>)) {
        let trimmed = data.trim_ascii();
        if trimmed.is_empty() {
            return;
        }
        self.any_event = true;
        if trimmed == b"[DONE]" {
            self.done = true;
            return;
        }
        match chunk::read(data) {
            Some(chunk) => {
                self.read_chunk(&chunk);
                on_chunk(&chunk, self.choice);
            }
            None => self.fault = Some(Fault::Protocol("an event of the reply is no JSON")),
        }
    }

    fn read_chunk(&mut self, chunk: &Chunk<'_>) {
        for choice in chunk.choices.all() {
            let index = choice.index.0.unwrap_or(0);
            if *self.choice.get_or_insert(index) != index {
                continue;
            }
            self.read_delta(&choice.delta, false);
            // A whole message after its own pieces would say everything twice.
            if !self.any_delta {
                self.read_delta(&choice.message, true);
            }
            self.any_delta |= choice.delta.count() > 0;
            if let Some(reason) = choice.finish_reason.filled() {
                self.finish_reason = Some(reason.to_owned());
            }
        }
        self.citations.push_list(&chunk.citations.0);
        self.citations.push_list(&chunk.search_results.0);
        self.check_kept_bytes();
        if let Any::Tree(reported) = &chunk.usage
            && let Some(reported) = usage::read(reported)
        {
            self.usage = Some(reported);
        }
        if let Some(error) = chunk.error.to_value() {
            self.fault = Some(Fault::Gateway(error));
        }
    }

    /// Reads what is new. `whole` says that it is the whole message of a backend that does not stream.
    fn read_delta(&mut self, delta: &Delta<'_>, whole: bool) {
        self.read_thinking(delta);
        delta.content.texts().for_each(|text| self.push_text(text));
        if delta.content.is_cut() {
            self.fault = Some(Fault::Protocol("an event of the reply has more than 65,536 pieces of content"));
        }
        for image in delta.content.images().chain(delta.images.0.iter().map(|image| &image.image_url)) {
            self.parts.extend(image::part(image));
        }
        let refusal = delta.refusal.filled().or(delta.provider_specific_fields.refusal.filled());
        self.push_refusal(refusal.unwrap_or_default());
        for call in &delta.tool_calls.0 {
            self.push_tool_call(call, whole);
        }
        if delta.tool_calls.0.is_empty() && delta.function_call.count() > 0 {
            self.push_function_call(delta, whole);
        }
        if !delta.annotations.0.is_empty() {
            self.read_annotations(delta);
        }
        self.citations.push(&delta.provider_specific_fields.citation);
        self.citations.push_list(&delta.provider_specific_fields.citations.0);
        self.check_kept_bytes();
    }

    /// The one call of an answer in the manner before tools. Few answers have it, and the host compiles what is called.
    #[inline(never)]
    fn push_function_call(&mut self, delta: &Delta<'_>, whole: bool) {
        let call = chunk::ToolCallDelta { function: delta.function_call.clone(), ..chunk::ToolCallDelta::default() };
        self.push_tool_call(&call, whole);
    }

    /// Sources, which few answers name.
    #[inline(never)]
    fn read_annotations(&mut self, delta: &Delta<'_>) {
        for annotation in &delta.annotations.0 {
            self.citations.push(&annotation.url_citation);
            self.citations.push(&chunk::Source {
                url: annotation.url.clone(),
                title: annotation.title.clone(),
                ..chunk::Source::default()
            });
        }
    }

    fn check_kept_bytes(&mut self) {
        let kept = [self.tool_calls.kept_bytes(), self.thinking.kept_bytes(), self.citations.kept_bytes()];
        if kept.into_iter().fold(0, usize::saturating_add) > MAX_KEPT_BYTES {
            self.fault = Some(Fault::Protocol("tool calls, thinking and sources of the answer are longer than 64 MiB"));
        }
    }

    /// The same thinking can stand in several members: the first that has text is shown, blocks are also kept.
    fn read_thinking(&mut self, delta: &Delta<'_>) {
        let blocks = if delta.thinking_blocks.0.is_empty() {
            &delta.provider_specific_fields.thinking_blocks.0
        } else {
            &delta.thinking_blocks.0
        };
        for block in blocks {
            self.thinking.push(block);
        }
        if let Some(text) = delta.reasoning_content.filled().or(delta.reasoning.filled()) {
            return self.push_reasoning(text);
        }
        let details =
            delta.reasoning_details.0.iter().filter_map(|detail| detail.text.filled().or(detail.summary.filled()));
        let mut shown = false;
        for text in details {
            shown = true;
            self.push_reasoning(text);
        }
        if !shown {
            blocks.iter().filter_map(|block| block.thinking.filled()).for_each(|text| self.push_reasoning(text));
        }
    }

    fn push_text(&mut self, new: &str) {
        if let Some(StreamPart::Text { text }) = self.parts.last_mut() {
            text.push_str(new);
        } else if !new.is_empty() {
            self.parts.push(StreamPart::Text { text: new.to_owned() });
        }
    }

    fn push_reasoning(&mut self, new: &str) {
        if let Some(StreamPart::Reasoning { text }) = self.parts.last_mut() {
            text.push_str(new);
        } else if !new.is_empty() {
            self.parts.push(StreamPart::Reasoning { text: new.to_owned() });
        }
    }

    fn push_refusal(&mut self, new: &str) {
        if !new.is_empty() {
            self.parts.push(StreamPart::Refusal { text: new.to_owned() });
        }
    }

    fn push_tool_call(&mut self, call: &chunk::ToolCallDelta<'_>, whole: bool) {
        match self.tool_calls.push(call, whole) {
            Ok(Some(StreamPart::ToolCallPartial { index, id, name, arguments })) if self.partial_tool_calls => {
                let name = name.map(|sent| self.tool_names.original(&sent).to_owned());
                self.parts.push(StreamPart::ToolCallPartial { index, id, name, arguments });
            }
            Ok(_) => {}
            Err(_) => self.fault = Some(TOO_MANY_CALLS),
        }
    }
}

#[cfg(test)]
mod tests;
