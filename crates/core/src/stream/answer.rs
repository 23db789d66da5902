//! What an answer's events say, put together: the state between two of them.

use super::chunk::{self, Any, Chunk, Delta};
use super::citations::Citations;
use super::part::{FinishReason, StreamPart};
use super::repeated::{self, Found, Repeated, RepeatedEvent};
use super::thinking::Thinking;
use super::tool_calls::{ToolCallFault, ToolCalls};
use super::{Ending, Fault, image};
use crate::sse::SseDecoder;
use crate::tools::ToolNames;
use crate::usage::{self, ReportedUsage};

/// The most bytes that tool calls, thinking and sources of one answer may take before they are given out.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;

const TOO_MANY_CALLS: Fault = Fault::Protocol("the answer calls more than 1,024 tools");

/// What was read so far.
#[derive(Debug)]
pub(super) struct Answer {
    partial_tool_calls: bool,
    tool_names: ToolNames,
    /// The stem of the ids of calls that come without one.
    made_id: String,
    pub(super) parts: Vec<StreamPart>,
    tool_calls: ToolCalls,
    thinking: Thinking,
    citations: Citations,
    /// The alternative that is read: the first that came.
    choice: Option<i64>,
    pub(super) usage: Option<ReportedUsage>,
    pub(super) finish_reason: Option<String>,
    pub(super) done: bool,
    pub(super) any_event: bool,
    any_delta: bool,
    pub(super) fault: Option<Fault>,
}

impl Answer {
    /// Of which nothing came yet. `call_id` makes the ids of tool calls that come without one unique.
    pub(super) fn new(partial_tool_calls: bool, tool_names: ToolNames, call_id: &str) -> Self {
        Self {
            partial_tool_calls,
            tool_names,
            made_id: call_id.chars().filter(char::is_ascii_alphanumeric).take(16).collect(),
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
        }
    }

    /// Goes on with an event whose beginning is held. What is left of the piece follows that event, or goes on with it in the decoder.
    pub(super) fn read_held<'piece>(
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
    pub(super) fn read_events<'piece>(
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
    pub(super) fn read_event(&mut self, data: &[u8], on_chunk: impl FnOnce(&Chunk<'_>, Option<i64>)) {
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

    pub(super) fn read_chunk(&mut self, chunk: &Chunk<'_>) {
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

    /// See [`AnswerDecoder::finish`](super::AnswerDecoder::finish).
    pub(super) fn finish(self) -> (Vec<StreamPart>, Result<Ending, Fault>) {
        let mut parts = self.parts;
        let blocks = self.thinking.finish();
        let has_calls = !self.tool_calls.is_empty();
        let names = &self.tool_names;
        let raw = self.finish_reason.unwrap_or_default();
        let reason = match FinishReason::of(&raw) {
            FinishReason::Stop if has_calls => FinishReason::ToolCalls,
            reason => reason,
        };
        let (calls, end) = self.tool_calls.finish(&self.made_id, |name| names.original(name).to_owned());
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
        let citations = self.citations.finish();
        if !citations.is_empty() {
            parts.push(StreamPart::Citations { citations });
        }
        (parts, Ok(Ending { usage: self.usage, reason, raw }))
    }
}
