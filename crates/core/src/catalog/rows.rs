//! From the pieces of a reply to named rows, and to what is wrong with the others.
//!
//! Rows are read while the reply comes in, so that only its unread end is held, with its beginning for the case that it is no list.

use super::CatalogIssue;
use crate::lenient::{Place, Reader, Silences, Stop};
use crate::model_info::{Archive, Draft, Mark, Row, RowKind};

/// How many rows of a reply are read. An ordinary day brings 5,000.
const MOST_ROWS: usize = 100_000;

/// How many issues of a reply are told.
const MOST_ISSUES: usize = 1000;

/// How much of a reply waits to be read, unless one row is longer.
const WINDOW: usize = 128 * 1024;

/// The beginning of a reply that is kept once a row was read, for the error should what follows be broken. More is not shown.
const KEPT_OF_A_LIST: usize = 128 * 1024;

/// The beginning that is kept of other replies: longer ones are not read as an error in JSON.
const KEPT: usize = 4 * 1024 * 1024 + 1;

/// What a reply listed.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    pub(super) issues: Vec<CatalogIssue>,
}

/// A reply that is coming in: `{"data": […]}`.
#[derive(Debug)]
pub(super) struct ComingRows {
    path: &'static str,
    kind: RowKind,
    /// What was kept of replies before.
    mark: Mark,
    window: Window,
    /// What rows had in common so far.
    silences: Silences,
    next: Next,
    /// How much must wait to be read before it is tried again.
    awaited: usize,
    /// How many elements of the list were read.
    count: usize,
    /// The list, once there is one.
    rows: Option<Rows>,
}

/// What is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The start of the object, maybe behind a byte order mark.
    Start,
    /// The first member of the object, or its end.
    FirstMember,
    /// A member.
    Member,
    /// What follows a member.
    AfterMember,
    /// The first row, or the end of the list.
    FirstRow,
    /// A row, with what follows it.
    Row,
    /// White space.
    End,
    /// Nothing more: this is no such reply.
    Broken,
}

impl ComingRows {
    /// A reply of which nothing came yet. `path` names it in the issues.
    pub(super) fn new(path: &'static str, kind: RowKind, archive: &Archive) -> Self {
        Self {
            path,
            kind,
            mark: archive.mark(),
            window: Window::default(),
            silences: Silences::default(),
            next: Next::Start,
            awaited: 0,
            count: 0,
            rows: None,
        }
    }

    /// Where the next bytes go, of which there are `wanted`; there may be room for fewer.
    pub(super) fn room(&mut self, wanted: usize) -> &mut [u8] {
        let is_list = self.rows.as_ref().is_some_and(|list| !list.rows.is_empty());
        self.window.room(wanted, if is_list { KEPT_OF_A_LIST } else { KEPT })
    }

    /// Takes note of so many bytes that were put there.
    pub(super) fn came(&mut self, count: usize, archive: &mut Archive) {
        self.window.end = self.window.end.saturating_add(count).min(self.window.bytes.len());
        if self.window.unread().len() >= self.awaited {
            self.read(archive);
        }
    }

    /// The rows, once all has come; the beginning of the reply when it is no such list.
    pub(super) fn finish(mut self, archive: &mut Archive) -> Result<Rows, Vec<u8>> {
        self.read(archive);
        match self.rows {
            Some(rows) if self.next == Next::End => Ok(rows),
            _ => {
                archive.forget_since(self.mark);
                Err(self.window.into_beginning())
            }
        }
    }

