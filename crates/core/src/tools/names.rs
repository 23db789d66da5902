//! The caller's tool names against those that are sent.

use super::Identifiers;
use crate::positions::Positions;

/// The caller's tool names against the cleaned ones that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolNames {
    /// The sent names.
    identifiers: Identifiers,
    /// Where in `pairs` an original is first.
    positions: Positions,
    /// Each original and what was sent for it, in the order of the sent names.
    pairs: Vec<(String, String)>,
}

impl ToolNames {
    /// The caller's name for a tool that the model called by its sent name; a name that was never sent stays as it is.
    pub fn original<'a>(&'a self, sent: &'a str) -> &'a str {
        let pair = self.identifiers.position(sent).and_then(|position| self.pairs.get(position));
        pair.map_or(sent, |(original, _)| original)
    }

    /// A name to send for a tool that is declared; a second tool of the same name gets another one.
    pub(crate) fn declare(&mut self, original: &str) -> String {
        let sent = self.identifiers.claim(original, "tool");
        if !self.positions.contains_key(original) {
            self.positions.insert(original.to_owned(), self.pairs.len());
        }
        self.pairs.push((original.to_owned(), sent.clone()));
        sent
    }

    /// The name that is sent for `original`, declared or only called in the history.
    pub(crate) fn sent(&mut self, original: &str) -> String {
        match self.positions.get(original).and_then(|position| self.pairs.get(*position)) {
            Some((_, sent)) => sent.clone(),
            None => self.declare(original),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sent_names_lead_back_to_the_callers() {
        let mut names = ToolNames::default();
        let declared: Vec<_> = ["a_b", "a.b", "a.b", "", "日本"].iter().map(|name| names.declare(name)).collect();
        assert_eq!(declared, ["a_b", "a_b_e32b629f", "a_b_e32b629f_2", "tool", "__"]);
        assert_eq!(names.sent("a.b"), "a_b_e32b629f");
        assert_eq!(names.sent("a b"), "a_b_0cc9cd4d");
        for (sent, original) in [
            ("a_b", "a_b"),
            ("a_b_e32b629f", "a.b"),
            ("a_b_e32b629f_2", "a.b"),
            ("tool", ""),
            ("__", "日本"),
            ("never", "never"),
        ] {
            assert_eq!(names.original(sent), original, "{sent}");
        }
    }
}
