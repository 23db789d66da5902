//! Where a value goes, and what of it arrives there.

use std::borrow::Cow;

use serde_json::Value;

use super::{List, Receive, number_in_text};
use crate::number;

/// The largest whole number that is believed: every integer up to here is exact in JavaScript.
const LARGEST_COUNT: f64 = 9_007_199_254_740_991.0;

/// Where a value goes. What can't be read as what is wanted leaves the place as it is.
pub(crate) enum Place<'a, 'de> {
    /// Nowhere: it is skipped.
    Nowhere,
    /// Text; a number is read as its digits, since some backends number their calls.
    Text(&'a mut Option<Cow<'de, str>>),
    /// Text with more than blanks in it.
    Words(&'a mut Option<String>),
    /// The same where it stands, as far as that can be.
    BorrowedWords(&'a mut Option<Cow<'de, str>>),
    /// A list of such texts, each once.
    List(&'a mut Option<List<'de>>),
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

impl<'de> Place<'_, 'de> {
    pub(super) fn take_text(self, text: Cow<'de, str>) {
        match self {
            Self::Text(place) => *place = Some(text),
            Self::Words(place) if !text.trim().is_empty() => *place = Some(text.into_owned()),
            Self::BorrowedWords(place) if !text.trim().is_empty() => *place = Some(text),
            Self::Flag(place) => *place = flag_in_text(&text).or(*place),
            Self::Count(_) | Self::Number(..) => {
                if let Some(number) = number_in_text(&text) {
                    self.take_number(number);
                }
            }
            Self::Any(place) => *place = Any::Text(text),
            Self::Receiver(receiver) => receiver.text(text),
            Self::Nowhere | Self::Words(_) | Self::BorrowedWords(_) | Self::List(_) => {}
        }
    }

    pub(super) fn take_number(self, number: f64) {
        match self {
            Self::Text(place) => *place = Some(Cow::Owned(number::text(number))),
            Self::Flag(place) => *place = flag_in_text(&number::text(number)).or(*place),
            Self::Count(place) => *place = whole(number).filter(|count| *count > 0).or(*place),
            Self::Number(place, meaning) => *place = meaning(number).or(*place),
            Self::Receiver(receiver) => receiver.number(number),
            Self::Nowhere | Self::Words(_) | Self::BorrowedWords(_) | Self::List(_) | Self::Any(_) => {}
        }
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
