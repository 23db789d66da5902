//! Cuts keys out of what the gateway said.

use std::fmt;

use super::secret_settings;
use crate::percent;
use crate::settings::ProviderSettings;

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

/// What of a connection must not be shown or logged: see [`secret_texts`](super::secret_texts). Finds them whole, in longer pieces,
/// percent-encoded, in other letters' case and with invisible characters in between.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    forms: Vec<Form>,
    has_key: bool,
}

/// A secret as it is compared.
#[derive(Clone, PartialEq, Eq)]
struct Form {
    folded: Vec<char>,
    /// How many characters of it in a row are one of its pieces.
    piece: usize,
}

impl Secrets {
    /// The secrets of a handler's settings.
    pub fn of(settings: &ProviderSettings) -> Self {
        let mut secrets = Self { forms: Vec::new(), has_key: settings.api_key.is_some() };
        secret_settings::find(settings, &mut |text, is_whole| secrets.add(text, is_whole));
        secrets
    }

    /// The key alone.
    pub fn of_key(key: Option<&str>) -> Self {
        Self::of(&ProviderSettings { api_key: key.map(str::to_owned), ..ProviderSettings::default() })
    }

    /// Whether there is a key.
    pub(super) fn has_key(&self) -> bool {
        self.has_key
    }

    fn add(&mut self, text: &str, is_whole: bool) {
        // As JavaScript encodes a part of an address.
        let encoded = percent::encoded(text, &|byte| percent::is_unreserved(byte) || b"!*'()".contains(&byte));
        for form in [text, encoded.as_str()] {
            let folded: Vec<char> = form.chars().filter_map(folded).collect();
            let length = folded.len();
            let piece = if is_whole { length } else { length.div_ceil(2).clamp(6, 24).min(length) };
            let form = Form { folded, piece };
            if piece > 0 && !self.forms.contains(&form) {
                self.forms.push(form);
            }
        }
    }

    /// The text without these secrets.
    pub fn hide(&self, text: &str) -> String {
        let (positions, folded): (Vec<usize>, Vec<char>) =
            text.chars().enumerate().filter_map(|(at, character)| Some((at, folded(character)?))).unzip();
        let mut hidden = vec![false; text.chars().count()];
        for &Form { folded: ref form, piece: length } in &self.forms {
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
            for _ in 0..self.forms.iter().map(|form| form.folded.len()).max().unwrap_or_default() {
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
    fn what_is_in_a_query_goes_whole_and_its_words_stay() {
        let base_url = "https://h/x?realm=production-2&sig=a%2Fb%2Bc-secret".to_owned();
        let secrets = Secrets::of(&ProviderSettings { base_url, ..ProviderSettings::default() });
        let text = "GET /x?realm=production-2&sig=a%2Fb%2Bc-secret: sig a/b+c-secret is no secret of the production";
        assert_eq!(secrets.hide(text), "GET /x?realm=***&sig=***: sig *** is no secret of the production");
    }

    #[test]
    fn credentials_in_a_body_go_and_other_texts_stay() {
        let body = serde_json::json!({"provider": {"apiKey": "prov-0123456789", "region": "north-west-1"}});
        let settings = ProviderSettings { extra_body: body.as_object().cloned(), ..ProviderSettings::default() };
        let text = "the key prov-0123456789 (prov-0123…) is not valid in north-west-1";
        assert_eq!(Secrets::of(&settings).hide(text), "the key *** (***…) is not valid in north-west-1");
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
