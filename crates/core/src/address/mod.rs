//! Addresses of the web: what of the URL standard an `http` or `https` address needs.
//!
//! A library for all of that standard would be a fifth of the core, most of it tables for host names that no gateway has. What is
//! read here is read as every browser does; a test holds that against such a library.

mod host;

use std::fmt::Write;

use self::host::Host;
use crate::percent;

/// An absolute address with a host. What comes after `#` is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    scheme: Scheme,
    host: Host,
    /// Only when it is not the scheme's own.
    port: Option<u16>,
    /// Begins with `/`; what may not stand in a path is percent-encoded.
    pub(crate) path: String,
    /// Without its `?`.
    pub(crate) query: Option<String>,
    /// Whether a user name or a password stands before the host; it is not kept.
    pub(crate) has_credentials: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }

    fn own_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Address {
    /// Reads an absolute address; `None` when it is none, or holds a control character.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(' ');
        let (scheme, rest) = text.split_once(':')?;
        let scheme = if scheme.eq_ignore_ascii_case("https") {
            Scheme::Https
        } else if scheme.eq_ignore_ascii_case("http") {
            Scheme::Http
        } else {
            return None;
        };
        Self::after_scheme(scheme, rest)
    }

    /// Reads a reference that stands on the page with this address.
    pub(crate) fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.trim_matches(' ');
        let before_path = reference.split(['/', '\\', '?', '#']).next().unwrap_or_default();
        if before_path.contains(':') {
            return Self::parse(reference);
        }
        if reference.starts_with("//") {
            return Self::after_scheme(self.scheme, reference);
        }
        if reference.chars().any(char::is_control) {
            return None;
        }
        let (path, query) = split_path(reference);
        let mut joined = Self { has_credentials: false, ..self.clone() };
        if !path.is_empty() {
            let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            joined.path = if path.starts_with(['/', '\\']) {
                normal_path(path)
            } else {
                normal_path(&format!("{folder}/{path}"))
            };
            joined.query = query;
        } else if query.is_some() {
            joined.query = query;
        }
        Some(joined)
    }

    fn after_scheme(scheme: Scheme, rest: &str) -> Option<Self> {
        if rest.chars().any(char::is_control) {
            return None;
        }
        let rest = rest.trim_start_matches(['/', '\\']);
        let (authority, rest) = rest.split_at_checked(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()))?;
        let (credentials, host) = authority.rsplit_once('@').map_or((None, authority), |(credentials, host)| {
            (Some(credentials).filter(|credentials| !matches!(*credentials, "" | ":")), host)
        });
        // A colon inside of brackets is part of the host.
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (host, ""),
        };
        let port = match port {
            "" => None,
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse::<u16>().ok()?),
            _ => return None,
        };
        let (path, query) = split_path(rest);
        Some(Self {
            scheme,
            host: Host::parse(host)?,
            port: port.filter(|port| *port != scheme.own_port()),
            path: normal_path(path),
            query,
            has_credentials: credentials.is_some(),
        })
    }

    /// Whether nobody on the way can read what is sent.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.scheme == Scheme::Https
    }

    /// Whether the host is this machine: `localhost`, any name under it, 127.0.0.0/8 or `[::1]`.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host.is_loopback()
    }

    /// Whether only this machine or this network knows the host.
    pub(crate) fn is_private(&self) -> bool {
        self.host.is_private()
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        let mut origin = format!("{}{}", self.scheme.prefix(), self.host);
        if let Some(port) = self.port {
            let _ = write!(origin, ":{port}");
        }
        origin
    }

    /// The whole address.
    pub(crate) fn url(&self) -> String {
        let mut url = self.origin() + &self.path;
        if let Some(query) = &self.query {
            url.push('?');
            url.push_str(query);
        }
        url
    }
}

/// What stands behind the host: path, and query as it is sent.
fn split_path(rest: &str) -> (&str, Option<String>) {
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    match rest.split_once('?') {
        Some((path, query)) => (path, Some(encoded(query, b" \"#<>'"))),
        None => (rest, None),
    }
}

/// A path without `.` and `..`, percent-encoded.
fn normal_path(path: &str) -> String {
    let mut segments: Vec<String> = Vec::new();
    let path = path.strip_prefix(['/', '\\']).unwrap_or(path);
    let mut ends_with_folder = false;
    for segment in path.split(['/', '\\']) {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        ends_with_folder = matches!(plain.as_str(), "." | "..");
        match plain.as_str() {
            "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(encoded(segment, b" \"#<>?`{}")),
        }
    }
    if ends_with_folder {
        segments.push(String::new());
    }
    format!("/{}", segments.join("/"))
}

