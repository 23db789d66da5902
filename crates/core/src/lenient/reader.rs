//! Reads JSON straight into places, in one walk over its bytes.
//!
//! What nobody wants is checked and passed over without being built; of a member that is null not even the name is looked at.
//! What other readers fail at is read: halves of surrogate pairs and invalid UTF-8 become U+FFFD, and `NaN`, `Infinity` and numbers
//! beyond f64 are null.

use serde_json::Value;

use super::place::{Any, Place};
use super::text::{RawText, plain_length};
use super::{List, Lists, Receive, Silences, mending};
use crate::number;

/// How deep places may be nested in places. What is skipped may be nested as it likes.
const DEEPEST: u8 = 127;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why reading ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The bytes end in the middle of something.
    Cut,
    /// This is no JSON.
    Broken,
}

/// A place in JSON text.
#[derive(Debug)]
pub(crate) struct Reader<'l, 'de> {
    data: &'de [u8],
    /// What rows before this one had, and which of the members that say nothing comes next.
    known: Option<(&'l Lists, &'l mut Silences)>,
    next_silence: usize,
    at: usize,
    /// Whether nothing comes behind the data: a number at their end is then whole.
    is_whole: bool,
    depth_left: u8,
    /// The lists and objects around what is skipped.
    open: Vec<u8>,
}

impl<'l, 'de> Reader<'l, 'de> {
    /// A reader of a whole text.
    pub(crate) fn of_whole(data: &'de [u8]) -> Self {
        Self { data, at: 0, known: None, next_silence: 0, is_whole: true, depth_left: DEEPEST, open: Vec::new() }
    }

    /// A reader of the beginning of a text, in which one of many rows comes.
    pub(crate) fn of_row(data: &'de [u8], lists: &'l Lists, silences: &'l mut Silences) -> Self {
        Self { known: Some((lists, silences)), is_whole: false, ..Self::of_whole(data) }
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// What was not read yet.
    fn rest(&self) -> &'de [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    /// Passes over so many bytes.
    pub(crate) fn advance(&mut self, count: usize) {
        self.at = self.at.wrapping_add(count);
    }

    /// The next byte that is no white space; it stays where it is.
    pub(crate) fn peek(&mut self) -> Result<u8, Stop> {
        loop {
            match self.data.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.advance(1),
                Some(byte) => return Ok(*byte),
                None => return Err(Stop::Cut),
            }
        }
    }

