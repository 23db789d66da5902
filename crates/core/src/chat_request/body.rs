//! The members of a request body, each once, in the order in which they were set.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::convert_messages::ChatMessage;
use crate::tools::DeclaredTool;

/// A request body. Its large members stay what they are until they are serialised.
#[derive(Debug, Default)]
pub(super) struct Body<'a> {
    members: Vec<(&'a str, Member<'a>)>,
}

/// The value of a member.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Member<'a> {
    Value(Cow<'a, Value>),
    Messages(Vec<ChatMessage<'a>>),
    Tools(Vec<DeclaredTool<'a>>),
}

impl<'a> Body<'a> {
    /// Sets a member, in the place of an earlier one of its name.
    pub(super) fn set(&mut self, name: &'a str, value: impl Into<Member<'a>>) {
        let value = value.into();
        match self.members.iter_mut().find(|(existing, _)| *existing == name) {
            Some((_, existing)) => *existing = value,
            None => self.members.push((name, value)),
        }
    }

    /// Sets a member when there is a value.
    pub(super) fn set_some(&mut self, name: &'a str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value.into());
        }
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.members.iter().any(|(existing, _)| *existing == name)
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.members.retain(|(existing, _)| *existing != name);
    }

    /// Gives a member another name, in its place.
    pub(super) fn rename(&mut self, name: &str, new_name: &'a str) {
        for (existing, _) in self.members.iter_mut().filter(|(existing, _)| *existing == name) {
            *existing = new_name;
        }
    }
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl From<Value> for Member<'_> {
    fn from(value: Value) -> Self {
        Self::Value(Cow::Owned(value))
    }
}