    /// Reads as far as it goes.
    fn read(&mut self, archive: &mut Archive) {
        while self.next != Next::Broken {
            let mut draft = Draft::new(self.kind);
            let mut reader = Reader::of_row(self.window.unread(), archive.lists(), &mut self.silences);
            let is_passed_over = self.count >= MOST_ROWS;
            match self.next.read(&mut reader, if is_passed_over { None } else { Some(&mut draft) }) {
                Ok(next) => {
                    let length = reader.position();
                    if next == Next::FirstRow {
                        archive.forget_since(self.mark);
                        self.rows = Some(Rows::default());
                        self.count = 0;
                    } else if let (Next::Row, Some(list)) = (self.next, &mut self.rows) {
                        list.take(draft, self.count, self.path, archive);
                        self.count = self.count.saturating_add(1);
                    }
                    self.next = next;
                    self.awaited = 0;
                    self.window.start = self.window.start.saturating_add(length);
                }
                Err(Stop::Cut) => {
                    // What is long comes in many pieces, and is not read again with each of them.
                    self.awaited = self.window.unread().len().saturating_mul(2);
                    return;
                }
                Err(Stop::Broken) => self.next = Next::Broken,
            }
        }
    }
}

impl Next {
    /// Reads it, a row into `draft`, and says what follows.
    fn read<'de>(self, reader: &mut Reader<'_, 'de>, draft: Option<&mut Draft<'de>>) -> Result<Self, Stop> {
        match self {
            Self::Start => {
                reader.byte_order_mark()?;
                reader.expect(b'{')?;
                Ok(Self::FirstMember)
            }
            Self::FirstMember if reader.peek()? == b'}' => {
                reader.advance(1);
                Ok(Self::End)
            }
            Self::FirstMember | Self::Member => {
                let name = reader.name()?;
                if reader.peek()? == b'[' && name.text() == "data" {
                    reader.advance(1);
                    return Ok(Self::FirstRow);
                }
                reader.skip()?;
                Ok(Self::AfterMember)
            }
            Self::AfterMember => Self::after(reader, b'}', Self::Member, Self::End),
            Self::FirstRow if reader.peek()? == b']' => {
                reader.advance(1);
                Ok(Self::AfterMember)
            }
            Self::FirstRow => Ok(Self::Row),
            Self::Row => {
                reader.value(draft.map_or(Place::Nowhere, |draft| Place::Receiver(draft)))?;
                Self::after(reader, b']', Self::Row, Self::AfterMember)
            }
            Self::End | Self::Broken => {
                reader.peek()?;
                Err(Stop::Broken)
            }
        }
    }

    /// Passes over a comma, behind which comes `next`, or over the closing bracket, behind which comes `last`.
    fn after(reader: &mut Reader<'_, '_>, bracket: u8, next: Self, last: Self) -> Result<Self, Stop> {
        let byte = reader.peek()?;
        reader.advance(1);
        match byte {
            b',' => Ok(next),
            byte if byte == bracket => Ok(last),
            _ => Err(Stop::Broken),
        }
    }
}

impl Rows {
    /// Keeps a row, or what is wrong with it.
    fn take(&mut self, draft: Draft<'_>, position: usize, path: &str, archive: &mut Archive) {
        let problem = if position >= MOST_ROWS {
            if position == MOST_ROWS {
                let message = format!("{path} lists more than 100,000 rows; those from here on are left out.");
                // It is told whatever else is.
                self.issues.insert(0, CatalogIssue { path: format!("/data/{position}"), message });
            }
            return;
        } else if draft.is_object {
            match draft.keep(archive) {
                Some(row) => return self.rows.push(row),
                None => "has no name",
            }
        } else {
            "is not an object"
        };
        if self.issues.len() < MOST_ISSUES {
            let message = format!("A row of {path} {problem}, so it is left out.");
            self.issues.push(CatalogIssue { path: format!("/data/{position}"), message });
        }
    }
}

/// The part of a reply that was not read yet.
#[derive(Debug, Default)]
struct Window {
    bytes: Vec<u8>,
    /// Where what is not read begins and ends in `bytes`.
    start: usize,
    end: usize,
    /// The beginning of the reply, as far as it is no longer in `bytes`.
    kept: Vec<u8>,
    /// Whether bytes between `kept` and `bytes` are gone.
    has_gap: bool,
}

