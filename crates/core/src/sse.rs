//! Server-sent events out of bytes that may be cut anywhere.
//!
//! Only `data` matters to a chat answer: comments and `event`, `id` and `retry` lines are passed over. Lines end with LF, CR or
//! CRLF, and a CRLF may be cut in two. An event that lies whole in one piece is handed out without being copied.

use crate::eight_bytes::{equal_to, first_marked};

/// The longest event, in bytes: what one answer can make us keep at once.
pub const MAX_EVENT_BYTES: usize = 16 * 1024 * 1024;

/// An event that is longer than [`MAX_EVENT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTooLong;

/// The state between two pieces of a stream.
#[derive(Debug, Default)]
pub struct SseDecoder {
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    /// The data of the event under way, as far as it is not in the current piece.
    data: Vec<u8>,
    /// Whether the event under way has a data line, which may be an empty one.
    has_data: bool,
    /// The last piece ended with CR: a LF at the start of the next one belongs to it.
    after_carriage_return: bool,
    /// The first line was seen: a byte order mark can come no more.
    started: bool,
}

impl SseDecoder {
    /// The data of the next event that ends in `rest`, of which the bytes up to that end are taken. `None` means that all of
    /// `rest` was taken and more is needed.
    ///
    /// ```
    /// let mut decoder = litellm_core::sse::SseDecoder::default();
    /// let mut rest = &b"data: a\n\ndata: b"[..];
    /// assert_eq!(decoder.next_event(&mut rest), Ok(Some(&b"a"[..])));
    /// assert_eq!(decoder.next_event(&mut rest), Ok(None));
    /// assert_eq!(decoder.finish(), Ok(Some(b"b".to_vec())));
    /// ```
    pub fn next_event<'a, 'piece: 'a>(&'a mut self, rest: &mut &'piece [u8]) -> Result<Option<&'a [u8]>, EventTooLong> {
        if !self.has_data {
            self.data.clear();
        }
        if self.after_carriage_return && !rest.is_empty() {
            self.after_carriage_return = false;
            *rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        // The data of the event under way while it is one line of this piece: most events never leave it.
        let mut whole: Option<&'piece [u8]> = None;
        while let Some(line) = self.take_line(rest) {
            if !self.line.is_empty() {
                self.append_line(line)?;
                if self.finish_line()? {
                    return Ok(Some(&self.data));
                }
                continue;
            }
            let line = line.get(self.byte_order_mark(line)..).unwrap_or_default();
            if line.is_empty() {
                if std::mem::take(&mut self.has_data) {
                    return Ok(Some(whole.unwrap_or(&self.data)));
                }
            } else if let Some(value) = data_value(line) {
                if self.has_data {
                    self.keep(whole.take())?;
                    self.append_data(value)?;
                } else {
                    self.check_length(value.len())?;
                    self.has_data = true;
                    whole = Some(value);
                }
            }
        }
        self.append_line(std::mem::take(rest))?;
        self.keep(whole)?;
        Ok(None)
    }

    /// Whether nothing of an event is kept, so that what comes next is read as after any other event.
    pub fn is_between_events(&self) -> bool {
        self.started && !self.has_data && !self.after_carriage_return && self.line.is_empty()
    }

    /// Ends the stream and gives the data of the event that no blank line ended, if there is one.
    pub fn finish(&mut self) -> Result<Option<Vec<u8>>, EventTooLong> {
        if !self.has_data {
            self.data.clear();
        }
        if !self.line.is_empty() {
            self.finish_line()?;
        }
        let data = std::mem::take(&mut self.data);
        Ok(std::mem::take(&mut self.has_data).then_some(data))
    }

    /// Takes the next line with its end from `rest`; `None` when its end has not come.
    fn take_line<'a>(&mut self, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
        let (line, end) = rest.split_at_checked(line_length(rest)?)?;
        *rest = match end {
            [b'\r'] => {
                self.after_carriage_return = true;
                &[]
            }
            [b'\r', b'\n', after @ ..] | [_, after @ ..] => after,
            [] => &[],
        };
        Some(line)
    }

    /// The length of the byte order mark with which the very first line may begin.
    fn byte_order_mark(&mut self, line: &[u8]) -> usize {
        if std::mem::replace(&mut self.started, true) || !line.starts_with(b"\xEF\xBB\xBF") { 0 } else { 3 }
    }