    /// Passes over the byte that comes next, which must be this one.
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.peek()? != byte {
            return Err(Stop::Broken);
        }
        self.advance(1);
        Ok(())
    }

    /// Passes over a byte order mark, if there is one.
    pub(crate) fn byte_order_mark(&mut self) -> Result<(), Stop> {
        if self.rest().starts_with(BYTE_ORDER_MARK) {
            self.advance(BYTE_ORDER_MARK.len());
        } else if BYTE_ORDER_MARK.starts_with(self.rest()) {
            return Err(Stop::Cut);
        }
        Ok(())
    }

    /// Fails unless only white space is left.
    pub(crate) fn end(&mut self) -> Result<(), Stop> {
        if self.peek().is_ok() { Err(Stop::Broken) } else { Ok(()) }
    }

    /// Passes over the name of a member and the colon behind it.
    pub(crate) fn name(&mut self) -> Result<RawText<'de>, Stop> {
        if let Some((b'"', rest)) = self.rest().split_first() {
            let (name, behind) = rest.split_at_checked(plain_length(rest)).unwrap_or_default();
            if behind.first_chunk() == Some(b"\":") {
                self.at = self.data.len().wrapping_sub(behind.len()).wrapping_add(2);
                return Ok(RawText::new(name, true));
            }
        }
        self.any_name()
    }

    /// The same of any name, however it is written.
    #[inline(never)]
    fn any_name(&mut self) -> Result<RawText<'de>, Stop> {
        if self.peek()? != b'"' {
            return Err(Stop::Broken);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// Reads the value that comes next.
    pub(crate) fn value(&mut self, place: Place<'_, 'de>) -> Result<(), Stop> {
        match self.peek()? {
            b'"' => {
                let text = self.string()?;
                if !matches!(place, Place::Nowhere) {
                    place.take_text(text.text());
                }
                Ok(())
            }
            b'-' | b'0'..=b'9' => self.number(place),
            b'{' => match place {
                Place::Receiver(receiver) => self.nested(|reader| reader.object(receiver)),
                place => self.other(place),
            },
            b'[' => match place {
                Place::Receiver(receiver) => self.nested(|reader| reader.list(receiver)),
                Place::List(place) => {
                    *place = Some(self.words()?);
                    Ok(())
                }
                place => self.other(place),
            },
            _ => {
                if let (Some(flag), Place::Flag(place)) = (self.literal()?, place) {
                    *place = Some(flag);
                }
                Ok(())
            }
        }
    }

    /// Reads a list or an object that is wanted as a whole, or not at all.
    fn other(&mut self, place: Place<'_, 'de>) -> Result<(), Stop> {
        if let Place::Any(place) = place {
            *place = Any::Tree(self.tree()?);
            return Ok(());
        }
        self.skip()
    }

    /// Reads the number that begins here.
    fn number(&mut self, place: Place<'_, 'de>) -> Result<(), Stop> {
        if self.rest().starts_with(b"-I") {
            return self.literal().map(drop);
        }
        let digits = self.digits()?;
        match place {
            Place::Nowhere => {}
            Place::Any(place) => {
                // One beyond f64 can't be read.
                let number = std::str::from_utf8(digits).ok().and_then(|digits| serde_json::from_str(digits).ok());
                if let Some(number) = number {
                    *place = Any::Tree(number);
                }
            }
            place => {
                if let Some(number) = value_of(digits) {
                    place.take_number(number);
                }
            }
        }
        Ok(())
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Result<(), Stop> {
        self.depth_left = self.depth_left.checked_sub(1).ok_or(Stop::Broken)?;
        read(self)?;
        self.depth_left = self.depth_left.saturating_add(1);
        Ok(())
    }

    /// Reads the object that begins here.
    fn object(&mut self, receiver: &mut dyn Receive<'de>) -> Result<(), Stop> {
        self.advance(1);
        receiver.object();
        if self.peek()? == b'}' {
            self.advance(1);
            return Ok(());
        }
        loop {
            self.pass_over_silence();
            let start = self.at;
            let name = self.name()?;
            // What is null says nothing, whatever member it is.
            if self.rest().first_chunk() == Some(b"null,") {
                self.advance(5);
                self.learn_silence(start);
                continue;
            }
            let place = if self.peek()? == b'n' { Place::Nowhere } else { receiver.member_as_written(name) };
            self.value(place)?;
            match self.peek()? {
                b',' => self.advance(1),
                b'}' => {
                    self.advance(1);
                    return Ok(());
                }
                _ => return Err(Stop::Broken),
            }
        }
    }

    /// Passes over members that are null, as far as rows before had them, too.
    fn pass_over_silence(&mut self) {
        if let Some((_, silences)) = &self.known {
            let rest = self.data.get(self.at..).unwrap_or_default();
            let length = silences.length(rest, &mut self.next_silence);
            self.advance(length);
        }
    }

    /// Takes note of the member that is null, which began at `start`.
    fn learn_silence(&mut self, start: usize) {
        if let Some((_, silences)) = &mut self.known {
            let member = self.data.get(start..self.at).unwrap_or_default();
            silences.learn(member, &mut self.next_silence);
        }
    }

    /// Reads the list that begins here.
    fn list(&mut self, receiver: &mut dyn Receive<'de>) -> Result<(), Stop> {
        self.advance(1);
        receiver.list();
        if self.peek()? == b']' {
            self.advance(1);
            return Ok(());
        }
        loop {
            self.value(receiver.element())?;
            match self.peek()? {
                b',' => self.advance(1),
                b']' => {
                    self.advance(1);
                    return Ok(());
                }
                _ => return Err(Stop::Broken),
            }
        }
    }

    /// Passes over the list that begins here.
    fn words(&mut self) -> Result<List<'de>, Stop> {
        let known = self.known.as_ref().and_then(|(lists, _)| lists.find(self.rest()));
        if let Some((number, length)) = known {
            self.advance(length);
            return Ok(List::Known(number));
        }
        self.raw().map(List::Written)
    }

    /// Passes over the value that comes next, and gives its bytes.
    fn raw(&mut self) -> Result<&'de [u8], Stop> {
        let start = self.at;
        self.skip()?;
        Ok(self.data.get(start..self.at).unwrap_or_default())
    }

    /// Passes over the value that comes next, without a stack of calls.
    pub(crate) fn skip(&mut self) -> Result<(), Stop> {
        self.open.clear();
        loop {
            match self.peek()? {
                b'"' => self.string().map(drop)?,
                bracket @ (b'{' | b'[') => {
                    self.advance(1);
                    self.open.push(bracket);
                    if self.peek()? != closing(bracket) {
                        if bracket == b'{' {
                            self.name()?;
                        }
                        continue;
                    }
                }
                _ => self.value(Place::Nowhere)?,
            }
            // A value is over, or a bracket that holds nothing is to be closed.
            loop {
                let Some(&bracket) = self.open.last() else { return Ok(()) };
                let byte = self.peek()?;
                if byte == closing(bracket) {
                    self.advance(1);
                    self.open.pop();
                } else if byte == b',' {
                    self.advance(1);
                    if bracket == b'{' {
                        self.name()?;
                    }
                    break;
                } else {
                    return Err(Stop::Broken);
                }
            }
        }
    }

    /// Reads the list or object that comes next as it is.
    fn tree(&mut self) -> Result<Value, Stop> {
        let json = self.raw()?;
        // Nearly every text is read at once. One number that no f64 holds, or one lone surrogate, would fail all of it.
        let read = std::str::from_utf8(json).ok().and_then(|json| serde_json::from_str(json).ok());
        read.or_else(|| serde_json::from_str(&mending::mended(json)).ok()).ok_or(Stop::Broken)
    }

    /// Reads the string whose opening quote is next.
    fn string(&mut self) -> Result<RawText<'de>, Stop> {
        self.advance(1);
        let start = self.at;
        let mut is_plain = true;
        loop {
            self.advance(plain_length(self.rest()));
            match self.data.get(self.at) {
                Some(b'"') => {
                    let bytes = self.data.get(start..self.at).unwrap_or_default();
                    self.advance(1);
                    return Ok(RawText::new(bytes, is_plain));
                }
                Some(b'\\') => {
                    is_plain = false;
                    self.escape()?;
                }
                Some(_) => return Err(Stop::Broken),
                None => return Err(Stop::Cut),
            }
        }
    }

    /// Passes over the escape that begins here.
    fn escape(&mut self) -> Result<(), Stop> {
        self.advance(1);
        match self.data.get(self.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.advance(1),
            Some(b'u') => {
                let digits = self.rest().get(1..5).ok_or(Stop::Cut)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return Err(Stop::Broken);
                }
                self.advance(5);
            }
            Some(_) => return Err(Stop::Broken),
            None => return Err(Stop::Cut),
        }
        Ok(())
    }

    /// Reads what is neither text nor number nor list nor object.
    fn literal(&mut self) -> Result<Option<bool>, Stop> {
        let rest = self.rest();
        let (meaning, word): (Option<bool>, &[u8]) = match rest.first() {
            Some(b't') => (Some(true), b"true"),
            Some(b'f') => (Some(false), b"false"),
            Some(b'n') => (None, b"null"),
            // What some languages write for numbers that JSON does not have.
            Some(b'N') => (None, b"NaN"),
            Some(b'I') => (None, b"Infinity"),
            _ => (None, b"-Infinity"),
        };
        if rest.starts_with(word) {
            self.advance(word.len());
            return Ok(meaning);
        }
        Err(if word.starts_with(rest) { Stop::Cut } else { Stop::Broken })
    }

    /// Passes over the number that begins here.
    fn digits(&mut self) -> Result<&'de [u8], Stop> {
        let start = self.at;
        if self.data.get(self.at) == Some(&b'-') {
            self.advance(1);
        }
        if self.data.get(self.at) == Some(&b'0') {
            self.advance(1);
        } else {
            self.some_digits()?;
        }
        if self.data.get(self.at) == Some(&b'.') {
            self.advance(1);
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.data.get(self.at) {
            self.advance(1);
            if let Some(b'+' | b'-') = self.data.get(self.at) {
                self.advance(1);
            }
            self.some_digits()?;
        }
        if self.at >= self.data.len() && !self.is_whole {
            return Err(Stop::Cut);
        }
        Ok(self.data.get(start..self.at).unwrap_or_default())
    }

    fn some_digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.data.get(self.at) {
            self.advance(1);
        }
        match self.data.get(self.at) {
            None if self.at == start => Err(Stop::Cut),
            Some(_) if self.at == start => Err(Stop::Broken),
            _ => Ok(()),
        }
    }
}

fn closing(bracket: u8) -> u8 {
    if bracket == b'{' { b'}' } else { b']' }
}

/// The value of a number of JSON; `None` when no f64 is so large.
fn value_of(digits: &[u8]) -> Option<f64> {
    number::short(digits).or_else(|| number::parse(std::str::from_utf8(digits).ok()?))
}
