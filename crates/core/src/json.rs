//! JSON values made and written in one way: the library's macro, its formatting of values and its writing of fractions would each be
//! another, the last with a table of 10 KB that nothing packs.

use std::io::{Result, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value};

/// An object of these members, which are taken out of the list.
pub(crate) fn object(members: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}

/// The JSON of a value as text.
pub fn text<T: Serialize + ?Sized>(value: &T) -> String {
    String::from_utf8(bytes(value)).unwrap_or_default()
}

/// The JSON of a value in UTF-8. Nothing here fails to be written.
pub fn bytes<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = value.serialize(&mut Serializer::with_formatter(&mut bytes, SmallTables));
    if written.is_ok() { bytes } else { Vec::new() }
}

/// Without blanks, and with fractions written by what needs only small tables.
struct SmallTables;

impl Formatter for SmallTables {
    fn write_f64<W: Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> Result<()> {
        writer.write_all(ryu::Buffer::new().format_finite(value).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::text;

    #[test]
    fn values_are_written_without_blanks() {
        let value = json!({"a": [1, -2.5, "é\n", null, true], "b": {}, "c": 0.1});
        assert_eq!(text(&value), r#"{"a":[1,-2.5,"é\n",null,true],"b":{},"c":0.1}"#);
        assert_eq!(text(&f64::NAN), "null");
    }

    proptest! {
        #[test]
        fn any_number_is_read_as_it_was_written(number in any::<f64>()) {
            prop_assume!(number.is_finite());
            prop_assert_eq!(serde_json::from_str::<Value>(&text(&number)).unwrap().as_f64(), Some(number));
        }
    }
}
