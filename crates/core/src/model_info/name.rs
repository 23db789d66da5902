//! Words for a model where nobody chose any.

/// The id, readable: its last path segment without the date at its end.
pub(super) fn readable(id: &str) -> &str {
    let segment = id.rsplit_once('/').map_or(id, |(_, segment)| segment);
    let name = without_date(segment);
    if name.is_empty() { id } else { name }
}

/// The description of a model that the operator did not describe.
pub(super) fn description(id: &str) -> String {
    format!("{id} via LiteLLM")
}

/// Cuts off a date as providers put them behind their names: `-20250219`, `@20250514`, `-2024-08-06`.
fn without_date(name: &str) -> &str {
    let undated = before_date(name, 8, "").or_else(|| before_date(name, 10, "-"));
    undated.unwrap_or(name)
}

/// What stands before a date of so many bytes, with `dash` between its numbers.
fn before_date<'a>(name: &'a str, length: usize, dash: &str) -> Option<&'a str> {
    let (before, date) = name.split_at_checked(name.len().checked_sub(length)?)?;
    let (year, rest) = number(date, 4)?;
    let (month, rest) = number(rest.strip_prefix(dash)?, 2)?;
    let (day, _) = number(rest.strip_prefix(dash)?, 2)?;
    let is_date = (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if is_date { before.strip_suffix(['-', '_', '@']) } else { None }
}

/// The number that so many digits at the start of `text` are, and what follows.
fn number(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(digits)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((if is_number { digits.parse().ok()? } else { return None }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_without_a_date_is_readable() {
        for (id, expected) in [
            ("m", "m"),
            ("anthropic/claude-3-7-sonnet-20250219", "claude-3-7-sonnet"),
            ("vertex_ai/claude-sonnet-4@20250514", "claude-sonnet-4"),
            ("gpt-4o-2024-08-06", "gpt-4o"),
            ("openrouter/anthropic/claude-3.5-sonnet:beta", "claude-3.5-sonnet:beta"),
            ("a/b/c:free", "c:free"),
            ("gemini-exp-1206", "gemini-exp-1206"),
            ("model-12345678", "model-12345678"),
            ("model-20251399", "model-20251399"),
            ("20250219", "20250219"),
            ("-20250219", "-20250219"),
            ("team/", "team/"),
            ("供应商/模型-1", "模型-1"),
            ("模型20250219", "模型20250219"),
            ("", ""),
        ] {
            assert_eq!(readable(id), expected, "{id}");
        }
    }
}
