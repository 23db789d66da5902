//! Reading JSON whose shape nobody vouches for.
//!
//! Operators write model rows by hand and gateways pass them on unchecked: a limit may be `"32768"`, a flag `"yes"`, a list a number.
//! What is read says for each member and element where its value goes; the rest is skipped without a tree of it, so a wrong type
//! never fails a whole reply. Of repeated members the last that says something counts. Nesting that is skipped costs no stack.
//!
//! One visitor reads all of it through [`Receive`] objects: a visitor for each type made the core twice as large, and its values
//! were moved more often than read.

mod mending;
mod place;

use std::borrow::Cow;

use serde::de::DeserializeSeed;
use serde_json::Deserializer;

pub(crate) use self::mending::{code_unit, mended};
pub use self::place::Any;
pub(crate) use self::place::{Place, whole};
use crate::number;

/// What takes a value that it can't foresee. What it does not override, it has no use for.
pub(crate) trait Receive<'de> {
    /// Takes text.
    fn text(&mut self, text: Cow<'de, str>) {
        let _ = text;
    }
    /// Takes a number.
    fn number(&mut self, number: f64) {
        let _ = number;
    }
    /// A list begins.
    fn list(&mut self) {}
    /// Where the next element of a list goes.
    fn element(&mut self) -> Place<'_, 'de> {
        Place::Nowhere
    }
    /// An object begins.
    fn object(&mut self) {}
    /// Where the value of the member `name` goes.
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        let _ = name;
        Place::Nowhere
    }
}

/// Reads the JSON of `data` into a value. Bytes that are no UTF-8, and halves of surrogate pairs, become U+FFFD; a number beyond f64 is
/// null. `None` means that it is no JSON. `scratch` keeps the mended text alive.
pub(crate) fn read<'de, T: Receive<'de> + Default>(data: &'de [u8], scratch: &'de mut Vec<u8>) -> Option<T> {
    let mut value = T::default();
    match read_into(data, &mut value) {
        Ok(()) => return Some(value),
        Err(error) if error.is_eof() => return None,
        Err(_) => {}
    }
    // Nearly every text is read at once. One number that no f64 holds, or one lone surrogate, would fail all of it.
    *scratch = mended(data);
    let mut value = T::default();
    read_into(scratch, &mut value).ok()?;
    Some(value)
}

/// Reads a whole body, which may begin with a byte order mark; `None` when it is not JSON.
pub(crate) fn from_body<T: for<'de> Receive<'de> + Default>(body: &[u8]) -> Option<T> {
    read(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body), &mut Vec::new())
}

/// Fails at bytes that are no UTF-8, too: looked at all together, they cost a fraction of what each string alone does.
fn read_into<'de>(data: &'de [u8], receiver: &mut dyn Receive<'de>) -> serde_json::Result<()> {
    let text = std::str::from_utf8(data).map_err(serde::de::Error::custom)?;
    let mut deserializer = Deserializer::from_str(text);
    Place::Receiver(receiver).deserialize(&mut deserializer)?;
    deserializer.end()
}

