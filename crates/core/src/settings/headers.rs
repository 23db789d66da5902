//! Headers of one's own, and what a key may consist of.

use serde_json::Value;

use super::SettingsIssueCode;
use super::read::{Given, Issues};
use crate::json;

/// Reads `headers`: values are texts, numbers or booleans. Of two names that differ only in case the later one stays.
pub(super) fn read(given: Option<Given<'_>>, issues: &mut Issues) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let Some((given, object)) = issues.object(given) else { return headers };
    for name in object.keys() {
        let Some(member) = given.member(object, name) else { continue };
        let value = match member.value {
            Value::String(text) => text.trim_matches([' ', '\t']).to_owned(),
            number @ Value::Number(_) => json::text(number),
            Value::Bool(value) => value.to_string(),
            _ => {
                issues.wrong_type(&member, "text");
                continue;
            }
        };
        if !is_token(name) {
            issues.report(
                &member,
                SettingsIssueCode::InvalidHeader,
                format!("\"{}\" is no header name; use letters, digits and \"-\".", member.path),
            );
        } else if let Some(problem) = problem_of_value(&value) {
            issues.report(
                &member,
                SettingsIssueCode::InvalidHeader,
                format!("The value of \"{}\" {problem}, which a header can't carry; remove it.", member.path),
            );
        } else {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            headers.push((name.clone(), value));
        }
    }
    headers
}

/// Reads the key, whose text is in no issue.
pub(super) fn read_key(given: Option<Given<'_>>, issues: &mut Issues) -> Option<String> {
    let key = issues.text(given.clone())?;
    let Some(problem) = problem_of_value(&key) else { return Some(key) };
    issues.report(
        &given?,
        SettingsIssueCode::InvalidHeader,
        format!("The API key {problem}, which can't be sent; copy the key again, without anything around it."),
    );
    None
}

/// What HTTP can't carry in a value, as the predicate of a sentence. Browsers refuse fewer control characters than Node does.
fn problem_of_value(value: &str) -> Option<&'static str> {
    let is_line_break = |character: char| matches!(character, '\r' | '\n');
    if value.contains(is_line_break) {
        Some("contains a line break")
    } else if value.chars().any(|character| character.is_ascii_control() && character != '\t') {
        Some("contains a control character")
    } else if value.chars().any(|character| character > '\u{ff}') {
        Some("contains a character beyond Latin-1")
    } else {
        None
    }
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|character| character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character))
}
