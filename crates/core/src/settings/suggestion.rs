//! The name that somebody meant.

/// The name of `names` that is closest to `given`, when one is close: the same letters in another spelling, a part of the
/// name, or a slip or two.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let given = letters(given);
    // Nobody mistypes a name into something much longer, and the comparison below takes time by the square.
    if given.is_empty() || given.len() > 40 {
        return None;
    }
    let mut closest: Option<(usize, &str)> = None;
    for name in names.clone() {
        let distance = distance(&given, &letters(name));
        if closest.is_none_or(|(smallest, _)| distance < smallest) {
            closest = Some((distance, name));
        }
    }
    let allowed = (given.len() / 3).min(3);
    if let Some((distance, name)) = closest
        && distance <= allowed
    {
        return Some(name);
    }
    let contains = |name: &&str| {
        given.len() >= 3 && letters(name).iter().collect::<String>().contains(&given.iter().collect::<String>())
    };
    names.into_iter().find(contains)
}

fn letters(name: &str) -> Vec<char> {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

/// How many letters must be put in, taken out or replaced to make one name of the other.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.iter().enumerate() {
        let mut diagonal = index;
        let mut last = index.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = last;
        }
        for (other, above) in right.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal.saturating_add(usize::from(letter != other));
            diagonal = *above;
            last = replaced.min(above.saturating_add(1)).min(last.saturating_add(1));
            *above = last;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        let names = ["baseUrl", "apiKey", "modelId", "maxTokens", "timeoutMs", "discoveryTimeoutMs", "user", "tags"];
        assert_eq!(nearest(given, names.into_iter()), expected, "{given}");
    }

    #[test]
    fn close_names_are_found() {
        check("baseURL", Some("baseUrl"));
        check("base_url", Some("baseUrl"));
        check("apikey", Some("apiKey"));
        check("max_token", Some("maxTokens"));
        check("timeout", Some("timeoutMs"));
        check("url", Some("baseUrl"));
        check("model", Some("modelId"));
    }

    #[test]
    fn others_are_not() {
        check("foo", None);
        check("", None);
        check("__proto__", None);
        check("surprise", None);
        check(&"baseUrl".repeat(100), None);
    }
}
