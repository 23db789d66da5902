//! Errors that arise on this side, where no reply says anything.

use serde::de::IgnoredAny;

use super::{Error, ErrorFacts, ErrorKind, Secrets, clean};
use crate::address::Address;
use crate::number;
use crate::settings::SettingsIssue;
use crate::stream::BrokenCall;

/// The longest cause that is quoted, in characters.
const LONGEST_CAUSE: usize = 200;
/// How much of a broken call the model is shown again, in characters.
const LONGEST_ARGUMENTS: usize = 2_000;

impl Error {
    /// The gateway was not reached, or the connection was lost before anything came. Of `address` only scheme, host and port
    /// are told; `cause` is what the host's `fetch` says, such as `ECONNREFUSED`: it may quote the headers that it could not send.
    pub fn connection(address: &str, cause: &str, secrets: &Secrets) -> Self {
        let origin = origin_of(address).unwrap_or_else(|| "its address".to_owned());
        let message = format!(
            "There is no connection to the gateway at {origin}. Check that it is running and that the base URL is right; \
             if it is behind a VPN, a proxy or a certificate of its own, check these too."
        );
        Self::own(ErrorKind::Connection, message, cause, secrets)
    }

    /// Nothing came for `after_ms` milliseconds.
    pub fn timeout(after_ms: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a timeout of 285,000 years may be rounded")]
        let seconds = number::text(after_ms as f64 / 1000.0);
        let unit = if seconds == "1" { "second" } else { "seconds" };
        let message = format!(
            "Nothing came from the gateway for {seconds} {unit}. Try again; if the model needs longer, raise the timeout in \
             the settings."
        );
        Self::new(ErrorKind::Timeout, message)
    }

    /// The caller stopped the call.
    pub fn aborted() -> Self {
        Self::new(ErrorKind::Aborted, "The request was cancelled.")
    }

    /// The gateway sent on to another address, where the key must not go. Of `location` only the origin is told.
    pub fn redirect(location: Option<&str>, secrets: &Secrets) -> Self {
        let origin = location.and_then(origin_of);
        let target = origin.map_or_else(|| "another address".to_owned(), |origin| secrets.hide(&origin));
        let message = format!(
            "The gateway sends on to {target}, and the API key goes to the base URL only. If that is your gateway, enter its \
             address as base URL."
        );
        Self::new(ErrorKind::Protocol, message)
    }

    /// A reply that is not what a LiteLLM gateway sends; `detail` says what is wrong with it, in words of our own.
    pub fn protocol(detail: &str) -> Self {
        let message = "The gateway's answer can't be read. Try again; if it stays so, check the base URL and what stands \
                       between here and the gateway.";
        Self::own(ErrorKind::Protocol, message.to_owned(), detail, &Secrets::default())
    }

    /// A web page came where an answer was expected.
    pub fn web_page() -> Self {
        let message = "The address answers with a web page and not like a LiteLLM gateway. Check the base URL; a login page \
                       or a proxy may stand in between.";
        Self::new(ErrorKind::Protocol, message)
    }

    /// The gateway is at `base_url`, and not under the path that was asked.
    pub fn wrong_path(base_url: &str) -> Self {
        let base_url = clean::excerpt(base_url, LONGEST_CAUSE);
        let message = format!(
            "There is no gateway under this path, but one at {base_url}. Enter that address as base URL, or ask the \
             gateway's administrator for the right one."
        );
        Self::new(ErrorKind::Protocol, message)
    }

    /// The arguments of a tool call are no JSON object. `is_cut` says that the output limit cut them. The model can put it right
    /// once it is told what it did.
    pub fn broken_tool_call(call: &BrokenCall, is_cut: bool, secrets: &Secrets) -> Self {
        let tool = clean::line(&call.tool, secrets, LONGEST_CAUSE);
        let called = if tool.is_empty() { "a tool".to_owned() } else { format!("the tool “{tool}”") };
        let error = if is_cut {
            let message = format!(
                "The answer reached the limit of its length in the middle of a call of {called}. Raise the output limit of the \
                 model, or ask for smaller steps."
            );
            Self::new(ErrorKind::Truncated, message)
        } else {
            let message = format!(
                "The model called {called} with arguments that can't be read. Send the message again, or choose another \
                 model."
            );
            Self::new(ErrorKind::Protocol, message)
        };
        let facts = ErrorFacts { for_model: Some(told_to_model(call, is_cut)), ..ErrorFacts::default() };
        Self { facts: Some(Box::new(facts)), ..error }
    }

