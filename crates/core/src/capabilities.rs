//! What a model is by its name where the gateway does not say: families, and what they refuse.
//!
//! Names are read by words: a family word counts only where no letter or digit stands before it, so that `yolo1` is no `o1`
//! and `xgpt5` no GPT-5. A public name tells nothing when the operator chose it freely; so the backend model
//! (`litellm_params.model`) is looked at too.

use std::borrow::Cow;

/// What stands between a family word and its version.
const SEPARATORS: [char; 4] = ['-', '_', ' ', '.'];

/// Family words by which editors choose their prompts, besides OpenAI's o series.
const FAMILY_WORDS: [&str; 4] = ["claude", "gpt", "gemini", "grok"];

/// Endings of o-series names that are written without a separator, such as `o3mini`.
const O_SERIES_ENDINGS: [&str; 3] = ["mini", "preview", "pro"];

/// Backend models that can use a computer through screenshots. An id matches a backend model that ends with it, at a `/` or at its start.
const COMPUTER_USE_MODELS: [&str; 35] = [
    "claude-3-5-sonnet-latest",
    "claude-opus-4-1-20250805",
    "claude-opus-4-20250514",
    "claude-sonnet-4-20250514",
    "claude-3-7-sonnet-latest",
    "claude-3-7-sonnet-20250219",
    "claude-3-5-sonnet-20241022",
    "vertex_ai/claude-3-5-sonnet",
    "vertex_ai/claude-3-5-sonnet-v2",
    "vertex_ai/claude-3-5-sonnet-v2@20241022",
    "vertex_ai/claude-3-7-sonnet@20250219",
    "vertex_ai/claude-opus-4-1@20250805",
    "vertex_ai/claude-opus-4@20250514",
    "vertex_ai/claude-sonnet-4@20250514",
    "vertex_ai/claude-sonnet-4-5@20250929",
    "openrouter/anthropic/claude-3.5-sonnet",
    "openrouter/anthropic/claude-3.5-sonnet:beta",
    "openrouter/anthropic/claude-3.7-sonnet",
    "openrouter/anthropic/claude-3.7-sonnet:beta",
    "anthropic.claude-opus-4-1-20250805-v1:0",
    "anthropic.claude-opus-4-20250514-v1:0",
    "anthropic.claude-sonnet-4-20250514-v1:0",
    "anthropic.claude-3-7-sonnet-20250219-v1:0",
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "us.anthropic.claude-opus-4-1-20250805-v1:0",
    "us.anthropic.claude-opus-4-20250514-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "eu.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "eu.anthropic.claude-3-7-sonnet-20250219-v1:0",
    "eu.anthropic.claude-opus-4-1-20250805-v1:0",
    "eu.anthropic.claude-opus-4-20250514-v1:0",
    "eu.anthropic.claude-sonnet-4-20250514-v1:0",
    "snowflake/claude-3-5-sonnet",
];

/// The family that editors tune their prompts by: the name from the family word on, in small letters (`claude-sonnet-4-5`, `gpt-4o`,
/// `o3-mini`), read from the backend model, else from the id; else the id as it is.
pub fn family<'a>(model_id: &'a str, backend_model: Option<&'a str>) -> Cow<'a, str> {
    known_family(model_id, backend_model).unwrap_or(Cow::Borrowed(model_id))
}

/// Whether the output limit goes into `max_completion_tokens`: OpenAI's o1, o3, o4, and GPT-5 and later, which refuse `max_tokens`.
pub fn uses_max_completion_tokens(model_id: &str, backend_model: Option<&str>) -> bool {
    any_word(model_id, backend_model, |word| {
        is_o_series(word) || gpt_generation(word).is_some_and(|number| number >= 5)
    })
}

/// Whether the model refuses `temperature`: OpenAI's reasoning models, and Claude Opus from 4.7 on.
pub fn refuses_temperature(model_id: &str, backend_model: Option<&str>) -> bool {
    any_word(model_id, backend_model, |word| {
        is_o_series(word)
            // The chat variants of GPT-5 do not reason and take a temperature.
            || (gpt_generation(word).is_some_and(|number| number >= 5) && !word.contains("-chat"))
            || (word.starts_with("claude-opus") && version(word).is_some_and(|version| version >= (4, 7)))
    })
}

/// Whether the backend is one of Google's Gemini models.
pub fn is_gemini(model_id: &str, backend_model: Option<&str>) -> bool {
    known_family(model_id, backend_model).is_some_and(|family| family.starts_with("gemini"))
}

/// Whether the backend is a Gemini model that wants the signature of each tool call back: 2.5 and later.
pub fn gemini_needs_signature(model_id: &str, backend_model: Option<&str>) -> bool {
    known_family(model_id, backend_model).is_some_and(|family| {
        family.starts_with("gemini")
            // `gemini-flash-latest` names no version and moves with the newest.
            && version(&family).map_or_else(|| family.ends_with("-latest"), |version| version >= (2, 5))
    })
}

