//! The shapes in which a gateway says that something failed.

use serde_json::{Map, Value};

use super::{literal, page};
use crate::http::Headers;
use crate::json;

/// An object inside an object inside a text, and so on, ends here.
const DEEPEST: u32 = 8;
/// How many complaints of a validation are told.
const MOST_COMPLAINTS: usize = 5;
/// The longest body that is read as JSON, in bytes. Longer ones are no error that anybody wrote.
const LONGEST_JSON: usize = 4_194_304;
/// The beginning of a text body that is looked at, in bytes: what the cleaning keeps, and a little more so that it knows.
const LONGEST_TEXT: usize = 131_072;

/// What a body says, in its own words: nothing is cleaned here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// The message.
    pub(super) message: Option<String>,
    /// `error.type`, in small letters.
    pub(super) error_type: Option<String>,
    /// `error.code`, in small letters: a status as a rule, seldom a word.
    pub(super) code: Option<String>,
    /// `error.param`.
    pub(super) parameter: Option<String>,
    /// The guardrail that refused, by name.
    pub(super) guardrail: Option<String>,
    /// Whether there was an `error` member.
    pub(super) has_error: bool,
    /// Whether the body is a web page.
    pub(super) is_page: bool,
}

impl Report {
    /// Reads a whole body: JSON, a Python object, a web page, text or nothing.
    pub(super) fn of_body(headers: &Headers, body: &[u8]) -> Self {
        let mut report = Self::default();
        let text = if body.len() <= LONGEST_JSON { std::str::from_utf8(body).ok() } else { None };
        if let Some(value) = text.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
            report.has_error = value.get("error").is_some_and(|error| !error.is_null());
            report.absorb(&value, 0);
            return report;
        }
        let text = String::from_utf8_lossy(body.get(..LONGEST_TEXT).unwrap_or(body));
        report.is_page = page::is_page(headers.get("content-type"), &text);
        if report.is_page {
            report.message = Some(page::text_of(&text));
        } else {
            report.absorb(&Value::String(text.into_owned()), 0);
        }
        report
    }

    /// Reads the value of an `error` member.
    pub(super) fn of_error(error: &Value) -> Self {
        let mut report = Self { has_error: true, ..Self::default() };
        report.absorb(error, 0);
        if report.message.is_none()
            && let Value::Object(members) = error
            && !members.is_empty()
        {
            report.message = Some(json::text(error));
        }
        report
    }

    /// The status that `code` is.
    pub(super) fn status(&self) -> Option<u16> {
        self.code.as_deref()?.parse().ok().filter(|status| (400..600).contains(status))
    }

    fn absorb(&mut self, value: &Value, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        let depth = depth.saturating_add(1);
        match value {
            Value::String(text) => self.absorb_text(text, depth),
            Value::Array(items) => self.absorb_list(items, depth),
            Value::Object(members) => self.absorb_object(members, depth),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A text may be an object as Python or JSON writes it, as a whole.
    fn absorb_text(&mut self, text: &str, depth: u32) {
        if self.message.is_some() || text.trim().is_empty() {
            return;
        }
        if let Some(value) = literal::whole(text) {
            self.absorb(&value, depth);
        }
        if self.message.is_none() {
            self.message = Some(text.trim().to_owned());
        }
    }

    /// Complaints of a validation, `[{"loc": ["body", "model"], "msg": "field required"}]`, or a list around one object.
    fn absorb_list(&mut self, items: &[Value], depth: u32) {
        let complaints: Vec<String> = items.iter().filter_map(complaint).take(MOST_COMPLAINTS).collect();
        if self.message.is_none() && !complaints.is_empty() {
            self.message = Some(complaints.join("; "));
        }
        for item in items.iter().take(MOST_COMPLAINTS) {
            if self.message.is_none() {
                self.absorb(item, depth);
            }
        }
    }

    fn absorb_object(&mut self, members: &Map<String, Value>, depth: u32) {
        let message = ["message", "Message", "msg", "error_description", "error_message"]
            .iter()
            .find_map(|name| members.get(*name).filter(|value| !value.is_null()));
        // `{"error": "missing_parameter", "message": "server_id is required"}` has a word for programs beside its sentence.
        let mut named_by_word = None;
        for name in ["error", "detail", "errors"] {
            match members.get(name) {
                Some(Value::String(word)) if message.is_some_and(Value::is_string) => named_by_word = Some(word),
                Some(inner) => self.absorb(inner, depth),
                None => {}
            }
        }
        if let Some(message) = message {
            self.absorb(message, depth);
        }
        let text = |name: &str| {
            let text = match members.get(name)? {
                Value::String(text) => text.trim().to_owned(),
                number @ Value::Number(_) => json::text(number),
                _ => return None,
            };
            (!matches!(text.as_str(), "" | "None" | "null" | "error")).then_some(text)
        };
        fill(&mut self.error_type, || text("type").map(|text| text.to_ascii_lowercase()));
        fill(&mut self.code, || {
            let word = || named_by_word.map(|word| word.trim().to_owned());
            text("code")
                .or_else(|| text("status_code"))
                .or_else(|| text("status"))
                .or_else(word)
                .map(|text| text.to_ascii_lowercase())
        });
        fill(&mut self.parameter, || text("param"));
        for place in [Some(members), members.get("provider_specific_fields").and_then(Value::as_object)] {
            let name = |name: &str| place?.get(name)?.as_str().filter(|name| !name.is_empty()).map(str::to_owned);
            fill(&mut self.guardrail, || name("guardrail_name").or_else(|| name("guardrail")));
        }
    }
}

/// The message in a value, when it is an object or a list that has one.
pub(super) fn message_of(value: &Value) -> Option<String> {
    let mut report = Report::default();
    match value {
        Value::String(text) => report.absorb(&literal::whole(text)?, 0),
        other => report.absorb(other, 0),
    }
    report.message
}

fn complaint(item: &Value) -> Option<String> {
    let text = item.get("msg")?.as_str()?.trim();
    let part = |part: &Value| part.as_str().map_or_else(|| json::text(part), str::to_owned);
    let place = item.get("loc").and_then(Value::as_array).map(|loc| loc.iter().map(part).collect::<Vec<_>>().join("."));
    Some(place.filter(|place| !place.is_empty()).map_or_else(|| text.to_owned(), |place| format!("{place}: {text}")))
}

fn fill(slot: &mut Option<String>, value: impl FnOnce() -> Option<String>) {
    if slot.is_none() {
        *slot = value();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Report;
    use crate::http::Headers;

    #[track_caller]
    fn check(body: &str, message: Option<&str>) -> Report {
        let report = Report::of_body(&Headers::default(), body.as_bytes());
        assert_eq!(report.message.as_deref(), message, "{body}");
        report
    }

    #[test]
    fn the_message_is_found_in_every_shape() {
        check(r#"{"error": {"message": "m", "type": "t"}}"#, Some("m"));
        check(r#"{"error": "m"}"#, Some("m"));
        check(r#"{"type": "error", "error": {"type": "t", "message": "m"}}"#, Some("m"));
        check(r#"{"detail": "m"}"#, Some("m"));
        check(r#"{"detail": {"error": "m"}}"#, Some("m"));
        check(r#"{"detail": {"error": {"message": "m"}}}"#, Some("m"));
        check(r#"{"detail": {"error": "missing", "message": "m"}}"#, Some("m"));
        check(r#"{"detail": [{"loc": ["body", 0], "msg": "m"}, {"msg": "n"}]}"#, Some("body.0: m; n"));
        check(r#"{"error": {"message": "{'error': 'm'}"}}"#, Some("m"));
        check(r#"{"error": {"message": {"error": "m"}}}"#, Some("m"));
        check(r#"[{"error": {"message": "m"}}]"#, Some("m"));
        check(r#"{"message": "m"}"#, Some("m"));
        check(r#""m""#, Some("m"));
        check("{'detail': 'm'}", Some("m"));
        check(" m \n", Some("m"));
        check("<html><title>m</title></html>", Some("m"));
        check(r#"{"error":{"mess"#, Some(r#"{"error":{"mess"#));
        check("{}", None);
        check("", None);
        check("null", None);
    }

    #[test]
    fn facts_beside_the_message_are_read() {
        let report = check(
            r#"{"error": {"message": "m", "type": "None", "param": "p", "code": 429, "provider_specific_fields": {"guardrail_name": "g"}}}"#,
            Some("m"),
        );
        assert_eq!(report.status(), Some(429));
        assert_eq!((report.error_type.as_deref(), report.parameter.as_deref()), (None, Some("p")));
        assert_eq!(report.guardrail.as_deref(), Some("g"));
        assert!(report.has_error);
        let report = check(r#"{"error": {"message": "{'error': 'm', 'guardrail_name': 'g'}"}}"#, Some("m"));
        assert_eq!(report.guardrail.as_deref(), Some("g"));
        assert_eq!(check(r#"{"error": {"message": "m", "code": -32000}}"#, Some("m")).status(), None);
    }

    #[test]
    fn an_error_without_a_message_is_shown_as_it_is() {
        assert_eq!(Report::of_error(&json!({"reason": "r"})).message.as_deref(), Some(r#"{"reason":"r"}"#));
        assert_eq!(Report::of_error(&json!({})).message, None);
        assert_eq!(Report::of_error(&json!("boom")).message.as_deref(), Some("boom"));
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let nested = format!("{}{}", r#"{"error":"#.repeat(100), "}".repeat(100));
        drop(Report::of_body(&Headers::default(), nested.as_bytes()));
        let huge = vec![b'{'; 5_000_000];
        assert!(Report::of_body(&Headers::default(), &huge).message.is_some_and(|text| text.len() <= 131_072));
    }
}
