//! Values as Python and JSON write them: the gateway puts its own objects, and its providers', into texts with `str()`.

use serde_json::{Map, Number, Value};

use crate::json;
use crate::number;

/// Deeper than any real reply, and shallow enough for every stack.
const DEEPEST: u32 = 64;

/// The value that `text` is as a whole, when it is an object, a list or a `b'…'` text.
pub(super) fn whole(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) && !text.starts_with("b'") && !text.starts_with("b\"") {
        return None;
    }
    let (value, rest) = first(text)?;
    rest.trim().is_empty().then_some(value)
}

/// The value that `text` starts with, and what follows it.
pub(super) fn first(text: &str) -> Option<(Value, &str)> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = reader.value()?;
    Some((value, reader.rest))
}

struct Reader<'a> {
    rest: &'a str,
    depth: u32,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Option<Value> {
        self.blanks();
        match self.peek()? {
            '{' => self.nested('}', Self::members),
            '[' => self.nested(']', Self::items),
            '(' => self.nested(')', Self::items),
            '\'' | '"' => self.text(false).map(Value::String),
            'b' | 'u' if self.rest.get(1..).is_some_and(|rest| rest.starts_with(['\'', '"'])) => {
                let is_bytes = self.next() == Some('b');
                self.text(is_bytes).map(Value::String)
            }
            '-' | '+' | '0'..='9' => self.number(),
            _ => self.word(),
        }
    }

    fn nested(&mut self, end: char, read: fn(&mut Self, char) -> Option<Value>) -> Option<Value> {
        if self.depth >= DEEPEST {
            return None;
        }
        self.depth = self.depth.saturating_add(1);
        self.next();
        let value = read(self, end);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn members(&mut self, end: char) -> Option<Value> {
        let mut members = Map::new();
        while !self.takes(end) {
            let name = match self.value()? {
                Value::String(name) => name,
                other => json::text(&other),
            };
            if !self.takes(':') {
                return None;
            }
            members.insert(name, self.value()?);
            if !self.takes(',') && self.blanks() != Some(end) {
                return None;
            }
        }
        Some(Value::Object(members))
    }

    fn items(&mut self, end: char) -> Option<Value> {
        let mut items = Vec::new();
        while !self.takes(end) {
            items.push(self.value()?);
            if !self.takes(',') && self.blanks() != Some(end) {
                return None;
            }
        }
        Some(Value::Array(items))
    }

    /// A text in single or double quotes. In bytes, `\xNN` is a byte of UTF-8 and not a character.
    fn text(&mut self, is_bytes: bool) -> Option<String> {
        let quote = self.next()?;
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                character if character == quote => return Some(String::from_utf8_lossy(&bytes).into_owned()),
                '\\' => self.escape(is_bytes, &mut bytes)?,
                character => push(character, &mut bytes),
            }
        }
    }

    fn escape(&mut self, is_bytes: bool, bytes: &mut Vec<u8>) -> Option<()> {
        let character = match self.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'x' => {
                let code = self.hexadecimal(2)?;
                if is_bytes {
                    bytes.push(u8::try_from(code).ok()?);
                    return Some(());
                }
                char::from_u32(code)?
            }
            'u' => self.unit()?,
            'U' => char::from_u32(self.hexadecimal(8)?)?,
            other => other,
        };
        push(character, bytes);
        Some(())
    }

    /// A `\uXXXX`, with its second half where it is the first of a pair; a half alone becomes U+FFFD.
    fn unit(&mut self) -> Option<char> {
        let first = self.hexadecimal(4)?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.rest;
        if let Some(rest) = self.rest.strip_prefix("\\u") {
            self.rest = rest;
            let second = self.hexadecimal(4)?;
            if let (Ok(high), Ok(low)) = (u16::try_from(first), u16::try_from(second))
                && let Some(Ok(character)) = char::decode_utf16([high, low]).next()
            {
                return Some(character);
            }
            self.rest = before;
        }
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text = self.rest.get(..digits)?;
        self.rest = self.rest.get(digits..)?;
        u32::from_str_radix(text, 16).ok()
    }

    fn number(&mut self) -> Option<Value> {
        let is_part = |character: char| character.is_ascii_digit() || "+-.eE".contains(character);
        let text = self.token(is_part)?;
        if let Ok(whole) = text.parse::<i64>() {
            return Some(Value::from(whole));
        }
        number::parse(text).and_then(Number::from_f64).map(Value::Number)
    }

    fn word(&mut self) -> Option<Value> {
        match self.token(|character| character.is_ascii_alphabetic())? {
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            "None" | "null" | "NaN" | "nan" | "inf" => Some(Value::Null),
            _ => None,
        }
    }

    fn token(&mut self, is_part: impl Fn(char) -> bool) -> Option<&'a str> {
        let end = self.rest.find(|character| !is_part(character)).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!token.is_empty()).then_some(token)
    }

    /// Skips blanks and tells what comes then.
    fn blanks(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.peek()
    }

    fn takes(&mut self, wanted: char) -> bool {
        let found = self.blanks() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next();
        self.rest = characters.as_str();
        character
    }
}

fn push(character: char, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{first, whole};

    #[track_caller]
    fn check(text: &str, expected: impl Into<Option<Value>>) {
        assert_eq!(whole(text), expected.into(), "{text}");
    }

    #[test]
    fn both_ways_of_writing_are_read() {
        check(r#"{"a": [1, -2.5e1, true, null]}"#, json!({"a": [1, -25.0, true, null]}));
        check("{'a': ('x', None, False), 1: u'y',}", json!({"a": ["x", null, false], "1": "y"}));
        check(r#"{'a': "it's", "b": 'say "x"'}"#, json!({"a": "it's", "b": "say \"x\""}));
        check("b'{\"a\": 1}'", json!("{\"a\": 1}"));
        check("[]", json!([]));
    }

    #[test]
    fn escapes_are_undone() {
        check(r"['it\'s\n\\ \xe9 \u00fc \ud83d\ude00 \ud83d']", json!(["it's\n\\ é ü 😀 \u{fffd}"]));
        check(r"b'\xc3\xa9 \xff'", json!("é \u{fffd}"));
    }

    #[test]
    fn anything_else_is_no_value() {
        for text in ["", "{", "{'a'}", "{'a': }", "[1", "{'a': <Foo>}", "text", "b'", "{'a': 1} and more", "['\\u12']"]
        {
            check(text, None);
        }
        check(&"[".repeat(100_000), None);
    }

    #[test]
    fn what_follows_is_left() {
        assert_eq!(first("{'a': 1} rest"), Some((json!({"a": 1}), " rest")));
    }
}