    /// Reads the kept line, whose end has come. Says whether it ended an event, whose data is kept until the next one.
    fn finish_line(&mut self) -> Result<bool, EventTooLong> {
        let line = std::mem::take(&mut self.line);
        let start = self.byte_order_mark(&line);
        let text = line.get(start..).unwrap_or_default();
        let ends_event = text.is_empty() && std::mem::take(&mut self.has_data);
        if let Some(value) = data_value(text) {
            if self.has_data {
                self.append_data(value)?;
            } else {
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
        }
        // The room is used again for the next line that is cut.
        self.line = line;
        self.line.clear();
        Ok(ends_event)
    }

    fn append_line(&mut self, bytes: &[u8]) -> Result<(), EventTooLong> {
        self.check_length(bytes.len())?;
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn append_data(&mut self, value: &[u8]) -> Result<(), EventTooLong> {
        self.check_length(value.len())?;
        self.data.push(b'\n');
        self.data.extend_from_slice(value);
        Ok(())
    }

    /// Keeps data that the current piece holds, since the piece ends or the event goes on.
    fn keep(&mut self, data: Option<&[u8]>) -> Result<(), EventTooLong> {
        if let Some(data) = data {
            self.check_length(data.len())?;
            self.data.extend_from_slice(data);
        }
        Ok(())
    }

    fn check_length(&self, added: usize) -> Result<(), EventTooLong> {
        let length = self.line.len().saturating_add(self.data.len()).saturating_add(added);
        if length > MAX_EVENT_BYTES { Err(EventTooLong) } else { Ok(()) }
    }
}

/// The length of the line at the start of `bytes`, or `None` when its end has not come.
///
/// Eight bytes are looked at together: most of a stream's bytes are passed by here.
fn line_length(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = equal_to(word, b'\n') | equal_to(word, b'\r');
        if ends != 0 {
            return Some(index.saturating_mul(8).saturating_add(first_marked(ends)));
        }
    }
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    rest.iter().position(is_end).map(|position| bytes.len().saturating_sub(rest.len()).saturating_add(position))
}

/// The value of a `data` line; `None` for every other line.
fn data_value(line: &[u8]) -> Option<&[u8]> {
    match line.strip_prefix(b"data")? {
        [] => Some(&[]),
        [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(pieces: &[&[u8]]) -> (Vec<String>, Option<String>) {
        let mut decoder = SseDecoder::default();
        let mut events = Vec::new();
        for piece in pieces {
            let mut rest = *piece;
            while let Some(data) = decoder.next_event(&mut rest).unwrap() {
                events.push(String::from_utf8_lossy(data).into_owned());
            }
        }
        let rest = decoder.finish().unwrap().map(|data| String::from_utf8_lossy(&data).into_owned());
        (events, rest)
    }

    #[track_caller]
    fn check(stream: &str, events: &[&str], rest: Option<&str>) {
        let expected = (events.iter().map(ToString::to_string).collect::<Vec<_>>(), rest.map(ToString::to_string));
        assert_eq!(decode(&[stream.as_bytes()]), expected, "whole");
        for size in [1, 2, 3, 5] {
            let pieces: Vec<&[u8]> = stream.as_bytes().chunks(size).collect();
            assert_eq!(decode(&pieces), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn events_end_with_a_blank_line() {
        check("data: a\n\ndata: b\n\n", &["a", "b"], None);
        check("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"], None);
        check("data: a\r\rdata: b\r\r", &["a", "b"], None);
        check("data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", &["a", "b", "c"], None);
    }

    #[test]
    fn what_is_no_data_is_passed_over() {
        check(": ping\n\n:\n\nevent: x\nid: 1\nretry: 5\ndata: a\n\n", &["a"], None);
        check("database: x\n\n{\"a\":1}\n\ndata: a\n\n", &["a"], None);
        check("\n\n\ndata: a\n\n\n\n", &["a"], None);
    }

    #[test]
    fn values_keep_all_but_one_blank() {
        check("data:a\n\ndata:  b\n\ndata: c \n\n", &["a", " b", "c "], None);
        check("data\n\ndata:\n\ndata: \n\n", &["", "", ""], None);
    }

    #[test]
    fn lines_of_one_event_are_joined() {
        check("data: a\ndata: b\n\n", &["a\nb"], None);
        check("data: a\r\ndata: b\r\n: c\r\ndata\r\n\r\n", &["a\nb\n"], None);
    }

    #[test]
    fn a_byte_order_mark_is_dropped_once() {
        check("\u{FEFF}data: a\n\n", &["a"], None);
        check("\u{FEFF}\ndata: a\n\n", &["a"], None);
        check("data: a\n\n\u{FEFF}data: b\n\n", &["a"], None);
    }

    #[test]
    fn the_last_event_may_lack_its_blank_line() {
        check("data: a\n\ndata: b\n", &["a"], Some("b"));
        check("data: a\n\ndata: b", &["a"], Some("b"));
        check("data: a\n\n: ping", &["a"], None);
        check("", &[], None);
    }

    #[test]
    fn line_ends_are_found_wherever_they_are() {
        for length in 0..40 {
            for end in [b'\n', b'\r'] {
                // 11 and 14 differ from the two ends by one bit, and 0x8A and 0x8D by the highest.
                for other in [b'a', 11, 14, 0x8A, 0x8D, 0xFF, 0] {
                    let mut bytes = vec![other; length];
                    assert_eq!(line_length(&bytes), None);
                    bytes.extend([end, other, b'\n', other]);
                    assert_eq!(line_length(&bytes), Some(length), "{bytes:?}");
                }
            }
        }
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut decoder = SseDecoder::default();
        let piece = vec![b'x'; 1024 * 1024];
        let refused = (0..20).find_map(|_| decoder.next_event(&mut piece.as_slice()).err());
        assert_eq!(refused, Some(EventTooLong));
        assert!(decoder.line.len() <= MAX_EVENT_BYTES);
    }

    #[test]
    fn an_event_of_endless_lines_is_refused() {
        let mut decoder = SseDecoder::default();
        let piece = [b"data: ".as_slice(), &vec![b'x'; 1024 * 1024], b"\n"].concat();
        let refused = (0..20).find_map(|_| decoder.next_event(&mut piece.as_slice()).err());
        assert_eq!(refused, Some(EventTooLong));
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_events(
            stream in "(data: ?[a\u{e9}\u{1f600}]{0,3}|: c|event: e|\n|\r|\r\n){0,20}",
            cuts in proptest::collection::vec(1_usize..7, 1..40),
        ) {
            let mut pieces = Vec::new();
            let mut rest = stream.as_bytes();
            for cut in cuts.iter().cycle() {
                if rest.is_empty() { break; }
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = after;
            }
            prop_assert_eq!(decode(&pieces), decode(&[stream.as_bytes()]));
        }
    }
}
