//! JSON values made and written in one way: the library's macro and its formatting of values would each be another.

use serde_json::{Map, Value};

/// An object of these members, which are taken out of the list.
pub(crate) fn object(members: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    Value::Object(object)
}

/// The text of a value.
pub(crate) fn text(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