    /// The reply stopped in the middle.
    pub fn truncated() -> Self {
        let message = "The answer stopped in the middle: the connection was lost, or the gateway or its provider gave up. \
                       Send the message again.";
        Self::new(ErrorKind::Truncated, message)
    }

    /// The same where the gateway applied guardrails to the reply: one that rejects it while it streams ends the connection
    /// without a word. `guardrails` are their names, as a header has them; none is no cause.
    pub fn truncated_under(guardrails: &str, secrets: &Secrets) -> Self {
        let guardrails = clean::line(guardrails, secrets, LONGEST_CAUSE);
        if guardrails.is_empty() {
            return Self::truncated();
        }
        let message = format!(
            "The answer stopped in the middle: a guardrail of the gateway ({guardrails}) may have blocked the rest, or the \
             connection was lost. Rephrase the last message, or send it again."
        );
        let facts = ErrorFacts { guardrail: Some(guardrails), ..ErrorFacts::default() };
        Self { facts: Some(Box::new(facts)), ..Self::new(ErrorKind::Truncated, message) }
    }

    /// The settings can't be used. All fatal issues are told, or all where none is fatal.
    pub fn settings(issues: &[SettingsIssue]) -> Self {
        let told = |fatal_only: bool| {
            let told = issues.iter().filter(|issue| issue.fatal || !fatal_only);
            told.map(|issue| issue.message.as_str()).collect::<Vec<_>>().join(" ")
        };
        let message = Some(told(true)).filter(|text| !text.is_empty()).unwrap_or_else(|| told(false));
        let fallback = "The settings can't be used. Check the base URL, the API key and the headers.";
        Self::new(ErrorKind::Settings, if message.is_empty() { fallback.to_owned() } else { message })
    }

    fn own(kind: ErrorKind, message: String, cause: &str, secrets: &Secrets) -> Self {
        // An address in a cause may have a query that is nobody's business.
        let cause: Vec<&str> =
            cause.split_whitespace().map(|word| word.split_once('?').map_or(word, |(word, _)| word)).collect();
        let cause = clean::excerpt(&clean::clean(&cause.join(" "), secrets).words, LONGEST_CAUSE);
        let message = if cause.is_empty() { message } else { format!("{message} ({cause})") };
        Self { detail: Some(cause).filter(|cause| !cause.is_empty()), ..Self::new(kind, message) }
    }
}

/// What a model is told of its call. It is part of the prompt, so it is not for users.
fn told_to_model(BrokenCall { tool, arguments }: &BrokenCall, is_cut: bool) -> String {
    let what = if is_cut {
        "your answer reached its length limit in the middle of the arguments".to_owned()
    } else {
        match serde_json::from_str::<IgnoredAny>(arguments) {
            Ok(_) => "its arguments are JSON, but no JSON object".to_owned(),
            Err(error) if error.is_eof() => "its arguments are no valid JSON: they end too early".to_owned(),
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                format!("its arguments are no valid JSON: line {line}, column {column} is wrong")
            }
        }
    };
    let advice = if is_cut {
        "Go on in smaller steps, each with shorter arguments."
    } else {
        "Call the tool again with one valid JSON object as arguments."
    };
    let tool = clean::excerpt(tool, LONGEST_CAUSE);
    let excerpt = excerpt_of_both_ends(arguments);
    format!(
        "Your call of the tool \"{tool}\" was not run, nor any other call of that answer: {what}. You wrote:\n{excerpt}\n{advice}"
    )
}

/// The text, or its two ends where it is long: what is wrong stands mostly at one of them.
fn excerpt_of_both_ends(text: &str) -> String {
    let count = text.chars().count();
    if count <= LONGEST_ARGUMENTS {
        return text.to_owned();
    }
    let half = LONGEST_ARGUMENTS / 2;
    let start: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count.saturating_sub(half)).collect();
    format!("{start}\n[…]\n{end}")
}

