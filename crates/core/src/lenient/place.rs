//! Where a value goes, and what of it arrives there.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::{DeserializeSeed, Receive, number_in_text};
use crate::number;

/// The largest whole number that is believed: every integer up to here is exact in JavaScript.
const LARGEST_COUNT: f64 = 9_007_199_254_740_991.0;

/// How many texts of a list are read; the longest list of parameters has about forty.
const MOST_TEXTS: usize = 200;

/// Where a value goes. What can't be read as what is wanted leaves the place as it is.
pub(crate) enum Place<'a, 'de> {
    /// Nowhere: it is skipped.
    Nowhere,
    /// Text; a number is read as its digits, since some backends number their calls.
    Text(&'a mut Option<Cow<'de, str>>),
    /// Text with more than blanks in it.
    Words(&'a mut Option<String>),
    /// A list of such texts, each once.
    Texts(&'a mut Option<Vec<String>>),
    /// `true` or `false`, or a word or a number for it.
    Flag(&'a mut Option<bool>),
    /// A whole number above 0, or text that is one; a fraction is cut off.
    Count(&'a mut Option<u64>),
    /// What the function makes of a number, or of text that is one.
    Number(&'a mut Option<f64>, fn(f64) -> Option<f64>),
    /// Anything but null and flags, as it is.
    Any(&'a mut Any<'de>),
    /// What decides for itself.
    Receiver(&'a mut dyn Receive<'de>),
}

/// Any value, as it is.
#[derive(Debug, Default, Clone, PartialEq)]
pub enum Any<'a> {
    /// Null, `true` or `false`, or no value.
    #[default]
    Nothing,
    /// A string.
    Text(Cow<'a, str>),
    /// A number, a list or an object.
    Tree(Value),
}

impl Any<'_> {
    /// The value, unless there is none.
    pub fn to_value(&self) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::Text(text) => Some(Value::from(text.as_ref())),
            Self::Tree(value) => Some(value.clone()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self {
            Self::Nowhere => IgnoredAny::deserialize(deserializer).map(drop),
            place => deserializer.deserialize_any(place),
        }
    }
}

/// The next element of a list goes where the receiver says.
struct Element<'a, 'de>(&'a mut dyn Receive<'de>);

impl<'de> DeserializeSeed<'de> for Element<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.element().deserialize(deserializer)
    }
}

/// The name of a member, which is asked for its place while it is there.
struct Member<'a, 'de>(&'a mut dyn Receive<'de>);

impl<'a, 'de> DeserializeSeed<'de> for Member<'a, 'de> {
    type Value = Place<'a, 'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a, 'de> Visitor<'de> for Member<'a, 'de> {
    type Value = Place<'a, 'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }
    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.member(name))
    }
}

impl<'de> Place<'_, 'de> {
    fn take_text(self, text: Cow<'de, str>) {
        match self {
            Self::Text(place) => *place = Some(text),
            Self::Words(place) if !text.trim().is_empty() => *place = Some(text.into_owned()),
            Self::Flag(place) => *place = flag_in_text(&text).or(*place),
            Self::Count(_) | Self::Number(..) => {
                if let Some(number) = number_in_text(&text) {
                    self.take_number(number);
                }
            }
            Self::Any(place) => *place = Any::Text(text),
            Self::Receiver(receiver) => receiver.text(text),
            Self::Nowhere | Self::Words(_) | Self::Texts(_) => {}
        }
    }

    fn take_number(self, number: f64) {
        match self {
            Self::Text(place) => *place = Some(Cow::Owned(number::text(number))),
            Self::Flag(place) => *place = flag_in_text(&number::text(number)).or(*place),
            Self::Count(place) => *place = whole(number).filter(|count| *count > 0).or(*place),
            Self::Number(place, meaning) => *place = meaning(number).or(*place),
            Self::Receiver(receiver) => receiver.number(number),
            Self::Nowhere | Self::Words(_) | Self::Texts(_) | Self::Any(_) => {}
        }
    }
}

impl<'de> Visitor<'de> for Place<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        if let Self::Flag(place) = self {
            *place = Some(flag);
        }
        Ok(())
    }
    #[expect(clippy::cast_precision_loss, reason = "a JSON number is an f64 to every other reader too")]
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        if let Self::Any(place) = self {
            *place = Any::Tree(number.into());
        } else {
            self.take_number(number as f64);
        }
        Ok(())
    }
    #[expect(clippy::cast_precision_loss, reason = "a JSON number is an f64 to every other reader too")]
    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        if let Self::Any(place) = self {
            *place = Any::Tree(number.into());
        } else {
            self.take_number(number as f64);
        }
        Ok(())
    }
    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        if let Self::Any(place) = self {
            *place = Any::Tree(number.into());
        } else {
            self.take_number(number);
        }
        Ok(())
    }
    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.take_text(Cow::Owned(text.to_owned()));
        Ok(())
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.take_text(Cow::Borrowed(text));
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        match self {
            Self::Receiver(receiver) => {
                receiver.list();
                while elements.next_element_seed(Element(receiver))?.is_some() {}
            }
            Self::Texts(place) => {
                let mut texts = Texts::default();
                while elements.next_element_seed(Element(&mut texts))?.is_some() {}
                *place = Some(texts.finish());
            }
            Self::Any(place) => *place = Any::Tree(Value::deserialize(SeqAccessDeserializer::new(elements))?),
            _ => while elements.next_element::<IgnoredAny>()?.is_some() {},
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        match self {
            Self::Receiver(receiver) => {
                receiver.object();
                while let Some(place) = members.next_key_seed(Member(&mut *receiver))? {
                    members.next_value_seed(place)?;
                }
            }
            Self::Any(place) => *place = Any::Tree(Value::deserialize(MapAccessDeserializer::new(members))?),
            _ => while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {},
        }
        Ok(())
    }
}

/// The texts of a list; what is beyond the first [`MOST_TEXTS`] elements is passed over.
#[derive(Default)]
struct Texts {
    count: usize,
    kept: Vec<String>,
    last: Option<String>,
}

impl Texts {
    fn keep_last(&mut self) {
        let Some(text) = self.last.take() else { return };
        // The last byte tells most texts of one length apart.
        let is_same = |kept: &String| kept.as_bytes().last() == text.as_bytes().last() && *kept == text;
        if !self.kept.iter().any(is_same) {
            self.kept.push(text);
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.keep_last();
        self.kept
    }
}

impl<'de> Receive<'de> for Texts {
    fn element(&mut self) -> Place<'_, 'de> {
        self.keep_last();
        self.count = self.count.saturating_add(1);
        if self.count > MOST_TEXTS { Place::Nowhere } else { Place::Words(&mut self.last) }
    }
}

/// A number without its fraction, where it is one that counts something.
pub(crate) fn whole(number: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    (0.0..=LARGEST_COUNT).contains(&number).then_some(number as u64)
}

/// A yes or no written as text.
fn flag_in_text(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}
