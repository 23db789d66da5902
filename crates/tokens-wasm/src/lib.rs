//! The token counter for JavaScript, in a WebAssembly module of its own: nothing of it is loaded before tokens are counted.
//!
//! A text crosses once: JavaScript writes it as UTF-8 into memory that this module reserves for it.

use litellm_tokens::{Tokenizer, Vocabulary};
use wasm_bindgen::prelude::*;

/// Memory for texts that is kept from one to the next, in bytes. More is given back after each text.
const KEPT: usize = 1 << 20;

/// Counts tokens in one encoding.
#[wasm_bindgen]
pub struct TokenCounter {
    tokenizer: Tokenizer,
    text: Vec<u8>,
}

#[wasm_bindgen]
impl TokenCounter {
    /// Reads a vocabulary file. Throws a text that says what is wrong with it.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::needless_pass_by_value, reason = "the bytes are JavaScript's copy for this call")]
    pub fn new(vocabulary: Vec<u8>) -> Result<TokenCounter, String> {
        let vocabulary = Vocabulary::load(&vocabulary).map_err(|error| error.to_string())?;
        Ok(Self { tokenizer: Tokenizer::new(vocabulary), text: Vec::new() })
    }

    /// Makes room for a text of this many bytes and keeps what is there. Gives the address in the module's memory.
    pub fn reserve(&mut self, bytes: usize) -> *mut u8 {
        if self.text.len() < bytes {
            self.text.resize(bytes, 0);
        }
        self.text.as_mut_ptr()
    }

    /// The number of tokens of the text of this many bytes that was written there.
    pub fn count(&mut self, bytes: usize) -> usize {
        let text = self.text.get(..bytes).unwrap_or_default();
        // JavaScript's encoder wrote it, so that it is UTF-8.
        let count = self.tokenizer.count_utf8(text);
        if self.text.len() > KEPT {
            self.text = Vec::new();
        }
        count
    }
}
