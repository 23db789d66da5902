//! JSON made and written in one way. The library's writing looks at texts byte by byte and brings tables of 10 KB that nothing packs.

use std::fmt::{self, Display};

use serde::ser::{self, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::lenient::plain_length;

/// An object of these members, which are taken out of the list.
pub(crate) fn object(members: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}

/// The JSON of a value as text, without blanks. Nothing here fails to be written.
pub fn text<T: Serialize + ?Sized>(value: &T) -> String {
    let mut writer = Writer(String::new());
    if value.serialize(&mut writer).is_ok() { writer.0 } else { String::new() }
}

/// The JSON of a value in UTF-8.
pub fn bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    text(value).into_bytes()
}

/// What is written so far. Names of members are texts.
struct Writer(String);

impl Writer {
    fn push_text(&mut self, text: &str) {
        self.0.push('"');
        let mut rest = text;
        loop {
            let (plain, special) = rest.split_at_checked(plain_length(rest.as_bytes())).unwrap_or_default();
            self.0.push_str(plain);
            let mut characters = special.chars();
            let Some(character) = characters.next() else { break };
            self.push_escape(character);
            rest = characters.as_str();
        }
        self.0.push('"');
    }

    fn push_escape(&mut self, character: char) {
        self.0.push('\\');
        let last = match character {
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '"' | '\\' => character,
            _ => {
                self.0.push_str(if character < '\u{10}' { "u000" } else { "u001" });
                char::from_digit(u32::from(character) & 0xF, 16).unwrap_or_default()
            }
        };
        self.0.push(last);
    }

    fn push_whole(&mut self, number: u64) {
        if number >= 10 {
            self.push_whole(number / 10);
        }
        let digit = u8::try_from(number % 10).unwrap_or_default();
        self.0.push(char::from(b'0' | digit));
    }

    fn open(&mut self, bracket: char, closing: &'static str) -> Inside<'_> {
        self.0.push(bracket);
        Inside { writer: self, is_empty: true, closing }
    }

    /// An object whose only member, of this name, is a list or an object.
    fn open_variant(&mut self, name: &str, bracket: char, closing: &'static str) -> Inside<'_> {
        self.0.push('{');
        self.push_text(name);
        self.0.push(':');
        self.open(bracket, closing)
    }
}

type Written = Result<(), Unwritable>;

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Inside<'w>;
    type SerializeTuple = Inside<'w>;
    type SerializeTupleStruct = Inside<'w>;
    type SerializeTupleVariant = Inside<'w>;
    type SerializeMap = Inside<'w>;
    type SerializeStruct = Inside<'w>;
    type SerializeStructVariant = Inside<'w>;

    fn serialize_bool(self, flag: bool) -> Written {
        self.0.push_str(if flag { "true" } else { "false" });
        Ok(())
    }
    fn serialize_i8(self, number: i8) -> Written {
        self.serialize_i64(number.into())
    }
    fn serialize_i16(self, number: i16) -> Written {
        self.serialize_i64(number.into())
    }
    fn serialize_i32(self, number: i32) -> Written {
        self.serialize_i64(number.into())
    }
    fn serialize_i64(self, number: i64) -> Written {
        if number < 0 {
            self.0.push('-');
        }
        self.serialize_u64(number.unsigned_abs())
    }
    fn serialize_u8(self, number: u8) -> Written {
        self.serialize_u64(number.into())
    }
    fn serialize_u16(self, number: u16) -> Written {
        self.serialize_u64(number.into())
    }
    fn serialize_u32(self, number: u32) -> Written {
        self.serialize_u64(number.into())
    }
    fn serialize_u64(self, number: u64) -> Written {
        self.push_whole(number);
        Ok(())
    }
    fn serialize_f32(self, number: f32) -> Written {
        self.serialize_f64(number.into())
    }
    fn serialize_f64(self, number: f64) -> Written {
        if !number.is_finite() {
            return self.serialize_unit();
        }
        self.0.push_str(ryu::Buffer::new().format_finite(number));
        Ok(())
    }
    fn serialize_char(self, character: char) -> Written {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }
    fn serialize_str(self, text: &str) -> Written {
        self.push_text(text);
        Ok(())
    }
    fn serialize_bytes(self, bytes: &[u8]) -> Written {
        self.collect_seq(bytes)
    }
    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Written {
        self.0.push_str("null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        let mut object = self.open('{', "}");
        object.member(variant, value)?;
        object.close()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open('[', "]"))
    }
    fn serialize_tuple(self, _: usize) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open('[', "]"))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open('[', "]"))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open_variant(variant, '[', "]}"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open('{', "}"))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open('{', "}"))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'w>, Unwritable> {
        Ok(self.open_variant(variant, '{', "}}"))
    }
}

