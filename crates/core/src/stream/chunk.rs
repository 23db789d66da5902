//! One event of a chat answer, read leniently: a member that is missing, null or of another type than it should be counts as
//! absent, unknown members are skipped, and of two members with one name the last that says something wins.
//!
//! Only text that is no JSON at all is refused.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::lenient::mended;

/// A value that may be read from any JSON value.
pub trait FromAny<'de>: Default {
    /// Reads text.
    fn text(text: Cow<'de, str>) -> Self {
        let _ = text;
        Self::default()
    }
    /// Reads a number.
    fn number(number: f64) -> Self {
        let _ = number;
        Self::default()
    }
    /// Reads an array.
    fn array<A: SeqAccess<'de>>(mut array: A) -> Result<Self, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
    /// Reads an object.
    fn object<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

/// The visitor of every lenient type.
struct AnyVisitor<T>(PhantomData<T>);

impl<'de, T: FromAny<'de>> Visitor<'de> for AnyVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<T, E> {
        Ok(T::text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::text(Cow::Owned(text.to_owned())))
    }
    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok(T::text(Cow::Owned(text)))
    }
    #[expect(clippy::cast_precision_loss, reason = "only small whole numbers mean something here")]
    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::number(number as f64))
    }
    #[expect(clippy::cast_precision_loss, reason = "only small whole numbers mean something here")]
    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<T, E> {
        Ok(T::number(number))
    }
    fn visit_bool<E>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, array: A) -> Result<T, A::Error> {
        T::array(array)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::object(object)
    }
}

/// Text; a number is read as its digits, since some backends number their calls.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Text<'a>(pub Option<Cow<'a, str>>);

impl Text<'_> {
    /// The text, unless it is absent or empty.
    pub fn filled(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

impl<'de> FromAny<'de> for Text<'de> {
    fn text(text: Cow<'de, str>) -> Self {
        Self(Some(text))
    }
    fn number(number: f64) -> Self {
        Self(Some(Cow::Owned(number.to_string())))
    }
}

/// A whole number; text that is one counts.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Index(pub Option<i64>);

impl<'de> FromAny<'de> for Index {
    fn text(text: Cow<'de, str>) -> Self {
        Self(text.trim().parse().ok())
    }
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and such an index is only compared")]
    fn number(number: f64) -> Self {
        Self(Some(number as i64))
    }
}

/// More elements than any list of an event has: two bytes of JSON would make hundreds of memory each.
const MAX_ELEMENTS: usize = 4096;

/// An array of lenient elements; what is beyond the first 4,096 is passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> FromAny<'de> for List<T> {
    fn array<A: SeqAccess<'de>>(mut array: A) -> Result<Self, A::Error> {
        let mut elements = Vec::new();
        while elements.len() < MAX_ELEMENTS {
            let Some(element) = array.next_element()? else { return Ok(Self(elements)) };
            elements.push(element);
        }
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self(elements))
    }
}

/// `choices`: absent is another thing than empty, since only a chat answer has them.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Choices<'a>(pub Option<Vec<Choice<'a>>>);

impl<'de> FromAny<'de> for Choices<'de> {
    fn array<A: SeqAccess<'de>>(array: A) -> Result<Self, A::Error> {
        List::array(array).map(|List(choices)| Self(Some(choices)))
    }
}

/// Any value, as it is.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Any(pub Option<Value>);

impl<'de> FromAny<'de> for Any {
    fn text(text: Cow<'de, str>) -> Self {
        Self(Some(Value::String(text.into_owned())))
    }
    fn number(number: f64) -> Self {
        Self(serde_json::Number::from_f64(number).map(Value::Number))
    }
    fn array<A: SeqAccess<'de>>(array: A) -> Result<Self, A::Error> {
        Value::deserialize(serde::de::value::SeqAccessDeserializer::new(array)).map(|value| Self(Some(value)))
    }
    fn object<A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Value::deserialize(serde::de::value::MapAccessDeserializer::new(object)).map(|value| Self(Some(value)))
    }
}

/// `content`: text, or an array of parts whose texts are joined.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Content<'a> {
    /// The joined text.
    pub text: Option<Cow<'a, str>>,
    /// Pictures among the parts.
    pub images: Vec<Image<'a>>,
}

