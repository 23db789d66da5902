//! Blocks of thinking put together from their pieces, to be sent back as they came.

use super::chunk::ThinkingDelta;
use super::part::ThinkingBlock;

/// The blocks of one answer.
#[derive(Debug, Default)]
pub struct Thinking {
    blocks: Vec<ThinkingBlock>,
    kept_bytes: usize,
}

/// What a block takes beside its texts, in bytes.
const BLOCK_BYTES: usize = size_of::<ThinkingBlock>();

impl Thinking {
    /// Takes a piece: text goes to the block under way, and a signature ends that block.
    pub fn push(&mut self, delta: &ThinkingDelta<'_>) {
        if let Some(data) = delta.data.filled() {
            self.keep(data.len().saturating_add(BLOCK_BYTES));
            self.blocks.push(ThinkingBlock::RedactedThinking { data: data.to_owned() });
            return;
        }
        let text = delta.thinking.filled().unwrap_or_default();
        let new_signature = delta.signature.filled();
        self.keep(text.len().saturating_add(new_signature.map_or(0, str::len)));
        match self.blocks.last_mut() {
            Some(ThinkingBlock::Thinking { thinking, signature: signature @ None }) => {
                thinking.push_str(text);
                *signature = new_signature.map(str::to_owned);
            }
            _ if text.is_empty() && new_signature.is_none() => {}
            _ => {
                let signature = new_signature.map(str::to_owned);
                self.blocks.push(ThinkingBlock::Thinking { thinking: text.to_owned(), signature });
                self.keep(BLOCK_BYTES);
            }
        }
    }

    fn keep(&mut self, bytes: usize) {
        self.kept_bytes = self.kept_bytes.saturating_add(bytes);
    }

    /// Bytes kept for blocks.
    pub fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }

    /// The whole blocks, in the order of the answer.
    pub fn finish(self) -> Vec<ThinkingBlock> {
        self.blocks
    }
}
