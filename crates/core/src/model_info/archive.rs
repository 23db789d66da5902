//! What thousands of rows say in words, kept in few pieces of memory: texts one behind the other, and once what many rows say alike.

use super::PriceTier;
use crate::lenient::{List, Lists};

/// How many words are looked for. Gateways know some hundred providers, and use a few.
const MOST_LOOKED_FOR: usize = 64;

/// A text of an archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Text {
    start: u32,
    end: u32,
}

/// A text that many rows have, such as a provider's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u32);

/// A list of texts that many rows have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) u32);

/// Prices of longer prompts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tiers(u32);

/// Texts and lists of rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Archive {
    texts: String,
    words: Vec<Text>,
    lists: Lists,
    tiers: Vec<Vec<PriceTier>>,
}

/// How much an archive held at some time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mark {
    texts: usize,
    words: usize,
    lists: usize,
    tiers: usize,
}

impl Archive {
    pub(crate) fn keep_text(&mut self, text: &str) -> Text {
        let start = number(self.texts.len());
        self.texts.push_str(text);
        Text { start, end: number(self.texts.len()) }
    }

    pub(crate) fn keep_word(&mut self, text: &str) -> Word {
        let looked_for = self.words.iter().take(MOST_LOOKED_FOR);
        if let Some(position) = looked_for.clone().position(|word| self.text(*word) == text) {
            return Word(number(position));
        }
        let word = Word(number(self.words.len()));
        let text = self.keep_text(text);
        self.words.push(text);
        word
    }

    pub(crate) fn keep_list(&mut self, list: List<'_>) -> Words {
        Words(number(self.lists.keep(list)))
    }

    pub(crate) fn keep_tiers(&mut self, tiers: Vec<PriceTier>) -> Option<Tiers> {
        if tiers.is_empty() {
            return None;
        }
        let position = Tiers(number(self.tiers.len()));
        self.tiers.push(tiers);
        Some(position)
    }

    pub(crate) fn text(&self, text: Text) -> &str {
        self.texts.get(text.start as usize..text.end as usize).unwrap_or_default()
    }

    pub(crate) fn word(&self, word: Word) -> &str {
        self.words.get(word.0 as usize).map_or("", |text| self.text(*text))
    }

    pub(crate) fn list(&self, words: Words) -> &[String] {
        self.lists.get(words.0 as usize)
    }

    pub(crate) fn tiers(&self, tiers: Option<Tiers>) -> &[PriceTier] {
        tiers.and_then(|tiers| self.tiers.get(tiers.0 as usize)).map_or(&[], Vec::as_slice)
    }

    /// All words, in the order of their numbers.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|text| self.text(*text))
    }

    /// The lists that are known, to be known again.
    pub(crate) fn lists(&self) -> &Lists {
        &self.lists
    }

    /// How much is held now.
    pub(crate) fn mark(&self) -> Mark {
        Mark { texts: self.texts.len(), words: self.words.len(), lists: self.lists.len(), tiers: self.tiers.len() }
    }

    /// Forgets what was kept since.
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        self.texts.truncate(mark.texts);
        self.words.truncate(mark.words);
        self.lists.truncate(mark.lists);
        self.tiers.truncate(mark.tiers);
    }
}

/// A reply, which is what is kept of, is no longer than 64 MiB.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_there_until_it_is_forgotten() {
        let mut archive = Archive::default();
        let (text, word) = (archive.keep_text("é"), archive.keep_word("chat"));
        let mark = archive.mark();
        let other = archive.keep_word("responses");
        let list = archive.keep_list(List::Written(b"[\"a\"]"));
        assert_eq!((archive.text(text), archive.word(word), archive.word(other)), ("é", "chat", "responses"));
        assert_eq!((archive.keep_word("chat"), archive.list(list)), (word, &["a".to_owned()][..]));
        archive.forget_since(mark);
        assert_eq!((archive.text(text), archive.word(word), archive.word(other)), ("é", "chat", ""));
    }

    #[test]
    fn only_so_many_words_are_looked_for() {
        let mut archive = Archive::default();
        let words: Vec<Word> = (0..100).map(|number| archive.keep_word(&number.to_string())).collect();
        assert_eq!(archive.keep_word("0"), words[0]);
        assert_ne!(archive.keep_word("99"), words[99]);
        assert_eq!(archive.word(words[99]), "99");
    }
}
