//! What a LiteLLM client computes, as functions from state and input to state and outputs.
//!
//! Nothing here does input or output, reads a clock or draws a random number: time, ids and bytes come in as arguments.
//! Reading order: [`settings`] and [`endpoint`] say where to ask; [`model_info`], [`capabilities`] and [`catalog`] what the
//! gateway offers; [`message`], [`convert_messages`], [`tools`], [`prompt_cache`] and [`chat_request`] what is sent;
//! [`sse`] and [`stream`] what comes back; [`usage`] and [`cost`] what it took; [`key_info`] what the key may spend; [`error`] and [`retry`] what went wrong;
//! [`chat_call`] puts one chat call together, and [`calibration`] learns from it how a model counts tokens.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::allow_attributes,
        clippy::needless_pass_by_value,
        reason = "a test may stop at once"
    )
)]

mod address;
pub mod calibration;
pub mod capabilities;
pub mod catalog;
pub mod chat_call;
pub mod chat_request;
pub mod connection;
pub mod convert_messages;
pub mod cost;
mod eight_bytes;
pub mod endpoint;
pub mod error;
pub mod guardrails;
pub mod http;
pub mod json;
pub mod key_info;
mod lenient;
pub mod mcp;
pub mod message;
pub mod model_info;
mod number;
pub mod options;
mod percent;
mod positions;
pub mod prompt_cache;
pub mod retry;
pub mod settings;
pub mod sse;
pub mod stream;
pub mod token_counter;
pub mod tools;
pub mod usage;
