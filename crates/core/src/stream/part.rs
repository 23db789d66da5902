//! The parts of an answer, as they are given out.

use serde::Serialize;

use crate::usage::Usage;

/// One part of an answer. Parts are never empty; `finish` is the last one of an answer that did not fail.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum StreamPart {
    /// Who answered. The first part; it waits for the second one, so that nothing is delivered before the answer begins.
    Response(ResponseInfo),
    /// Text of the answer; adjacent pieces of one network read come as one part.
    Text {
        /// The text, never empty.
        text: String,
    },
    /// Thinking, for display.
    Reasoning {
        /// The text, never empty.
        text: String,
    },
    /// The thinking of the whole answer, to be sent back with it; once, after the last delta.
    ThinkingBlocks {
        /// In the order of the answer.
        blocks: Vec<ThinkingBlock>,
    },
    /// A piece of a tool call, only when the caller asked for pieces.
    ToolCallPartial {
        /// The place of the call among the calls of this answer.
        index: usize,
        /// The call's id, with the piece that brought it.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The tool's name, with the piece that brought it.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The next piece of the arguments' JSON text.
        arguments: String,
    },
    /// A whole tool call.
    ToolCall(ToolCall),
    /// A picture.
    Image {
        /// Such as `image/png`.
        media_type: String,
        /// The bytes in base64.
        data: String,
    },
    /// The model's words when it refuses.
    Refusal {
        /// The text, never empty.
        text: String,
    },
    /// The sources of the answer; once, after the last delta.
    Citations {
        /// Each address once.
        citations: Vec<Citation>,
    },
    /// Something that the user should know and that is no part of the answer.
    Notice {
        /// What it is about, such as `parameter_refused`.
        code: &'static str,
        /// A sentence.
        message: String,
    },
    /// What the answer took; at most once.
    Usage(Usage),
    /// The end of the answer.
    Finish {
        /// Why it ended.
        reason: FinishReason,
        /// The gateway's own word for it; empty when it gave none.
        raw: String,
    },
}

/// What the reply's headers say; each is absent where the host can't read it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct ResponseInfo {
    /// `x-litellm-call-id`, else the id that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// `x-litellm-model-id`: the deployment that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_id: Option<String>,
    /// `x-litellm-model-name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// `x-litellm-attempted-retries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_retries: Option<f64>,
    /// `x-litellm-attempted-fallbacks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempted_fallbacks: Option<f64>,
    /// `x-litellm-key-spend` in US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_spend: Option<f64>,
    /// `x-litellm-key-max-budget` in US dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_max_budget: Option<f64>,
}

/// A whole tool call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct ToolCall {
    /// Unique in the answer.
    pub id: String,
    /// The caller's name for the tool.
    pub name: String,
    /// JSON text, `{}` when the model gave none.
    pub arguments: String,
    /// The thought signature that came with the call and goes back with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// A block of thinking as it goes back to the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThinkingBlock {
    /// Thinking that can be read.
    Thinking {
        /// The text.
        thinking: String,
        /// The provider's signature over it.
        #[serde(skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
    /// Thinking that only the provider can read.
    RedactedThinking {
        /// The provider's bytes, as it wrote them.
        data: String,
    },
}

/// A source of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct Citation {
    /// The title, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The address.
    pub url: String,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model was done.
    Stop,
    /// The output limit cut it.
    Length,
    /// The model calls tools.
    ToolCalls,
    /// A filter cut it.
    ContentFilter,
    /// A word that is not known here.
    Other,
}

impl FinishReason {
    /// The meaning of the gateway's word; the empty word is `stop`.
    pub fn of(raw: &str) -> Self {
        match raw {
            "" | "stop" | "end_turn" | "stop_sequence" => Self::Stop,
            "length" | "max_tokens" => Self::Length,
            "tool_calls" | "function_call" | "tool_use" => Self::ToolCalls,
            "content_filter" => Self::ContentFilter,
            _ => Self::Other,
        }
    }
}
