//! The scenarios of `tests/vectors` and their way of matching, for tests that need no HTTP.
//!
//! `tests/vectors/README.md` describes the format. A test file says `mod vector;` and calls [`run`] with a function that
//! gives what came of a scenario, or `None` for one that needs a server.
#![allow(
    clippy::allow_attributes,
    dead_code,
    unreachable_pub,
    reason = "every test file uses its own part of this module"
)]

use std::path::Path;

use serde_json::{Map, Value, json};

/// What stands for `HOST` in a scenario that meets no server.
pub const HOST: &str = "127.0.0.1:4000";
/// What stands for `PORT` in a scenario that meets no server.
pub const PORT: &str = "4000";

/// One scenario of a file: see the members of the JSON object.
pub struct Scenario {
    /// Unique in its file.
    pub name: String,
    /// The whole object, with `HOST`, `PORT`, `$utf16` and `$bytes` resolved.
    pub value: Value,
}

impl Scenario {
    /// `call.method`, when the scenario makes one call.
    pub fn method(&self) -> Option<&str> {
        self.value.pointer("/call/method")?.as_str()
    }

    /// The argument at `index` of the call.
    pub fn argument(&self, index: usize) -> Option<&Value> {
        self.value.pointer(&format!("/call/args/{index}"))
    }

    /// The value at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// The rules of the scripted server.
    pub fn server(&self) -> &[Value] {
        self.value.get("server").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// Reads all scenarios of `file`, such as `settings.json`.
pub fn scenarios(file: &str) -> Vec<Scenario> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let content: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    content
        .into_iter()
        .map(|value| {
            let value = resolved(value);
            let name = value["name"].as_str().unwrap_or_else(|| panic!("{file}: a scenario has no name")).to_owned();
            Scenario { name, value }
        })
        .collect()
}

/// Runs `outcome` on every scenario of `file` and compares what it gives with `expect`: an object with the members
/// `result`, `error`, `parts` or `requests`, of which the last two may be missing. `None` leaves a scenario out. Panics with all differences at the end, and when
/// fewer than `at_least` scenarios were compared.
#[track_caller]
pub fn run(file: &str, at_least: usize, outcome: impl Fn(&Scenario) -> Option<Value>) {
    let mut compared = 0;
    let mut failures = Vec::new();
    for scenario in scenarios(file) {
        let Some(actual) = outcome(&scenario) else { continue };
        compared += 1;
        let expected: Map<String, Value> = scenario.value["expect"]
            .as_object()
            .unwrap_or_else(|| panic!("{file}: {}: expect is no object", scenario.name))
            .iter()
            .filter(|(name, _)| match name.as_str() {
                "result" | "error" => true,
                "parts" | "requests" => actual.get(name).is_some(),
                _ => false,
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let failed_unexpectedly = !expected.contains_key("error") && actual.get("error").is_some();
        let mut problems = problems(&Value::Object(expected), Some(&actual));
        if failed_unexpectedly {
            problems.push(format!("error: unexpected {}", actual["error"]));
        }
        failures.extend(problems.into_iter().map(|problem| format!("{} › {}: {problem}", file, scenario.name)));
    }
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
    assert!(compared >= at_least, "{file}: only {compared} scenarios were compared, {at_least} were to be");
}

/// Every difference between a value and its expectation; none when it matches. `None` stands for JavaScript's undefined.
pub fn problems(expected: &Value, actual: Option<&Value>) -> Vec<String> {
    let mut found = Vec::new();
    compare(expected, actual, "", &mut found);
    found
}

/// Whether a value meets an expectation.
pub fn matches(expected: &Value, actual: Option<&Value>) -> bool {
    problems(expected, actual).is_empty()
}

/// Fills in the host and decodes what strict JSON can't hold. Bytes become base64 text, which the public functions take alike.
fn resolved(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(replace_word(&replace_word(&text, "HOST", HOST), "PORT", PORT)),
        Value::Array(items) => Value::Array(items.into_iter().map(resolved).collect()),
        Value::Object(members) => {
            if let Some(Value::String(base64)) = members.get("$bytes") {
                return Value::String(base64.clone());
            }
            if let Some(Value::Array(units)) = members.get("$utf16") {
                let units: Vec<u16> = units
                    .iter()
                    .map(|unit| unit.as_u64().and_then(|unit| u16::try_from(unit).ok()).expect("a UTF-16 code unit"))
                    .collect();
                return Value::String(String::from_utf16_lossy(&units));
            }
            Value::Object(members.into_iter().map(|(name, value)| (name, resolved(value))).collect())
        }
        other => other,
    }
}

/// Replaces `word` where no letter, digit or underscore touches it.
pub fn replace_word(text: &str, word: &str, replacement: &str) -> String {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, after) = (&rest[..at], &rest[at + word.len()..]);
        let left = before.chars().next_back().or_else(|| result.chars().next_back());
        let stands_alone = !left.is_some_and(is_part) && !after.chars().next().is_some_and(is_part);
        result.push_str(before);
        result.push_str(if stands_alone { replacement } else { word });
        rest = after;
    }
    result.push_str(rest);
    result
}

