//! Discovery: which addresses are asked, in which order, and the list of models that comes of it.

mod discovery;
mod rows;

use serde::Serialize;

pub use self::discovery::Discovery;

use crate::cost::PriceList;
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
    /// Names that the gateway lists and that are not offered, since they do not chat.
    pub hidden: Vec<String>,
}

impl Discovered {
    /// The model behind `model_id`: the listed one, else the one without the prefix `litellm/`, else what is assumed; with the user's own
    /// words over it.
    pub fn resolve(&self, model_id: &str, given: Option<&ModelInfoOverride>) -> ModelInfo {
        let id = self.sent_model_id(model_id);
        let listed = self.catalog.models.iter().find(|model| model.id == id);
        let model = listed.cloned().unwrap_or_else(|| ModelInfo::unlisted(&id));
        match given {
            Some(given) => model.with_override(given),
            None => model,
        }
    }

    /// The id that requests carry: `litellm/<id>` means `<id>`, unless the gateway itself lists the prefixed name.
    pub fn sent_model_id(&self, model_id: &str) -> String {
        let is_listed =
            || self.catalog.models.iter().map(|model| &model.id).chain(&self.hidden).any(|listed| listed == model_id);
        match model_id.strip_prefix("litellm/") {
            Some(id) if !id.is_empty() && !is_listed() => id.to_owned(),
            _ => model_id.to_owned(),
        }
    }

    /// What a call to `model` (as [`Discovered::resolve`] gave it, with the same `given`) is charged by. `deployment` is the reply's
    /// `x-litellm-model-id`: its own prices count, also after a fallback to another model; an id that no catalog knows counts as none.
    /// `None` when the reply names several deployments of different prices at once, as the expanded names of a wildcard do.
    pub fn price_list<'a>(
        &'a self,
        model: &'a ModelInfo,
        given: Option<&'a ModelInfoOverride>,
        deployment: Option<&str>,
    ) -> Option<PriceList<'a>> {
        let list = match deployment.map(|id| self.named(id, model)) {
            Some(Named::One(deployment)) => PriceList::new(deployment.prices, &deployment.price_tiers),
            Some(Named::Several) => return None,
            Some(Named::Unknown) | None => PriceList::new(model.prices, &model.price_tiers),
        };
        Some(match given {
            None => list,
            Some(ModelInfoOverride { prices, price_tiers: Some(price_tiers), .. }) => {
                PriceList::new(prices.or(list.prices), price_tiers)
            }
            Some(given) => PriceList { fixed: given.prices, ..list },
        })
    }

    /// Whether a catalog names the deployment of this id.
    pub fn knows(&self, deployment: &str) -> bool {
        self.deployments.iter().any(|known| known.id == deployment)
    }

    /// The name by which `/spend/calculate` knows what answered a call to `model`: the backend model of the deployment that the reply
    /// names, else of the model, else the model's id.
    pub fn priced_as<'a>(&'a self, model: &'a ModelInfo, deployment: Option<&str>) -> &'a str {
        let named = match deployment.map(|id| self.named(id, model)) {
            Some(Named::One(deployment)) => deployment.backend_model.as_deref(),
            _ => None,
        };
        named.or(model.backend_model.as_deref()).unwrap_or(&model.id)
    }

    /// The deployment that a reply to a call of `model` names. All names that a wildcard was expanded to share one id.
    fn named(&self, id: &str, model: &ModelInfo) -> Named<'_> {
        let mut same_id = self.deployments.iter().filter(|deployment| deployment.id == id);
        let Some(first) = same_id.clone().next() else { return Named::Unknown };
        if let Some(own) = same_id.clone().find(|deployment| deployment.model_name == model.id) {
            return Named::One(own);
        }
        let all_agree = same_id.all(|deployment| {
            deployment.prices == first.prices
                && deployment.price_tiers == first.price_tiers
                && deployment.backend_model == first.backend_model
        });
        if all_agree { Named::One(first) } else { Named::Several }
    }
}