/// A list or an object that is being written.
struct Inside<'w> {
    writer: &'w mut Writer,
    is_empty: bool,
    closing: &'static str,
}

impl Inside<'_> {
    /// What comes before an element.
    #[inline(never)]
    fn separate(&mut self) {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.writer.0.push(',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.separate();
        value.serialize(&mut *self.writer)
    }

    /// What comes before the value of a member. A copy of it for each type of value would be most of this file in the core.
    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.separate();
        self.writer.push_text(name);
        self.writer.0.push(':');
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Written {
        self.name(name);
        value.serialize(&mut *self.writer)
    }

    #[expect(clippy::unnecessary_wraps, reason = "serde's end of a list or an object")]
    fn close(self) -> Written {
        self.writer.0.push_str(self.closing);
        Ok(())
    }
}

impl ser::SerializeMap for Inside<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Written {
        self.element(name)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.writer.0.push(':');
        value.serialize(&mut *self.writer)
    }
    fn end(self) -> Written {
        self.close()
    }
}

/// Implements traits of lists, whose elements come by `$add`.
macro_rules! list {
    ($($list:ident $add:ident)*) => {$(
        impl ser::$list for Inside<'_> {
            type Ok = ();
            type Error = Unwritable;

            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                self.element(value)
            }
            fn end(self) -> Written {
                self.close()
            }
        }
    )*};
}
list!(SerializeSeq serialize_element SerializeTuple serialize_element SerializeTupleStruct serialize_field SerializeTupleVariant serialize_field);

/// Implements traits of objects.
macro_rules! object {
    ($($object:ident)*) => {$(
        impl ser::$object for Inside<'_> {
            type Ok = ();
            type Error = Unwritable;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Written {
                self.member(name, value)
            }
            fn end(self) -> Written {
                self.close()
            }
        }
    )*};
}
object!(SerializeStruct SerializeStructVariant);

/// What only a value that can't be written makes; there is none of these.
#[derive(Debug)]
struct Unwritable;

impl Display for Unwritable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("this can't be written as JSON")
    }
}

impl std::error::Error for Unwritable {}

impl ser::Error for Unwritable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::text;

    #[derive(Serialize)]
    struct Newtype(u8);
    #[derive(Serialize)]
    struct Pair(i8, char);
    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    enum Kind {
        Unit,
        One(Option<bool>),
        Two(i64, u16),
        Named { a: (), b: f32 },
    }
    #[derive(Serialize)]
    struct Whole<'a> {
        text: &'a str,
        none: Option<u32>,
        newtype: Newtype,
        pair: Pair,
        unit: Unit,
        kinds: [Kind; 4],
        tuple: (i16, i32),
        map: BTreeMap<&'a str, f64>,
        empty: Vec<u8>,
        #[serde(flatten)]
        more: BTreeMap<&'a str, Value>,
    }

    #[test]
    fn every_kind_of_value_is_written_as_the_library_writes_it() {
        let value = Whole {
            text: "a\"b",
            none: None,
            newtype: Newtype(255),
            pair: Pair(-128, 'é'),
            unit: Unit,
            kinds: [Kind::Unit, Kind::One(Some(true)), Kind::Two(i64::MIN, 0), Kind::Named { a: (), b: 0.5 }],
            tuple: (-300, 70_000),
            map: BTreeMap::from([("x", 1.0), ("y", f64::NAN)]),
            empty: Vec::new(),
            more: BTreeMap::from([("z", json!({"n": [u64::MAX, {}, []]}))]),
        };
        assert_eq!(text(&value), serde_json::to_string(&value).unwrap());
    }

    #[test]
    fn values_are_written_without_blanks() {
        let value = json!({"a": [1, -2.5, "é\n", null, true], "b": {}, "c": 0.1});
        assert_eq!(text(&value), r#"{"a":[1,-2.5,"é\n",null,true],"b":{},"c":0.1}"#);
        assert_eq!(text(&f64::NAN), "null");
    }

    proptest! {
        #[test]
        fn any_number_is_read_as_it_was_written(number in any::<f64>(), whole in any::<i64>()) {
            prop_assume!(number.is_finite());
            prop_assert_eq!(serde_json::from_str::<Value>(&text(&number)).unwrap().as_f64(), Some(number));
            prop_assert_eq!(text(&whole), whole.to_string());
        }

        #[test]
        fn any_text_is_written_as_the_library_writes_it(given in "[\\x00-\\x7f]{0,40}|.{0,40}|[a-z]{0,20}[\"\\\\é\n]{0,3}[a-z]{0,20}") {
            prop_assert_eq!(text(&given), serde_json::to_string(&given).unwrap());
        }
    }
}
