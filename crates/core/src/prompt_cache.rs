//! Where a prompt is marked for the provider's cache.
//!
//! A provider keeps the prompt up to each mark. The marks of the last two turns move along with an agent's loop: one is read from, the other written.

use crate::convert_messages::{CacheMark, ChatMessage, ChatRole};

/// A backend refuses a fifth mark.
const MOST_MARKS: usize = 4;

/// Marks the system message and the last part of the last two turns, as far as the caller's own marks leave room. Of more than four marks of the caller's the
/// last four stay, since a conversation grows at its end. With `ours` off, only that is done.
pub(crate) fn mark(conversation: &mut [ChatMessage<'_>], ours: bool) {
    let callers = conversation.iter_mut().flat_map(ChatMessage::marks).filter(|mark| mark.is_some()).count();
    let surplus = callers.saturating_sub(MOST_MARKS);
    for mark in conversation.iter_mut().flat_map(ChatMessage::marks).filter(|mark| mark.is_some()).take(surplus) {
        *mark = None;
    }
    if !ours {
        return;
    }
    let mut left = MOST_MARKS.saturating_sub(callers);
    let system = conversation.first().filter(|message| message.role == ChatRole::System).map(|_| 0);
    for index in system.into_iter().chain(ends_of_last_turns(conversation)) {
        if left == 0 {
            break;
        }
        if let Some(mark @ None) = conversation.get_mut(index).and_then(ChatMessage::last_part_mark) {
            *mark = Some(CacheMark::OURS);
            left = left.saturating_sub(1);
        }
    }
}

/// The last messages of the last two turns, from the end. A turn is what stands between two assistant messages, without system messages.
fn ends_of_last_turns(conversation: &[ChatMessage<'_>]) -> Vec<usize> {
    let mut ends = Vec::with_capacity(2);
    let mut in_turn = false;
    for (index, message) in conversation.iter().enumerate().rev() {
        match message.role {
            ChatRole::System => {}
            ChatRole::Assistant => in_turn = false,
            ChatRole::User | ChatRole::Tool => {
                if !in_turn {
                    ends.push(index);
                    if ends.len() == 2 {
                        break;
                    }
                }
                in_turn = true;
            }
        }
    }
    ends
}
