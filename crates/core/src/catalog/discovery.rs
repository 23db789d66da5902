//! The order in which a gateway is asked for its models, and what each answer leads to.
//!
//! `/v1/model/info` knows most, but not every key may ask it; `/model_group/info` knows less; `/v1/models` has the names only, and
//! alone among them the aliases of a key. So the first two are tried in turn, and the third is always asked.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{Deployment, Discovered, DiscoveryAttempt, rows};
use crate::error::{self, Error, ErrorKind, FailedCall, Secrets};
use crate::http::Headers;
use crate::model_info::{DeploymentRow, GroupRow, NameRow, Row, complete, merged};

/// Modes of models that do not chat.
const HIDDEN_MODES: [&str; 12] = [
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

/// The longest text of an attempt's error, in characters.
const LONGEST_ATTEMPT_ERROR: usize = 200;

/// A discovery under way: ask [`Discovery::next_path`], send, and tell it what came, until there is no next path.
#[derive(Debug)]
pub struct Discovery {
    secrets: Rc<Secrets>,
    /// What is asked next.
    next: Option<Source>,
    discovered: Discovered,
    /// Which reply was a list, the first of them.
    listed_by: Option<Source>,
    /// The first address that gave no list.
    first_failure: Option<Error>,
    /// What ended it early.
    ended_by: Option<Error>,
    /// Whether the attempt that failed last is written down already.
    failure_is_recorded: bool,
}

/// Where models are listed, in the order of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    ModelInfo,
    Groups,
    Names,
}

impl Source {
    fn path(self) -> &'static str {
        match self {
            Self::ModelInfo => "/v1/model/info",
            Self::Groups => "/model_group/info",
            Self::Names => "/v1/models",
        }
    }
}

impl Discovery {
    /// A discovery that has asked nothing. `secrets` are cut out of error texts.
    pub fn new(secrets: Rc<Secrets>) -> Self {
        Self {
            secrets,
            next: Some(Source::ModelInfo),
            discovered: Discovered::default(),
            listed_by: None,
            first_failure: None,
            ended_by: None,
            failure_is_recorded: false,
        }
    }

