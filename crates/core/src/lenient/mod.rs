//! Reading JSON whose shape nobody vouches for.
//!
//! Operators write model rows by hand and gateways pass them on unchecked: a limit may be `"32768"`, a flag `"yes"`, a list a number.
//! What is read says for each member and element where its value goes; the rest is skipped without a tree of it, so a wrong type
//! never fails a whole reply. Of repeated members the last that says something counts. Nesting that is skipped costs no stack.
//!
//! One reader reads all of it through [`Receive`] objects: code for each type made the core twice as large, and its values were moved
//! more often than read.

mod lists;
mod mending;
mod place;
mod reader;
#[cfg(test)]
mod reference;
mod silences;
mod text;

use std::borrow::Cow;

pub(crate) use self::lists::{List, Lists};
pub(crate) use self::mending::code_unit;
pub use self::place::Any;
pub(crate) use self::place::{Place, whole};
pub(crate) use self::reader::{Reader, Stop};
pub(crate) use self::silences::Silences;
pub(crate) use self::text::RawText;
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
    /// The same for a name as it is written. Whoever knows names by their bytes need not have each of them read as text.
    fn member_as_written(&mut self, name: RawText<'_>) -> Place<'_, 'de> {
        self.member(&name.text())
    }
}

/// Reads the JSON of `data` into a value. Bytes that are no UTF-8, and halves of surrogate pairs, become U+FFFD; a number beyond f64 is
/// null. `None` means that it is no JSON.
pub(crate) fn read<'de, T: Receive<'de> + Default>(data: &'de [u8]) -> Option<T> {
    let mut value = T::default();
    read_into(data, &mut value).ok()?;
    Some(value)
}

fn read_into<'de>(data: &'de [u8], receiver: &mut dyn Receive<'de>) -> Result<(), Stop> {
    let mut reader = Reader::of_whole(data);
    reader.value(Place::Receiver(receiver))?;
    reader.end()
}

/// Reads a whole body, which may begin with a byte order mark; `None` when it is not JSON.
pub(crate) fn from_body<T: for<'de> Receive<'de> + Default>(body: &[u8]) -> Option<T> {
    read(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body))
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

    #[derive(Debug, Default, PartialEq)]
    struct Sample<'de> {
        number: Option<f64>,
        flag: Option<bool>,
        text: Option<Cow<'de, str>>,
        borrowed: Option<Cow<'de, str>>,
        any: Any<'de>,
        count: Option<u64>,
        inner: Option<Box<Sample<'de>>>,
        list: List,
        is_object: bool,
    }

    #[derive(Debug, Default, PartialEq)]
    struct List(Option<Vec<Option<f64>>>);

    impl<'de> Receive<'de> for Sample<'de> {
        fn object(&mut self) {
            self.is_object = true;
        }
        fn member(&mut self, name: &str) -> Place<'_, 'de> {
            match name {
                "number" => Place::Number(&mut self.number, Some),
                "flag" => Place::Flag(&mut self.flag),
                "text" => Place::BorrowedWords(&mut self.text),
                "borrowed" => Place::Text(&mut self.borrowed),
                "any" => Place::Any(&mut self.any),
                "count" => Place::Count(&mut self.count),
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

    fn sample(body: &[u8]) -> Option<Sample<'_>> {
        read::<Sample>(body).filter(|sample| sample.is_object)
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
            assert!(read::<Sample>(body).is_none(), "{body:?}");
        }
    }

    #[test]
    fn a_list_is_read_up_to_its_bound() {
        let sample = sample(br#"{"list":[1,"2",null,4,5],"number":6}"#).unwrap();
        assert_eq!((sample.list.0, sample.number), (Some(vec![Some(1.0), Some(2.0), None]), Some(6.0)));
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert_eq!(from_body::<List>(b"\xEF\xBB\xBF[1]").unwrap(), List(Some(vec![Some(1.0)])));
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
                proptest::collection::vec(("(number|flag|text|borrowed|any|count|inner|list|.{0,3})", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// JSON as others write it: with white space, with members twice, with what is no JSON here and there.
    fn any_text() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "(null|true|false|NaN|Infinity|-Infinity|nul|\"\"|\"yes\"|\"1\"|[0-9\\-]{1,3}(\\.[0-9]{1,2})?([eE][+\\-]?[0-9]{1,3})?)",
            r#""(a|é|\\u00e9|\\ud83d\\ude00|\\ud83d|\\n|\\"|\\x| ){0,4}""#,
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            let name = "(number|flag|text|borrowed|any|count|inner|list|n\\\\u0075mber|.{0,2})";
            prop_oneof![
                (proptest::collection::vec(inner.clone(), 0..5), "(,|, |,\n\t|,,)")
                    .prop_map(|(elements, comma)| format!("[{}]", elements.join(&comma))),
                (proptest::collection::vec((name, inner), 0..5), "(:|: | :)").prop_map(|(members, colon)| {
                    let members: Vec<_> =
                        members.iter().map(|(name, value)| format!("\"{name}\"{colon}{value}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    /// Without what only asking for a place left behind: of a member that is null the place is not asked for.
    fn settled(mut sample: Sample<'_>) -> Sample<'_> {
        sample.inner =
            sample.inner.map(|inner| settled(*inner)).filter(|inner| *inner != Sample::default()).map(Box::new);
        sample
    }

    #[track_caller]
    fn check_against_reference(body: &[u8]) {
        let mut scratch = Vec::new();
        let expected = reference::read::<Sample>(body, &mut scratch).map(settled);
        assert_eq!(read::<Sample>(body).map(settled), expected, "{}", String::from_utf8_lossy(body));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn valid_json_is_read_as_the_reference_reads_it(value in any_json(), is_pretty in any::<bool>()) {
            let text = if is_pretty { format!("{value:#}") } else { value.to_string() };
            prop_assert!(read::<Sample>(text.as_bytes()).is_some());
            check_against_reference(text.as_bytes());
            prop_assert_eq!(mending::mended(text.as_bytes()), text);
        }

        #[test]
        fn nearly_json_is_read_as_the_reference_reads_it(text in any_text()) {
            check_against_reference(text.as_bytes());
        }

        #[test]
        fn changed_bytes_are_read_as_the_reference_reads_them(
            text in any_text(),
            changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            length in any::<prop::sample::Index>(),
        ) {
            let mut bytes = text.into_bytes();
            for (position, byte) in changes {
                let position = position.index(bytes.len());
                bytes[position] = byte;
            }
            check_against_reference(&bytes);
            check_against_reference(&bytes[..length.index(bytes.len())]);
        }

        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            check_against_reference(&body);
        }

        #[test]
        fn any_string_literal_is_survived(body in r#"\{"(\\|u|d8|dc|00|"|1e999|[\[\]{}:,]){0,20}"#) {
            check_against_reference(body.as_bytes());
        }
    }
}
