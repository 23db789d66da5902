//! Addresses: what a person types as base URL, and the URLs made from it.

use serde::Serialize;

use crate::address::Address;
use crate::settings::{DEFAULT_BASE_URL, SettingsIssue, SettingsIssueCode};

/// What people paste behind the base URL: paths of the gateway's own routes. All but `/v1` are compared as they stand.
const PASTED_SUFFIXES: [&str; 3] = ["/chat/completions", "/model/info", "/models"];

/// The addresses of one gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// The normalised base URL without query and without a trailing slash.
    pub root: String,
    /// `GET`: every deployment with prices, limits and capabilities.
    pub model_info: String,
    /// `GET`: the names that the key may call.
    pub models: String,
    /// `POST`: chat.
    pub chat_completions: String,
    /// The query of the base URL with its `?`, or nothing; sent with every request.
    #[serde(skip)]
    pub query: String,
}

impl Endpoints {
    /// Reads a base URL as a person types it; the issue (path `baseUrl`, fatal) says what is wrong with it.
    ///
    /// Nothing typed is [`DEFAULT_BASE_URL`]; no scheme is `http` for this machine and `https` for any other. Resolving
    /// `root` and `query` put together gives the same addresses again.
    ///
    /// ```
    /// let endpoints = litellm_core::endpoint::Endpoints::resolve("gw.example.com/litellm/v1/").unwrap();
    /// assert_eq!(endpoints.root, "https://gw.example.com/litellm");
    /// assert_eq!(endpoints.model_info, "https://gw.example.com/litellm/v1/model/info");
    /// ```
    pub fn resolve(base_url: &str) -> Result<Self, SettingsIssue> {
        let address = parse(base_url)?;
        let root = format!("{}{}", address.origin(), base_path(&address.path));
        let query =
            address.query.filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
        let at = |path: &str| format!("{root}{path}{query}");
        Ok(Self {
            model_info: at("/v1/model/info"),
            models: at("/v1/models"),
            chat_completions: at("/v1/chat/completions"),
            query: query.clone(),
            root,
        })
    }

    /// The address of `path` (which starts with `/`) on this gateway.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}{}", self.root, self.query)
    }

    /// Scheme, host and port: all of an address that may be shown. A path or a query may hold what is nobody's business.
    pub fn origin(&self) -> &str {
        let authority = self.root.find("://").map_or(0, |at| at.saturating_add(3));
        let end = self.root.get(authority..).and_then(|rest| rest.find('/')).map(|at| authority.saturating_add(at));
        end.and_then(|end| self.root.get(..end)).unwrap_or(&self.root)
    }

    /// Whether the gateway is on this machine or the connection is encrypted, so that nobody on the way reads the key.
    pub(crate) fn keeps_secrets(&self) -> bool {
        Address::parse(&self.root).is_some_and(|address| address.is_encrypted() || address.is_loopback())
    }
}

fn parse(base_url: &str) -> Result<Address, SettingsIssue> {
    let text = base_url.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    let text = if text.is_empty() { DEFAULT_BASE_URL } else { text };
    if text.chars().any(char::is_control) {
        return Err(invalid("contains a line break or another control character; type the address again"));
    }
    if text.starts_with(['/', '\\']) && !text.starts_with("//") {
        return Err(invalid("is only a path; write the whole address, like https://gateway.example.com/litellm"));
    }
    let address = match scheme_of(text) {
        Scheme::Given(scheme) if scheme == "http" || scheme == "https" => Address::parse(text),
        Scheme::Given(scheme) | Scheme::WithoutSlashes(scheme) if scheme != "http" && scheme != "https" => {
            let scheme: String = scheme.chars().take(20).collect();
            return Err(issue(
                SettingsIssueCode::UnsupportedScheme,
                format!("The base URL starts with \"{scheme}:\"; a gateway is reached with http:// or https://."),
            ));
        }
        Scheme::Given(scheme) | Scheme::WithoutSlashes(scheme) => {
            return Err(invalid(&format!(
                "must have two slashes after \"{scheme}:\", as in {scheme}://gateway.example.com"
            )));
        }
        Scheme::None(rest) => {
            let secure = Address::parse(&format!("https://{rest}"));
            // Parsed again and not changed: the default port of one scheme is a port of its own in the other.
            let is_here = secure.as_ref().is_some_and(Address::is_loopback);
            if is_here { Address::parse(&format!("http://{rest}")) } else { secure }
        }
    };
    let address = address
        .ok_or_else(|| invalid("is no address; write it like https://gateway.example.com or http://localhost:4000"))?;
    if address.has_credentials {
        return Err(invalid("contains a user name or password; remove it and put the gateway's key into the API key"));
    }
    Ok(address)
}

/// What stands before the host.
enum Scheme<'a> {
    /// `scheme://`, in small letters.
    Given(String),
    /// `scheme:` and then neither `//` nor a port.
    WithoutSlashes(String),
    /// No scheme; the rest starts with the host.
    None(&'a str),
}

