//! The compact form of the vocabularies gives back what is published, and whatever is no vocabulary is refused.
#![allow(clippy::allow_attributes, clippy::unwrap_used, reason = "a test may stop at once")]

mod committed;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use litellm_tokens::{Encoding, LoadError, Vocabulary};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// The SHA-256 that `tiktoken` expects of the published files, which list every token and its rank.
const PUBLISHED: [(&str, Encoding, u32, &str); 2] = [
    ("o200k_base", Encoding::O200kBase, 199_998, "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"),
    ("cl100k_base", Encoding::Cl100kBase, 100_256, "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"),
];

#[test]
fn every_rank_comes_back() {
    for (name, encoding, count, sha256) in PUBLISHED {
        let vocabulary = Vocabulary::load(&committed::file(name)).unwrap();
        assert_eq!(vocabulary.encoding(), encoding);
        assert_eq!(vocabulary.tokens(), count);
        let mut lines = String::new();
        for rank in 0..count {
            let token = vocabulary.token(rank).unwrap();
            writeln!(lines, "{} {rank}", STANDARD.encode(&token)).unwrap();
            assert_eq!(vocabulary.rank_of(&token), Some(rank), "{name}: {token:?} is found by its bytes");
        }
        assert_eq!(vocabulary.token(count), None);
        assert_eq!(format!("{:x}", Sha256::digest(&lines)), sha256, "{name}");
    }
}

#[test]
fn what_is_no_vocabulary_is_refused() {
    let load = |file: &[u8]| Vocabulary::load(file).err();
    let good = committed::file("cl100k_base");
    assert_eq!(load(b""), Some(LoadError::NotAVocabulary));
    assert_eq!(load(b"<!doctype html><title>404</title>"), Some(LoadError::NotAVocabulary));
    assert_eq!(load(&good[..200]), Some(LoadError::WrongLength));
    assert_eq!(load(&good[..good.len() - 1]), Some(LoadError::WrongLength));
    assert_eq!(load(&[good.clone(), vec![0]].concat()), Some(LoadError::WrongLength));
    let changed = |at: usize, byte: u8| {
        let mut file = good.clone();
        file[at] = byte;
        load(&file)
    };
    assert_eq!(changed(0, b'B'), Some(LoadError::NotAVocabulary));
    assert_eq!(changed(4, 2), Some(LoadError::NotAVocabulary));
    assert_eq!(changed(10, good[10] + 1), Some(LoadError::WrongLength));
    // The highest bits of the left part of token 256: a token that is not there yet.
    let merged = 100_256 - 256;
    assert_eq!(changed(12 + 256 + 2 * merged, 3), Some(LoadError::WrongToken(256)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((0_usize..450_268, any::<u8>()), 1..40)) {
        let mut file = committed::file("cl100k_base");
        for (at, byte) in changes {
            file[at] = byte;
        }
        let _ = Vocabulary::load(&file);
    }
}
