//! What made a step of a connection test fail, finer than the kind of its error: what helps differs.

use serde::Serialize;

use crate::address::Address;
use crate::error::{Error, ErrorKind};

/// Why a gateway was not reached, or what answered in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum StepCause {
    /// Nothing listens at this port.
    Refused,
    /// No machine has this name.
    UnknownHost,
    /// There is no way to this machine.
    Unreachable,
    /// The connection was closed before an answer came.
    Lost,
    /// Nothing came for too long.
    TimedOut,
    /// A proxy answers for a gateway that does not: it sleeps, starts or is down.
    Asleep,
    /// The certificate was signed by itself.
    SelfSigned,
    /// The certificate was signed by somebody whom this machine does not trust.
    UnknownIssuer,
    /// The certificate is not valid at this time.
    Expired,
    /// The certificate is for another name.
    WrongHost,
    /// What answers speaks no TLS, or another kind of it.
    NoTls,
    /// A proxy between here and the gateway refused.
    Proxy,
    /// The gateway answers, and its answer is kept from this page: it allows no other origin.
    Cors,
    /// A page that was loaded with https may not use http.
    MixedContent,
    /// A page from the internet may not use an address of this machine or this network.
    PrivateNetwork,
    /// A browser does not tell why.
    Hidden,
    /// The address leads to another one.
    Redirect,
    /// A web page answers.
    WebPage,
    /// A gateway answers, at another path of this address.
    WrongPath,
    /// Something answers that is no gateway.
    NotAGateway,
}

impl StepCause {
    /// The name as JavaScript knows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::UnknownHost => "unknown_host",
            Self::Unreachable => "unreachable",
            Self::Lost => "lost",
            Self::TimedOut => "timed_out",
            Self::Asleep => "asleep",
            Self::SelfSigned => "self_signed",
            Self::UnknownIssuer => "unknown_issuer",
            Self::Expired => "expired",
            Self::WrongHost => "wrong_host",
            Self::NoTls => "no_tls",
            Self::Proxy => "proxy",
            Self::Cors => "cors",
            Self::MixedContent => "mixed_content",
            Self::PrivateNetwork => "private_network",
            Self::Hidden => "hidden",
            Self::Redirect => "redirect",
            Self::WebPage => "web_page",
            Self::WrongPath => "wrong_path",
            Self::NotAGateway => "not_a_gateway",
        }
    }
}

/// The page in which the extension runs, when a browser decides what it may reach.
#[derive(Debug, Clone, Copy)]
pub struct BrowserPage<'a> {
    /// Its origin, such as `https://vscode.dev`.
    pub origin: &'a str,
    /// Whether the gateway answered a request whose answer the page may not see.
    pub was_answered: bool,
}

/// The names that hosts have for causes, in small letters: Node's and OpenSSL's codes, and Chromium's.
const NAMES: [(StepCause, &[&str]); 11] = [
    (StepCause::SelfSigned, &["depth_zero_self_signed_cert", "self_signed_cert_in_chain", "self-signed certificate"]),
    (
        StepCause::UnknownIssuer,
        &[
            "unable_to_verify_leaf_signature",
            "unable_to_get_issuer_cert",
            "cert_untrusted",
            "err_cert_authority_invalid",
            "unable to verify the first certificate",
            "unable to get local issuer",
        ],
    ),
    (
        StepCause::Expired,
        &["cert_has_expired", "cert_not_yet_valid", "err_cert_date_invalid", "certificate has expired"],
    ),
    (StepCause::WrongHost, &["err_tls_cert_altname_invalid", "err_cert_common_name_invalid"]),
    (
        StepCause::NoTls,
        &["eproto", "err_ssl", "wrong version number", "packet length too long", "ssl routines", "tlsv1 alert"],
    ),
    // Whole words of the hosts: many a gateway's own name has "proxy" in it.
    (
        StepCause::Proxy,
        &[
            "err_proxy",
            "err_tunnel_connection_failed",
            "http tunneling",
            "tunneling socket",
            "proxy authentication required",
            "proxy connection ended",
        ],
    ),
    (StepCause::Refused, &["econnrefused", "err_connection_refused"]),
    (StepCause::UnknownHost, &["enotfound", "eai_again", "eai_noname", "err_name_not_resolved"]),
    (
        StepCause::Unreachable,
        &["ehostunreach", "enetunreach", "enetdown", "err_address_unreachable", "err_internet_disconnected"],
    ),
    (
        StepCause::TimedOut,
        &[
            "etimedout",
            "und_err_connect_timeout",
            "und_err_headers_timeout",
            "err_connection_timed_out",
            "err_timed_out",
        ],
    ),
    (
        StepCause::Lost,
        &[
            "econnreset",
            "epipe",
            "und_err_socket",
            "other side closed",
            "socket hang up",
            "err_connection_reset",
            "err_connection_closed",
            "err_empty_response",
        ],
    ),
];

impl StepCause {
    /// The cause of a request that got no answer. `root` is the gateway's address, `page` the browser's page that asked.
    pub fn of_lost(error: &Error, root: &str, page: Option<BrowserPage<'_>>) -> Option<Self> {
        match error.kind {
            ErrorKind::Timeout => Some(Self::TimedOut),
            ErrorKind::Truncated => Some(Self::Lost),
            ErrorKind::Protocol => Some(Self::Redirect),
            ErrorKind::Connection => {
                let words = error.detail.as_deref().unwrap_or_default().to_ascii_lowercase();
                let named = NAMES.iter().find(|(_, names)| names.iter().any(|name| words.contains(name)));
                named.map(|(cause, _)| *cause).or_else(|| page.map(|page| Self::of_browser(root, page)))
            }
            _ => None,
        }
    }