impl<'de> FromAny<'de> for Content<'de> {
    fn text(text: Cow<'de, str>) -> Self {
        Self { text: Some(text), images: Vec::new() }
    }
    fn array<A: SeqAccess<'de>>(mut array: A) -> Result<Self, A::Error> {
        let mut joined = String::new();
        let mut images = Vec::new();
        while let Some(part) = array.next_element::<ContentPart<'de>>()? {
            joined.push_str(part.text.filled().unwrap_or_default());
            if part.image_url.url.filled().is_some() {
                images.push(Image { image_url: part.image_url, ..Image::default() });
            }
        }
        Ok(Self { text: Some(Cow::Owned(joined)), images })
    }
}

/// Declares objects that are read member by member.
macro_rules! lenient_objects {
    ($($(#[$doc:meta])* $name:ident<$life:lifetime> { $($(#[$member_doc:meta])* $member:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Default, Clone, PartialEq)]
        pub struct $name<$life> {
            $($(#[$member_doc])* pub $member: $type,)*
            #[doc(hidden)]
            pub borrowed: PhantomData<&$life ()>,
        }

        impl<$life> FromAny<$life> for $name<$life> {
            fn object<A: MapAccess<$life>>(mut object: A) -> Result<Self, A::Error> {
                let mut read = Self::default();
                while let Some(Text(key)) = object.next_key::<Text<$life>>()? {
                    match key.as_deref().unwrap_or_default() {
                        $(stringify!($member) => {
                            let value: $type = object.next_value()?;
                            if value != <$type>::default() { read.$member = value; }
                        })*
                        _ => { object.next_value::<IgnoredAny>()?; }
                    }
                }
                Ok(read)
            }
        }
        deserialize_any!($name<'de>);
    )*};
}

/// Lets serde read a lenient type.
macro_rules! deserialize_any {
    ($type:ty) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(AnyVisitor(PhantomData))
            }
        }
    };
}

deserialize_any!(Text<'de>);
deserialize_any!(Index);
deserialize_any!(Any);
deserialize_any!(Content<'de>);
deserialize_any!(Choices<'de>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor(PhantomData))
    }
}

lenient_objects! {
    /// A `chat.completion.chunk`, or a whole `chat.completion`.
    Chunk<'a> {
        /// Usually one; none in chunks that carry something else.
        choices: Choices<'a>,
        /// What the answer took so far.
        usage: Any,
        /// A failure, in the middle of an answer or instead of one.
        error: Any,
        /// Addresses, on every chunk of some search backends.
        citations: List<Any>,
        /// Titles to these addresses.
        search_results: List<Any>,
    }

    /// One of the alternatives of an answer.
    Choice<'a> {
        /// Which alternative.
        index: Index,
        /// What is new in it.
        delta: Delta<'a>,
        /// All of it, from backends that do not stream.
        message: Delta<'a>,
        /// Set when it is complete.
        finish_reason: Text<'a>,
    }

    /// What is new in an answer.
    Delta<'a> {
        /// Text.
        content: Content<'a>,
        /// Thinking, as most backends name it.
        reasoning_content: Text<'a>,
        /// Thinking, as others name it.
        reasoning: Text<'a>,
        /// Thinking, as a third kind names it.
        reasoning_details: List<ReasoningDetail<'a>>,
        /// Thinking with its signatures.
        thinking_blocks: List<ThinkingDelta<'a>>,
        /// Tool calls.
        tool_calls: List<ToolCallDelta<'a>>,
        /// A tool call of the oldest kind.
        function_call: FunctionDelta<'a>,
        /// A refusal.
        refusal: Text<'a>,
        /// Pictures.
        images: List<Image<'a>>,
        /// Sources.
        annotations: List<Annotation<'a>>,
        /// What LiteLLM passes on from a provider.
        provider_specific_fields: ProviderFields<'a>,
    }

    /// What LiteLLM passes on from a provider.
    ProviderFields<'a> {
        /// The thinking of Anthropic's models.
        thinking_blocks: List<ThinkingDelta<'a>>,
        /// A refusal of a reply that was not streamed.
        refusal: Text<'a>,
        /// A source.
        citation: Source<'a>,
        /// Sources, one list a text.
        citations: List<Any>,
        /// The signature of a Gemini model's thoughts.
        thought_signature: Text<'a>,
    }

    /// A piece of a block of thinking.
    ThinkingDelta<'a> {
        /// The text.
        thinking: Text<'a>,
        /// The signature, when the block is complete.
        signature: Text<'a>,
        /// What only the provider can read.
        data: Text<'a>,
    }

    /// A piece of thinking with a type.
    ReasoningDetail<'a> {
        /// The text.
        text: Text<'a>,
        /// A summary instead of the text.
        summary: Text<'a>,
    }

    /// A piece of a tool call.
    ToolCallDelta<'a> {
        /// Which call, counted from where the backend likes.
        index: Index,
        /// The id, with the first piece or with each.
        id: Text<'a>,
        /// The tool and its input.
        function: FunctionDelta<'a>,
        /// Carries the thought signature.
        provider_specific_fields: ProviderFields<'a>,
    }

    /// The tool and a piece of its input.
    FunctionDelta<'a> {
        /// The tool's name.
        name: Text<'a>,
        /// JSON text in pieces, or a whole JSON object.
        arguments: Any,
        /// Carries the thought signature, too.
        provider_specific_fields: ProviderFields<'a>,
    }

    /// A picture.
    Image<'a> {
        /// Where it is.
        image_url: ImageUrl<'a>,
    }

    /// Where a picture is.
    ImageUrl<'a> {
        /// Mostly a `data:` URL.
        url: Text<'a>,
    }

    /// A part of `content` when that is an array.
    ContentPart<'a> {
        /// Text.
        text: Text<'a>,
        /// A picture.
        image_url: ImageUrl<'a>,
    }

    /// A source in a list of annotations.
    Annotation<'a> {
        /// The source, as OpenAI wraps it.
        url_citation: Source<'a>,
        /// Its address, from backends that do not wrap.
        url: Text<'a>,
        /// Its title, from backends that do not wrap.
        title: Text<'a>,
    }

    /// A source.
    Source<'a> {
        /// The address.
        url: Text<'a>,
        /// The title.
        title: Text<'a>,
    }
}

