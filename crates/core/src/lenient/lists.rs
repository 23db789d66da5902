//! Lists of words that come again and again: a row names some forty parameters, as thousands of other rows do.

use std::borrow::Cow;

use super::{Place, Reader, Receive};

/// How many lists are looked for. A gateway has a few for each of its providers.
const MOST_LOOKED_FOR: usize = 64;

/// How many texts of a list are read; the longest list of parameters has about forty.
const MOST_TEXTS: usize = 200;

/// A list of texts in JSON, which is read when it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List<'de> {
    /// One that was written before in the same way, by its number.
    Known(usize),
    /// One as it is written.
    Written(&'de [u8]),
}

/// Lists by the number under which they were kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lists(Vec<KnownList>);

#[derive(Debug, Clone, PartialEq)]
struct KnownList {
    /// How it is written; empty where it is not looked for.
    json: Vec<u8>,
    /// How many words of eight bytes it has in common with the list before it.
    shared: usize,
    texts: Vec<String>,
}

impl Lists {
    /// The list that is written at the start of `json` and was kept before: its number and its length in bytes. No byte is compared
    /// twice, however much the lists have in common.
    pub(super) fn find(&self, json: &[u8]) -> Option<(usize, usize)> {
        // How many words `json` has in common with the list before.
        let mut shared = 0;
        for (number, list) in self.0.iter().take(MOST_LOOKED_FOR).enumerate() {
            let known = list.json.as_slice();
            if list.shared == shared {
                shared = shared_words(known, json, shared);
            } else {
                shared = shared.min(list.shared);
            }
            if shared == known.as_chunks::<8>().0.len() {
                let is_same =
                    json.get(..known.len()).is_some_and(|json| json.as_chunks::<8>().1 == known.as_chunks::<8>().1);
                if is_same && !known.is_empty() {
                    return Some((number, known.len()));
                }
            }
        }
        None
    }

    /// Keeps a list and gives its number.
    pub(crate) fn keep(&mut self, list: List<'_>) -> usize {
        let json = match list {
            List::Known(number) => return number,
            List::Written(json) => json,
        };
        let number = self.0.len();
        let json_to_find = if number < MOST_LOOKED_FOR { json } else { &[] };
        let shared = self.0.last().map_or(0, |last| shared_words(&last.json, json_to_find, 0));
        self.0.push(KnownList { json: json_to_find.to_vec(), shared, texts: texts_of(json) });
        number
    }

    /// The texts of a list, each once.
    pub(crate) fn get(&self, number: usize) -> &[String] {
        self.0.get(number).map_or(&[], |list| &list.texts)
    }

    /// How many lists are kept.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets the lists that were kept after the first so many.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }
}

impl List<'_> {
    /// Whether there is no text in it.
    pub(crate) fn is_empty(self, lists: &Lists) -> bool {
        match self {
            Self::Known(number) => lists.get(number).is_empty(),
            Self::Written(json) => texts_of(json).is_empty(),
        }
    }
}

fn texts_of(json: &[u8]) -> Vec<String> {
    let mut texts = Texts::default();
    let read = Reader::of_whole(json).value(Place::Receiver(&mut texts));
    if read.is_ok() { texts.finish() } else { Vec::new() }
}

/// How many words of eight bytes two texts have in common at their start, of which the first `known` are known to be.
fn shared_words(one: &[u8], other: &[u8], known: usize) -> usize {
    let words = one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0).skip(known);
    words.take_while(|(one, other)| one == other).count().saturating_add(known)
}

/// The texts of a list that have more than blanks in them, each once. What is beyond the first [`MOST_TEXTS`] elements is passed over.
#[derive(Default)]
struct Texts<'de> {
    count: usize,
    kept: Vec<String>,
    last: Option<Cow<'de, str>>,
}

impl Texts<'_> {
    fn keep_last(&mut self) {
        let Some(text) = self.last.take() else { return };
        if !self.kept.iter().any(|kept| *kept == text) {
            self.kept.push(text.into_owned());
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.keep_last();
        self.kept
    }
}

impl<'de> Receive<'de> for Texts<'de> {
    fn element(&mut self) -> Place<'_, 'de> {
        self.keep_last();
        self.count = self.count.saturating_add(1);
        if self.count > MOST_TEXTS { Place::Nowhere } else { Place::BorrowedWords(&mut self.last) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(lists: &mut Lists, json: &str) -> usize {
        let list = match lists.find(json.as_bytes()) {
            Some((number, length)) => {
                assert_eq!(length, json.len());
                List::Known(number)
            }
            None => List::Written(json.as_bytes()),
        };
        lists.keep(list)
    }

    #[test]
    fn each_text_is_kept_once_and_in_order() {
        let mut lists = Lists::default();
        let number = kept(&mut lists, r#"["tools", "n","tools",null,7," ",["x"],"é\n"]"#);
        assert_eq!(lists.get(number), ["tools", "n", "é\n"]);
        let long: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
        let number = kept(&mut lists, &format!("{long:?}"));
        assert_eq!(lists.get(number), &long[..MOST_TEXTS]);
    }

    #[test]
    fn a_list_that_was_written_before_is_known() {
        let mut lists = Lists::default();
        let numbers = [r#"["a","b","c"]"#, r#"["a","b"]"#, r#"["a","b","c"]"#, "[]", "[ ]", "[]"]
            .map(|json| kept(&mut lists, json));
        assert_eq!(numbers, [0, 1, 0, 2, 3, 2]);
        assert!(List::Known(2).is_empty(&lists) && List::Written(b"[5,\"\"]").is_empty(&lists));
    }

    #[test]
    fn lists_that_begin_alike_are_told_apart() {
        let mut lists = Lists::default();
        let words = ["frequency_penalty", "logit_bias", "stream", "n"];
        let all: Vec<String> = (0..=4)
            .flat_map(|length| [format!("{:?}", &words[..length]), format!("{:?}", &words[4 - length..])])
            .flat_map(|list| [list.clone(), list.replace(", ", ","), list.replace("stream", "stream_options")])
            .collect();
        let numbers: Vec<usize> = all.iter().map(|json| kept(&mut lists, json)).collect();
        for (json, number) in all.iter().zip(&numbers) {
            assert_eq!(lists.find(format!("{json},\"x\":[]").as_bytes()), Some((*number, json.len())), "{json}");
            assert_eq!(lists.find(&json.as_bytes()[..json.len() - 1]), None);
        }
    }

    #[test]
    fn only_so_many_are_looked_for() {
        let mut lists = Lists::default();
        for number in 0..100 {
            assert_eq!(kept(&mut lists, &format!("[\"{number}\"]")), number);
        }
        assert_eq!((kept(&mut lists, r#"["0"]"#), kept(&mut lists, r#"["99"]"#)), (0, 100));
        assert_eq!(lists.get(100), ["99"]);
        lists.truncate(1);
        assert_eq!(lists.len(), 1);
    }
}
