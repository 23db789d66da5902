//! Blocks of thinking put together from their pieces, to be sent back as they came.

use super::chunk::ThinkingDelta;
use super::part::ThinkingBlock;

/// The blocks of one answer.
#[derive(Debug, Default)]
pub struct Thinking {
    blocks: Vec<ThinkingBlock>,
}

impl Thinking {
    /// Takes a piece: text goes to the block under way, and a signature ends that block.
    pub fn push(&mut self, delta: &ThinkingDelta<'_>) {
        if let Some(data) = delta.data.filled() {
            self.blocks.push(ThinkingBlock::RedactedThinking { data: data.to_owned() });
            return;
        }
        let text = delta.thinking.filled().unwrap_or_default();
        let new_signature = delta.signature.filled();
        match self.blocks.last_mut() {
            Some(ThinkingBlock::Thinking { thinking, signature: signature @ None }) => {
                thinking.push_str(text);
                *signature = new_signature.map(str::to_owned);
            }
            _ if text.is_empty() && new_signature.is_none() => {}
            _ => self.blocks.push(ThinkingBlock::Thinking {
                thinking: text.to_owned(),
                signature: new_signature.map(str::to_owned),
            }),
        }
    }

    /// Bytes kept for blocks.
    pub fn kept_bytes(&self) -> usize {
        self.blocks
            .iter()
            .map(|block| match block {
                ThinkingBlock::Thinking { thinking, signature } => {
                    thinking.len().saturating_add(signature.as_ref().map_or(0, String::len))
                }
                ThinkingBlock::RedactedThinking { data } => data.len(),
            })
            .fold(0, usize::saturating_add)
    }

    /// The whole blocks, in the order of the answer.
    pub fn finish(self) -> Vec<ThinkingBlock> {
        self.blocks
    }
}
