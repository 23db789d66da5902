//! Where in a caller's value something stands, written only when it is wrong.

use std::fmt;

use crate::error::{Error, ErrorKind};

/// A place such as `messages[3].content[0].source`. Steps are borrowed, so that a good conversation costs no text.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    outer: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Member(&'p str),
    Index(usize),
}

impl<'p> Place<'p> {
    /// The outermost value: `messages` or `options`.
    pub(crate) fn root(name: &'p str) -> Self {
        Self { outer: None, step: Step::Member(name) }
    }

    /// A member of the value here.
    pub(crate) fn member(&'p self, name: &'p str) -> Self {
        Self { outer: Some(self), step: Step::Member(name) }
    }

    /// An element of the list here.
    pub(crate) fn index(&'p self, index: usize) -> Self {
        Self { outer: Some(self), step: Step::Index(index) }
    }

    /// The error that says what is wrong here; `problem` goes on after the name of the place.
    pub(crate) fn error(&self, problem: &str) -> Error {
        Error::new(ErrorKind::InvalidRequest, format!("The request can't be sent: {self} {problem}."))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            // As deep as readers go into a value, which is six steps.
            write!(formatter, "{outer}")?;
        }
        match (self.outer, self.step) {
            (None, Step::Member(name)) => formatter.write_str(name),
            (Some(_), Step::Member(name)) => write!(formatter, ".{name}"),
            (_, Step::Index(index)) => write!(formatter, "[{index}]"),
        }
    }
}
