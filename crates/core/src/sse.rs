//! Server-sent events out of bytes that may be cut anywhere.
//!
//! Only `data` matters to a chat answer: comments and `event`, `id` and `retry` lines are passed over. Lines end with LF, CR or
//! CRLF, and a CRLF may be cut in two. An event that lies whole in one piece is handed out without being copied.

use std::ops::Range;

/// The longest event, in bytes: what one answer can make us keep at once.
pub const MAX_EVENT_BYTES: usize = 16 * 1024 * 1024;

/// An event that is longer than [`MAX_EVENT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTooLong;

/// Whether the caller wants more events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// More.
    Continue,
    /// No more of this stream.
    Stop,
}

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
    /// Takes the next piece and gives the data of each event that ends in it to `on_event`, until that says [`Flow::Stop`].
    pub fn push(&mut self, piece: &[u8], mut on_event: impl FnMut(&[u8]) -> Flow) -> Result<Flow, EventTooLong> {
        let mut rest = piece;
        if self.after_carriage_return && !rest.is_empty() {
            self.after_carriage_return = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        // The data of the event under way while it is one line of this piece: most events never leave it.
        let mut whole: Option<Range<usize>> = None;
        let mut position = 0_usize;
        while let Some(length) = rest.get(position..).and_then(line_length) {
            let end = position.saturating_add(length);
            let next = self.after_line_end(rest, end);
            if self.line.is_empty() {
                let start = position.saturating_add(self.byte_order_mark(rest.get(position..end).unwrap_or_default()));
                let line = rest.get(start..end).unwrap_or_default();
                if line.is_empty() {
                    if let Some(range) = whole.take() {
                        self.has_data = false;
                        if on_event(rest.get(range).unwrap_or_default()) == Flow::Stop {
                            return Ok(Flow::Stop);
                        }
                    } else if self.dispatch(&mut on_event) == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                } else if let Some(value) = data_value(line) {
                    if self.has_data {
                        self.keep(rest, whole.take())?;
                        self.append_data(value)?;
                    } else {
                        self.check_length(value.len())?;
                        self.has_data = true;
                        whole = Some(end.saturating_sub(value.len())..end);
                    }
                }
            } else {
                self.append_line(rest.get(position..end).unwrap_or_default())?;
                if self.finish_line(&mut on_event)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
            position = next;
        }
        self.append_line(rest.get(position..).unwrap_or_default())?;
        self.keep(rest, whole)?;
        Ok(Flow::Continue)
    }

    /// Ends the stream and gives the data of the event that no blank line ended, if there is one.
    pub fn finish(&mut self) -> Result<Option<Vec<u8>>, EventTooLong> {
        if !self.line.is_empty() {
            self.finish_line(&mut |_| Flow::Continue)?;
        }
        let data = std::mem::take(&mut self.data);
        Ok(std::mem::take(&mut self.has_data).then_some(data))
    }

    /// Where the line after the one that ends at `end` begins.
    fn after_line_end(&mut self, rest: &[u8], end: usize) -> usize {
        let next = end.saturating_add(1);
        if rest.get(end) != Some(&b'\r') {
            return next;
        }
        match rest.get(next) {
            Some(b'\n') => next.saturating_add(1),
            Some(_) => next,
            None => {
                self.after_carriage_return = true;
                next
            }
        }
    }

    /// The length of the byte order mark with which the very first line may begin.
    fn byte_order_mark(&mut self, line: &[u8]) -> usize {
        if std::mem::replace(&mut self.started, true) || !line.starts_with(b"\xEF\xBB\xBF") { 0 } else { 3 }
    }

    /// Reads the kept line, whose end has come.
    fn finish_line(&mut self, on_event: &mut impl FnMut(&[u8]) -> Flow) -> Result<Flow, EventTooLong> {
        let line = std::mem::take(&mut self.line);
        let start = self.byte_order_mark(&line);
        let text = line.get(start..).unwrap_or_default();
        let flow = if text.is_empty() {
            self.dispatch(on_event)
        } else {
            if let Some(value) = data_value(text) {
                if self.has_data {
                    self.append_data(value)?;
                } else {
                    self.has_data = true;
                    self.data.extend_from_slice(value);
                }
            }
            Flow::Continue
        };
        // The room is used again for the next line that is cut.
        self.line = line;
        self.line.clear();
        Ok(flow)
    }

    /// Hands out the kept event. A blank line without data before it ends nothing.
    fn dispatch(&mut self, on_event: &mut impl FnMut(&[u8]) -> Flow) -> Flow {
        if !std::mem::take(&mut self.has_data) {
            return Flow::Continue;
        }
        let flow = on_event(&self.data);
        self.data.clear();
        flow
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
    fn keep(&mut self, rest: &[u8], whole: Option<Range<usize>>) -> Result<(), EventTooLong> {
        if let Some(range) = whole {
            self.check_length(range.len())?;
            self.data.extend_from_slice(rest.get(range).unwrap_or_default());
        }
        Ok(())
    }

    fn check_length(&self, added: usize) -> Result<(), EventTooLong> {
        let length = self.line.len().saturating_add(self.data.len()).saturating_add(added);
        if length > MAX_EVENT_BYTES { Err(EventTooLong) } else { Ok(()) }
    }
}

/// The length of the line at the start of `bytes`, or `None` when its end has not come.
fn line_length(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n' || byte == b'\r')
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
            decoder
                .push(piece, |data| {
                    events.push(String::from_utf8_lossy(data).into_owned());
                    Flow::Continue
                })
                .unwrap();
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
    fn a_stop_is_kept() {
        let mut decoder = SseDecoder::default();
        let mut seen = 0;
        let flow = decoder.push(b"data: a\n\ndata: b\n\n", |_| {
            seen += 1;
            Flow::Stop
        });
        assert_eq!((flow, seen), (Ok(Flow::Stop), 1));
    }

    #[test]
    fn an_endless_line_is_refused() {
        let mut decoder = SseDecoder::default();
        let piece = vec![b'x'; 1024 * 1024];
        let refused = (0..20).map(|_| decoder.push(&piece, |_| Flow::Continue)).find(Result::is_err);
        assert_eq!(refused, Some(Err(EventTooLong)));
        assert!(decoder.line.len() <= MAX_EVENT_BYTES);
    }

    #[test]
    fn an_event_of_endless_lines_is_refused() {
        let mut decoder = SseDecoder::default();
        let piece = [b"data: ".as_slice(), &vec![b'x'; 1024 * 1024], b"\n"].concat();
        let refused = (0..20).map(|_| decoder.push(&piece, |_| Flow::Continue)).find(Result::is_err);
        assert_eq!(refused, Some(Err(EventTooLong)));
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
