//! What a row says of its model.

use super::archive::{Archive, Text, Tiers, Word, Words};
use super::{PriceTier, Prices};

/// The words for the effort of thinking that the gateway has flags for, from least to most.
pub(super) const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// The efforts that a model which has flags takes unless one says otherwise.
const USUAL_EFFORTS: [&str; 3] = ["low", "medium", "high"];

/// What a row says in numbers and flags. `None` is no statement.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) max_tokens: Option<u64>,
    pub(crate) max_output_tokens: Option<u64>,
    pub(crate) max_input_tokens: Option<u64>,
    pub(crate) images: Option<bool>,
    pub(crate) prompt_cache: Option<bool>,
    pub(crate) computer_use: Option<bool>,
    pub(crate) tools: Option<bool>,
    pub(crate) reasoning: Option<bool>,
    pub(crate) pdf: Option<bool>,
    pub(crate) audio: Option<bool>,
    /// `supports_…_reasoning_effort`, in the order of [`EFFORTS`].
    pub(crate) efforts: [Option<bool>; EFFORTS.len()],
    pub(crate) prices: Prices,
}

/// A named row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Row {
    /// The public name.
    pub(crate) name: Text,
    /// `litellm_params.model`.
    pub(crate) backend_model: Option<Text>,
    /// The deployment's id.
    pub(crate) deployment: Option<Text>,
    pub(crate) mode: Option<Word>,
    pub(crate) provider: Option<Word>,
    pub(crate) description: Option<Text>,
    /// `reasoning_effort_levels`.
    pub(crate) effort_levels: Option<Words>,
    /// `supported_openai_params`.
    pub(crate) supported_params: Option<Words>,
    /// Prices of longer prompts, ascending.
    pub(crate) tiers: Option<Tiers>,
    pub(crate) figures: Figures,
}

impl Figures {
    /// The most tokens of an answer. `max_tokens` is the older name, which some operators set alone.
    pub(crate) fn output_limit(&self) -> Option<u64> {
        self.max_output_tokens.or(self.max_tokens)
    }

    /// What the flags make of the usual words for the effort of thinking.
    fn flagged_efforts(&self) -> Option<Vec<&'static str>> {
        if self.reasoning != Some(true) || self.efforts.iter().all(Option::is_none) {
            return None;
        }
        let taken = EFFORTS.into_iter().zip(self.efforts);
        let taken = taken.filter(|(effort, flag)| flag.unwrap_or_else(|| USUAL_EFFORTS.contains(effort)));
        Some(taken.map(|(effort, _)| effort).collect())
    }
}

impl Row {
    /// The words for the effort of thinking that the model takes: the stated list, else what its flags make of the usual ones.
    pub(crate) fn reasoning_efforts<'a>(&self, archive: &'a Archive) -> Option<Vec<&'a str>> {
        match self.effort_levels {
            Some(levels) => Some(archive.list(levels).iter().map(String::as_str).collect()),
            None => self.figures.flagged_efforts(),
        }
    }

    /// Prices of longer prompts, ascending.
    pub(crate) fn price_tiers<'a>(&self, archive: &'a Archive) -> &'a [PriceTier] {
        archive.tiers(self.tiers)
    }
}