fn scheme_of(text: &str) -> Scheme<'_> {
    if let Some(rest) = text.strip_prefix("//") {
        return Scheme::None(rest);
    }
    let Some((before, after)) = text.split_once(':') else { return Scheme::None(text) };
    let scheme = before.to_ascii_lowercase();
    // A scheme may have dots, but then it is a host whose port is mistyped.
    let names_a_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '+' | '-'))
        && scheme != "localhost";
    if !names_a_scheme && !after.starts_with("//") {
        return Scheme::None(text);
    }
    let is_web = scheme == "http" || scheme == "https";
    if after.starts_with("//") {
        Scheme::Given(scheme)
    } else if after.starts_with(|first: char| first.is_ascii_digit())
        || (after.is_empty() && !is_web)
        || after.contains('@')
    {
        // A host with its port, or `user:password@host`, which is told as such.
        Scheme::None(text)
    } else {
        Scheme::WithoutSlashes(scheme)
    }
}

/// The path without doubled slashes, without what was pasted with it, and without a slash at its end.
fn base_path(path: &str) -> String {
    let mut collapsed = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        collapsed.push('/');
        collapsed.push_str(segment);
    }
    let mut rest = collapsed.as_str();
    while let Some(shorter) = without_pasted(rest) {
        rest = shorter;
    }
    rest.to_owned()
}

fn without_pasted(path: &str) -> Option<&str> {
    if let Some(rest) = PASTED_SUFFIXES.iter().find_map(|suffix| path.strip_suffix(suffix)) {
        return Some(rest);
    }
    let (rest, last) = path.rsplit_once('/')?;
    last.eq_ignore_ascii_case("v1").then_some(rest)
}

fn invalid(what: &str) -> SettingsIssue {
    issue(SettingsIssueCode::InvalidUrl, format!("The base URL {what}."))
}

/// The text that was typed is never quoted: it may hold a password.
fn issue(code: SettingsIssueCode, message: String) -> SettingsIssue {
    SettingsIssue { path: "baseUrl".to_owned(), code, message, fatal: true }
}

#[cfg(test)]
mod tests {
    use super::Endpoints;
    use crate::settings::SettingsIssueCode::{self, InvalidUrl, UnsupportedScheme};

    #[track_caller]
    fn check(typed: &str, root: &str, query: &str) {
        let endpoints = Endpoints::resolve(typed).unwrap();
        assert_eq!((endpoints.root.as_str(), endpoints.query.as_str()), (root, query), "{typed}");
    }

    #[track_caller]
    fn check_unusable(typed: &str, code: SettingsIssueCode) {
        let issue = Endpoints::resolve(typed).unwrap_err();
        assert_eq!(
            (issue.code, issue.path.as_str(), issue.fatal),
            (code, "baseUrl", true),
            "{typed}: {}",
            issue.message
        );
    }

    #[test]
    fn schemes_are_found_or_filled_in() {
        check("localhost", "http://localhost", "");
        check("localhost:443", "http://localhost:443", "");
        check("[::1]:4000/v1", "http://[::1]:4000", "");
        check("127.9.9.9", "http://127.9.9.9", "");
        check("api.localhost:1", "http://api.localhost:1", "");
        check("//gw.example.com/a", "https://gw.example.com/a", "");
        check("gw.example.com:80", "https://gw.example.com:80", "");
        check("HTTP://gw.example.com:80", "http://gw.example.com", "");
        check("http://0.0.0.0:4000", "http://0.0.0.0:4000", "");
        check("\u{feff}https://gw.example.com\u{a0}", "https://gw.example.com", "");
        check("https://b\u{fc}cher.example", "https://xn--bcher-kva.example", "");
    }

    #[test]
    fn what_was_pasted_with_it_goes() {
        check("https://h/v1/models/", "https://h", "");
        check("https://h/a/models?x=1#y", "https://h/a", "?x=1");
        check("https://h/V1/chat/completions/v1//", "https://h", "");
        check("https://h/v1/model/info/v1", "https://h", "");
        check("https://h/v1//chat//completions", "https://h", "");
        check("https://h/model", "https://h/model", "");
        check("https://h/av1", "https://h/av1", "");
        check("https://h/v1/litellm", "https://h/v1/litellm", "");
        check("https://h?", "https://h", "");
    }

    #[test]
    fn unusable_addresses_are_told_apart() {
        check_unusable("ws://gw.example.com", UnsupportedScheme);
        check_unusable("file:///etc/passwd", UnsupportedScheme);
        check_unusable("javascript:alert(1)", UnsupportedScheme);
        check_unusable("http:/gw.example.com", InvalidUrl);
        check_unusable("https:gw.example.com", InvalidUrl);
        check_unusable("http://", InvalidUrl);
        check_unusable("https://?x=1", InvalidUrl);
        check_unusable("/litellm", InvalidUrl);
        check_unusable("gw.example.com:port", InvalidUrl);
        check_unusable("localhost:99999", InvalidUrl);
        check_unusable("https://gw\n.example.com", InvalidUrl);
        check_unusable("https://user@gw.example.com", InvalidUrl);
        check_unusable("user:pass@gw.example.com", InvalidUrl);
    }

    #[test]
    fn only_the_origin_is_shown() {
        assert_eq!(Endpoints::resolve("https://h:1/a/b?c").unwrap().origin(), "https://h:1");
        assert_eq!(Endpoints::resolve("h").unwrap().origin(), "https://h");
    }
}
