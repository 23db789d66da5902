//! Discovery: which addresses are asked, in which order, and the list of models that comes of it.

mod discovery;
mod grouping;
mod kept;
mod rows;
mod table;

use std::ops::Range;

use serde::Serialize;

pub use self::discovery::Discovery;
pub use self::table::ModelTable;

use crate::cost::PriceList;
use crate::model_info::{Archive, Listed, ModelInfo, ModelInfoOverride, Row, Text, merged};

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

/// What a finished discovery gives: the models, and what stays inside for costs. Texts of thousands of rows stand in one piece of
/// memory, and a model is put together from its rows when it is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Discovered {
    /// Every request that was made, in order.
    pub attempts: Vec<DiscoveryAttempt>,
    /// Rows that could not be read.
    pub issues: Vec<CatalogIssue>,
    archive: Archive,
    /// All rows with a name that can be called, those of one model side by side.
    rows: Vec<Row>,
    /// Which rows are a model's.
    models: Vec<Range<usize>>,
    /// Names that the gateway lists and that are not offered, since they do not chat.
    hidden: Vec<Text>,
}

impl Discovered {
    /// The public list.
    pub fn catalog(&self) -> ModelCatalog {
        ModelCatalog {
            models: self.listed().map(|model| model.to_info(&self.archive)).collect(),
            attempts: self.attempts.clone(),
            issues: self.issues.clone(),
        }
    }

    /// The ids of the models.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.models.iter().filter_map(|model| self.rows.get(model.start)).map(|row| self.archive.text(row.name))
    }

    /// Names that the gateway lists and that are not offered, since they do not chat.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.hidden.iter().map(|name| self.archive.text(*name))
    }

    /// The ids of the deployments whose prices are known.
    pub fn deployments(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter_map(|row| row.deployment).map(|id| self.archive.text(id))
    }

    fn listed(&self) -> impl ExactSizeIterator<Item = Listed<'_>> {
        self.models.iter().map(|model| self.merged(model))
    }

    fn merged(&self, model: &Range<usize>) -> Listed<'_> {
        merged(&self.archive, self.rows.get(model.clone()).unwrap_or_default())
    }

    /// The model behind `model_id`: the listed one, else the one without the prefix `litellm/`, else what is assumed; with the user's own
    /// words over it.
    pub fn resolve(&self, model_id: &str, given: Option<&ModelInfoOverride>) -> ModelInfo {
        let id = self.sent_model_id(model_id);
        let listed = self.ids().zip(&self.models).find(|(listed, _)| *listed == id);
        let model = match listed {
            Some((_, model)) => self.merged(model).to_info(&self.archive),
            None => ModelInfo::unlisted(&id),
        };
        match given {
            Some(given) => model.with_override(given),
            None => model,
        }
    }

    /// The id that requests carry: `litellm/<id>` means `<id>`, unless the gateway itself lists the prefixed name.
    pub fn sent_model_id(&self, model_id: &str) -> String {
        let is_listed = || self.ids().chain(self.hidden()).any(|listed| listed == model_id);
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
            Some(Named::One(row)) => PriceList::new(row.figures.prices, row.price_tiers(&self.archive)),
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
        self.deployments().any(|known| known == deployment)
    }

    /// The name by which `/spend/calculate` knows what answered a call to `model`: the backend model of the deployment that the reply
    /// names, else of the model, else the model's id.
    pub fn priced_as<'a>(&'a self, model: &'a ModelInfo, deployment: Option<&str>) -> &'a str {
        let named = match deployment.map(|id| self.named(id, model)) {
            Some(Named::One(row)) => row.backend_model.map(|text| self.archive.text(text)),
            _ => None,
        };
        named.or(model.backend_model.as_deref()).unwrap_or(&model.id)
    }

    /// The deployment that a reply to a call of `model` names. All names that a wildcard was expanded to share one id.
    fn named(&self, id: &str, model: &ModelInfo) -> Named<'_> {
        let archive = &self.archive;
        let has_id = |row: &&Row| row.deployment.is_some_and(|text| archive.text(text) == id);
        let mut same_id = self.rows.iter().filter(has_id);
        let Some(first) = same_id.clone().next() else { return Named::Unknown };
        if let Some(own) = same_id.clone().find(|row| archive.text(row.name) == model.id) {
            return Named::One(own);
        }
        let backend_model = |row: &Row| row.backend_model.map(|text| archive.text(text));
        let all_agree = same_id.all(|row| {
            row.figures.prices == first.figures.prices
                && row.price_tiers(archive) == first.price_tiers(archive)
                && backend_model(row) == backend_model(first)
        });
        if all_agree { Named::One(first) } else { Named::Several }
    }
}