/// Reads the data of an event. Bytes that are no UTF-8, and halves of surrogate pairs, become U+FFFD; a number beyond f64 is null.
///
/// `None` means that it is no JSON. `scratch` keeps the mended text alive.
pub fn read<'a>(data: &'a [u8], scratch: &'a mut Vec<u8>) -> Option<Chunk<'a>> {
    match serde_json::from_slice(data) {
        Ok(chunk) => Some(chunk),
        Err(error) if error.is_eof() => None,
        Err(_) => {
            *scratch = mended(data);
            serde_json::from_slice(scratch).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, text: &str) {
        let mut scratch = Vec::new();
        let chunk = read(json.as_bytes(), &mut scratch).expect("readable");
        let choice = chunk.choices.0.and_then(|choices| choices.first().cloned()).unwrap_or_default();
        assert_eq!(choice.delta.content.text.as_deref().unwrap_or_default(), text);
    }

    #[test]
    fn content_is_read_from_any_shape() {
        check(r#"{"choices":[{"delta":{"content":"a"}}]}"#, "a");
        check(r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"text":null},5,{"text":"b"}]}}]}"#, "ab");
        for odd in ["null", "5", "{}", "true"] {
            check(&format!(r#"{{"choices":[{{"delta":{{"content":{odd}}}}}]}}"#), "");
            check(&format!(r#"{{"choices":[{{"delta":{odd}}}]}}"#), "");
            check(&format!(r#"{{"choices":[{odd}]}}"#), "");
            check(&format!(r#"{{"choices":{odd}}}"#), "");
            check(odd, "");
        }
    }

    #[test]
    fn of_two_members_the_last_that_says_something_wins() {
        check(r#"{"choices":[{"delta":{"content":"a","content":"b","content":null}}]}"#, "b");
        check(r#"{"choices":[{"delta":{"__proto__":{"content":"x"},"content":"b"}}]}"#, "b");
    }

    #[test]
    fn a_number_beyond_all_bounds_spoils_nothing() {
        check(r#"{"usage":{"prompt_tokens":1e999},"choices":[{"delta":{"content":"a"}}]}"#, "a");
    }

    #[test]
    fn lone_surrogates_become_replacement_characters() {
        check(r#"{"choices":[{"delta":{"content":"a\ud83db"}}]}"#, "a\u{FFFD}b");
        check(r#"{"choices":[{"delta":{"content":"\ude00\ud83d\ude00\ud83d"}}]}"#, "\u{FFFD}\u{1F600}\u{FFFD}");
        check(r#"{"choices":[{"delta":{"content":"\\ud83d \ud83d\\n"}}]}"#, "\\ud83d \u{FFFD}\\n");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = "[".repeat(100_000);
        for text in ["", "ping", "{", "{\"a\":}", "{} {}", deep.as_str()] {
            assert_eq!(read(text.as_bytes(), &mut Vec::new()), None, "{text:.20}");
        }
    }
}
