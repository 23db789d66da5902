//! The gateway's words, without what it wraps around them.

use std::borrow::Cow;

use serde_json::Value;

use super::{Secrets, body, literal, page};

/// The longest detail, in characters.
const LONGEST: usize = 2_000;
/// The longest quotation in a sentence, in characters.
const LONGEST_QUOTATION: usize = 240;
/// How many objects in one text are looked into.
const MOST_OBJECTS: usize = 16;

/// Where the gateway's own account of its fallbacks, deployments and retries begins. What follows is for its operator.
const TAILS: [&str; 9] = [
    "LiteLLM: model group '",
    "No fallback model group found for original model_group=",
    "Received Model Group=",
    "Available Model Group Fallbacks=",
    "Error doing the fallback:",
    "Deployment Info: request_timeout:",
    "LiteLLM Retried:",
    "Original exception:",
    "Set 'content_policy_fallback'",
];
/// A line of the same account that has its own words in front.
const FALLBACK_SETTINGS: [&str; 2] = ["content_policy_fallback", "context_window_fallback"];

/// What is left of a text, and the exception classes that stood in front of it or were named in it, outermost first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) words: String,
    /// The beginning of the words in one line.
    pub(super) quotation: String,
    pub(super) classes: Vec<String>,
}

/// Cleans a text of the gateway: no keys, no exception classes, no objects around the message, no tail, no characters that
/// would do something to a terminal.
pub(super) fn clean(text: &str, secrets: &Secrets) -> Cleaned {
    let text = without_controls(&secrets.beginning(text));
    let text = body::message_of(&Value::String(text.clone())).unwrap_or(text);
    let text = without_objects(without_tail(&text));
    let (text, classes) = without_classes(&page::without_pages(&text));
    // Undoing escapes can bring control characters back, and taking something out can put the pieces of a key together.
    let words = secrets.hide_all(without_controls(without_tail(&text)).trim());
    let words = cut(&words, LONGEST);
    let quotation = secrets.hide_all(&excerpt(&with_plain_provider(&words), LONGEST_QUOTATION));
    Cleaned { words, quotation, classes }
}

/// One line of a text that is nobody's words, such as an id, without a key.
pub(super) fn line(text: &str, secrets: &Secrets, longest: usize) -> String {
    let text = without_controls(&secrets.beginning(text));
    excerpt(&secrets.hide_all(&text), longest)
}

/// One line of at most `longest` characters, cut between words.
pub(super) fn excerpt(words: &str, longest: usize) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let kept = cut(&line, longest);
    let whole_words = kept.rsplit_once(' ').map(|(before, _)| before).filter(|before| before.len() > kept.len() / 2);
    format!("{}…", whole_words.unwrap_or(&kept).trim_end_matches([',', ';', ':', '.', ' ']))
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

fn without_tail(text: &str) -> &str {
    let tails = TAILS.iter().filter_map(|tail| text.find(tail));
    let settings = FALLBACK_SETTINGS.iter().filter_map(|setting| {
        let at = text.find(setting)?;
        // "model=<name>. context_window_fallbacks=…" is one line of its own.
        Some(text.get(..at)?.rfind("model=").unwrap_or(at))
    });
    let Some(before) = tails.chain(settings).min().and_then(|end| text.get(..end)) else { return text };
    let before = before.trim_end();
    // A text that is all tail says more than nothing.
    if before.is_empty() { text } else { before }
}

/// Puts the messages of objects in the place of the objects: `AnthropicError - b'{"error": {"message": "Overloaded"}}'`.
fn without_objects(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let mut left = MOST_OBJECTS;
    while let Some((before, candidate)) = next_object(rest, result.chars().next_back()) {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(1);
        result.push_str(before);
        if let Some((value, after)) = literal::first(candidate)
            && let Some(message) = said_by(&value)
        {
            // The text inside may have its own tail, and what comes behind it does not belong to that.
            result.push_str(without_tail(&message));
            rest = after;
        } else {
            let mut characters = candidate.chars();
            result.extend(characters.next());
            rest = characters.as_str();
        }
    }
    result.push_str(rest);
    result
}

