//! Reading given values by type, and saying what is wrong with them.

use serde_json::{Map, Value};

use super::fields::{self, Field, LARGEST_WHOLE, Takes};
use super::{SettingsIssue, SettingsIssueCode};
use crate::json;
use crate::number;

/// A value with the path under which its issues are told and the place of its member in what was given.
#[derive(Debug, Clone)]
pub(super) struct Given<'a> {
    pub(super) value: &'a Value,
    pub(super) path: String,
    pub(super) position: usize,
}

impl<'a> Given<'a> {
    /// The member `name` of an object, unless it is null.
    pub(super) fn member(&self, object: &'a Map<String, Value>, name: &str) -> Option<Given<'a>> {
        let value = object.get(name).filter(|value| !value.is_null())?;
        Some(Given { value, path: format!("{}.{}", self.path, printable(name)), position: self.position })
    }

    /// The items of a list that are not null.
    pub(super) fn items(&self, list: &'a [Value]) -> impl Iterator<Item = Given<'a>> {
        list.iter().enumerate().filter(|(_, value)| !value.is_null()).map(|(index, value)| Given {
            value,
            path: format!("{}[{index}]", self.path),
            position: self.position,
        })
    }
}

/// Finds the value of a setting: its own name beats an older one, and that beats the environment. Null and blank text are
/// no values.
pub(super) fn find<'a>(
    input: &'a Map<String, Value>,
    environment: Option<&Given<'a>>,
    field: &Field,
) -> Option<Given<'a>> {
    let is_given = |value: &&Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    };
    let named = std::iter::once(field.name).chain(field.older.iter().copied()).find_map(|name| {
        let position = input.keys().position(|key| key == name)?;
        Some((input.get(name).filter(is_given)?, position))
    });
    let (value, position) = named.or_else(|| {
        let environment = environment?;
        let value = environment.value.get(field.environment?).filter(is_given)?;
        Some((value, environment.position))
    })?;
    Some(Given { value, path: field.name.to_owned(), position })
}

/// The issues found so far, each with its place in what was given, in the order of these places.
#[derive(Debug, Default)]
pub(super) struct Issues {
    found: Vec<(usize, SettingsIssue)>,
}

impl Issues {
    /// All issues in the order of what was given.
    pub(super) fn in_order(self) -> Vec<SettingsIssue> {
        self.found.into_iter().map(|(_, issue)| issue).collect()
    }

    pub(super) fn add(&mut self, position: usize, issue: SettingsIssue) {
        let place = self.found.partition_point(|(earlier, _)| *earlier <= position);
        self.found.insert(place, (position, issue));
    }

    /// Reports that `given` is not what was wanted, such as "text".
    pub(super) fn wrong_type(&mut self, given: &Given<'_>, wanted: &str) {
        let message = format!("\"{}\" must be {wanted}; it is {}.", given.path, kind_of(given.value));
        self.report(given, SettingsIssueCode::WrongType, message);
    }

    pub(super) fn report(&mut self, given: &Given<'_>, code: SettingsIssueCode, message: String) {
        let is_harmless = matches!(code, SettingsIssueCode::InsecureHttp | SettingsIssueCode::UnknownField);
        let fatal = !is_harmless && !fields::is_about_models(&given.path);
        self.add(given.position, SettingsIssue { path: given.path.clone(), code, message, fatal });
    }

    /// Text without the blanks around it.
    pub(super) fn text(&mut self, given: Option<Given<'_>>) -> Option<String> {
        let given = given?;
        let Value::String(text) = given.value else {
            self.wrong_type(&given, "text");
            return None;
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn switch(&mut self, given: Option<Given<'_>>) -> Option<bool> {
        let given = given?;
        let value = given.value.as_bool();
        if value.is_none() {
            self.wrong_type(&given, "true or false");
        }
        value
    }

    /// A number as `takes` says; `takes` is a [`Takes::Number`].
    pub(super) fn number(&mut self, given: Option<Given<'_>>, takes: Takes) -> Option<f64> {
        let given = given?;
        let Takes::Number { minimum, maximum, whole } = takes else { return None };
        let wanted = range(minimum, maximum, whole);
        let Some(number) = given.value.as_f64().filter(|number| number.is_finite()) else {
            self.wrong_type(&given, &wanted);
            return None;
        };
        if whole && number.fract() != 0.0 {
            self.wrong_type(&given, &wanted);
            return None;
        }
        if number < minimum || number > maximum {
            let message = format!("\"{}\" must be {wanted}; it is {}.", given.path, json::text(given.value));
            self.report(&given, SettingsIssueCode::OutOfRange, message);
            return None;
        }
        Some(number)
    }

    /// A whole number as `takes` says.
    pub(super) fn whole(&mut self, given: Option<Given<'_>>, takes: Takes) -> Option<u64> {
        let number = self.number(given, takes)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, and in a range that starts at 0 or above and ends where f64 is still exact"
        )]
        Some(number as u64)
    }

    /// Texts without blanks around them; empty ones are left out.
    pub(super) fn texts(&mut self, given: Option<Given<'_>>) -> Option<Vec<String>> {
        let (given, list) = self.list(given, "a list of texts")?;
        Some(given.items(list).filter_map(|item| self.text(Some(item))).collect())
    }

    pub(super) fn texts_or_objects(&mut self, given: Option<Given<'_>>) -> Option<Vec<Value>> {
        let (given, list) = self.list(given, "a list of model ids")?;
        let mut found = Vec::new();
        for item in given.items(list) {
            match item.value {
                Value::Object(_) => found.push(item.value.clone()),
                Value::String(text) if text.trim().is_empty() => {}
                Value::String(text) => found.push(Value::String(text.trim().to_owned())),
                _ => self.wrong_type(&item, "a model id or an object"),
            }
        }
        Some(found)
    }

    pub(super) fn list<'a>(&mut self, given: Option<Given<'a>>, wanted: &str) -> Option<(Given<'a>, &'a [Value])> {
        let given = given?;
        let Value::Array(list) = given.value else {
            self.wrong_type(&given, wanted);
            return None;
        };
        Some((given, list))
    }

    pub(super) fn object<'a>(&mut self, given: Option<Given<'a>>) -> Option<(Given<'a>, &'a Map<String, Value>)> {
        let given = given?;
        let Value::Object(object) = given.value else {
            self.wrong_type(&given, "an object");
            return None;
        };
        Some((given, object))
    }
}

/// A name as it can be shown: at most 200 characters, none of which moves the cursor.
pub(super) fn printable(name: &str) -> String {
    name.chars()
        .take(200)
        .flat_map(|character| {
            let shown: Box<dyn Iterator<Item = char>> = if character.is_control() {
                Box::new(character.escape_default())
            } else {
                Box::new(std::iter::once(character))
            };
            shown
        })
        .collect()
}

pub(super) fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(value) => value.to_string(),
        number @ Value::Number(_) => json::text(number),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn range(minimum: f64, maximum: f64, whole: bool) -> String {
    let number = if whole { "a whole number" } else { "a number" };
    if maximum >= LARGEST_WHOLE {
        format!("{number} of at least {}", number::text(minimum))
    } else {
        format!("{number} from {} to {}", number::text(minimum), number::text(maximum))
    }
}
