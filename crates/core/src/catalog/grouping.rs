//! Rows of several replies become models: which rows are one model's, which are hidden, and which names are new.

use std::ops::Range;

use super::Discovered;
use crate::model_info::{Archive, Row, complete};
use crate::positions::Positions;

/// Modes of models that do not chat.
pub(super) const HIDDEN_MODES: [&str; 12] = [
    "embedding",
    "image_generation",
    "image_edit",
    "audio_transcription",
    "audio_speech",
    "rerank",
    "moderation",
    "completion",
    "realtime",
    "video_generation",
    "ocr",
    "search",
];

impl Discovered {
    /// Adds the rows of a reply; those of known names change nothing. Rows of one name are one model's if they are `deployments`;
    /// elsewhere the first counts. With `knows_more`, the reply may know more of the known models: for names that a wildcard stands for,
    /// the groups know neither mode nor limits, or call an image model a chat model.
    pub(super) fn add(&mut self, mut rows: Vec<Row>, deployments: bool, knows_more: bool) {
        // A name with a star stands for others and can't be called itself.
        rows.retain(|row| !self.archive.text(row.name).contains('*'));
        self.without_known_names(&mut rows, knows_more);
        let Self { archive, rows: all_rows, models, hidden, .. } = self;

        let mut known = Positions::new();
        // How many rows each new model has, and of which of them each row is.
        let mut lengths: Vec<usize> = Vec::new();
        let model_of: Vec<Option<usize>> = rows
            .iter()
            .map(|row| {
                if is_hidden(archive, row) {
                    return None;
                }
                let new = lengths.len();
                let name = archive.text(row.name);
                let model = known.get(name).copied().unwrap_or(new);
                if model == new {
                    known.insert(name.to_owned(), new);
                }
                match lengths.get_mut(model) {
                    None => lengths.push(1),
                    Some(length) if deployments => *length = length.saturating_add(1),
                    Some(_) => return None,
                }
                Some(model)
            })
            .collect();
        let new_models = lengths.iter().scan(all_rows.len(), |end, length| {
            let start = *end;
            *end = end.saturating_add(*length);
            Some(start..*end)
        });
        let first_new = models.len();
        models.extend(new_models);
        let new_models = models.get(first_new..).unwrap_or_default();

        let mut next: Vec<usize> = new_models.iter().map(|model| model.start.saturating_sub(all_rows.len())).collect();
        let mut sorted: Vec<usize> = vec![0; lengths.iter().sum()];
        for (position, model) in model_of.iter().enumerate() {
            let next = model.and_then(|model| next.get_mut(model));
            if let Some((place, next)) = next.and_then(|next| Some((sorted.get_mut(*next)?, next))) {
                *place = position;
                *next = next.saturating_add(1);
            }
        }
        all_rows.extend(sorted.iter().filter_map(|position| rows.get(*position)));
        let hidden_rows = || rows.iter().filter(|row| is_hidden(archive, row));
        all_rows.extend(hidden_rows().filter(|row| row.deployment.is_some()));
        hidden.extend(hidden_rows().map(|row| row.name).filter(|name| !known.contains_key(archive.text(*name))));
    }

    /// Takes rows of known names out, and with `knows_more` what they know.
    fn without_known_names(&mut self, rows: &mut Vec<Row>, knows_more: bool) {
        let Self { archive, rows: all_rows, models, hidden, .. } = self;
        let name_of = |rows: &[Row], model: &Range<usize>| rows.get(model.start).map(|row| archive.text(row.name));
        // Where a known model is in the list; a hidden one is not in it.
        let mut known: Option<Positions> = None;
        let mut newly_hidden: Vec<usize> = Vec::new();
        let mut expected = 0;
        rows.retain(|row| {
            let name = archive.text(row.name);
            // Replies of one gateway mostly have one order.
            let is_expected = models.get(expected).and_then(|model| name_of(all_rows, model)) == Some(name);
            let position = if is_expected {
                expected
            } else {
                let known = known.get_or_insert_with(|| {
                    let hidden = hidden.iter().map(|name| (archive.text(*name), usize::MAX));
                    let models = models.iter().enumerate();
                    let models = models.filter_map(|(position, model)| Some((name_of(all_rows, model)?, position)));
                    let mut known = Positions::new();
                    for (name, position) in hidden.chain(models) {
                        known.insert(name.to_owned(), position);
                    }
                    known
                });
                match known.get(name) {
                    None => return true,
                    Some(position) => *position,
                }
            };
            if let Some(model) = models.get(position) {
                expected = position.saturating_add(1);
                if knows_more && is_hidden(archive, row) {
                    newly_hidden.push(position);
                } else if let Some(known_row) = all_rows.get_mut(model.start).filter(|_| knows_more) {
                    complete(known_row, row);
                }
            }
            false
        });
        for position in newly_hidden {
            if let Some(model) = models.get_mut(position) {
                hidden.extend(all_rows.get(model.start).map(|row| row.name));
                model.end = model.start;
            }
        }
        models.retain(|model| !model.is_empty());
    }
}

fn is_hidden(archive: &Archive, row: &Row) -> bool {
    row.mode.is_some_and(|mode| HIDDEN_MODES.contains(&archive.word(mode)))
}
