//! One event of a chat answer, read leniently: a member that is missing, null or of another type than it should be counts as
//! absent, unknown members are skipped, and of two members with one name the last that says something wins.
//!
//! Only text that is no JSON at all is refused.

use std::borrow::Cow;
use std::marker::PhantomData;

pub use crate::lenient::Any;
use crate::lenient::{Place, Receive, read as read_json};

/// A member of an event.
trait Member<'de> {
    /// Where its value goes.
    fn place(&mut self) -> Place<'_, 'de>;
    /// Whether no value came, or one that is as good as none.
    fn is_nothing(&self) -> bool;
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

impl<'de> Member<'de> for Text<'de> {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Text(&mut self.0)
    }
    fn is_nothing(&self) -> bool {
        self.filled().is_none()
    }
}

impl<'de> Member<'de> for Any<'de> {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Any(self)
    }
    fn is_nothing(&self) -> bool {
        matches!(self, Any::Nothing)
    }
}

/// A whole number; text that is one counts.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Index(pub Option<i64>);

impl<'de> Receive<'de> for Index {
    fn text(&mut self, text: Cow<'de, str>) {
        self.0 = text.trim().parse().ok();
    }
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and such an index is only compared")]
    fn number(&mut self, number: f64) {
        self.0 = Some(number as i64);
    }
}

impl<'de> Member<'de> for Index {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Receiver(self)
    }
    fn is_nothing(&self) -> bool {
        self.0.is_none()
    }
}

/// More elements than any list of an event has: two bytes of JSON would make hundreds of memory each.
const MAX_ELEMENTS: usize = 4096;

/// An array; what is beyond the first 4,096 elements is passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Member<'de> + Default> Receive<'de> for List<T> {
    fn list(&mut self) {
        self.0.clear();
    }
    fn element(&mut self) -> Place<'_, 'de> {
        if self.0.len() >= MAX_ELEMENTS {
            return Place::Nowhere;
        }
        self.0.push(T::default());
        self.0.last_mut().map_or(Place::Nowhere, Member::place)
    }
}

impl<'de, T: Member<'de> + Default> Member<'de> for List<T> {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Receiver(self)
    }
    fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }
}

/// `choices`: absent is another thing than empty, since only a chat answer has them.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Choices<'a>(pub Option<List<Choice<'a>>>);

impl<'a> Choices<'a> {
    /// The choices; none where there is no list.
    pub fn all(&self) -> &[Choice<'a>] {
        self.0.as_ref().map_or(&[], |list| &list.0)
    }
}

impl<'de> Receive<'de> for Choices<'de> {
    fn list(&mut self) {
        self.0.get_or_insert_default().list();
    }
    fn element(&mut self) -> Place<'_, 'de> {
        self.0.get_or_insert_default().element()
    }
}

impl<'de> Member<'de> for Choices<'de> {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Receiver(self)
    }
    fn is_nothing(&self) -> bool {
        self.all().is_empty()
    }
}

/// More pieces than the content of an event has: they are counted instead of being passed over, since none may be lost.
const MAX_PIECES: usize = 65_536;

/// `content`: text, a part, or an array of both.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Content<'a> {
    text: Text<'a>,
    /// A part that stands alone.
    part: ContentPart<'a>,
    pieces: Vec<ContentPiece<'a>>,
    is_cut: bool,
}

/// An element of an array of content: a part, or bare text.
#[derive(Debug, Default, Clone, PartialEq)]
struct ContentPiece<'a> {
    bare: Text<'a>,
    part: ContentPart<'a>,
}

impl<'de> Receive<'de> for ContentPiece<'de> {
    fn text(&mut self, text: Cow<'de, str>) {
        self.bare.0 = Some(text);
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.part.member(name)
    }
}

/// Where a picture is: an address, or an object with it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct ImageUrl<'a> {
    /// Mostly a `data:` URL.
    pub url: Text<'a>,
}

impl<'de> Receive<'de> for ImageUrl<'de> {
    fn text(&mut self, text: Cow<'de, str>) {
        self.url.0 = Some(text);
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "url" { self.url.place() } else { Place::Nowhere }
    }
}

impl<'de> Member<'de> for ImageUrl<'de> {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Receiver(self)
    }
    fn is_nothing(&self) -> bool {
        self.url.is_nothing()
    }
}

