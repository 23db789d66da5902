//! Discovery: which addresses are asked, in which order, and the list of models that comes of it.

use serde::Serialize;

use crate::error::Error;
use crate::http::Headers;
use crate::model_info::{ModelInfo, ModelInfoOverride, PriceTier, Prices};

/// The models of a gateway, and how they were found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct ModelCatalog {
    /// One entry a model id.
    pub models: Vec<ModelInfo>,
    /// Every request that was made, in order.
    pub attempts: Vec<DiscoveryAttempt>,
    /// Rows that could not be read.
    pub issues: Vec<CatalogIssue>,
}

/// One request of a discovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct DiscoveryAttempt {
    /// `/v1/model/info`, `/model_group/info` or `/v1/models`.
    pub path: String,
    /// The HTTP status, where one came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why the reply was of no use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A row of a reply that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
pub struct CatalogIssue {
    /// A JSON pointer into the reply.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// A deployment's own prices, for replies that name their deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    /// `model_info.id`: what `x-litellm-model-id` names.
    pub id: String,
    /// The name under which it is served.
    pub model_name: String,
    /// `litellm_params.model`.
    pub backend_model: Option<String>,
    /// Its flat prices.
    pub prices: Prices,
    /// Its prices for longer prompts.
    pub price_tiers: Vec<PriceTier>,
}

/// What a finished discovery gives: the catalog for callers, and what stays inside for costs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Discovered {
    /// The public list.
    pub catalog: ModelCatalog,
    /// Every deployment with an id.
    pub deployments: Vec<Deployment>,
}

impl Discovered {
    /// The model behind `model_id`: the listed one, else the one without the prefix `litellm/`, else what is assumed; with the user's own words over it.
    pub fn resolve(&self, model_id: &str, given: Option<&ModelInfoOverride>) -> ModelInfo {
        let _ = given;
        ModelInfo::unlisted(model_id)
    }
}

/// A discovery under way: ask [`Discovery::next_path`], send, and tell it what came, until there is no next path.
#[derive(Debug)]
pub struct Discovery {}

impl Discovery {
    /// A discovery that has asked nothing. `secret` is the key, cut out of error texts.
    pub fn new(secret: Option<&str>) -> Self {
        let _ = secret;
        Self {}
    }

    /// The path of the next `GET`, or `None` when the discovery is done.
    pub fn next_path(&self) -> Option<&'static str> {
        None
    }

    /// Takes the whole reply to the last path, whatever its status. Returns the error when this attempt may be retried
    /// (the caller decides with [`crate::retry`] and then calls this again, or [`Discovery::on_failure`] to go on).
    pub fn on_reply(&mut self, status: u16, headers: &Headers, body: &[u8], now_ms: f64) -> Option<Error> {
        let _ = (status, headers, body, now_ms);
        None
    }

    /// Takes the final failure of the last path: its retries are used up, or it is not one to retry.
    pub fn on_failure(&mut self, error: Error) {
        let _ = error;
    }

    /// The result, once there is no next path.
    pub fn finish(self) -> Result<Discovered, Error> {
        Ok(Discovered::default())
    }
}