/// The text before the next `{`, `b'` or `b"`, and the text from there on.
fn next_object(text: &str, mut previous: Option<char>) -> Option<(&str, &str)> {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_bytes = character == 'b'
            && characters.peek().is_some_and(|(_, next)| *next == '\'' || *next == '"')
            && previous.is_none_or(char::is_whitespace);
        if character == '{' || is_bytes {
            return text.split_at_checked(at);
        }
        previous = Some(character);
    }
    None
}

fn said_by(value: &Value) -> Option<String> {
    body::message_of(value).or_else(|| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// Takes the classes off the front, as in `litellm.BadRequestError: BadRequestError: OpenAIException - …`. What names the
/// provider stays; of several the first.
fn without_classes(text: &str) -> (String, Vec<String>) {
    let mut classes = Vec::new();
    let mut provider: Option<&str> = None;
    let mut rest = text.trim_start();
    while let Some((name, separator, after)) = leading_class(rest) {
        if separator == ":" {
            classes.push(name.to_owned());
        } else if provider.is_none() {
            provider =
                rest.split_at_checked(rest.len().saturating_sub(after.len())).map(|(marker, _)| marker.trim_end());
            classes.push(name.to_owned());
        }
        rest = after.trim_start();
    }
    let mut words = String::new();
    if let Some(provider) = provider.filter(|_| !rest.is_empty()) {
        words.push_str(provider.trim_start_matches(PREFIX));
        words.push(' ');
    }
    // Further in, only `litellm.` tells a class from a word.
    while let Some((before, after)) = rest.split_once(PREFIX) {
        words.push_str(before);
        let after = after.strip_prefix("exceptions.").unwrap_or(after);
        let (name, others) = identifier(after);
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            if classes.len() < MOST_OBJECTS {
                classes.push(name.to_owned());
            }
            rest = others.strip_prefix(": ").unwrap_or(after);
        } else {
            words.push_str(PREFIX);
            rest = after;
        }
    }
    words.push_str(rest);
    (words, classes)
}

const PREFIX: &str = "litellm.";

/// `OpenAIException - no` as a person would write it: `OpenAI: no`.
fn with_plain_provider(words: &str) -> Cow<'_, str> {
    let Some((name, "-", rest)) = leading_class(words) else { return Cow::Borrowed(words) };
    let provider = name.trim_end_matches("Exception").trim_end_matches("Error");
    // `APITimeoutError` and the like name no provider.
    if provider.is_empty() || provider.starts_with("API") {
        return Cow::Borrowed(rest);
    }
    Cow::Owned(format!("{provider}: {rest}"))
}

/// A class at the beginning, what stands behind it (`:` or `-`), and the text after that.
fn leading_class(text: &str) -> Option<(&str, &'static str, &str)> {
    let own = text.strip_prefix(PREFIX).map(|name| name.strip_prefix("exceptions.").unwrap_or(name));
    let (name, rest) = identifier(own.unwrap_or(text));
    let is_class = name.starts_with(|first: char| first.is_ascii_uppercase())
        && (own.is_some() || name.ends_with("Error") || name.ends_with("Exception"))
        && name != "Error"
        && name != "Exception";
    if !is_class {
        return None;
    }
    if let Some(after) = rest.strip_prefix(':') {
        return Some((name, ":", after));
    }
    rest.strip_prefix(" - ").map(|after| (name, "-", after))
}

fn identifier(text: &str) -> (&str, &str) {
    text.split_at(
        text.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(text.len()),
    )
}

