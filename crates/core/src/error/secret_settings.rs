//! Which texts among the settings of a connection are secret: a gateway may quote each of them in an error.

use serde_json::{Map, Value};

use crate::percent;
use crate::settings::ProviderSettings;

/// Shorter values are no secrets, in bytes.
const SHORTEST: usize = 8;
/// What names of headers and of query parameters contain whose values are secret.
const SECRET_NAMES: [&str; 9] =
    ["auth", "key", "token", "secret", "cookie", "password", "credential", "session", "signature"];
/// What the name of a member contains whose texts are secret, with `_` around each of its words. The members of a body are named for
/// all kinds of things: `author`, `keywords` and `session_id` hold no secret.
const SECRET_WORDS: [&str; 16] = [
    "_key_",
    "_keys_",
    "apikey_",
    "apikeys_",
    "token_",
    "tokens_",
    "secret_",
    "secrets_",
    "password_",
    "_passwd_",
    "_passphrase_",
    "_auth_",
    "authorization_",
    "credential_",
    "credentials_",
    "_cookie_",
];
/// With one of these words in its name a member says something about a secret, or means another kind of key.
const HARMLESS_WORDS: [&str; 6] = ["_alias_", "_name_", "_type_", "_kind_", "_version_", "_cache_"];

/// The texts that must not show in any error or log, some of them more than once: the key; header values whose names tell that
/// they are secret; values in the base URL's query; and texts with the name of a credential in what goes into each body.
pub fn secret_texts(settings: &ProviderSettings) -> Vec<String> {
    let mut texts = Vec::new();
    find(settings, &mut |text, _| texts.push(text.to_owned()));
    texts
}

/// Gives `found` each of them: of a query all values that are long enough and no version, since nobody names them alike; of a body
/// those of credentials however deep. It says with each whether only the whole of it is a secret, since its pieces may be words of
/// any text.
pub(super) fn find(settings: &ProviderSettings, found: &mut dyn FnMut(&str, bool)) {
    let key = settings.api_key.as_deref().unwrap_or_default().trim();
    if !key.is_empty() {
        found(key, false);
    }
    for (name, value) in &settings.headers {
        if is_secret_name(name) {
            find_words(value, found);
        }
    }
    let query = settings.base_url.split_once('?').map_or("", |(_, query)| query);
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or(("", pair));
        find_in_query(name, value, found);
        if let Some(decoded) = percent::decoded(value).filter(|decoded| decoded != value) {
            find_in_query(name, &decoded, found);
        }
    }
    for body in [&settings.extra_body, &settings.metadata].into_iter().flatten() {
        find_in_members(body, false, found);
    }
    for fallback in &settings.fallbacks {
        find_in_texts(fallback, false, found);
    }
}

/// What may be secret in a value such as `Bearer abc…` or `session=abc…; Path=/`.
fn find_words(value: &str, found: &mut dyn FnMut(&str, bool)) {
    let words = value.split(|character: char| character.is_whitespace() || ";,=".contains(character));
    for word in words.filter(|word| word.len() >= SHORTEST) {
        found(word, false);
    }
}

fn find_in_query(name: &str, value: &str, found: &mut dyn FnMut(&str, bool)) {
    if is_secret_name(name) {
        find_words(value, found);
    } else if value.len() >= SHORTEST && !name.to_ascii_lowercase().contains("version") {
        found(value, true);
    }
}

fn find_in_members(members: &Map<String, Value>, is_secret: bool, found: &mut dyn FnMut(&str, bool)) {
    for (name, value) in members {
        find_in_texts(value, is_secret || is_secret_member(name), found);
    }
}

fn find_in_texts(value: &Value, is_secret: bool, found: &mut dyn FnMut(&str, bool)) {
    match value {
        Value::String(text) if is_secret => {
            // Of `Bearer abc…` the token alone is one, too.
            let token = text.split_once(' ').map_or("", |(_, token)| token);
            for text in [text, token] {
                if text.len() >= SHORTEST {
                    found(text, false);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| find_in_texts(value, is_secret, found)),
        Value::Object(members) => find_in_members(members, is_secret, found),
        _ => {}
    }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|word| name.contains(word))
}

fn is_secret_member(name: &str) -> bool {
    let words = words_of(name);
    let has_one = |known: &[&str]| known.iter().any(|word| words.contains(word));
    has_one(&SECRET_WORDS) && !has_one(&HARMLESS_WORDS)
}

/// The words of a name such as `api_key`, `api-key` or `apiKey`, in small letters, with `_` around each.
fn words_of(name: &str) -> String {
    let mut words = "_".to_owned();
    let mut was_small = false;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() || (was_small && character.is_ascii_uppercase()) {
            words.push('_');
        }
        was_small = character.is_ascii_lowercase();
        if character.is_ascii_alphabetic() {
            words.push(character.to_ascii_lowercase());
        }
    }
    words.push('_');
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_secret_member, secret_texts};
    use crate::settings::normalize;

    #[track_caller]
    fn check(settings: serde_json::Value, secrets: &[&str]) {
        let mut found = secret_texts(&normalize(&settings).settings);
        found.dedup();
        assert_eq!(found, secrets);
    }

    #[test]
    fn the_key_comes_first() {
        check(
            json!({"apiKey": " sk-1 ", "headers": {"X-Auth": "Bearer abcdefgh", "x-team": "platform-team"}}),
            &["sk-1", "abcdefgh"],
        );
        check(json!({}), &[]);
    }

    #[test]
    fn all_values_of_a_query_are_secret_but_versions_and_short_ones() {
        check(
            json!({"baseUrl": "https://h/x?ticket=opensesame&tenant=a&api-version=2024-10-21&sig=a%2Fb%2Bcdefgh"}),
            &["opensesame", "a%2Fb%2Bcdefgh", "a/b+cdefgh"],
        );
        check(json!({"baseUrl": "https://h/x?opensesame&broken=%zzzzzzzz"}), &["opensesame", "%zzzzzzzz"]);
    }

    #[test]
    fn credentials_in_bodies_are_secret_at_any_depth() {
        check(
            json!({
                "extraBody": {"api_key": "provider-key-1", "model_name": "a-long-name", "n": 1, "options": [{"clientSecret": "deep-secret"}]},
                "metadata": {"upstream": {"credentials": {"user": "somebody", "pin": "1234"}}, "note": "a long sentence"},
                "fallbacks": ["gpt-5", {"model": "gpt-5-mini", "authorization": "Bearer fallback-token"}],
            }),
            &["provider-key-1", "deep-secret", "somebody", "Bearer fallback-token", "fallback-token"],
        );
    }

    #[test]
    fn a_credential_is_told_by_a_word_of_its_name() {
        for name in [
            "key",
            "apiKey",
            "api_keys",
            "OPENAI_API_KEY",
            "x-api-key",
            "accessToken",
            "authtoken",
            "client_secret",
            "clientsecret",
            "password",
            "Authorization",
            "auth",
            "aws_secret_access_key",
            "vertex_credentials",
            "secret_id",
            "token2",
            "APIKey",
        ] {
            assert!(is_secret_member(name), "{name}");
        }
        for name in [
            "author",
            "authority",
            "keywords",
            "monkey",
            "keyboard",
            "tokenizer",
            "session_id",
            "prompt_cache_key",
            "key_alias",
            "secret_name",
            "auth_type",
            "tags",
            "",
            "user",
            "turkey",
        ] {
            assert!(!is_secret_member(name), "{name}");
        }
    }
}
