//! Which result belongs to which call, whatever became of the history on its way here.

use std::collections::VecDeque;

use crate::message::{Block, BlockKind, Content, Message, ToolResult, ToolUse};
use crate::positions::Positions;
use crate::tools::Identifiers;

/// The calls of a conversation, each with its result, and the results that have no call.
#[derive(Debug, Default)]
pub(super) struct History<'m, 'a> {
    /// In the order of the conversation.
    pub(super) calls: Vec<PairedCall<'m, 'a>>,
    /// Results without a call, by the index of their message and of their block. All other results are either in
    /// `calls` or second answers to one of them, which are dropped. In ascending order.
    pub(super) orphans: Vec<(usize, usize)>,
}

/// A call, the id under which it is sent, and what came of it.
#[derive(Debug)]
pub(super) struct PairedCall<'m, 'a> {
    pub(super) call: ToolUse<'a>,
    pub(super) sent_id: String,
    pub(super) result: Option<PairedResult<'m, 'a>>,
}

/// A result and the block that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairedResult<'m, 'a> {
    pub(super) block: &'m Block<'a>,
    pub(super) result: &'m ToolResult<'a>,
}

/// The calls under one id that have no result yet: one entry a message, with indexes into [`History::calls`].
type OpenCalls = Vec<(usize, VecDeque<usize>)>;

/// Pairs calls with results. A result answers the first open call of its id in the last message before it that has one:
/// some backends number their calls anew in each turn, so that one id stands for several calls.
#[inline(never)]
pub(super) fn pair<'m, 'a>(messages: &'m [Message<'a>]) -> History<'m, 'a> {
    let mut history = History::default();
    let mut identifiers = Identifiers::default();
    let mut opened: Vec<OpenCalls> = Vec::new();
    let mut positions = Positions::new();
    for (message_index, message) in messages.iter().enumerate() {
        let Content::Blocks(blocks) = &message.content else { continue };
        for (block_index, block) in blocks.iter().enumerate() {
            match &block.kind {
                BlockKind::ToolUse(call) => {
                    let position = positions.get(call.id).copied().unwrap_or(opened.len());
                    if position == opened.len() {
                        positions.insert(call.id.to_owned(), position);
                        opened.push(OpenCalls::new());
                    }
                    if let Some(open) = opened.get_mut(position) {
                        match open.last_mut() {
                            Some((index, calls)) if *index == message_index => calls.push_back(history.calls.len()),
                            _ => open.push((message_index, VecDeque::from([history.calls.len()]))),
                        }
                    }
                    let sent_id = identifiers.claim(call.id, "call");
                    history.calls.push(PairedCall { call: *call, sent_id, result: None });
                }
                BlockKind::ToolResult(result) => {
                    match positions.get(result.tool_use_id).and_then(|position| opened.get_mut(*position)) {
                        Some(open) => {
                            if let Some(call) = take(open).and_then(|index| history.calls.get_mut(index)) {
                                call.result = Some(PairedResult { block, result });
                            }
                        }
                        None => history.orphans.push((message_index, block_index)),
                    }
                }
                BlockKind::Item(_) | BlockKind::Thinking(_) => {}
            }
        }
    }
    history
}

fn take(open: &mut OpenCalls) -> Option<usize> {
    let (_, calls) = open.last_mut()?;
    let index = calls.pop_front();
    if calls.is_empty() {
        open.pop();
    }
    index
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::message::{Item, read};

    /// `turns` are messages in short: `+id` is a call, `-id=text` a result. `expected` are the calls in order, as `sent
    /// id=text of the result`.
    #[track_caller]
    fn check(turns: &[&[&str]], expected: &[&str], orphans: &[(usize, usize)]) {
        let messages: Vec<Value> = turns
            .iter()
            .map(|blocks| {
                let blocks: Vec<Value> = blocks
                    .iter()
                    .map(|block| match block.split_at(1) {
                        ("+", id) => json!({"type": "tool_use", "id": id, "name": "f"}),
                        (_, result) => {
                            let (id, text) = result.split_once('=').unwrap();
                            json!({"type": "tool_result", "tool_use_id": id, "content": text})
                        }
                    })
                    .collect();
                json!({"role": "user", "content": blocks})
            })
            .collect();
        let messages = Value::Array(messages);
        let messages = read(&messages).unwrap();
        let history = pair(&messages);
        let calls: Vec<String> = history
            .calls
            .iter()
            .map(|call| match call.result.map(|paired| paired.result.items[0].0) {
                Some(Item::Text(text)) => format!("{}={text}", call.sent_id),
                _ => call.sent_id.clone(),
            })
            .collect();
        assert_eq!(calls, expected);
        assert_eq!(history.orphans.into_iter().collect::<Vec<_>>(), orphans);
    }

    #[test]
    fn results_find_their_calls() {
        check(&[&["+a", "+b"], &["-b=B", "-a=A"]], &["a=A", "b=B"], &[]);
        check(&[&["+a"], &[], &["-a=late"]], &["a=late"], &[]);
        check(&[&["+a"]], &["a"], &[]);
        check(&[&["+"], &["-=r"]], &["call=r"], &[]);
    }

    #[test]
    fn the_first_result_wins() {
        check(&[&["+a"], &["-a=1", "-a=2"], &["-a=3"]], &["a=1"], &[]);
    }

    #[test]
    fn results_without_a_call_are_orphans() {
        check(&[&["-a=early"], &["+a"], &["-b=other"]], &["a"], &[(0, 0), (2, 0)]);
    }

    #[test]
    fn the_same_id_in_two_turns_is_two_calls() {
        check(&[&["+a"], &["-a=1"], &["+a"], &["-a=2"]], &["a=1", "a_0cc175b9=2"], &[]);
        check(&[&["+a"], &["+a"], &["-a=of the second"]], &["a", "a_0cc175b9=of the second"], &[]);
        check(&[&["+a"], &["+a"], &["-a=2"], &["-a=1"]], &["a=1", "a_0cc175b9=2"], &[]);
    }

    #[test]
    fn the_same_id_twice_in_a_turn_is_answered_in_order() {
        check(&[&["+a", "+a"], &["-a=1", "-a=2", "-a=3"]], &["a=1", "a_0cc175b9=2"], &[]);
    }
}
