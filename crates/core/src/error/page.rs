//! Web pages where an answer was expected: what they say, without their markup.

/// The longest text that is kept of a page, in characters.
const LONGEST: usize = 300;

/// Whether a body is a web page, by its type or by its beginning.
pub(super) fn is_page(content_type: Option<&str>, text: &str) -> bool {
    let is_html = content_type.is_some_and(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("text/html") || value.contains("application/xhtml")
    });
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    is_html
        || ["<!doctype", "<html", "<head", "<body", "<?xml", "<title", "<center", "<h1"]
            .iter()
            .any(|tag| start.starts_with(tag))
}

/// The title of a page, or what it shows.
pub(super) fn text_of(page: &str) -> String {
    let title = title(page).map(shown).filter(|title| !title.is_empty());
    title.unwrap_or_else(|| shown(page))
}

/// Replaces web pages inside a text by what they say.
pub(super) fn without_pages(text: &str) -> String {
    let starts = ["<!doctype html", "<html"].iter().filter_map(|tag| position(text, tag));
    let Some((before, page)) = starts.min().and_then(|start| text.split_at_checked(start)) else {
        return text.to_owned();
    };
    let (page, after) = split_behind(page, "</html>").unwrap_or((page, ""));
    format!("{before}{}{after}", text_of(page))
}

fn title(page: &str) -> Option<&str> {
    let (_, title) = split_behind(page, "<title")?;
    let end = position(title, "</title")?;
    title.get(..end)?.split_once('>').map(|(_, title)| title)
}

/// Text outside of tags, scripts, styles and comments, in one line.
fn shown(markup: &str) -> String {
    let mut result = String::new();
    let mut rest = markup;
    while let Some((text, tag)) = rest.split_once('<') {
        result.push_str(text);
        result.push(' ');
        let starts = |name: &str| {
            tag.as_bytes().get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        };
        rest = if starts("!--") {
            split_behind(tag, "-->").map_or("", |(_, rest)| rest)
        } else {
            let end = ["script", "style"].into_iter().find(|name| starts(name)).map(|name| format!("</{name}"));
            let tag = end.map_or(tag, |end| split_behind(tag, &end).map_or("", |(_, rest)| rest));
            tag.split_once('>').map_or("", |(_, rest)| rest)
        };
    }
    result.push_str(rest);
    let decoded = result
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
        .replace(['<', '>'], "");
    decoded.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

fn split_behind<'a>(text: &'a str, wanted: &str) -> Option<(&'a str, &'a str)> {
    text.split_at_checked(position(text, wanted)?.saturating_add(wanted.len()))
}

/// Where an ASCII text occurs first, in any case.
fn position(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{is_page, text_of, without_pages};

    #[test]
    fn pages_are_known_by_type_or_beginning() {
        assert!(is_page(Some("text/html; charset=utf-8"), "anything"));
        assert!(is_page(None, "\r\n<!DOCTYPE html>"));
        assert!(is_page(Some("application/json"), "<HTML>"));
        assert!(!is_page(Some("application/json"), "{}"));
        assert!(!is_page(None, "<ssl.SSLContext object at 0x7f>"));
    }

    #[track_caller]
    fn check(page: &str, expected: &str) {
        assert_eq!(text_of(page), expected, "{page}");
    }

    #[test]
    fn a_page_is_its_title_or_its_text() {
        check("<html><head><title>502 Bad\n Gateway</title></head><body><h1>x</h1></body></html>", "502 Bad Gateway");
        check("<html><TITLE class=a> </TITLE><body><p>Sign&nbsp;in &amp; go</p></body></html>", "Sign in & go");
        check("<body><script>var a = '<b>';</script><style>p{}</style><!-- c -->Down</body>", "Down");
        check("<body>a <b>c</b> &lt;i&gt; <", "a c &lt;i&gt;");
        check("<", "");
    }

    #[test]
    fn pages_in_a_text_are_replaced() {
        let text = "OpenAIException - <html><body><h1>502 Bad Gateway</h1></body></html> tail";
        assert_eq!(without_pages(text), "OpenAIException - 502 Bad Gateway tail");
        assert_eq!(without_pages("a < b"), "a < b");
    }
}