/// Whether a backend model is known to use a computer, where the gateway does not say.
pub fn can_use_computer(backend_model: &str) -> bool {
    let is_claude = family_in(backend_model).is_some_and(|family| family.starts_with("claude"));
    let mut models = COMPUTER_USE_MODELS.iter();
    is_claude
        && models
            .any(|id| backend_model.strip_suffix(id).is_some_and(|before| before.is_empty() || before.ends_with('/')))
}

/// Whether two backend models are of the same known family, such as `azure/gpt-5` and `openai/gpt-5`.
pub(crate) fn same_family(left: &str, right: &str) -> bool {
    family_in(left).is_some_and(|family| family_in(right) == Some(family))
}

/// The family where a name holds a family word.
fn known_family<'a>(model_id: &'a str, backend_model: Option<&'a str>) -> Option<Cow<'a, str>> {
    backend_model.and_then(family_in).or_else(|| family_in(model_id))
}

/// The family that a path such as `openrouter/anthropic/claude-3.5-sonnet` names, from its last segment backwards.
fn family_in(path: &str) -> Option<Cow<'_, str>> {
    if !path.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b' ') {
        return family_word(path).map(Cow::Borrowed);
    }
    let path = path.to_ascii_lowercase();
    family_word(&path).map(|word| Cow::Owned(word.replace(' ', "-")))
}

/// The same of a path in small letters, as it is written there.
fn family_word(path: &str) -> Option<&str> {
    let mut before = path;
    loop {
        let (rest, segment) = before.rsplit_once('/').map_or((None, before), |(rest, segment)| (Some(rest), segment));
        let is_last = before.len() == path.len();
        if let Some(word) = words(segment).find(|word| starts_family(word)) {
            // `gemini/gemma-3`: a bare family word in front of the last segment is the provider's name.
            let is_provider = !is_last && word.bytes().all(|byte| byte.is_ascii_alphabetic());
            if !is_provider {
                return Some(word);
            }
        }
        before = rest?;
    }
}

/// Whether a name, from the start of one of its words on, begins with a family word.
fn starts_family(word: &str) -> bool {
    is_o_series(word)
        || FAMILY_WORDS.into_iter().any(|family| {
            word.strip_prefix(family)
                .is_some_and(|rest| !rest.starts_with(|character: char| character.is_ascii_alphabetic()))
        })
}

fn any_word(model_id: &str, backend_model: Option<&str>, holds: impl Fn(&str) -> bool) -> bool {
    [Some(model_id), backend_model].into_iter().flatten().any(|name| {
        let name = name.to_ascii_lowercase();
        words(&name).any(&holds)
    })
}

/// The rests of `name` from the start of each word on; a word is a run of ASCII letters and digits.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut after_word_byte = false;
    name.bytes().enumerate().filter_map(move |(position, byte)| {
        let in_word = byte.is_ascii_alphanumeric();
        let starts = in_word && !after_word_byte;
        after_word_byte = in_word;
        if starts { name.get(position..) } else { None }
    })
}

/// `o1`, `o3` or `o4`, with nothing else in the word but a known ending.
fn is_o_series(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('o').and_then(|rest| rest.strip_prefix(['1', '3', '4'])) else {
        return false;
    };
    !rest.starts_with(|character: char| character.is_ascii_alphanumeric())
        || O_SERIES_ENDINGS.iter().any(|ending| rest.starts_with(ending))
}

/// The 5 of `gpt-5`, `gpt5` and `gpt-5.1`. More than one digit is another numbering: `gpt-35-turbo`, `gpt-50`.
fn gpt_generation(word: &str) -> Option<u32> {
    let rest = word.strip_prefix("gpt")?;
    let mut characters = rest.strip_prefix(SEPARATORS).unwrap_or(rest).chars();
    let generation = characters.next()?.to_digit(10)?;
    (!characters.next().is_some_and(|character| character.is_ascii_digit())).then_some(generation)
}

/// The first version in a name, as major and minor: `gemini-2.5-pro` and `gemini-2-5-pro` are (2, 5), `gemini-3-pro` is (3, 0).
fn version(name: &str) -> Option<(u32, u32)> {
    let mut numbers =
        name.split(|character: char| !character.is_ascii_alphanumeric()).skip_while(|part| number(part).is_none());
    let major = number(numbers.next()?)?;
    Some((major, numbers.next().and_then(number).unwrap_or(0)))
}

