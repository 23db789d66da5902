//! The table of character classes against the one that the `regex` crate has, with which `tiktoken` reads its patterns.

#![allow(clippy::allow_attributes, clippy::unwrap_used, reason = "a test may stop at once")]

use std::fs;
use std::path::PathBuf;

use regex_syntax::hir::{Class, HirKind};

const BLOCK: usize = 128;
const END: usize = 0xe0200;

/// Each class with its number in the table; whatever is in none has the number 0.
const CLASSES: [(&str, u8); 7] = [
    (r"\p{M}", 1),
    (r"[\p{Lu}\p{Lt}]", 2),
    (r"\p{Ll}", 3),
    (r"[\p{Lm}\p{Lo}]", 4),
    (r"\p{N}", 5),
    (r"[\s--[\r\n]]", 6),
    (r"[\r\n]", 7),
];

/// The class of every code point.
fn classes() -> Vec<u8> {
    let mut table = vec![0; char::MAX as usize + 1];
    for (pattern, number) in CLASSES {
        let parsed = regex_syntax::parse(pattern).unwrap();
        let HirKind::Class(Class::Unicode(class)) = parsed.kind() else { panic!("{pattern} is no class") };
        for range in class.ranges() {
            let characters = &mut table[range.start() as usize..=range.end() as usize];
            assert!(characters.iter().all(|&class| class == 0), "{range:?} has two classes");
            characters.fill(number);
        }
    }
    table
}

/// The table as `src/classes.rs` reads it.
fn packed(classes: &[u8]) -> Vec<u8> {
    let (kept, left_out) = classes.split_at(END);
    assert!(left_out.iter().all(|&class| class == 0));
    let mut blocks: Vec<&[u8]> = Vec::new();
    let mut table: Vec<u8> = Vec::new();
    for block in kept.chunks(BLOCK) {
        let number = blocks.iter().position(|known| *known == block).unwrap_or(blocks.len());
        if number == blocks.len() {
            blocks.push(block);
        }
        table.push(u8::try_from(number).unwrap());
    }
    table.extend(blocks.concat().chunks(2).map(|pair| pair[0] | pair[1] << 4));
    table
}

/// With `UPDATE_CLASSES` in the environment, the file is written first.
#[test]
fn the_table_is_that_of_the_regex_crate() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("unicode/classes.bin");
    let expected = packed(&classes());
    if std::env::var_os("UPDATE_CLASSES").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    assert!(fs::read(&path).unwrap() == expected, "UPDATE_CLASSES=1 cargo test -p litellm-tokens --test classes");
}
