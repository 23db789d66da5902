//! From the bytes of a reply to the parts of an answer.
//!
//! [`AnswerDecoder`] takes bytes and says what they mean; it knows nothing of attempts, prices or the network.

mod answer;
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
use crate::usage::ReportedUsage;
use answer::Answer;
use chunk::Any;
use opening::{BodyKind, Opening};
use part::{FinishReason, StreamPart};
use repeated::Repeated;
pub use tool_calls::BrokenCall;

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

impl AnswerDecoder {
    /// A decoder at the start of a reply. `call_id` makes the ids of tool calls that come without one unique.
    pub fn new(partial_tool_calls: bool, tool_names: ToolNames, call_id: &str) -> Self {
        Self {
            body: Body::Unknown(Opening::default(), SseDecoder::default()),
            answer: Answer::new(partial_tool_calls, tool_names, call_id),
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
        self.answer.finish()
    }
}

#[cfg(test)]
mod tests;
