//! The order in which a gateway is asked for its models, and what each answer leads to.
//!
//! `/v1/model/info` knows most, but not every key may ask it; `/model_group/info` knows less; `/v1/models` has the names only, and
//! alone among them the aliases of a key. So the first two are tried in turn, and the third is always asked.

use std::rc::Rc;

use super::rows::{ComingRows, Rows};
use super::{Discovered, DiscoveryAttempt};
use crate::error::{self, Error, ErrorKind, FailedCall, Secrets};
use crate::http::{Headers, ReplyClass};
use crate::model_info::RowKind;

/// The longest text of an attempt's error, in characters.
const LONGEST_ATTEMPT_ERROR: usize = 200;

/// A discovery under way: ask [`Discovery::next_path`], send, and tell it what came, until there is no next path.
///
/// What came is a whole reply ([`Discovery::on_reply`]), or its head ([`Discovery::on_head`]), its bytes ([`Discovery::room`] and
/// [`Discovery::on_bytes`]) and its end ([`Discovery::on_end`]); or nothing ([`Discovery::on_lost`]).
#[derive(Debug)]
pub struct Discovery {
    secrets: Rc<Secrets>,
    /// What is asked next.
    next: Option<Source>,
    discovered: Discovered,
    /// The reply that is coming in.
    coming: Option<Coming>,
    /// Which reply was a list, the first of them.
    listed_by: Option<Source>,
    /// The first address that gave no list.
    first_failure: Option<Error>,
    /// What ended it early.
    ended_by: Option<Error>,
    /// Whether the attempt that failed last is written down already.
    failure_is_recorded: bool,
}

/// A reply that is coming in.
#[derive(Debug)]
struct Coming {
    status: u16,
    headers: Headers,
    body: Body,
}

#[derive(Debug)]
enum Body {
    /// Of a success.
    List(Box<ComingRows>),
    /// Of a failure: its bytes, and how many they are.
    Whole(Vec<u8>, usize),
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

    fn kind(self) -> RowKind {
        match self {
            Self::ModelInfo => RowKind::Deployment,
            Self::Groups => RowKind::Group,
            Self::Names => RowKind::Name,
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
            coming: None,
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
        self.on_head(status, headers.clone());
        self.on_whole(body);
        self.on_end(now_ms)
    }

    /// Takes all bytes of a reply.
    pub(super) fn on_whole(&mut self, body: &[u8]) {
        let mut rest = body;
        while !rest.is_empty() {
            let room = self.room(rest.len());
            let count = room.len().min(rest.len());
            let Some((piece, others)) = rest.split_at_checked(count) else { return };
            if let Some(room) = room.get_mut(..count) {
                room.copy_from_slice(piece);
            }
            self.on_bytes(count);
            rest = others;
        }
    }

    /// Takes the head of a reply to the last path.
    pub fn on_head(&mut self, status: u16, headers: Headers) {
        let Some(source) = self.next else { return };
        let body = if ReplyClass::of(status) == ReplyClass::Success {
            Body::List(Box::new(ComingRows::new(source.path(), source.kind(), &self.discovered.archive)))
        } else {
            Body::Whole(Vec::new(), 0)
        };
        self.coming = Some(Coming { status, headers, body });
    }

    /// Where the next bytes of the reply go, of which there are `wanted`; there may be room for fewer, and is for one at least.
    pub fn room(&mut self, wanted: usize) -> &mut [u8] {
        match self.coming.as_mut().map(|coming| &mut coming.body) {
            Some(Body::List(rows)) => rows.room(wanted),
            Some(Body::Whole(bytes, length)) => {
                bytes.resize(length.saturating_add(wanted), 0);
                bytes.get_mut(*length..).unwrap_or_default()
            }
            None => &mut [],
        }
    }

    /// Takes note of so many bytes that were put there.
    pub fn on_bytes(&mut self, count: usize) {
        match self.coming.as_mut().map(|coming| &mut coming.body) {
            Some(Body::List(rows)) => rows.came(count, &mut self.discovered.archive),
            Some(Body::Whole(_, length)) => *length = length.saturating_add(count),
            None => {}
        }
    }

    /// Takes the end of a reply. Returns what [`Discovery::on_reply`] returns.
    pub fn on_end(&mut self, now_ms: f64) -> Option<Error> {
        let source = self.next?;
        let Coming { status, headers, body } = self.coming.take()?;
        let is_success = ReplyClass::of(status) == ReplyClass::Success;
        let body = match body {
            Body::List(rows) => match rows.finish(&mut self.discovered.archive) {
                Ok(rows) => {
                    self.record(source, Some(status), None);
                    self.take(source, rows);
                    return None;
                }
                Err(beginning) => beginning,
            },
            Body::Whole(mut bytes, length) => {
                bytes.truncate(length);
                bytes
            }
        };
        let error = error::from_reply(FailedCall::Discovery, status, &headers, &body, &self.secrets, now_ms);
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
        self.coming = None;
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

    /// What was asked so far, and what came.
    pub fn attempts(&self) -> &[DiscoveryAttempt] {
        &self.discovered.attempts
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

    /// Takes what [`Discovered::kept`] wrote in place of replies: its bytes ([`Discovery::room`] and [`Discovery::on_bytes`]), then
    /// [`Discovery::restored`].
    pub fn restoring() -> Self {
        let mut discovery = Self::new(Rc::default());
        discovery.on_head(200, Headers::default());
        discovery
    }

    /// What was found before; `None` when the bytes are anything else, cut or changed. How it was found is not kept.
    pub fn restored(mut self) -> Option<Discovered> {
        self.on_end(0.0);
        let found = self.discovered;
        let is_whole = self.listed_by.is_some() && found.issues.is_empty();
        is_whole.then_some(Discovered { attempts: Vec::new(), ..found })
    }

    fn record(&mut self, source: Source, status: Option<u16>, error: Option<&Error>) {
        let error = error.map(|error| error.message.chars().take(LONGEST_ATTEMPT_ERROR).collect());
        self.failure_is_recorded = false;
        self.discovered.attempts.push(DiscoveryAttempt { path: source.path().to_owned(), status, error });
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
    fn take(&mut self, source: Source, listed: Rows) {
        self.next = (source != Source::Names).then_some(Source::Names);
        let earlier = self.listed_by.replace(self.listed_by.unwrap_or(source));
        let knows_more = earlier == Some(Source::Groups);
        self.discovered.issues.extend(listed.issues);
        self.discovered.add(listed.rows, source == Source::ModelInfo, knows_more);
    }
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