/// Text in which controls, blanks, characters beyond ASCII and `unsafe_bytes` are percent-encoded.
fn encoded(text: &str, unsafe_bytes: &[u8]) -> String {
    percent::encoded(text, &|byte| byte.is_ascii_graphic() && !unsafe_bytes.contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::Address;

    /// What the library reads, where it is an address that is kept here.
    fn known(url: Result<Url, url::ParseError>) -> Option<(String, bool)> {
        let mut url = url.ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        url.set_fragment(None);
        url.set_username("").unwrap();
        url.set_password(None).unwrap();
        Some((url.to_string(), has_credentials))
    }

    fn ours(address: Option<Address>) -> Option<(String, bool)> {
        address.map(|address| (address.url(), address.has_credentials))
    }

    #[track_caller]
    fn check(text: &str) {
        assert_eq!(ours(Address::parse(text)), known(Url::parse(text)), "{text}");
    }

    #[test]
    fn addresses_are_read_as_browsers_do() {
        for text in [
            "http://h",
            "HTTPS://H:443/a/../b?x y#z",
            "http:h",
            "http:/\\h\\a",
            "https://u:p@h",
            "http://@h",
            "http://:@h",
            "http://h:",
            "http://h:99999",
            "http://h:x",
            "http://1.2",
            "http://0x7f.1/",
            "http://127.0.0.1.",
            "http://256",
            "http://1.2.3.4.5",
            "http://0300.1",
            "http://09",
            "http://a.1",
            "http://4294967296",
            "http://0x",
            "http://[::1]:80",
            "http://[::ffff:1.2.3.4]",
            "http://[1:0:0:2::]",
            "http://[::1",
            "http://[x]",
            "http://a b",
            "http://a%41.b",
            "http://a%2fb",
            "http://%zz",
            "http://b\u{fc}cher.example",
            "http://a\u{3002}b",
            "http://\u{4e2d}\u{6587}.\u{434}\u{44F}",
            "http://B\u{dc}CHER",
            "http://",
            "http://?",
            "http://h/%2e%2E/%2e/x",
            "http://h/a\u{e9}{}`^|\"",
            "http://h?'\u{e9}`{}",
            "ftp://h",
            "h",
            "",
            "http://-a-",
            "http://a..b",
            "http://.",
            "http://h./",
            "http://a_b",
        ] {
            check(text);
        }
    }

    #[test]
    fn a_control_character_is_no_part_of_an_address() {
        for text in ["http://a\nb", "http://h/\t", "http://h\u{0}", "http://h/\u{7f}"] {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_address_is_read_as_browsers_do(
            text in "(https?|HTTP)(://|:/|:|:///)([a-z0-9%@:]{0,6}@)?([a-zA-Z0-9.%_-]{0,12}|[0-9.x]{1,12}|0x[0-9a-f.]{1,8}|\\[[0-9a-f:.]{0,12}\\]|[a\u{fc}\u{4e2d}\u{44F}.-]{1,6})(:[0-9]{0,6})?([/\\\\][a-zA-Z0-9.%\u{e9} \"'<>^`{|}~:@!$&()*+,;=-]{0,6}){0,3}(\\?[a-z \"'<>^`{|}\u{e9}/?]{0,6})?(#[a-z ]{0,3})?",
        ) {
            // What is encoded already is not looked into.
            prop_assume!(!text.to_ascii_lowercase().contains("xn--"));
            prop_assert_eq!(ours(Address::parse(&text)), known(Url::parse(&text)));
        }

        #[test]
        fn any_reference_is_read_as_browsers_do(
            reference in "([a-z./?#%2e \\\\]{0,12}|//[a-z0-9.:]{1,8}/?|https?://[a-z]{1,4}/[a-z.]{0,4})",
        ) {
            let base = "https://a.example/b/c?d";
            prop_assume!(!reference.trim_start_matches(' ').starts_with(['/', '\\']) || !reference.contains('\\'));
            // Browsers ignore slashes beyond the second before a host; the library takes them for a missing one.
            let unspaced = reference.trim_start_matches(' ');
            let fewer = unspaced.strip_prefix("//").map(|rest| format!("//{}", rest.trim_start_matches('/')));
            prop_assert_eq!(
                ours(Address::parse(base).unwrap().join(&reference)),
                known(Url::parse(base).unwrap().join(fewer.as_deref().unwrap_or(&reference)))
            );
        }

        #[test]
        fn no_text_is_too_strange(text in ".{0,40}") {
            let _ = Address::parse(&format!("http://{text}")).map(|address| address.join(&text));
        }
    }
}