/// Without terminal colours, control characters and marks that turn the direction of writing; lines end in `\n`.
fn without_controls(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                if characters.next_if_eq(&'[').is_some() {
                    while characters.next_if(|character| !character.is_ascii_alphabetic()).is_some() {}
                    characters.next();
                }
            }
            '\r' => {
                characters.next_if_eq(&'\n');
                result.push('\n');
            }
            '\t' => result.push(' '),
            '\n' => result.push('\n'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            other if other.is_control() => {}
            other => result.push(other),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{Secrets, clean, excerpt};

    #[track_caller]
    fn check(text: &str, words: &str, classes: &[&str]) {
        let cleaned = clean(text, &Secrets::of_key(Some("sk-1xyz")));
        assert_eq!(cleaned.words, words, "{text}");
        assert_eq!(cleaned.classes, classes, "{text}");
    }

    #[test]
    fn classes_go_and_are_remembered() {
        check(
            "litellm.ContextWindowExceededError: litellm.BadRequestError: too long",
            "too long",
            &["ContextWindowExceededError", "BadRequestError"],
        );
        check(
            "litellm.RateLimitError: RateLimitError: OpenAIException - slow",
            "OpenAIException - slow",
            &["RateLimitError", "RateLimitError", "OpenAIException"],
        );
        check("litellm.Timeout: APITimeoutError - late", "APITimeoutError - late", &["Timeout", "APITimeoutError"]);
        check(
            "litellm.exceptions.BadRequestError: OpenAIException - litellm.BadRequestError: AnthropicException - no",
            "OpenAIException - no",
            &["BadRequestError", "OpenAIException", "BadRequestError"],
        );
        check(
            "Invalid request format: litellm.APIConnectionError: x",
            "Invalid request format: x",
            &["APIConnectionError"],
        );
        check(
            "set `litellm.drop_params=True` or litellm.Router",
            "set `litellm.drop_params=True` or Router",
            &["Router"],
        );
        check("Error: x", "Error: x", &[]);
        check("Authentication Error, No api key passed in.", "Authentication Error, No api key passed in.", &[]);
    }

    #[test]
    fn tails_go() {
        check("no such value\n\nLiteLLM: model group 'g' failed with the error above.", "no such value", &[]);
        check(
            "no such valueNo fallback model group found for original model_group=g. Fallbacks=[{'a': ['b']}]. Received Model Group=g",
            "no such value",
            &[],
        );
        check(
            "no.\nmodel=g. context_window_fallbacks=None. fallbacks=[{'a': ['b']}].\n\nSet 'context_window_fallback' - https://x",
            "no.",
            &[],
        );
        check("late\n\nDeployment Info: request_timeout: None\ntimeout: 2.0", "late", &[]);
        check("LiteLLM: model group 'g' failed", "LiteLLM: model group 'g' failed", &[]);
    }

    #[test]
    fn objects_are_replaced_by_what_they_say() {
        check("{'error': 'Violated guardrail policy'}", "Violated guardrail policy", &[]);
        check(
            r#"AnthropicError - b'{"type": "error", "error": {"type": "x", "message": "organization\'s limit"}}' tail"#,
            "AnthropicError - organization's limit tail",
            &["AnthropicError"],
        );
        check(r#"a {"message": "b"} c {"message": "d"}"#, "a b c d", &[]);
        check(r#"{"error": {"message": "litellm.Timeout: x\n\nLiteLLM: model group 'g' failed"}}"#, "x", &["Timeout"]);
        check("upstream: b'it died'", "upstream: it died", &[]);
        check("use {name} or {'a': 1}", "use {name} or {'a': 1}", &[]);
        check("job b'", "job b'", &[]);
    }

    #[test]
    fn pages_and_controls_go() {
        check("X - <html><h1>502 Bad Gateway</h1></html>", "X - 502 Bad Gateway", &[]);
        check("\u{1b}[91mred\u{1b}[0m\u{7}\r\nline\u{202e}", "red\nline", &[]);
    }

    #[test]
    fn keys_go_even_when_put_together_by_cleaning() {
        check("sk-\u{0}1xyz", "***", &[]);
        check("{'error': 'key sk\\x2d1xyz'}", "key ***", &[]);
    }

    #[test]
    fn hostile_texts_take_no_time() {
        for piece in ["{", "b'", "<", "<html", "litellm.", "litellm.A: ", "AError: ", "AError - ", "{'a':", "model="] {
            let text = piece.repeat(1_000_000 / piece.len());
            assert!(clean(&text, &Secrets::of_key(Some("sk-0123456789abcdef"))).words.chars().count() <= 2_000);
        }
    }

    #[test]
    fn quotations_name_the_provider_plainly() {
        for (text, quotation) in [
            ("litellm.RateLimitError: OpenAIException - slow\ndown", "OpenAI: slow down"),
            ("litellm.Timeout: APITimeoutError - late", "late"),
            ("Authentication Error, no", "Authentication Error, no"),
        ] {
            assert_eq!(clean(text, &Secrets::default()).quotation, quotation);
        }
    }

    #[test]
    fn excerpts_end_between_words() {
        assert_eq!(excerpt("one two\n three", 40), "one two three");
        assert_eq!(excerpt("one two, three", 10), "one two…");
        assert_eq!(excerpt("abcdefghijkl", 5), "abcde…");
    }
}
