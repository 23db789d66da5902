//! Exact token counts of OpenAI's encodings `o200k_base` and `cl100k_base`, equal to those of Python's `tiktoken` 0.14.
//! What looks like a special token is plain text.
//!
//! A text is cut into pieces (`pieces`, `classes`), and each piece into tokens by merging the two neighbours that make
//! the token of the lowest rank, until none do (`merge`, `characters`, `long_piece`). Most pieces are one token, which a look into the
//! `vocabulary` tells; what others came to is kept in a `cache`. `tokenizer` puts these together, and `compact`
//! reads the form in which vocabularies are kept.
//!
//! No input takes more than linear time, and none panics.
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![expect(
    clippy::cast_possible_truncation,
    reason = "hashes are cut on purpose; ranks, lengths and places in a piece are below 2³², the size of a text in WebAssembly"
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
        reason = "a test may stop at once"
    )
)]

mod cache;
mod characters;
mod classes;
mod compact;
mod long_piece;
mod merge;
mod pieces;
mod recent;
mod tokenizer;
mod vocabulary;
mod word;

pub use compact::LoadError;
pub use pieces::Encoding;
pub use tokenizer::Tokenizer;
pub use vocabulary::Vocabulary;
