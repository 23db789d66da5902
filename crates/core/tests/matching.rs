//! The matcher of the scenarios itself.

mod vector;

use serde_json::json;

use vector::{matches, replace_word};

#[test]
fn operators_hold_where_the_format_says_so() {
    for (expected, actual, holds) in [
        (json!({"a": 1}), json!({"a": 1.0, "b": 2}), true),
        (json!({"a": 1}), json!({"b": 2}), false),
        (json!({"$exact": {"a": 1}}), json!({"a": 1, "b": 2}), false),
        (json!({"a": "$absent"}), json!({"a": null}), false),
        (json!({"a": "$absent"}), json!({}), true),
        (json!({"a": "$any"}), json!({"a": null}), true),
        (json!([1, 2]), json!([1, 2, 3]), false),
        (json!({"$includes": [2, 1]}), json!([1, 2, 3]), true),
        (json!({"$unordered": [2, 1]}), json!([1, 2, 3]), false),
        (json!({"$unordered": [{"$contains": "a"}, "ab"]}), json!(["ab", "a"]), true),
        (json!({"$approx": 0.3}), json!(0.300_000_000_000_000_04), true),
        (json!({"$contains": "\"a\""}), json!({"a": 1}), true),
        (json!({"$matches": "^(?!b)a"}), json!("ab"), true),
        (json!({"$not": {"$contains": "x"}}), json!("ab"), true),
        (json!({"$contains": "a", "$not": {"$contains": "b"}}), json!("ab"), false),
    ] {
        assert_eq!(matches(&expected, Some(&actual)), holds, "{expected} and {actual}");
    }
}

#[test]
fn only_whole_words_are_replaced() {
    assert_eq!(replace_word("http://HOST/GHOST?HOST", "HOST", "h"), "http://h/GHOST?h");
}
