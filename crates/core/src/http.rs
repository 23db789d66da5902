//! An HTTP exchange as data: what the host is asked to send, and the head of what came back.

use std::rc::Rc;

use crate::address::Address;
use crate::error::Secrets;
use crate::number;
use crate::settings::ProviderSettings;

/// A request that the host sends as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The absolute address, with the base URL's query.
    pub url: String,
    /// Names and values in the order of sending; no name occurs twice.
    pub headers: Vec<(String, String)>,
    /// The body of a `POST`: JSON in UTF-8.
    pub body: Option<Vec<u8>>,
    /// What must not show in an error about this request.
    pub secrets: Rc<Secrets>,
}

impl HttpRequest {
    /// A `GET` of `url`.
    pub fn get(url: String, settings: &ProviderSettings, secrets: Rc<Secrets>) -> Self {
        Self { method: "GET", url, headers: request_headers(settings, false, None), body: None, secrets }
    }

    /// A `POST` of JSON to `url`.
    pub fn post(url: String, settings: &ProviderSettings, secrets: Rc<Secrets>, body: Vec<u8>) -> Self {
        Self { method: "POST", url, headers: request_headers(settings, true, None), body: Some(body), secrets }
    }
}

/// The headers of a reply. A browser shows only those that the gateway exposes; any may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The first value under `name`, whatever the case of its letters.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value under `name` as a finite number.
    pub fn number(&self, name: &str) -> Option<f64> {
        number::parse(self.get(name)?.trim())
    }
}

/// The headers of a request: ours, and over them those of the settings, whatever the case of their names.
///
/// `call_id` is sent with chat calls as `x-litellm-call-id`.
pub fn request_headers(settings: &ProviderSettings, has_body: bool, call_id: Option<&str>) -> Vec<(String, String)> {
    let key = settings.api_key.as_deref().map(str::trim).filter(|key| !key.is_empty()).unwrap_or("dummy-key");
    let ours = [
        Some(("authorization", format!("Bearer {key}"))),
        has_body.then(|| ("content-type", "application/json".to_owned())),
        call_id.map(|id| ("x-litellm-call-id", id.to_owned())),
    ];
    let mut headers: Vec<(String, String)> =
        settings.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect();
    for (name, value) in ours.into_iter().flatten() {
        if !headers.iter().any(|(given, _)| given == name) {
            headers.push((name.to_owned(), value));
        }
    }
    headers
}

/// What a host does with a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyClass {
    /// Its body is the answer.
    Success,
    /// It leads elsewhere; a browser shows such a reply with status 0.
    Redirect,
    /// Its body says what is wrong.
    Failure,
}

impl ReplyClass {
    /// The class of a status.
    pub fn of(status: u16) -> Self {
        match status {
            200..=299 => Self::Success,
            0 | 300..=399 => Self::Redirect,
            _ => Self::Failure,
        }
    }
}

/// Where a redirect leads, when it may be followed: to the same scheme, host and port.
pub fn same_origin_redirect(from: &str, location: &str) -> Option<String> {
    let from = Address::parse(from)?;
    let to = from.join(location)?;
    (to.origin() == from.origin() && !to.has_credentials).then(|| to.url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(location: &str, followed: Option<&str>) {
        assert_eq!(same_origin_redirect("https://a.example/v1/models/", location).as_deref(), followed, "{location}");
    }

    #[test]
    fn only_redirects_within_the_origin_are_followed() {
        check("/v1/models", Some("https://a.example/v1/models"));
        check("https://a.example:443/x?y", Some("https://a.example/x?y"));
        check("../info", Some("https://a.example/v1/info"));
        for elsewhere in [
            "http://a.example/v1",
            "https://b.example/",
            "//b.example/",
            "https://a.example:8443/",
            "https://u:p@a.example/",
            "javascript:x",
            "http://[",
        ] {
            check(elsewhere, None);
        }
    }
}
