//! Cuts keys out of what the gateway said.

use std::collections::HashSet;

/// What stands where a key was.
const MARK: &str = "***";
/// The longest text of a reply that is looked at, in bytes.
const LONGEST: usize = 65_536;
/// How providers' keys begin, and how many characters must follow for it to be one.
const KEY_STARTS: [(&str, usize); 10] = [
    ("sk-", 1),
    ("sk_", 8),
    ("pk-", 8),
    ("gsk_", 8),
    ("xai-", 8),
    ("hf_", 8),
    ("nvapi-", 8),
    ("pplx-", 8),
    ("AIza", 16),
    ("AKIA", 12),
];

/// The beginning of a text as far as it is looked at, without keys. Where it was cut, no piece of a key is left at its end.
pub(super) fn beginning(text: &str, secret: Option<&str>) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let kept = text.get(..end).unwrap_or_default();
    let mut safe = without_secrets(kept, secret);
    if end < text.len() {
        for _ in 0..secret.map_or(0, |secret| secret.chars().count()) {
            safe.pop();
        }
    }
    safe
}

/// The text without the key, without longer pieces of it, and without anything that looks like another key.
pub(super) fn without_secrets(text: &str, secret: Option<&str>) -> String {
    let text = match secret.map(str::trim).filter(|secret| !secret.is_empty()) {
        Some(secret) => without_pieces(&text.replace(secret, MARK), secret),
        None => text.to_owned(),
    };
    without_other_keys(&text)
}

/// Replaces each piece of the key that is half of it or 24 characters long.
fn without_pieces(text: &str, secret: &str) -> String {
    let secret: Vec<char> = secret.chars().collect();
    let length = secret.len().div_ceil(2).clamp(6, 24);
    let pieces: HashSet<&[char]> = secret.windows(length).collect();
    if pieces.is_empty() {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().collect();
    let mut hidden = vec![false; characters.len()];
    for (start, window) in characters.windows(length).enumerate() {
        if pieces.contains(window) {
            hidden.iter_mut().skip(start).take(length).for_each(|flag| *flag = true);
        }
    }
    let mut result = String::with_capacity(text.len());
    let mut inside = false;
    for (character, secret) in characters.into_iter().zip(hidden) {
        if secret && !inside {
            result.push_str(MARK);
        } else if !secret {
            result.push(character);
        }
        inside = secret;
    }
    result
}

/// Replaces keys of providers, which the gateway quotes from their errors, and whatever follows `Bearer`.
fn without_other_keys(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (word, others) =
            split_behind(rest, |character| character.is_ascii_alphanumeric() || "-_".contains(character));
        if word.is_empty() {
            result.push(first);
            rest = rest.strip_prefix(first).unwrap_or_default();
            continue;
        }
        result.push_str(if is_key(word) { MARK } else { word });
        rest = others;
        if word.eq_ignore_ascii_case("bearer") {
            let (blanks, others) = split_behind(others, |character| character == ' ' || character == '\t');
            let (token, others) =
                split_behind(others, |character| character.is_ascii_alphanumeric() || "-_.~+/=".contains(character));
            if !blanks.is_empty() && token.len() >= 6 && token.contains(|character: char| character.is_ascii_digit()) {
                result.push_str(blanks);
                result.push_str(MARK);
                rest = others;
            }
        }
    }
    result
}

fn is_key(word: &str) -> bool {
    KEY_STARTS.iter().any(|(start, least)| word.strip_prefix(start).is_some_and(|body| body.len() >= *least))
}

fn split_behind(text: &str, is_part: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|character| !is_part(character)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, beginning, without_secrets};

    #[track_caller]
    fn check(text: &str, secret: Option<&str>, expected: &str) {
        assert_eq!(without_secrets(text, secret), expected);
    }

    #[test]
    fn the_key_goes_whole_and_in_pieces() {
        check("Key = sk-1xyz.", Some("sk-1xyz"), "Key = ***.");
        check("Bearer tok-abcdef-42", Some("tok-abcdef-42"), "Bearer ***");
        check("starts with tok-abcde, ends in f-42", Some("tok-abcdef-42"), "starts with ***, ends in f-42");
        check("my litellm gateway", Some("litellm-master-key-0123456789"), "my litellm gateway");
        check("nothing", Some("  "), "nothing");
    }

    #[test]
    fn keys_of_providers_go_too() {
        check("provided: sk-2provider. You", None, "provided: ***. You");
        check("https://h/x?key=AIzaSyA0123456789012345", None, "https://h/x?key=***");
        check("authorization: Bearer eyJhbGciOi.J9x", None, "authorization: Bearer ***");
        check("sk-a=sk-b.sk-c", None, "***=***.***");
        check("sk-a,sk-b sk-ant-api03-x", None, "***,*** ***");
    }

    #[test]
    fn words_that_are_no_keys_stay() {
        let text =
            "Received API Key = sk-..., (sk-...hx8A), starts with 'sk-', risk-free task-1, a Bearer token, disk-sk-1";
        check(text, None, text);
    }

    #[test]
    fn no_piece_is_left_where_a_text_is_cut() {
        let secret = "qwertyuiopasdfgh";
        let text = format!("{}{secret}", "x".repeat(LONGEST - 9));
        let kept = beginning(&text, Some(secret));
        assert!(!kept.contains("qwe"), "{}", &kept[kept.len() - 20..]);
    }
}
