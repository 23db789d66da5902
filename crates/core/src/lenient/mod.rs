//! Reading JSON whose shape nobody vouches for.
//!
//! Operators write model rows by hand and gateways pass them on unchecked: a limit may be `"32768"`, a flag `"yes"`, a list a number.
//! The readers here take what they can use and skip the rest without building a tree of it, so a wrong type never fails a
//! whole reply. Nesting that is skipped costs no stack.

mod mending;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

pub(crate) use self::mending::mended;

/// Reads a whole body; `None` when it is not JSON.
pub(crate) fn from_body<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Option<T> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // Nearly every body is read at once. One number that no f64 holds, or one lone surrogate, would fail all of it.
    serde_json::from_slice(body).ok().or_else(|| serde_json::from_slice(&mended(body)).ok())
}

/// A number written as text, such as `" 128000 "` or `"3e-06"`; not a word like `inf`.
pub(crate) fn number_in_text(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A yes or no written as text.
fn flag_in_text(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// One value that has no parts; an array or an object counts as nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar<'a> {
    /// Null, an array or an object.
    Nothing,
    /// `true` or `false`.
    Flag(bool),
    /// A finite number.
    Number(f64),
    /// A string.
    Text(Cow<'a, str>),
}

impl Scalar<'_> {
    /// The number that is meant.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => number_in_text(text),
            Self::Nothing | Self::Flag(_) => None,
        }
    }

    /// The yes or no that is meant.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Number(number) => flag_in_text(&number.to_string()),
            Self::Text(text) => flag_in_text(text),
            Self::Nothing => None,
        }
    }

    /// The text, where it is a string with more than blanks in it.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) if !text.trim().is_empty() => Some(text.into_owned()),
            _ => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a JSON number is an f64 to every other reader too")]
        let value = value as f64;
        Ok(Scalar::Number(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a JSON number is an f64 to every other reader too")]
        let value = value as f64;
        Ok(Scalar::Number(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// What reads itself from the members of an object.
pub(crate) trait Members<'de>: Default {
    /// Takes the value of the member `name`; one that is of no use is read as [`IgnoredAny`]. A repeated name counts as its last.
    fn take<A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<(), A::Error>;
}

/// An object, or `None` where another type stands.
#[derive(Debug, Default)]
pub(crate) struct Object<T>(pub(crate) Option<T>);

impl<'de, T: Members<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Members<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Object(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut value = T::default();
        while let Some(name) = members.next_key::<Scalar<'de>>()? {
            match name {
                Scalar::Text(name) => value.take(&name, &mut members)?,
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Object(Some(value)))
    }
}

/// The first `MOST` elements of an array, or `None` where another type stands. The bound keeps a hostile reply from growing in memory
/// to many times its size.
#[derive(Debug, Default)]
pub(crate) struct List<T, const MOST: usize>(pub(crate) Option<Vec<T>>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for List<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for ListVisitor<T, MOST> {
    type Value = List<T, MOST>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while list.len() < MOST {
            let Some(element) = elements.next_element()? else { return Ok(List(Some(list))) };
            list.push(element);
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(List(Some(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(List(None))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, Default)]
    struct Sample {
        number: Option<f64>,
        text: Option<String>,
        inner: Option<f64>,
        list: Option<Vec<Option<f64>>>,
    }

    impl<'de> Members<'de> for Sample {
        fn take<A: MapAccess<'de>>(&mut self, name: &str, value: &mut A) -> Result<(), A::Error> {
            match name {
                "number" => self.number = value.next_value::<Scalar<'de>>()?.number(),
                "text" => self.text = value.next_value::<Scalar<'de>>()?.into_text(),
                "inner" => self.inner = value.next_value::<Object<Self>>()?.0.and_then(|inner| inner.number),
                "list" => {
                    self.list = value
                        .next_value::<List<Scalar<'de>, 3>>()?
                        .0
                        .map(|list| list.iter().map(Scalar::number).collect());
                }
                _ => drop(value.next_value::<IgnoredAny>()?),
            }
            Ok(())
        }
    }

    fn sample(body: &[u8]) -> Option<Sample> {
        from_body::<Object<Sample>>(body)?.0
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
            assert_eq!(serde_json::from_str::<Scalar<'_>>(&json.to_string()).unwrap().flag(), expected, "{json}");
        }
    }

    #[test]
    fn wrong_types_are_nothing_and_hurt_no_neighbour() {
        let sample = sample(br#"{"inner":[{}],"list":{"a":[1]},"text":{"b":[]},"number":7}"#).unwrap();
        assert_eq!((sample.inner, sample.list, sample.text, sample.number), (None, None, None, Some(7.0)));
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
            assert!(from_body::<Object<Sample>>(body).is_none(), "{body:?}");
        }
    }

    #[test]
    fn a_list_is_read_up_to_its_bound() {
        let sample = sample(br#"{"list":[1,"2",null,4,5],"number":6}"#).unwrap();
        assert_eq!((sample.list, sample.number), (Some(vec![Some(1.0), Some(2.0), None]), Some(6.0)));
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
            prop_assert!(from_body::<Object<Sample>>(value.to_string().as_bytes()).is_some());
        }

        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = from_body::<Object<Sample>>(&body);
        }

        #[test]
        fn any_string_literal_is_survived(body in r#"\{"(\\|u|d8|dc|00|"|1e999|[\[\]{}:,]){0,20}"#) {
            let _ = from_body::<Object<Sample>>(body.as_bytes());
        }
    }
}
