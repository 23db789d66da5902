//! Words for a model where nobody chose any.

/// The id, readable: its last path segment without the date at its end.
pub(super) fn readable(id: &str) -> String {
    let segment = id.rsplit('/').next().unwrap_or(id);
    let name = without_date(segment);
    if name.is_empty() { id.to_owned() } else { name.to_owned() }
}

/// The description of a model that the operator did not describe.
pub(super) fn description(id: &str) -> String {
    format!("{id} via LiteLLM")
}

/// Cuts off a date as providers put them behind their names: `-20250219`, `@20250514`, `-2024-08-06`.
fn without_date(name: &str) -> &str {
    [8, 10].into_iter().find_map(|length| before_date(name, length)).unwrap_or(name)
}

fn before_date(name: &str, length: usize) -> Option<&str> {
    let (before, date) = name.split_at_checked(name.len().checked_sub(length)?)?;
    let has_dashes =
        |position: usize, character: char| (character == '-') == (length == 10 && matches!(position, 4 | 7));
    let shaped = date.char_indices().all(|(position, character)| {
        has_dashes(position, character) && (character == '-' || character.is_ascii_digit())
    });
    let digits = date.replace('-', "");
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u32>().ok();
    let is_date = shaped
        && (1900..2200).contains(&number(0, 4)?)
        && (1..=12).contains(&number(4, 6)?)
        && (1..=31).contains(&number(6, 8)?);
    if is_date { before.strip_suffix(['-', '_', '@']) } else { None }
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