    /// The cause of an answer that is no gateway's. `found_root` says that a gateway answers at the root of the address.
    pub fn of_answer(status: u16, is_page: bool, found_root: bool) -> Self {
        match status {
            _ if found_root => Self::WrongPath,
            502..=504 => Self::Asleep,
            _ if is_page => Self::WebPage,
            _ => Self::NotAGateway,
        }
    }

    /// Whether the machine was reached and the encryption failed.
    pub fn is_about_tls(self) -> bool {
        matches!(self, Self::SelfSigned | Self::UnknownIssuer | Self::Expired | Self::WrongHost | Self::NoTls)
    }

    /// A browser says of all failures the same.
    fn of_browser(root: &str, page: BrowserPage<'_>) -> Self {
        let (Some(address), Some(origin)) = (Address::parse(root), Address::parse(page.origin)) else {
            return Self::Hidden;
        };
        if page.was_answered {
            Self::Cors
        } else if origin.is_encrypted() && !address.is_encrypted() && !address.is_loopback() {
            Self::MixedContent
        } else if address.is_private() && !origin.is_private() {
            Self::PrivateNetwork
        } else {
            Self::Hidden
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Secrets;

    #[track_caller]
    fn check(words: &str, expected: Option<StepCause>) {
        let error = Error::connection("https://h", words, &Secrets::default());
        assert_eq!(StepCause::of_lost(&error, "https://h", None), expected, "{words}");
    }

    #[test]
    fn causes_are_known_by_the_names_that_hosts_give_them() {
        for (words, cause) in [
            ("ECONNREFUSED", StepCause::Refused),
            ("net::ERR_CONNECTION_REFUSED", StepCause::Refused),
            ("getaddrinfo ENOTFOUND nowhere.example", StepCause::UnknownHost),
            ("EHOSTUNREACH", StepCause::Unreachable),
            ("UND_ERR_CONNECT_TIMEOUT", StepCause::TimedOut),
            ("UND_ERR_SOCKET", StepCause::Lost),
            ("DEPTH_ZERO_SELF_SIGNED_CERT", StepCause::SelfSigned),
            ("SELF_SIGNED_CERT_IN_CHAIN", StepCause::SelfSigned),
            ("net::ERR_CERT_AUTHORITY_INVALID", StepCause::UnknownIssuer),
            ("UNABLE_TO_VERIFY_LEAF_SIGNATURE", StepCause::UnknownIssuer),
            ("CERT_HAS_EXPIRED", StepCause::Expired),
            ("ERR_TLS_CERT_ALTNAME_INVALID", StepCause::WrongHost),
            ("ERR_SSL_WRONG_VERSION_NUMBER", StepCause::NoTls),
            ("net::ERR_TUNNEL_CONNECTION_FAILED", StepCause::Proxy),
            ("Proxy response (407) !== 200 when HTTP Tunneling", StepCause::Proxy),
            ("getaddrinfo ENOTFOUND litellm-proxy.example", StepCause::UnknownHost),
        ] {
            check(words, Some(cause));
        }
        check("fetch failed", None);
        check("", None);
        let other = |error: Error| StepCause::of_lost(&error, "https://h", None);
        assert_eq!(other(Error::timeout(5)), Some(StepCause::TimedOut));
        assert_eq!(other(Error::truncated()), Some(StepCause::Lost));
        assert_eq!(other(Error::redirect(None, &Secrets::default())), Some(StepCause::Redirect));
        assert_eq!(other(Error::aborted()), None);
    }

    #[track_caller]
    fn check_browser(root: &str, origin: &str, was_answered: bool, expected: StepCause) {
        let error = Error::connection(root, "Failed to fetch", &Secrets::default());
        let page = BrowserPage { origin, was_answered };
        assert_eq!(StepCause::of_lost(&error, root, Some(page)), Some(expected), "{root} from {origin}");
    }

    #[test]
    fn what_a_browser_does_not_tell_is_told_by_the_addresses() {
        check_browser("https://gateway.example", "https://vscode.dev", true, StepCause::Cors);
        check_browser("http://gateway.example", "https://vscode.dev", false, StepCause::MixedContent);
        check_browser("http://localhost:4000", "https://vscode.dev", false, StepCause::PrivateNetwork);
        check_browser("https://10.1.2.3", "https://vscode.dev", false, StepCause::PrivateNetwork);
        check_browser("https://[fd00::1]:4000", "https://vscode.dev", false, StepCause::PrivateNetwork);
        check_browser("http://localhost:4000", "http://localhost:3000", false, StepCause::Hidden);
        check_browser("https://gateway.example", "https://vscode.dev", false, StepCause::Hidden);
        check_browser("https://gateway.example", "null", false, StepCause::Hidden);
    }

    #[test]
    fn answers_of_others_have_causes_too() {
        assert_eq!(StepCause::of_answer(200, true, false), StepCause::WebPage);
        assert_eq!(StepCause::of_answer(404, true, true), StepCause::WrongPath);
        assert_eq!(StepCause::of_answer(503, true, false), StepCause::Asleep);
        assert_eq!(StepCause::of_answer(200, false, false), StepCause::NotAGateway);
        assert!(StepCause::Expired.is_about_tls() && !StepCause::Refused.is_about_tls());
    }
}
