//! Counts against the scenarios of `tests/vectors`, and what holds for any text.
#![allow(clippy::allow_attributes, clippy::unwrap_used, reason = "a test may stop at once")]

mod committed;

use std::cell::RefCell;
use std::path::PathBuf;

use litellm_tokens::{Tokenizer, Vocabulary};
use proptest::prelude::*;
use serde_json::Value;

thread_local! {
    static TOKENIZERS: RefCell<[Tokenizer; 2]> = RefCell::new(committed::ENCODINGS.map(committed::tokenizer));
}

/// Calls a function with each encoding's tokenizer.
fn with_each(mut check: impl FnMut(&str, &mut Tokenizer)) {
    TOKENIZERS.with_borrow_mut(|tokenizers| {
        for (name, tokenizer) in committed::ENCODINGS.into_iter().zip(tokenizers) {
            check(name, tokenizer);
        }
    });
}

#[test]
fn the_scenarios_hold() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/tokens.json");
    let scenarios: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut checked = 0;
    for scenario in &scenarios {
        let call = &scenario["call"];
        if call["method"] != "countTokens" {
            continue;
        }
        let (text, encoding) = (call["args"][0].as_str().unwrap(), call["args"][1].as_str().unwrap_or("o200k_base"));
        with_each(|name, tokenizer| {
            if name == encoding {
                assert_eq!(tokenizer.count(text) as u64, scenario["expect"]["result"], "{}", scenario["name"]);
                checked += 1;
            }
        });
    }
    assert_eq!(checked, 49);
}

/// The tokens of a text that is one piece, by the definition: one merge at a time.
fn merged_by_definition(vocabulary: &Vocabulary, text: &[u8]) -> usize {
    let mut parts: Vec<&[u8]> = text.chunks(1).collect();
    loop {
        let lowest = (1..parts.len())
            .filter_map(|right| {
                let start = parts[..right - 1].iter().map(|part| part.len()).sum::<usize>();
                let end = start + parts[right - 1].len() + parts[right].len();
                Some((vocabulary.rank_of(&text[start..end])?, right, &text[start..end]))
            })
            .min_by_key(|&(rank, right, _)| (rank, right));
        let Some((_, right, merged)) = lowest else { return parts.len() };
        parts.splice(right - 1..=right, [merged]);
    }
}

/// Texts that are one piece in both encodings, long enough to be merged a stretch at a time.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,300}",
        "[a-c]{100,300}",
        "(ab|ba|aab|the|ing|in){40,90}",
        "[\\u{4e00}-\\u{4e80}]{1,120}",
        "[\\u{1f600}-\\u{1f64f}\\u{200d}\\u{1f3fb}]{1,90}",
        "[=\\-#*]{100,300}",
        " {1,400}",
        "\n{1,400}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn long_pieces_are_merged_as_defined(text in piece()) {
        with_each(|name, tokenizer| {
            let expected = merged_by_definition(tokenizer.vocabulary(), text.as_bytes());
            assert_eq!(tokenizer.count(&text), expected, "{name}");
        });
    }

    #[test]
    fn bytes_that_are_no_text_are_counted_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        with_each(|name, tokenizer| {
            let count = tokenizer.count_utf8(&bytes);
            assert!(count <= bytes.len(), "{name}: {count} tokens of {bytes:x?}");
            if let Ok(text) = std::str::from_utf8(&bytes) {
                assert_eq!(tokenizer.count(text), count, "{name}");
            }
        });
    }

    #[test]
    fn a_limit_is_found(text in "(\\PC| |\n|'s|[a-z]{1,9}| {9}){0,80}", limit in 0_usize..120) {
        with_each(|name, tokenizer| {
            let count = tokenizer.count(&text);
            assert_eq!(tokenizer.count(&text), count, "{name}: the same again");
            assert_eq!(tokenizer.count_up_to(&text, limit), (count <= limit).then_some(count), "{name}");
            let start = tokenizer.truncate_to(&text, limit);
            assert!(text.starts_with(start));
            assert!(tokenizer.count(start) <= limit, "{name}: {start:?} has more than {limit}");
            assert!(count > limit || start == text, "{name}: {text:?} has {count} of {limit}");
        });
    }
}

#[test]
fn a_limit_ends_the_counting_of_one_long_piece() {
    with_each(|_, tokenizer| {
        let text = " ".repeat(10_000);
        assert_eq!(tokenizer.count_up_to(&text, 10), None);
        assert_eq!(tokenizer.truncate_to(&text, 10).len(), tokenizer.truncate_to(&text[..5000], 10).len());
        assert_eq!(tokenizer.truncate_to("\u{1f469}\u{200d}\u{1f469}", 1), "");
        assert_eq!(tokenizer.truncate_to("one two three", 2), "one two");
        assert_eq!(tokenizer.truncate_to("", 2), "");
        assert_eq!(tokenizer.count_up_to("", 0), Some(0));
    });
}
