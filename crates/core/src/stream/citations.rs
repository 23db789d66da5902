//! The sources of an answer, each address once.

use serde_json::Value;

use super::chunk::{Any, Source};
use super::part::Citation;

/// More sources than any answer has.
const MAX_CITATIONS: usize = 1000;

/// The sources so far, in the order of their first mention.
#[derive(Debug, Default)]
pub struct Citations {
    citations: Vec<Citation>,
    kept_bytes: usize,
}

impl Citations {
    /// Bytes kept for sources.
    pub fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }

    /// Takes a source; one without an address is no source.
    pub fn push(&mut self, source: &Source<'_>) {
        self.add(source.url.filled(), source.title.filled());
    }

    /// Takes a list of addresses, or of objects with `url` and `title`.
    pub fn push_list(&mut self, list: &[Any<'_>]) {
        for entry in list {
            match entry {
                Any::Nothing => {}
                Any::Text(url) => self.add(Some(url).filter(|url| !url.is_empty()).map(AsRef::as_ref), None),
                Any::Tree(Value::Array(inner)) => inner.iter().for_each(|source| self.push_value(source)),
                Any::Tree(source) => self.push_value(source),
            }
        }
    }

    fn push_value(&mut self, source: &Value) {
        let text = |name| source.get(name).and_then(Value::as_str).filter(|text: &&str| !text.is_empty());
        self.add(text("url"), text("title"));
    }

    fn add(&mut self, url: Option<&str>, title: Option<&str>) {
        let Some(url) = url else { return };
        if let Some(known) = self.citations.iter_mut().find(|citation| citation.url == url) {
            if known.title.is_none() {
                known.title = title.map(str::to_owned);
                self.kept_bytes = self.kept_bytes.saturating_add(title.map_or(0, str::len));
            }
        } else if self.citations.len() < MAX_CITATIONS {
            self.kept_bytes = self.kept_bytes.saturating_add(url.len()).saturating_add(title.map_or(0, str::len));
            self.citations.push(Citation { title: title.map(str::to_owned), url: url.to_owned() });
        }
    }

    /// All sources.
    pub fn finish(self) -> Vec<Citation> {
        self.citations
    }
}
