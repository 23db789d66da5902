//! Tables of texts and their pieces, which are those of `tiktoken`'s own patterns.

use proptest::prelude::*;

use super::cl100k::Cl100k;
use super::o200k::O200k;
use super::{Encoding, Pattern};
use crate::word;

fn pieces<P: Pattern>(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = P::piece_end(text.as_bytes(), at);
        assert!(end > at, "{text:?}: a piece is empty");
        let word = P::ascii_word(text.as_bytes(), at, word::load(text.as_bytes(), at));
        assert!(word == 0 || at + word == end, "{text:?} at {at}: a word of {word} bytes ends at {end}");
        pieces.push(&text[at..end]);
        at = end;
    }
    pieces
}

#[track_caller]
fn check(encoding: Encoding, text: &str, expected: &[&str]) {
    let pieces = match encoding {
        Encoding::O200kBase => pieces::<O200k>(text),
        Encoding::Cl100kBase => pieces::<Cl100k>(text),
    };
    assert_eq!(pieces, expected, "{encoding:?}: {text:?}");
}

#[track_caller]
fn both(text: &str, expected: &[&str]) {
    check(Encoding::O200kBase, text, expected);
    check(Encoding::Cl100kBase, text, expected);
}

#[track_caller]
fn each(text: &str, o200k: &[&str], cl100k: &[&str]) {
    check(Encoding::O200kBase, text, o200k);
    check(Encoding::Cl100kBase, text, cl100k);
}

#[test]
fn words_take_what_comes_before_them() {
    both("", &[]);
    both("a", &["a"]);
    both("hello world", &["hello", " world"]);
    both("a,b (c) \"d\u{e9}j\u{e0}\"", &["a", ",b", " (", "c", ")", " \"", "d\u{e9}j\u{e0}", "\""]);
    both("\tx\u{a0}y\u{200b}z", &["\tx", "\u{a0}y", "\u{200b}z"]);
    both("\nx\ry", &["\n", "x", "\r", "y"]);
    both("1a a1", &["1", "a", " a", "1"]);
}

#[test]
fn case_cuts_only_in_o200k() {
    each("camelCase", &["camel", "Case"], &["camelCase"]);
    each("getHTTPResponse", &["get", "HTTPResponse"], &["getHTTPResponse"]);
    each(" ABCdefGHI", &[" ABCdef", "GHI"], &[" ABCdefGHI"]);
    each("ABCdefgh.ABCDEFGHIJ", &["ABCdefgh", ".ABCDEFGHIJ"], &["ABCdefgh", ".ABCDEFGHIJ"]);
    each("\u{1c5}a\u{1c5}", &["\u{1c5}a", "\u{1c5}"], &["\u{1c5}a\u{1c5}"]);
    // Letters without case are the head and the tail of a word: the head goes back to the last of them.
    each("A\u{4e2d}B", &["A\u{4e2d}", "B"], &["A\u{4e2d}B"]);
    each("\u{4e2d}AB\u{2b0}c\u{4e2d}D", &["\u{4e2d}AB\u{2b0}c\u{4e2d}", "D"], &["\u{4e2d}AB\u{2b0}c\u{4e2d}D"]);
}

#[test]
fn marks_belong_to_words_only_in_o200k() {
    each("e\u{301}a", &["e\u{301}a"], &["e", "\u{301}a"]);
    each("\u{301}", &["\u{301}"], &["\u{301}"]);
    each("\u{301}A", &["\u{301}", "A"], &["\u{301}A"]);
    each("\u{301}Ab", &["\u{301}Ab"], &["\u{301}Ab"]);
    each("\u{301}'s", &["\u{301}'s"], &["\u{301}'", "s"]);
    each(" \u{301}", &[" \u{301}"], &[" \u{301}"]);
    each("!\u{301}a", &["!\u{301}a"], &["!\u{301}", "a"]);
    each("!!\u{301}a", &["!!\u{301}", "a"], &["!!\u{301}", "a"]);
    each("!A\u{301}B", &["!A\u{301}", "B"], &["!A", "\u{301}B"]);
}

#[test]
fn contractions() {
    each("it's IT'S", &["it's", " IT'S"], &["it", "'s", " IT", "'S"]);
    each("we'll've", &["we'll", "'ve"], &["we", "'ll", "'ve"]);
    each("y'all'd", &["y", "'all'd"], &["y", "'all", "'d"]);
    each("'sa", &["'sa"], &["'s", "a"]);
    each("'s", &["'s"], &["'s"]);
    each("a'\u{17f}b", &["a'\u{17f}", "b"], &["a", "'\u{17f}", "b"]);
    each("a'l a'r a'v", &["a", "'l", " a", "'r", " a", "'v"], &["a", "'l", " a", "'r", " a", "'v"]);
    each(
        "a'rE a'Ve a'M a'T a'D",
        &["a'rE", " a'Ve", " a'M", " a'T", " a'D"],
        &["a", "'rE", " a", "'Ve", " a", "'M", " a", "'T", " a", "'D"],
    );
    both("1's", &["1", "'s"]);
    both("'", &["'"]);
    both("a'", &["a", "'"]);
    each("abcdefgh's", &["abcdefgh's"], &["abcdefgh", "'s"]);
    each("abcdefg's", &["abcdefg's"], &["abcdefg", "'s"]);
}

#[test]
fn digits_go_by_threes() {
    both("1234567", &["123", "456", "7"]);
    both(" 12", &[" ", "12"]);
    both("\u{bd}\u{661}1\u{2167}", &["\u{bd}\u{661}1", "\u{2167}"]);
}

#[test]
fn symbols_take_a_space_and_line_ends() {
    both("a == b", &["a", " ==", " b"]);
    both("}\n\n\nx", &["}\n\n\n", "x"]);
    both(" {\r\n  y", &[" {\r\n", " ", " y"]);
    each("!\n/\n//x", &["!\n/\n//", "x"], &["!\n", "/\n", "//", "x"]);
    both("\u{feff}\u{200d}x", &["\u{feff}\u{200d}", "x"]);
    both("\u{1f600}\u{1f44d}\u{1f3fd}", &["\u{1f600}\u{1f44d}\u{1f3fd}"]);
    both("\0", &["\0"]);
}

#[test]
fn white_space_leaves_its_last_to_what_follows() {
    both("a  b", &["a", " ", " b"]);
    both("a    b", &["a", "   ", " b"]);
    both("a  1", &["a", " ", " ", "1"]);
    both("a \n  \n   b", &["a", " \n  \n", "  ", " b"]);
    both("a \u{85}\u{2028} b", &["a", " \u{85}\u{2028}", " b"]);
    both("a   ", &["a", "   "]);
    both("   ", &["   "]);
    each(" \n  ", &[" \n", "  "], &[" \n  "]);
    each("a\n\n ", &["a", "\n\n", " "], &["a", "\n\n "]);
    both("\u{85}x", &["\u{85}x"]);
    both("\u{3000}\u{3000}x", &["\u{3000}", "\u{3000}x"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn words_in_ascii_are_the_same_pieces(
        text in "([a-z]{1,9}|[A-Z]{1,3}|[a-zA-Z]{1,20}|[0-9]{1,4}| | {2,9}|[\\t\\x0b\\x0c]|[\r\n]{1,3}|\\PC|[(/'._\u{0}-]{1,3}|'s|\u{e9}|\u{a0}|\u{301}|\u{2019}){0,30}",
    ) {
        pieces::<O200k>(&text);
        pieces::<Cl100k>(&text);
    }
}