impl Content<'_> {
    /// The text when that is all there is.
    pub fn plain(&self) -> Option<&str> {
        if self.pieces.is_empty() && self.part.is_nothing() { self.text.filled() } else { None }
    }

    /// The text, and the texts of the parts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let pieces = self.pieces.iter().flat_map(|piece| [&piece.bare, &piece.part.text]);
        [&self.text, &self.part.text].into_iter().chain(pieces).filter_map(Text::filled)
    }

    /// Where the pictures among the parts are.
    pub fn images(&self) -> impl Iterator<Item = &ImageUrl<'_>> {
        let pieces = self.pieces.iter().map(|piece| &piece.part.image_url);
        std::iter::once(&self.part.image_url).chain(pieces)
    }

    /// Whether there were more pieces than are read.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }
}

impl<'de> Receive<'de> for Content<'de> {
    fn text(&mut self, text: Cow<'de, str>) {
        self.text.0 = Some(text);
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.part.member(name)
    }
    fn list(&mut self) {
        self.pieces.clear();
    }
    fn element(&mut self) -> Place<'_, 'de> {
        self.is_cut |= self.pieces.len() >= MAX_PIECES;
        if self.is_cut {
            return Place::Nowhere;
        }
        self.pieces.push(ContentPiece::default());
        self.pieces.last_mut().map_or(Place::Nowhere, |piece| Place::Receiver(piece))
    }
}

impl<'de> Member<'de> for Content<'de> {
    fn place(&mut self) -> Place<'_, 'de> {
        Place::Receiver(self)
    }
    fn is_nothing(&self) -> bool {
        self.text.is_nothing() && self.part.is_nothing() && self.pieces.is_empty()
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

        impl<$life> $name<$life> {
            /// How many of its members say something.
            pub fn count(&self) -> usize {
                [$(self.$member.is_nothing()),*].into_iter().filter(|is_nothing| !is_nothing).count()
            }
        }

        impl<$life> Receive<$life> for $name<$life> {
            fn member(&mut self, name: &str) -> Place<'_, $life> {
                match name {
                    $(stringify!($member) => self.$member.place(),)*
                    _ => Place::Nowhere,
                }
            }
        }

        impl<$life> Member<$life> for $name<$life> {
            fn place(&mut self) -> Place<'_, $life> {
                Place::Receiver(self)
            }
            fn is_nothing(&self) -> bool {
                $(self.$member.is_nothing() &&)* true
            }
        }

        #[cfg(test)]
        impl<$life> serde::Deserialize<$life> for $name<$life> {
            fn deserialize<D: serde::Deserializer<$life>>(deserializer: D) -> Result<Self, D::Error> {
                let mut read = Self::default();
                serde::de::DeserializeSeed::deserialize(Place::Receiver(&mut read), deserializer)?;
                Ok(read)
            }
        }
    )*};
}

lenient_objects! {
    /// A `chat.completion.chunk`, or a whole `chat.completion`.
    Chunk<'a> {
        /// Usually one; none in chunks that carry something else.
        choices: Choices<'a>,
        /// What the answer took so far.
        usage: Any<'a>,
        /// A failure, in the middle of an answer or instead of one.
        error: Any<'a>,
        /// Addresses, on every chunk of some search backends.
        citations: List<Any<'a>>,
        /// Titles to these addresses.
        search_results: List<Any<'a>>,
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
        citations: List<Any<'a>>,
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
        arguments: Any<'a>,
        /// Carries the thought signature, too.
        provider_specific_fields: ProviderFields<'a>,
    }

    /// A picture.
    Image<'a> {
        /// Where it is.
        image_url: ImageUrl<'a>,
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
/// `None` means that it is no JSON.
pub fn read(data: &[u8]) -> Option<Chunk<'_>> {
    read_json(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, text: &str) {
        let chunk = read(json.as_bytes()).expect("readable");
        let texts = chunk.choices.all().iter().flat_map(|choice| choice.delta.content.texts());
        assert_eq!(texts.collect::<String>(), text);
    }

    #[test]
    fn content_is_read_from_any_shape() {
        check(r#"{"choices":[{"delta":{"content":"a"}}]}"#, "a");
        check(r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"text":null},5,{"text":"b"}]}}]}"#, "ab");
        check(r#"{"choices":[{"delta":{"content":["a",{"type":"text","text":"b"},null,"c"]}}]}"#, "abc");
        check(r#"{"choices":[{"delta":{"content":{"type":"text","text":"a"}}}]}"#, "a");
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
            assert_eq!(read(text.as_bytes()), None, "{text:.20}");
        }
    }
}