/// A number written as text, such as `" 128000 "` or `"3e-06"`; not a word like `inf`.
pub(crate) fn number_in_text(text: &str) -> Option<f64> {
    number::parse(text.trim())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Default)]
    struct Sample {
        number: Option<f64>,
        flag: Option<bool>,
        text: Option<String>,
        inner: Option<Box<Sample>>,
        list: List,
        is_object: bool,
    }

    #[derive(Debug, Default)]
    struct List(Option<Vec<Option<f64>>>);

    impl<'de> Receive<'de> for Sample {
        fn object(&mut self) {
            self.is_object = true;
        }
        fn member(&mut self, name: &str) -> Place<'_, 'de> {
            match name {
                "number" => Place::Number(&mut self.number, Some),
                "flag" => Place::Flag(&mut self.flag),
                "text" => Place::Words(&mut self.text),
                "inner" => Place::Receiver(self.inner.get_or_insert_default().as_mut()),
                "list" => Place::Receiver(&mut self.list),
                _ => Place::Nowhere,
            }
        }
    }

    impl<'de> Receive<'de> for List {
        fn list(&mut self) {
            self.0 = Some(Vec::new());
        }
        fn element(&mut self) -> Place<'_, 'de> {
            let list = self.0.get_or_insert_default();
            if list.len() == 3 {
                return Place::Nowhere;
            }
            list.push(None);
            list.last_mut().map_or(Place::Nowhere, |place| Place::Number(place, Some))
        }
    }

    fn sample(body: &[u8]) -> Option<Sample> {
        from_body::<Sample>(body).filter(|sample| sample.is_object)
    }
    #[test]
    fn numbers_are_read_as_numbers_or_text() {
        for (json, expected) in [
            ("1", Some(1.0)),
            ("-1.5e3", Some(-1500.0)),
            ("18446744073709551615", Some(18_446_744_073_709_551_615.0)),
            ("\" 128000.0 \"", Some(128_000.0)),
            ("\"3e-06\"", Some(3e-6)),
            ("\"inf\"", None),
            ("\"NaN\"", None),
            ("\"\"", None),
            ("\"free\"", None),
            ("true", None),
            ("null", None),
            ("[1]", None),
            ("{\"a\":1}", None),
            ("1e999", None),
            ("-1e999", None),
        ] {
            let body = format!("{{\"number\":{json},\"text\":\"after\"}}");
            let sample = sample(body.as_bytes()).unwrap();
            assert_eq!(sample.number, expected, "{json}");
            assert_eq!(sample.text.as_deref(), Some("after"), "{json}");
        }
    }

    #[test]
    fn flags_are_read_as_booleans_words_or_digits() {
        for (json, expected) in [
            (json!(true), Some(true)),
            (json!(false), Some(false)),
            (json!("true"), Some(true)),
            (json!(" Yes "), Some(true)),
            (json!("1"), Some(true)),
            (json!(1), Some(true)),
            (json!(1.0), Some(true)),
            (json!("false"), Some(false)),
            (json!("No"), Some(false)),
            (json!(0), Some(false)),
            (json!(2), None),
            (json!("maybe"), None),
            (json!(null), None),
            (json!([true]), None),
        ] {
            assert_eq!(sample(json!({ "flag": json }).to_string().as_bytes()).unwrap().flag, expected, "{json}");
        }
    }

    #[test]
    fn wrong_types_are_nothing_and_hurt_no_neighbour() {
        let sample = sample(br#"{"inner":[{}],"list":{"a":[1]},"text":{"b":[]},"number":7}"#).unwrap();
        assert!(sample.inner.is_none_or(|inner| !inner.is_object));
        assert_eq!((sample.list.0, sample.text, sample.number), (None, None, Some(7.0)));
        assert!(super::tests::sample(b"[1]").is_none());
        assert!(super::tests::sample(b"null").is_none());
        assert!(super::tests::sample(b"\"x\"").is_none());
    }

    #[test]
    fn what_is_no_json_is_none() {
        for body in [
            &b""[..],
            b"<html>",
            b"{\"number\":1",
            b"{\"number\":1}}",
            b"{'number':1}",
            b"{\"number\":1e}",
            b"\"\\ud800",
        ] {
            assert!(from_body::<Sample>(body).is_none(), "{body:?}");
        }
    }

    #[test]
    fn a_list_is_read_up_to_its_bound() {
        let sample = sample(br#"{"list":[1,"2",null,4,5],"number":6}"#).unwrap();
        assert_eq!((sample.list.0, sample.number), (Some(vec![Some(1.0), Some(2.0), None]), Some(6.0)));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert_eq!(sample(b"\xEF\xBB\xBF{\"number\":1}").unwrap().number, Some(1.0));
    }

    #[test]
    fn lone_surrogates_and_invalid_utf8_become_replacement_characters() {
        let sample = sample(b"{\"\\udc00\":1,\"text\":\"a\\ud800b\\\"\\ud83d\\ude00\xFFc\",\"number\":1e999}").unwrap();
        assert_eq!(sample.text.as_deref(), Some("a\u{FFFD}b\"\u{1F600}\u{FFFD}c"));
    }

    #[test]
    fn depth_that_is_skipped_costs_no_stack() {
        let deep = format!(
            "{{\"x\":{}{},\"text\":{}{},\"number\":1}}",
            "[".repeat(200_000),
            "]".repeat(200_000),
            "[".repeat(200_000),
            "]".repeat(200_000)
        );
        assert_eq!(sample(deep.as_bytes()).unwrap().number, Some(1.0));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec(("(number|text|inner|list|.{0,3})", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn mending_changes_no_valid_json(value in any_json()) {
            let text = value.to_string();
            prop_assert_eq!(String::from_utf8(mended(text.as_bytes())).unwrap(), text);
        }

        #[test]
        fn any_json_is_read(value in any_json()) {
            prop_assert!(from_body::<Sample>(value.to_string().as_bytes()).is_some());
        }

        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = from_body::<Sample>(&body);
        }

        #[test]
        fn any_string_literal_is_survived(body in r#"\{"(\\|u|d8|dc|00|"|1e999|[\[\]{}:,]){0,20}"#) {
            let _ = from_body::<Sample>(body.as_bytes());
        }
    }
}
