//! The committed vocabularies.
#![allow(
    clippy::allow_attributes,
    dead_code,
    unreachable_pub,
    reason = "every test file uses its own part of this module"
)]

use std::path::PathBuf;

use litellm_tokens::{Tokenizer, Vocabulary};

/// The names of the encodings.
pub const ENCODINGS: [&str; 2] = ["o200k_base", "cl100k_base"];

/// The compact form of an encoding's vocabulary.
pub fn file(encoding: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vocabularies").join(encoding).with_extension("bin");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tokenizer of an encoding.
pub fn tokenizer(encoding: &str) -> Tokenizer {
    Tokenizer::new(Vocabulary::load(&file(encoding)).unwrap_or_else(|error| panic!("{encoding}: {error}")))
}
