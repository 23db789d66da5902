//! Cuts keys out of what the gateway said.

use std::fmt;

use crate::settings::ProviderSettings;

/// What stands where a key was.
const MARK: &str = "***";
/// The longest text of a reply that is looked at, in bytes.
const LONGEST: usize = 65_536;
/// Header values and query values of fewer bytes are no secrets.
const SHORTEST_WORD: usize = 8;
/// What names of headers and of query parameters contain whose values are secret.
const SECRET_NAMES: [&str; 9] =
    ["auth", "key", "token", "secret", "cookie", "password", "credential", "session", "signature"];
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

/// What of a connection must not be shown or logged: the key, and the values of headers and of the base URL's query whose
/// names tell that they are secret. Finds them whole, in longer pieces, percent-encoded, in other letters' case and with
/// invisible characters in between.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// As they are compared: folded.
    forms: Vec<Vec<char>>,
    has_key: bool,
}

impl Secrets {
    /// The secrets of a handler's settings.
    pub fn of(settings: &ProviderSettings) -> Self {
        let mut secrets = Self::of_key(settings.api_key.as_deref());
        for (name, value) in &settings.headers {
            if is_secret_name(name) {
                secrets.add_words(value);
            }
        }
        let query = settings.base_url.split_once('?').map_or("", |(_, query)| query);
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            if is_secret_name(name) {
                secrets.add_words(value);
            }
        }
        secrets
    }

    /// The key alone.
    pub fn of_key(key: Option<&str>) -> Self {
        let mut secrets = Self { forms: Vec::new(), has_key: key.is_some() };
        secrets.add(key.unwrap_or_default().trim());
        secrets
    }

    /// Whether there is a key.
    pub(super) fn has_key(&self) -> bool {
        self.has_key
    }

    fn add(&mut self, secret: &str) {
        let encoded: String = secret.bytes().map(percent_encoded).collect();
        for form in [secret, &encoded] {
            let form: Vec<char> = form.chars().filter_map(folded).collect();
            if !form.is_empty() && !self.forms.contains(&form) {
                self.forms.push(form);
            }
        }
    }

    /// Adds what may be secret in a value such as `Bearer abc…` or `session=abc…; Path=/`.
    fn add_words(&mut self, value: &str) {
        let words = value.split(|character: char| character.is_whitespace() || ";,=".contains(character));
        words.filter(|word| word.len() >= SHORTEST_WORD).for_each(|word| self.add(word));
    }

    /// The text without these secrets.
    pub fn hide(&self, text: &str) -> String {
        let (positions, folded): (Vec<usize>, Vec<char>) =
            text.chars().enumerate().filter_map(|(at, character)| Some((at, folded(character)?))).unzip();
        let mut hidden = vec![false; text.chars().count()];
        for form in &self.forms {
            let length = form.len().div_ceil(2).clamp(6, 24).min(form.len());
            let mut pieces: Vec<&[char]> = Vec::new();
            for piece in form.windows(length) {
                if let Err(position) = pieces.binary_search(&piece) {
                    pieces.insert(position, piece);
                }
            }
            for (window, places) in folded.windows(length).zip(positions.windows(length)) {
                if pieces.binary_search(&window).is_ok()
                    && let [first, .., last] | [first @ last] = places
                {
                    hidden.iter_mut().take(last.saturating_add(1)).skip(*first).for_each(|flag| *flag = true);
                }
            }
        }
        let mut result = String::with_capacity(text.len());
        let mut inside = false;
        for (character, secret) in text.chars().zip(hidden) {
            if secret && !inside {
                result.push_str(MARK);
            } else if !secret {
                result.push(character);
            }
            inside = secret;
        }
        result
    }

    /// The text without these secrets and without anything that looks like another key.
    pub(super) fn hide_all(&self, text: &str) -> String {
        without_other_keys(&self.hide(text))
    }

    /// The beginning of a text as far as it is looked at, without keys. Where it was cut, no piece of a key is left at its end.
    pub(super) fn beginning(&self, text: &str) -> String {
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let mut safe = self.hide_all(text.get(..end).unwrap_or_default());
        if end < text.len() {
            for _ in 0..self.forms.iter().map(Vec::len).max().unwrap_or_default() {
                safe.pop();
            }
        }
        safe
    }
}

impl fmt::Debug for Secrets {
    /// Leaves them out.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|word| name.contains(word))
}

fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// A character as it is compared; `None` for one that is not seen.
fn folded(character: char) -> Option<char> {
    let is_invisible = matches!(character,
        '\n' | '\r' | '\t' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}');
    (!is_invisible).then(|| character.to_ascii_lowercase())
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

    use super::{LONGEST, Secrets};
    use crate::settings::ProviderSettings;

    #[track_caller]
    fn check(text: &str, secret: Option<&str>, expected: &str) {
        assert_eq!(Secrets::of_key(secret).hide_all(text), expected);
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
    fn a_disguised_key_goes() {
        check("TOK-ABCDEF-42!", Some("tok-abcdef-42"), "***!");
        check("tok\u{200B}-abc\u{AD}def-42!", Some("tok-abcdef-42"), "***!");
        check("/?k=a%2Fb%2Fc%3D%3D&x", Some("a/b/c=="), "/?k=***&x");
        check("tok-ab\ncdef-42!", Some("tok-abcdef-42"), "***!");
        check("k", Some("k"), "***");
    }

    #[test]
    fn secret_headers_and_queries_go() {
        let headers = [
            ("X-Portkey-Auth", "Basic c2VjcmV0OjEyMzQ="),
            ("Cookie", "sid=0123456789; Path=/"),
            ("x-team", "platform"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = ProviderSettings {
            base_url: "https://h/x?api-key=qwertyui-1&api-version=2024-10-21".to_owned(),
            headers: headers.to_vec(),
            ..ProviderSettings::default()
        };
        let secrets = Secrets::of(&settings);
        let text = "Basic c2VjcmV0OjEyMzQ=, sid=0123456789, platform, ?api-key=qwertyui-1&api-version=2024-10-21";
        assert_eq!(secrets.hide(text), "Basic ***=, sid=***, platform, ?api-key=***&api-version=2024-10-21");
        assert_eq!(format!("{secrets:?}"), "Secrets { .. }");
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
        let kept = Secrets::of_key(Some(secret)).beginning(&text);
        assert!(!kept.contains("qwe"), "{}", &kept[kept.len() - 20..]);
    }
}