/// What an id of a deployment stands for.
enum Named<'a> {
    One(&'a Deployment),
    Several,
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::DEFAULT_MODEL_ID;

    fn listed(id: &str, input_price: f64) -> ModelInfo {
        ModelInfo {
            prices: Prices { input_price: Some(input_price), ..Prices::default() },
            deployments: 1,
            ..ModelInfo::unlisted(id)
        }
    }

    fn deployment(id: &str, model_name: &str, input_price: f64) -> Deployment {
        Deployment {
            id: id.to_owned(),
            model_name: model_name.to_owned(),
            backend_model: Some(format!("up/{model_name}")),
            prices: Prices { input_price: Some(input_price), ..Prices::default() },
            price_tiers: Vec::new(),
        }
    }

    fn discovered(models: Vec<ModelInfo>, deployments: Vec<Deployment>) -> Discovered {
        Discovered { catalog: ModelCatalog { models, ..ModelCatalog::default() }, deployments, hidden: Vec::new() }
    }

    fn input_price(list: Option<PriceList<'_>>) -> Option<f64> {
        list?.for_prompt(1000).input_price
    }

    #[test]
    fn a_prefix_of_ours_is_no_part_of_the_id() {
        let discovered = discovered(vec![listed("m", 1.0), listed("litellm/own", 2.0)], vec![]);
        assert_eq!(discovered.sent_model_id("m"), "m");
        assert_eq!(discovered.sent_model_id("litellm/m"), "m");
        assert_eq!(discovered.sent_model_id("litellm/other"), "other");
        assert_eq!(discovered.sent_model_id("litellm/own"), "litellm/own");
        assert_eq!(discovered.sent_model_id("litellm/"), "litellm/");
        assert_eq!(discovered.resolve("litellm/m", None).prices.input_price, Some(1.0));
        let hidden = Discovered { hidden: vec!["litellm/embed".to_owned()], ..Discovered::default() };
        assert_eq!(hidden.sent_model_id("litellm/embed"), "litellm/embed");
    }

    #[test]
    fn a_chosen_id_stays_chosen() {
        let discovered = discovered(vec![listed("m", 1.0)], vec![]);
        let model = discovered.resolve("chosen", None);
        assert_eq!((model.id.as_str(), model.max_tokens, model.deployments), ("chosen", 8192, 0));
        assert_eq!(Discovered::default().resolve(DEFAULT_MODEL_ID, None).prices.output_price, Some(15.0));
    }

    #[test]
    fn the_deployment_that_answered_has_its_own_price() {
        let model = ModelInfo { prices: Prices::default(), ..listed("m", 0.0) };
        let discovered = discovered(
            vec![model.clone()],
            vec![deployment("a", "m", 1.0), deployment("b", "m", 5.0), deployment("c", "big", 20.0)],
        );
        let price = |id| input_price(discovered.price_list(&model, None, id));
        assert_eq!((price(Some("a")), price(Some("b")), price(Some("c"))), (Some(1.0), Some(5.0), Some(20.0)));
        assert_eq!((price(None), price(Some("new"))), (None, None), "they disagree and none is named");
        assert_eq!(discovered.priced_as(&model, Some("c")), "up/big");
        assert_eq!(discovered.priced_as(&model, None), "m");
    }

    #[test]
    fn names_of_a_wildcard_share_one_id() {
        let model = listed("openai/x", 1.0);
        let deployments = vec![deployment("w", "openai/y", 7.0), deployment("w", "openai/x", 1.0)];
        let discovered = discovered(vec![model.clone()], deployments);
        assert_eq!(input_price(discovered.price_list(&model, None, Some("w"))), Some(1.0));
        assert!(discovered.price_list(&listed("m", 1.0), None, Some("w")).is_none());
    }

    #[test]
    fn the_users_prices_win_over_every_other() {
        let tier =
            PriceTier { above_prompt_tokens: 100, prices: Prices { input_price: Some(9.0), ..Prices::default() } };
        let dear = Deployment { price_tiers: vec![tier], ..deployment("a", "m", 5.0) };
        let model = listed("m", 5.0);
        let discovered = discovered(vec![model.clone()], vec![dear]);
        let own = Prices { input_price: Some(1.0), ..Prices::default() };
        let given = ModelInfoOverride { prices: own, ..ModelInfoOverride::default() };
        assert_eq!(input_price(discovered.price_list(&model, Some(&given), Some("a"))), Some(1.0));
        let tiers = ModelInfoOverride {
            price_tiers: Some(vec![PriceTier {
                above_prompt_tokens: 999,
                prices: Prices { input_price: Some(2.0), ..own },
            }]),
            ..given
        };
        assert_eq!(input_price(discovered.price_list(&model, Some(&tiers), Some("a"))), Some(2.0));
        let nothing = ModelInfoOverride::default();
        assert_eq!(input_price(discovered.price_list(&model, Some(&nothing), Some("a"))), Some(9.0));
    }
}
