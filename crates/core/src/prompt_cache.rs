//! Where a prompt is marked for the provider's cache.
//!
//! A provider keeps the prompt up to each mark. The marks of the last two turns move along with an agent's loop: one is
//! read from, the other written.

use crate::convert_messages::{CacheMark, ChatMessage, ChatRole};

/// A backend refuses a fifth mark.
const MOST_MARKS: usize = 4;

/// Marks the system message and the last part of the last two turns, as far as the caller's own marks leave room. Of
/// more than four marks of the caller's the last four stay, since a conversation grows at its end. With `ours` off,
/// only that is done.
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

/// The last messages of the last two turns, from the end. A turn is what stands between two assistant messages, without
/// system messages.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert_messages::ChatContent;

    /// A message in short: its role's first letter, then a `*` where the caller marked it.
    fn message(short: &str) -> ChatMessage<'static> {
        let role = match &short[..1] {
            "s" => ChatRole::System,
            "u" => ChatRole::User,
            "a" => ChatRole::Assistant,
            _ => ChatRole::Tool,
        };
        let mut message = ChatMessage::new(role, ChatContent::Text("x".into()));
        if short.ends_with('*') {
            *message.last_part_mark().unwrap() = Some(CacheMark::OURS);
        }
        message
    }

    /// `conversation` and `expected` are messages in short; a `*` stands where a mark is.
    #[track_caller]
    fn check(ours: bool, conversation: &str, expected: &str) {
        let shorts: Vec<&str> = conversation.split(' ').collect();
        let mut messages: Vec<_> = shorts.iter().map(|short| message(short)).collect();
        mark(&mut messages, ours);
        let marked: Vec<String> = shorts
            .iter()
            .zip(&mut messages)
            .map(|(short, message)| format!("{}{}", &short[..1], "*".repeat(message.marks().flatten().count())))
            .collect();
        assert_eq!(marked.join(" "), expected);
    }

    #[test]
    fn the_system_message_and_the_last_two_turns() {
        check(true, "s u", "s* u*");
        check(true, "s u a u", "s* u* a u*");
        check(true, "s u a u a u", "s* u a u* a u*");
        check(true, "s u a t t a t t u", "s* u a t t* a t t u*");
        check(true, "u a u a", "u* a u* a");
        check(true, "s u s u a s t s", "s* u s u* a s t* s");
        check(true, "u a s u", "u* a s u*");
        check(true, "a", "a");
        check(true, "s", "s*");
        check(false, "s u a u", "s u a u");
    }

    #[test]
    fn the_callers_marks_count() {
        check(true, "s u* a* u* a u* u", "s u* a* u* a u* u");
        check(true, "s u* a u* a u*", "s* u* a u* a u*");
        check(true, "s u* a* u a u", "s* u* a* u a u*");
        check(true, "s u* a* u* a u", "s* u* a* u* a u");
        check(true, "s* u a u", "s* u* a u*");
        check(true, "s* u* a* u* a* u* a u", "s u a* u* a* u* a u");
        check(false, "u* a* u* a* u*", "u a* u* a* u*");
        check(false, "s u* a u", "s u* a u");
    }
}
