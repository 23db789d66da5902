//! Addresses: what a person types as base URL, and the URLs made from it.

use serde::Serialize;

use crate::settings::SettingsIssue;

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
    /// Reads a base URL as a person types it; the issue says what is wrong with it.
    pub fn resolve(base_url: &str) -> Result<Self, SettingsIssue> {
        let _ = base_url;
        Ok(Self {
            root: String::new(),
            model_info: String::new(),
            models: String::new(),
            chat_completions: String::new(),
            query: String::new(),
        })
    }

    /// The address of `path` (which starts with `/`) on this gateway.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}{}", self.root, self.query)
    }
}