    /// The path of the next `GET`, or `None` when the discovery is done.
    pub fn next_path(&self) -> Option<&'static str> {
        self.next.map(Source::path)
    }

    /// Takes the whole reply to the last path, whatever its status. Returns the error when this attempt may be retried:
    /// the caller decides with [`crate::retry`], and then either sends again and calls this again, or calls [`Discovery::on_failure`].
    pub fn on_reply(&mut self, status: u16, headers: &Headers, body: &[u8], now_ms: f64) -> Option<Error> {
        let source = self.next?;
        let is_success = (200..300).contains(&status);
        if is_success && let Some(rows) = read(source, body) {
            self.record(source, Some(status), None);
            self.take(source, rows);
            return None;
        }
        let error = error::from_reply(FailedCall::Discovery, status, headers, body, &self.secrets, now_ms);
        let without_database = !is_success && error.says_no_database();
        self.record(source, Some(status), Some(&error));
        if error.retryable && !is_success && !without_database {
            self.failure_is_recorded = true;
            return Some(error);
        }
        let goes_on = self.next != Some(Source::ModelInfo)
            || is_success
            || without_database
            || matches!(status, 403..=405)
            || (status == 401 && error.kind == ErrorKind::Permission);
        if goes_on || self.listed_by.is_some() {
            self.go_on(source, error);
        } else {
            self.end(error);
        }
        None
    }

    /// Takes note of an attempt that brought no whole reply, so that it is listed. The caller decides as after [`Discovery::on_reply`].
    pub fn on_lost(&mut self, error: &Error) {
        if let Some(source) = self.next {
            self.record(source, error.status, Some(error));
            self.failure_is_recorded = true;
        }
    }

    /// Takes the final failure of the last path: its retries are used up, or it is not one to retry.
    pub fn on_failure(&mut self, error: Error) {
        let Some(source) = self.next else { return };
        if !self.failure_is_recorded {
            self.record(source, error.status, Some(&error));
        }
        self.failure_is_recorded = false;
        if self.listed_by.is_some() && error.kind != ErrorKind::Aborted {
            self.go_on(source, error);
        } else {
            self.end(error);
        }
    }

    /// The result, once there is no next path.
    pub fn finish(self) -> Result<Discovered, Error> {
        if let Some(error) = self.ended_by {
            return Err(error);
        }
        if self.listed_by.is_some() {
            return Ok(self.discovered);
        }
        Err(self.first_failure.map_or_else(|| no_list(None), without_list))
    }

    fn record(&mut self, source: Source, status: Option<u16>, error: Option<&Error>) {
        let error = error.map(|error| error.message.chars().take(LONGEST_ATTEMPT_ERROR).collect());
        self.failure_is_recorded = false;
        self.discovered.catalog.attempts.push(DiscoveryAttempt { path: source.path().to_owned(), status, error });
    }

    fn go_on(&mut self, source: Source, failure: Error) {
        self.first_failure.get_or_insert(failure);
        self.next = match source {
            Source::ModelInfo => Some(Source::Groups),
            Source::Groups => Some(Source::Names),
            Source::Names => None,
        };
    }

    fn end(&mut self, error: Error) {
        self.ended_by = Some(error);
        self.next = None;
    }

    /// Takes a list of models. A later list adds to an earlier one.
    fn take(&mut self, source: Source, listed: rows::Rows) {
        self.next = (source != Source::Names).then_some(Source::Names);
        self.discovered.catalog.issues.extend(listed.issues);
        // A name with a star stands for others and can't be called itself.
        let rows = listed.rows.into_iter().filter(|row| !row.name.contains('*'));
        let rows = match self.listed_by {
            None => rows.collect(),
            Some(earlier) => self.rows_of_new_names(earlier, rows),
        };
        self.listed_by.get_or_insert(source);

        let mut positions: BTreeMap<String, usize> = BTreeMap::new();
        let mut groups: Vec<Vec<Row>> = Vec::new();
        let mut hidden: Vec<String> = Vec::new();
        for row in rows {
            if source == Source::ModelInfo {
                self.discovered.deployments.extend(deployment(&row));
            }
            if is_hidden(&row) {
                hidden.push(row.name);
                continue;
            }
            match positions.get(&row.name).and_then(|position| groups.get_mut(*position)) {
                // Only deployments share a name by intention.
                Some(group) if source == Source::ModelInfo => group.push(row),
                Some(_) => {}
                None => {
                    positions.insert(row.name.clone(), groups.len());
                    groups.push(vec![row]);
                }
            }
        }
        hidden.retain(|name| !positions.contains_key(name));
        self.discovered.hidden.extend(hidden);
        let models = groups.into_iter().filter_map(|mut group| Some(merged(&group.first()?.name.clone(), &mut group)));
        self.discovered.catalog.models.extend(models);
    }

    /// The rows whose names no earlier list had. Of a model that came with the groups, the list of names may know more: for names that a
    /// wildcard stands for, the groups know neither mode nor limits, or call an image model a chat model.
    fn rows_of_new_names(&mut self, earlier: Source, rows: impl Iterator<Item = Row>) -> Vec<Row> {
        // Where a known model is in the list; a hidden one is not in it.
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let Discovered { catalog, hidden: known_hidden, .. } = &mut self.discovered;
        known.extend(known_hidden.iter().map(|name| (name.clone(), usize::MAX)));
        known.extend(catalog.models.iter().enumerate().map(|(position, model)| (model.id.clone(), position)));
        let mut new = Vec::new();
        let mut hidden: BTreeSet<String> = BTreeSet::new();
        for row in rows {
            let Some(position) = known.get(&row.name) else {
                new.push(row);
                continue;
            };
            match catalog.models.get_mut(*position).filter(|_| earlier == Source::Groups) {
                Some(_) if is_hidden(&row) => {
                    hidden.insert(row.name);
                }
                Some(model) => complete(model, &row.statements),
                None => {}
            }
        }
        catalog.models.retain(|model| !hidden.contains(&model.id));
        known_hidden.extend(hidden);
        new
    }
}

fn is_hidden(row: &Row) -> bool {
    row.statements.mode.as_deref().is_some_and(|mode| HIDDEN_MODES.contains(&mode))
}

fn read(source: Source, body: &[u8]) -> Option<rows::Rows> {
    match source {
        Source::ModelInfo => rows::read::<DeploymentRow>(source.path(), body),
        Source::Groups => rows::read::<GroupRow>(source.path(), body),
        Source::Names => rows::read::<NameRow>(source.path(), body),
    }
}

fn deployment(row: &Row) -> Option<Deployment> {
    Some(Deployment {
        id: row.statements.id.clone()?,
        model_name: row.name.clone(),
        backend_model: row.backend_model.clone(),
        prices: row.statements.prices,
        price_tiers: row.statements.price_tiers(),
    })
}

/// The error of a discovery that found no list anywhere, of which this was the first failure.
fn without_list(first: Error) -> Error {
    match (first.kind, first.status) {
        (ErrorKind::Auth | ErrorKind::Permission | ErrorKind::Protocol, _) | (_, Some(403)) => first,
        _ => no_list(Some(first)),
    }
}

/// The address answers, but none of its replies is a list of models.
fn no_list(first: Option<Error>) -> Error {
    let message =
        "No list of models was found at this address. Check that the base URL is the one of a LiteLLM gateway.";
    let error = Error::new(ErrorKind::Protocol, message);
    match first {
        Some(first) => Error { status: first.status, call_id: first.call_id, detail: first.detail, ..error },
        None => error,
    }
}