fn compare(expected: &Value, actual: Option<&Value>, path: &str, found: &mut Vec<String>) {
    let differs = |found: &mut Vec<String>| {
        let actual = actual.map_or_else(|| "undefined".to_owned(), Value::to_string);
        let shown: String = actual.chars().take(600).collect();
        found.push(format!("{}: expected {expected}, got {shown}", if path.is_empty() { "." } else { path }));
    };
    match expected {
        Value::String(word) if word == "$absent" => {
            if actual.is_some() {
                differs(found);
            }
        }
        Value::String(word) if word == "$any" => {
            if actual.is_none() {
                differs(found);
            }
        }
        Value::Object(members) if members.keys().any(|name| is_operator(name)) => {
            for (name, argument) in members {
                if is_operator(name) && !operator_holds(name, argument, actual) {
                    match name.as_str() {
                        "$exact" => {
                            compare(argument, actual, path, found);
                            differs(found);
                        }
                        _ => differs(found),
                    }
                }
            }
        }
        Value::Object(members) => match actual {
            Some(Value::Object(object)) => {
                for (name, value) in members {
                    compare(value, object.get(name), &format!("{path}.{name}"), found);
                }
            }
            _ => differs(found),
        },
        Value::Array(items) => match actual {
            Some(Value::Array(elements)) => {
                if items.len() != elements.len() {
                    found.push(format!("{path}: expected {} items, got {}", items.len(), json!(elements)));
                }
                for (index, (item, element)) in items.iter().zip(elements).enumerate() {
                    compare(item, Some(element), &format!("{path}[{index}]"), found);
                }
            }
            _ => differs(found),
        },
        Value::Number(number) => {
            // JavaScript has one kind of number: 1 and 1.0 are the same.
            let same = actual
                .and_then(Value::as_f64)
                .zip(number.as_f64())
                .is_some_and(|(left, right)| left.partial_cmp(&right) == Some(std::cmp::Ordering::Equal));
            if !same {
                differs(found);
            }
        }
        _ => {
            if actual != Some(expected) {
                differs(found);
            }
        }
    }
}

fn is_operator(name: &str) -> bool {
    matches!(name, "$exact" | "$unordered" | "$includes" | "$approx" | "$contains" | "$matches" | "$not")
}

fn operator_holds(name: &str, argument: &Value, actual: Option<&Value>) -> bool {
    match name {
        "$exact" => {
            matches(argument, actual)
                && match (argument, actual) {
                    (Value::Object(members), Some(Value::Object(object))) => {
                        object.keys().all(|name| members.contains_key(name))
                    }
                    _ => true,
                }
        }
        "$unordered" | "$includes" => {
            let patterns = argument.as_array().expect("a list of expectations");
            let Some(elements) = actual.and_then(Value::as_array) else { return false };
            (name == "$includes" || patterns.len() == elements.len())
                && assigned(patterns, elements, &mut vec![false; elements.len()])
        }
        "$approx" => {
            let wanted = argument.as_f64().expect("a number");
            actual
                .and_then(Value::as_f64)
                .is_some_and(|actual| (actual - wanted).abs() <= 1e-9 * wanted.abs().max(actual.abs()))
        }
        "$contains" => {
            let text = match actual {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            text.contains(argument.as_str().expect("a text"))
        }
        "$matches" => {
            let pattern = argument.as_str().expect("a regular expression");
            let expression = fancy_regex::Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            actual
                .and_then(Value::as_str)
                .is_some_and(|text| expression.is_match(text).unwrap_or_else(|error| panic!("{pattern}: {error}")))
        }
        "$not" => !matches(argument, actual),
        _ => unreachable!("{name} is no operator"),
    }
}

/// Whether each pattern can have an element of its own.
fn assigned(patterns: &[Value], elements: &[Value], taken: &mut Vec<bool>) -> bool {
    let Some((pattern, others)) = patterns.split_first() else { return true };
    for (index, element) in elements.iter().enumerate() {
        if taken[index] || !matches(pattern, Some(element)) {
            continue;
        }
        taken[index] = true;
        if assigned(others, elements, taken) {
            return true;
        }
        taken[index] = false;
    }
    false
}