fn origin_of(address: &str) -> Option<String> {
    Some(clean::excerpt(&Address::parse(address)?.origin(), LONGEST_CAUSE))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Error, ErrorKind, Secrets};
    use crate::settings::normalize;
    use crate::stream::BrokenCall;

    #[track_caller]
    fn check(error: &Error, kind: ErrorKind, retryable: bool, parts: &[&str]) {
        assert_eq!((error.kind, error.retryable), (kind, retryable));
        for part in parts {
            assert!(error.message.contains(part), "{part} is not in: {}", error.message);
        }
    }

    #[test]
    fn each_says_what_happened_and_what_to_do() {
        let none = Secrets::default();
        let error = Error::connection(
            "http://localhost:4000",
            "fetch http://localhost:4000/v1?key=abc failed: ECONNREFUSED",
            &none,
        );
        check(&error, ErrorKind::Connection, true, &["http://localhost:4000.", "running", "ECONNREFUSED"]);
        assert!(!error.message.contains("abc"));
        let error = Error::connection("https://h:1/litellm/v1/models?key=abc", "", &none);
        check(&error, ErrorKind::Connection, true, &["at https://h:1."]);
        assert!(!error.message.contains("litellm/"), "{}", error.message);
        check(&Error::connection("no address", "", &none), ErrorKind::Connection, true, &["at its address."]);
        check(&Error::wrong_path("https://h:4000"), ErrorKind::Protocol, false, &["at https://h:4000."]);
        check(&Error::web_page(), ErrorKind::Protocol, false, &["web page"]);
        let broken = |tool: &str, is_cut| {
            let call = BrokenCall { tool: tool.to_owned(), arguments: "{\"a\":".to_owned() };
            Error::broken_tool_call(&call, is_cut, &Secrets::default())
        };
        check(&broken("read\n_file", false), ErrorKind::Protocol, false, &["“read _file”"]);
        check(&broken("", false), ErrorKind::Protocol, false, &["called a tool"]);
        check(&broken("f", true), ErrorKind::Truncated, false, &["limit of its length", "“f”"]);
        check(&Error::connection("http://h", "", &none), ErrorKind::Connection, true, &["check these too."]);
        check(&Error::timeout(300_000), ErrorKind::Timeout, true, &["300 seconds"]);
        check(&Error::timeout(1000), ErrorKind::Timeout, true, &["1 second."]);
        check(&Error::timeout(250), ErrorKind::Timeout, true, &["0.25 seconds"]);
        check(&Error::aborted(), ErrorKind::Aborted, false, &["cancelled"]);
        check(
            &Error::redirect(Some("https://sso.example.com/login?token=abc"), &none),
            ErrorKind::Protocol,
            false,
            &["to https://sso.example.com,"],
        );
        check(&Error::redirect(Some("/login"), &none), ErrorKind::Protocol, false, &["another address"]);
        check(&Error::redirect(None, &none), ErrorKind::Protocol, false, &["another address"]);
        check(&Error::protocol("an event is not JSON"), ErrorKind::Protocol, false, &["(an event is not JSON)"]);
        check(
            &Error::truncated_under("", &none),
            ErrorKind::Truncated,
            false,
            &["connection was lost, or the gateway"],
        );
        check(
            &Error::truncated_under("pii,\nlaw", &none),
            ErrorKind::Truncated,
            false,
            &["(pii, law) may have blocked"],
        );
    }

    #[test]
    fn a_model_is_told_what_it_called() {
        let told = |arguments: &str, is_cut| {
            let call = BrokenCall { tool: "f".to_owned(), arguments: arguments.to_owned() };
            Error::broken_tool_call(&call, is_cut, &Secrets::default()).facts.unwrap().for_model.unwrap()
        };
        for (arguments, is_cut, parts) in [
            ("{\"a\":", false, ["\"f\" was not run", "end too early", "\n{\"a\":\n", "Call the tool again"]),
            ("{\"a\":\nx}", false, ["\"f\" was not run", "line 2, column 1", "\n{\"a\":\nx}\n", "Call the tool again"]),
            ("[1]", false, ["\"f\" was not run", "no JSON object", "\n[1]\n", "Call the tool again"]),
            ("{\"a\":\"x", true, ["\"f\" was not run", "length limit", "\n{\"a\":\"x\n", "smaller steps"]),
        ] {
            let text = told(arguments, is_cut);
            assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        }
        let long = format!("{{\"text\":\"{}é", "é".repeat(5_000));
        let text = told(&long, true);
        assert!(text.contains("{\"text\":\"éé") && text.contains("[…]") && text.chars().count() < 2_400, "{text}");
        let call = BrokenCall { tool: "a\n".repeat(50_000), arguments: String::new() };
        let text = Error::broken_tool_call(&call, false, &Secrets::default()).facts.unwrap().for_model.unwrap();
        assert!(text.starts_with("Your call of the tool \"a a a") && text.chars().count() < 600, "{}", text.len());
    }

    #[test]
    fn fatal_issues_are_told() {
        let issues = normalize(&json!({"baseUrl": "ftp://x", "foo": 1})).issues;
        check(&Error::settings(&issues), ErrorKind::Settings, false, &["ftp:"]);
        assert!(!Error::settings(&issues).message.contains("foo"));
        check(&Error::settings(&[]), ErrorKind::Settings, false, &["can't be used"]);
    }
}