/// A part of a version; longer digits are dates and counters.
fn number(part: &str) -> Option<u32> {
    if part.len() > 2 { None } else { part.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_start_at_the_family_word() {
        for (backend_model, expected) in [
            ("anthropic/claude-3-7-sonnet-20250219", "claude-3-7-sonnet-20250219"),
            ("bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4-20250514-v1:0"),
            ("bedrock/converse/eu.anthropic.claude-3-7-sonnet", "claude-3-7-sonnet"),
            ("azure/gpt-4o", "gpt-4o"),
            ("openai/o3-mini", "o3-mini"),
            ("openai/GPT-5", "gpt-5"),
            ("gemini/gemini-2.5-pro", "gemini-2.5-pro"),
            ("Gemini 3 Pro", "gemini-3-pro"),
            ("xai/grok-4", "grok-4"),
            ("x/claude", "claude"),
        ] {
            assert_eq!(family("m", Some(backend_model)), expected, "{backend_model}");
        }
    }

    #[test]
    fn the_id_tells_the_family_when_the_backend_does_not() {
        assert_eq!(family("gpt-4o-team", Some("azure/deployment-7")), "gpt-4o-team");
        assert_eq!(family("our-model", Some("ollama/qwen2.5-coder:14b")), "our-model");
        assert_eq!(family("Our/Model", None), "Our/Model");
        assert_eq!(family("m", Some("gemini/gemma-3-27b-it")), "m");
        assert_eq!(family("m", Some("x/claudette")), "m");
        assert_eq!(family("m", Some("x/yolo1")), "m");
        assert_eq!(family("", None), "");
    }

    #[test]
    fn the_output_limit_has_another_name_for_reasoning_models() {
        for name in [
            "o1",
            "o3-mini",
            "o3mini",
            "O4-mini",
            "openai/o3-mini",
            "azure-o1",
            "azure_ai/o3",
            "gpt-5",
            "gpt5",
            "GPT-5",
            "GPT 5",
            "gpt-5-turbo",
            "gpt-5o",
            "gpt-5.1",
            "azure/gpt-5-codex",
            "my_gpt-5",
            "gpt-6",
            "gpt-5-chat-latest",
            "gpt-5-2025-08-07",
        ] {
            assert!(uses_max_completion_tokens(name, None), "{name}");
            assert!(uses_max_completion_tokens("smart", Some(name)), "{name}");
        }
        for name in [
            "gpt-4",
            "gpt-4o",
            "gpt-4.5",
            "gpt-50",
            "gpt-500",
            "chatgpt-5",
            "gpt-oss-120b",
            "gpt-35-turbo",
            "gpt-3.5-turbo",
            "claude-3-opus",
            "llama-3",
            "yolo1",
            "solo3",
            "o13-custom",
            "o1a2",
            "xgpt5",
            "qwen3-coder-plus",
            "o",
            "gpt",
            "gpt-",
            "",
        ] {
            assert!(!uses_max_completion_tokens(name, None), "{name}");
        }
    }

    #[test]
    fn reasoning_models_refuse_a_temperature() {
        for name in
            ["o3-mini", "openai/gpt-5", "azure/o4-mini", "gpt-5.1-codex", "anthropic/claude-opus-4-7", "claude-opus-5"]
        {
            assert!(refuses_temperature("m", Some(name)), "{name}");
        }
        for name in
            ["gpt-4o", "gpt-5-chat-latest", "claude-opus-4-6", "claude-opus-4-20250514", "claude-sonnet-4-5", "gpt-4.1"]
        {
            assert!(!refuses_temperature("m", Some(name)), "{name}");
        }
    }

    #[test]
    fn gemini_wants_signatures_from_two_point_five_on() {
        for name in [
            "gemini-3-pro",
            "vertex_ai/gemini-3-pro",
            "gemini-2.5-flash",
            "gemini-2-5-pro",
            "gemini/gemini-2.5-pro",
            "Gemini 3 Pro",
            "gemini-flash-latest",
            "gemini-3.1-pro-preview",
            "gemini-2.5-flash-preview-09-2025",
        ] {
            assert!(gemini_needs_signature(name, None), "{name}");
            assert!(is_gemini("alias", Some(name)), "{name}");
        }
        for name in ["gemini-1.5-pro", "gemini-2.0-flash", "gemini-2.0-flash-001", "gemini-pro", "gemini-exp-1206"] {
            assert!(!gemini_needs_signature(name, None), "{name}");
            assert!(is_gemini(name, None), "{name}");
        }
        for name in ["gpt-4o", "claude-3-5-sonnet", "gemini/gemma-3-27b-it"] {
            assert!(!is_gemini(name, None), "{name}");
        }
        assert!(!is_gemini("gemini-alias", Some("openai/gpt-4o")), "the backend knows better");
    }

    #[test]
    fn computer_use_is_known_by_whole_segments() {
        for backend_model in [
            "claude-3-7-sonnet-20250219",
            "anthropic/claude-3-5-sonnet-latest",
            "openrouter/anthropic/claude-3.5-sonnet",
            "bedrock/converse/eu.anthropic.claude-3-7-sonnet-20250219-v1:0",
            "vertex_ai/claude-sonnet-4@20250514",
        ] {
            assert!(can_use_computer(backend_model), "{backend_model}");
        }
        assert!(COMPUTER_USE_MODELS.into_iter().all(can_use_computer));
        for backend_model in
            ["openai/gpt-4-turbo", "not-claude-3-5-sonnet-latest", "anthropic/claude-3-haiku-20240307", "", "/"]
        {
            assert!(!can_use_computer(backend_model), "{backend_model}");
        }
    }
}