/// What an id of a deployment stands for.
enum Named<'a> {
    /// The row of this deployment.
    One(&'a Row),
    Several,
    Unknown,
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use serde_json::{Value, json};

    use super::*;
    use crate::http::Headers;
    use crate::model_info::{PriceTier, Prices};
    use crate::settings::DEFAULT_MODEL_ID;

    /// What is discovered where `/v1/model/info` answers with rows of a name, an id and the price of a million tokens.
    fn discovered(rows: &[(&str, Option<&str>, f64)]) -> Discovered {
        let row = |(name, id, price): &(&str, Option<&str>, f64)| {
            let backend_model = id.map(|_| format!("up/{name}"));
            json!({
                "model_name": name, "litellm_params": {"model": backend_model},
                "model_info": {"id": id, "input_cost_per_token": price / 1e6},
            })
        };
        of_rows(rows.iter().map(row).collect())
    }

    fn of_rows(rows: Vec<Value>) -> Discovered {
        let mut discovery = Discovery::new(Rc::default());
        discovery.on_reply(200, &Headers::default(), json!({ "data": rows }).to_string().as_bytes(), 0.0);
        discovery.on_reply(200, &Headers::default(), b"{\"data\":[]}", 0.0);
        discovery.finish().unwrap()
    }

    fn input_price(list: Option<PriceList<'_>>) -> Option<f64> {
        list?.for_prompt(1000).input_price
    }

    #[test]
    fn a_prefix_of_ours_is_no_part_of_the_id() {
        let discovered = discovered(&[("m", None, 1.0), ("litellm/own", None, 2.0)]);
        assert_eq!(discovered.sent_model_id("m"), "m");
        assert_eq!(discovered.sent_model_id("litellm/m"), "m");
        assert_eq!(discovered.sent_model_id("litellm/other"), "other");
        assert_eq!(discovered.sent_model_id("litellm/own"), "litellm/own");
        assert_eq!(discovered.sent_model_id("litellm/"), "litellm/");
        assert_eq!(discovered.resolve("litellm/m", None).prices.input_price, Some(1.0));
        let hidden = of_rows(vec![json!({"model_name": "litellm/embed", "model_info": {"mode": "embedding"}})]);
        assert_eq!(hidden.sent_model_id("litellm/embed"), "litellm/embed");
        assert_eq!((hidden.hidden().collect::<Vec<_>>(), hidden.ids().count()), (vec!["litellm/embed"], 0));
    }

    #[test]
    fn a_chosen_id_stays_chosen() {
        let discovered = discovered(&[("m", None, 1.0)]);
        let model = discovered.resolve("chosen", None);
        assert_eq!((model.id.as_str(), model.max_tokens, model.deployments), ("chosen", 8192, 0));
        assert_eq!(Discovered::default().resolve(DEFAULT_MODEL_ID, None).prices.output_price, Some(15.0));
    }

    #[test]
    fn the_deployment_that_answered_has_its_own_price() {
        let discovered = discovered(&[("m", Some("a"), 1.0), ("big", Some("c"), 20.0), ("m", Some("b"), 5.0)]);
        let model = discovered.resolve("m", None);
        assert_eq!((model.deployments, model.backend_model.as_deref()), (2, Some("up/m")));
        let price = |id| input_price(discovered.price_list(&model, None, id));
        assert_eq!((price(Some("a")), price(Some("b")), price(Some("c"))), (Some(1.0), Some(5.0), Some(20.0)));
        assert_eq!((price(None), price(Some("new"))), (None, None), "they disagree and none is named");
        assert_eq!(discovered.priced_as(&model, Some("c")), "up/big");
        assert_eq!(discovered.priced_as(&ModelInfo::unlisted("m"), None), "m");
        assert!(discovered.knows("b") && !discovered.knows("m"));
    }

    #[test]
    fn names_of_a_wildcard_share_one_id() {
        let discovered = discovered(&[("openai/y", Some("w"), 7.0), ("openai/x", Some("w"), 1.0)]);
        let model = discovered.resolve("openai/x", None);
        assert_eq!(input_price(discovered.price_list(&model, None, Some("w"))), Some(1.0));
        assert!(discovered.price_list(&ModelInfo::unlisted("m"), None, Some("w")).is_none());
    }

    #[test]
    fn the_users_prices_win_over_every_other() {
        let dear = json!({
            "model_name": "m", "litellm_params": {"model": "up/m"},
            "model_info": {"id": "a", "input_cost_per_token": 5e-6, "tiered_pricing": [{"range": [100], "input_cost_per_token": 9e-6}]},
        });
        let discovered = of_rows(vec![dear]);
        let model = discovered.resolve("m", None);
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
