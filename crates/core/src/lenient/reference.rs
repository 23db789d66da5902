//! The same reading by way of serde: slower and larger, and what the reader is held against.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::place::{Any, Place};
use super::{Receive, mending};

/// Reads the JSON of `data`, mended where it can't be read as it is.
pub(crate) fn read<'de, T: Receive<'de> + Default>(data: &'de [u8], scratch: &'de mut Vec<u8>) -> Option<T> {
    let mut value = T::default();
    match read_into(data, &mut value) {
        Ok(()) => return Some(value),
        Err(error) if error.is_eof() => return None,
        Err(_) => {}
    }
    *scratch = mending::mended(data).into_bytes();
    let mut value = T::default();
    read_into(scratch, &mut value).ok()?;
    Some(value)
}

fn read_into<'de>(data: &'de [u8], receiver: &mut dyn Receive<'de>) -> serde_json::Result<()> {
    let text = std::str::from_utf8(data).map_err(serde::de::Error::custom)?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Place::Receiver(receiver).deserialize(&mut deserializer)?;
    deserializer.end()
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