impl Window {
    fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Room for `wanted` bytes, or for fewer. Of what was read, no more than the first `keep` bytes of the reply are kept.
    fn room(&mut self, wanted: usize, keep: usize) -> &mut [u8] {
        if self.bytes.len().saturating_sub(self.end) < wanted {
            self.drop_read(keep);
            // What fills the window alone gets twice the room.
            let most = self.end.saturating_mul(2).max(WINDOW);
            let needed = self.end.saturating_add(wanted).min(most);
            if self.bytes.is_empty() {
                self.bytes = vec![0; needed];
            } else if needed > self.bytes.len() {
                self.bytes.resize(needed.max(WINDOW), 0);
            }
        }
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }

    fn drop_read(&mut self, keep: usize) {
        if !self.has_gap {
            let read = self.bytes.get(..self.start).unwrap_or_default();
            let kept = read.get(..keep.saturating_sub(self.kept.len())).unwrap_or(read);
            self.has_gap = kept.len() < read.len();
            self.kept.extend_from_slice(kept);
        }
        self.bytes.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
    }

    /// The beginning of the reply, all of it when it is short.
    fn into_beginning(mut self) -> Vec<u8> {
        if self.has_gap {
            return self.kept;
        }
        if self.kept.is_empty() {
            self.bytes.truncate(self.end);
            return self.bytes;
        }
        self.kept.extend_from_slice(self.bytes.get(..self.end).unwrap_or_default());
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads a reply that comes in pieces of this size.
    fn read_in_pieces(kind: RowKind, body: &[u8], size: usize) -> Result<(Rows, Archive), Vec<u8>> {
        let mut archive = Archive::default();
        let mut coming = ComingRows::new("/v1/models", kind, &archive);
        for mut piece in body.chunks(size) {
            while !piece.is_empty() {
                let room = coming.room(piece.len());
                let count = room.len().min(piece.len());
                room[..count].copy_from_slice(&piece[..count]);
                piece = &piece[count..];
                coming.came(count, &mut archive);
            }
        }
        coming.finish(&mut archive).map(|rows| (rows, archive))
    }

    fn read(kind: RowKind, body: &[u8]) -> Option<Rows> {
        read_in_pieces(kind, body, usize::MAX).ok().map(|(rows, _)| rows)
    }

    #[test]
    fn a_bad_row_is_an_issue_and_the_others_stay() {
        let body = br#"{"data":[null,"x",{"model_name":"m"},{},[]],"data2":1}"#;
        let read = read(RowKind::Deployment, body).unwrap();
        assert_eq!(read.rows.len(), 1);
        let paths: Vec<_> = read.issues.iter().map(|issue| issue.path.as_str()).collect();
        assert_eq!(paths, ["/data/0", "/data/1", "/data/3", "/data/4"]);
        assert_eq!(read.issues[2].message, "A row of /v1/models has no name, so it is left out.");
    }

    #[test]
    fn what_is_no_list_is_none() {
        for body in [
            "",
            "null",
            "[]",
            "[{\"id\":\"m\"}]",
            "{}",
            "{\"data\":{\"a\":1}}",
            "{\"data\":null}",
            "<html></html>",
            "{\"data\":[{\"id\":\"m\"}",
            "{\"data\":[{\"id\":\"m\"}]}}",
            "{\"data\":[{\"id\":\"m\"},]}",
            "{\"data\":[]},",
        ] {
            for size in [1, 2, 1000] {
                let beginning = read_in_pieces(RowKind::Name, body.as_bytes(), size).unwrap_err();
                assert_eq!(String::from_utf8(beginning).unwrap(), body);
            }
        }
        assert!(read(RowKind::Name, b"\xEF\xBB\xBF {\"data\":[ ] , \"x\": {} } ").unwrap().rows.is_empty());
    }

    #[test]
    fn of_two_lists_the_last_counts() {
        let body = br#"{"data":[{"id":"a"},0],"data":[{"id":"b"}],"data":5}"#;
        let (read, archive) = read_in_pieces(RowKind::Name, body, 1000).unwrap();
        assert_eq!((read.rows.len(), read.issues.len()), (1, 0));
        assert_eq!(archive.text(read.rows[0].name), "b");
    }

    #[test]
    fn rows_that_are_left_out_are_told() {
        let body = format!("{{\"data\":[{}]}}", vec!["{\"id\":\"m\"}"; MOST_ROWS + 2].join(","));
        let read = read(RowKind::Name, body.as_bytes()).unwrap();
        assert_eq!((read.rows.len(), read.issues.len()), (MOST_ROWS, 1));
        assert_eq!(read.issues[0].path, "/data/100000");
    }

    #[test]
    fn a_number_that_json_does_not_have_spoils_nothing() {
        let body = br#"{"data":[{"id":"NaN","a":NaN,"b":[-Infinity,Infinity]},{"id":"m"}]}"#;
        let read = read(RowKind::Name, body).unwrap();
        assert_eq!((read.rows.len(), read.issues.len()), (2, 0));
    }

    #[test]
    fn issues_are_bounded() {
        let body = format!("{{\"data\":[{}0]}}", "0,".repeat(5000));
        assert_eq!(read(RowKind::Name, body.as_bytes()).unwrap().issues.len(), MOST_ISSUES);
    }

    #[test]
    fn only_the_beginning_of_a_broken_list_is_kept() {
        let body = format!("{{\"data\":[{}", "{\"id\":\"m\"},".repeat(200_000));
        let beginning = read_in_pieces(RowKind::Name, body.as_bytes(), 16 * 1024).unwrap_err();
        assert!(beginning.len() >= KEPT_OF_A_LIST && beginning.len() < 3 * WINDOW, "{}", beginning.len());
        assert!(body.as_bytes().starts_with(&beginning));
        let body = format!("{{\"data\":\"{}", "x".repeat(5_000_000));
        let beginning = read_in_pieces(RowKind::Name, body.as_bytes(), 16 * 1024).unwrap_err();
        assert!(beginning.len() >= KEPT, "{}", beginning.len());
    }

    #[test]
    fn a_row_may_be_longer_than_the_window() {
        let body = format!("{{\"data\":[{{\"x\":\"{}\",\"id\":\"m\"}},{{\"id\":\"n\"}}]}}", "x".repeat(5 * WINDOW));
        for size in [1000, usize::MAX] {
            let (read, _) = read_in_pieces(RowKind::Name, body.as_bytes(), size).unwrap();
            assert_eq!(read.rows.len(), 2);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn how_a_reply_is_cut_is_of_no_matter(
            members in proptest::collection::vec(
                r#"("data":\[(\{"id":"[a-z\\u00e9]{1,3}","max_tokens":("?[0-9]{1,4}"?|null|1e999)\}|5|\{\})(,\{"id":"é","mode":"chat"\}){0,3}\]|"x": \[[0-9]{1,2}(,-0)?\]|"y":tru)"#,
                0..4,
            ),
            end in "(\\}| \\} |\\}\\}|)",
            size in 1_usize..40,
        ) {
            let body = format!("{{{}{end}", members.join(","));
            let whole = read_in_pieces(RowKind::Name, body.as_bytes(), usize::MAX);
            let cut = read_in_pieces(RowKind::Name, body.as_bytes(), size);
            match (whole, cut) {
                (Ok((rows, archive)), Ok((cut_rows, cut_archive))) => {
                    prop_assert_eq!(rows.rows, cut_rows.rows);
                    prop_assert_eq!(rows.issues, cut_rows.issues);
                    prop_assert_eq!(archive, cut_archive);
                }
                (Err(beginning), Err(cut_beginning)) => {
                    prop_assert_eq!(&beginning, body.as_bytes());
                    prop_assert_eq!(&cut_beginning, body.as_bytes());
                }
                (whole, cut) => prop_assert!(false, "{body}: {whole:?} and {cut:?}"),
            }
        }
    }
}
