//! An HTTP exchange as data: what the host is asked to send, and the head of what came back.

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
        self.get(name)?.trim().parse::<f64>().ok().filter(|number| number.is_finite())
    }
}
