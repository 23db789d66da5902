//! Several deployments behind one name become one model, as small and as able as the least of them.
//!
//! The gateway picks a deployment for each call, so only what holds for all of them may be relied on. The result does not depend
//! on the order of the rows.

use std::borrow::Cow;

use super::archive::{Archive, Word, Words};
use super::prices;
use super::statements::{EFFORTS, Figures, Row};
use super::{
    DEFAULT_CONTEXT_WINDOW, DEFAULT_MAX_TOKENS, FIELDS_WITH_DEFAULTS, LIMITS_WITH_DEFAULTS, ModelInfo, PriceTier,
    Prices, name,
};
use crate::capabilities;
use crate::cost::PriceList;

/// A model as the rows of its deployments make it; its texts are the archive's.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed<'a> {
    pub(crate) id: &'a str,
    /// The id, readable: the end of it, mostly.
    pub(crate) name: &'a str,
    pub(crate) backend_model: Option<&'a str>,
    pub(crate) provider: Option<Word>,
    pub(crate) family: Cow<'a, str>,
    pub(crate) mode: Option<Word>,
    pub(crate) max_tokens: u64,
    /// Of the conversation, which is the prompt's, too.
    pub(crate) context_window: u64,
    /// In the order of [`CAPABILITIES`].
    pub(crate) capabilities: [bool; CAPABILITIES.len()],
    pub(crate) reasoning_efforts: Option<WordList<'a>>,
    pub(crate) supported_params: Option<WordList<'a>>,
    pub(crate) prices: Prices,
    pub(crate) price_tiers: Cow<'a, [PriceTier]>,
    /// The operator's words.
    pub(crate) description: Option<&'a str>,
    pub(crate) deployments: u32,
    /// Which of [`FIELDS_WITH_DEFAULTS`] are defaults.
    pub(crate) assumed: [bool; FIELDS_WITH_DEFAULTS.len()],
}

/// A list of words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum WordList<'a> {
    /// One that a row states.
    Kept(Words),
    /// One that comes of several.
    Made(Vec<&'a str>),
}

/// What a model can do: what a row says of it, and what holds where it says nothing. They are the last of
/// [`FIELDS_WITH_DEFAULTS`], in their order.
type Capability = (fn(&Figures) -> Option<bool>, bool);
pub(super) const CAPABILITIES: [Capability; FIELDS_WITH_DEFAULTS.len() - LIMITS_WITH_DEFAULTS] = [
    (|figures| figures.images, false),
    (|figures| figures.prompt_cache, false),
    (|figures| figures.computer_use, false),
    (|figures| figures.tools, true),
    (|figures| figures.reasoning, false),
    (|figures| figures.pdf, false),
    (|figures| figures.audio, false),
];
/// The place of `computer_use` there.
const COMPUTER_USE: usize = 2;

/// The model that all `rows` serve; they have one name.
#[inline(never)]
pub(crate) fn merged<'a>(archive: &'a Archive, rows: &[Row]) -> Listed<'a> {
    let id = rows.first().map_or("", |row| archive.text(row.name));
    let output_limit = smallest(rows, Figures::output_limit);
    let input_limit = smallest(rows, |figures| figures.max_input_tokens);
    let mut assumed = [false; FIELDS_WITH_DEFAULTS.len()];
    let (assumed_limits, assumed_capabilities) = assumed.split_at_mut(LIMITS_WITH_DEFAULTS);
    assumed_limits.copy_from_slice(&[output_limit.is_none(), input_limit.is_none(), input_limit.is_none()]);
    let mut capabilities = [false; CAPABILITIES.len()];
    let places = capabilities.iter_mut().zip(assumed_capabilities);
    for ((stated, default), (capability, is_assumed)) in CAPABILITIES.into_iter().zip(places) {
        let any = |answer: Option<bool>| rows.iter().any(|row| stated(&row.figures) == answer);
        // One refusal is the gateway's word for all; otherwise each silent row adds the default.
        let refused = any(Some(false));
        *is_assumed = !refused && any(None);
        *capability = !refused && (default || !*is_assumed);
    }
    let backend_of = |row: &Row| row.backend_model.map(|text| archive.text(text));
    if let Some(computer_use) = capabilities.get_mut(COMPUTER_USE) {
        // Whether a silent row can use a computer follows from its own backend model; that this is no word of the gateway stays true.
        *computer_use = rows.iter().all(|row| {
            row.figures.computer_use.unwrap_or_else(|| backend_of(row).is_some_and(capabilities::can_use_computer))
        });
    }
    let (prices, price_tiers) = match rows {
        [row] => (row.figures.prices, Cow::Borrowed(row.price_tiers(archive))),
        rows => {
            let lists: Vec<_> =
                rows.iter().map(|row| PriceList::new(row.figures.prices, row.price_tiers(archive))).collect();
            let (prices, price_tiers) = prices::agreed(&lists);
            (prices, Cow::Owned(price_tiers))
        }
    };
    Listed {
        id,
        name: name::readable(id),
        backend_model: backend_model(archive, rows),
        provider: only_word(archive, rows.iter().filter_map(|row| row.provider)),
        family: only(rows.iter().map(|row| capabilities::family(id, backend_of(row))))
            .unwrap_or_else(|| capabilities::family(id, None)),
        mode: only_word(archive, rows.iter().filter_map(|row| row.mode)),
        max_tokens: output_limit.unwrap_or(DEFAULT_MAX_TOKENS),
        context_window: input_limit.unwrap_or(DEFAULT_CONTEXT_WINDOW),
        capabilities,
        reasoning_efforts: match rows {
            [Row { effort_levels: Some(levels), .. }] => Some(WordList::Kept(*levels)),
            rows => common(rows, |row| row.reasoning_efforts(archive)),
        },
        supported_params: match rows {
            [row] => row.supported_params.map(WordList::Kept),
            rows => common(rows, |row| Some(words(archive, row.supported_params?))),
        },
        prices,
        price_tiers,
        description: rows.iter().filter_map(|row| row.description).map(|text| archive.text(text)).min(),
        deployments: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        assumed,
    }
}

/// Adds the mode and the limits that `row` lacks from another row that names the same model.
pub(crate) fn complete(row: &mut Row, other: &Row) {
    row.mode = row.mode.or(other.mode);
    row.figures.max_output_tokens = row.figures.output_limit().or(other.figures.output_limit());
    row.figures.max_input_tokens = row.figures.max_input_tokens.or(other.figures.max_input_tokens);
}

impl WordList<'_> {
    fn to_texts(&self, archive: &Archive) -> Vec<String> {
        match self {
            Self::Kept(words) => archive.list(*words).to_vec(),
            Self::Made(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

impl Listed<'_> {
    /// The same, without the archive.
    pub(crate) fn to_info(&self, archive: &Archive) -> ModelInfo {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let [images, prompt_cache, computer_use, tools, reasoning, pdf, audio] = self.capabilities;
        let assumed = FIELDS_WITH_DEFAULTS.into_iter().zip(self.assumed).filter(|(_, is_assumed)| *is_assumed);
        ModelInfo {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            backend_model: owned(self.backend_model),
            provider: owned(self.provider.map(|word| archive.word(word))),
            family: self.family.clone().into_owned(),
            mode: owned(self.mode.map(|word| archive.word(word))),
            max_tokens: self.max_tokens,
            context_window: self.context_window,
            max_input_tokens: self.context_window,
            supports_images: images,
            supports_prompt_cache: prompt_cache,
            supports_computer_use: computer_use,
            supports_tools: tools,
            supports_reasoning: reasoning,
            supports_pdf: pdf,
            supports_audio: audio,
            reasoning_efforts: self.reasoning_efforts.as_ref().map(|words| words.to_texts(archive)),
            supported_params: self.supported_params.as_ref().map(|words| words.to_texts(archive)),
            prices: self.prices,
            price_tiers: self.price_tiers.to_vec(),
            description: owned(self.description).unwrap_or_else(|| name::description(self.id)),
            deployments: self.deployments,
            assumed: assumed.map(|(field, _)| field.to_owned()).collect(),
        }
    }
}

/// The smallest limit. A row that states none takes no part.
fn smallest(rows: &[Row], read: fn(&Figures) -> Option<u64>) -> Option<u64> {
    rows.iter().filter_map(|row| read(&row.figures)).min()
}

/// The one value that all have.
fn only<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// The one word that all say.
fn only_word(archive: &Archive, mut words: impl Iterator<Item = Word>) -> Option<Word> {
    let first = words.next()?;
    words.all(|word| word == first || archive.word(word) == archive.word(first)).then_some(first)
}

/// The backend model that all rows name. The same model at several providers (`azure/gpt-5`, `openai/gpt-5`) counts as the first by
/// name, for what a request must look like depends on the model alone.
fn backend_model<'a>(archive: &'a Archive, rows: &[Row]) -> Option<&'a str> {
    let named = |row: &Row| row.backend_model.map(|text| archive.text(text));
    if let [row] = rows {
        return named(row);
    }
    let all: Option<Vec<&str>> = rows.iter().map(named).collect();
    let all = all?;
    let first = all.iter().copied().min()?;
    let is_same = |other: &&str| *other == first || capabilities::same_family(first, other);
    all.iter().all(is_same).then_some(first)
}

fn words(archive: &Archive, words: Words) -> Vec<&str> {
    archive.list(words).iter().map(String::as_str).collect()
}

/// What the lists of all rows have in common; `None` where a row has none. One row's list stays as it is; a common one goes by effort,
/// then by alphabet.
fn common<'a>(rows: &[Row], read: impl Fn(&Row) -> Option<Vec<&'a str>>) -> Option<WordList<'a>> {
    let mut rows = rows.iter();
    let mut shared = read(rows.next()?)?;
    if !rows.as_slice().is_empty() {
        for row in rows {
            let list = read(row)?;
            shared.retain(|word| list.contains(word));
        }
        let rank = |word: &str| EFFORTS.iter().position(|effort| *effort == word).unwrap_or(EFFORTS.len());
        let ranked = shared.into_iter().fold(Vec::new(), |mut sorted, word| {
            let ranked = (rank(word), word);
            let place = sorted.partition_point(|other| *other < ranked);
            sorted.insert(place, ranked);
            sorted
        });
        shared = ranked.into_iter().map(|(_, word)| word).collect();
    }
    Some(WordList::Made(shared))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::model_info::RowKind;
    use crate::model_info::draft::tests::kept;

    /// The model of rows of this name, each a backend model and what it says.
    fn merge(name: &str, rows: &[(Value, Value)]) -> ModelInfo {
        let mut archive = Archive::default();
        let rows: Vec<Row> = rows
            .iter()
            .map(|(backend_model, model_info)| {
                let row = json!({"model_name":name,"litellm_params":{"model":backend_model},"model_info":model_info});
                kept(RowKind::Deployment, &row, &mut archive).unwrap()
            })
            .collect();
        merged(&archive, &rows).to_info(&archive)
    }

    fn rows(given: &[(&str, Value)]) -> Vec<(Value, Value)> {
        given.iter().map(|(backend_model, model_info)| (json!(backend_model), model_info.clone())).collect()
    }

    #[test]
    fn the_least_of_all_deployments_counts() {
        let model = merge(
            "m",
            &rows(&[
                (
                    "up/0",
                    json!({"max_input_tokens":128_000,"max_output_tokens":16384,"supports_vision":true,"input_cost_per_token":2e-6,"output_cost_per_token":4e-6}),
                ),
                (
                    "up/1",
                    json!({"max_input_tokens":8000,"supports_vision":true,"input_cost_per_token":1e-6,"output_cost_per_token":4e-6}),
                ),
            ]),
        );
        assert_eq!((model.context_window, model.max_input_tokens, model.max_tokens), (8000, 8000, 16384));
        assert!(model.supports_images && model.supports_tools && !model.supports_pdf);
        assert_eq!(model.prices, Prices { output_price: Some(4.0), ..Prices::default() });
        assert_eq!((model.deployments, model.backend_model), (2, None));
    }

    #[test]
    fn what_is_assumed_is_named() {
        let model = merge("m", &rows(&[("up/0", json!({}))]));
        assert_eq!(model.assumed.len(), 10);
        let stated = json!({
            "max_tokens":1,"max_input_tokens":1,"supports_vision":false,"supports_prompt_caching":true,"supports_computer_use":false,
            "supports_function_calling":true,"supports_reasoning":true,"supports_pdf_input":true,"supports_audio_input":true,
        });
        assert!(merge("m", &rows(&[("up/0", stated.clone())])).assumed.is_empty());
        let both = merge("m", &rows(&[("up/0", stated), ("up/1", json!({}))]));
        assert_eq!(
            both.assumed,
            ["supportsPromptCache", "supportsTools", "supportsReasoning", "supportsPdf", "supportsAudio"]
        );
        assert!(!both.supports_prompt_cache && both.supports_tools);
    }

    #[test]
    fn every_deployment_must_be_able_to_use_a_computer() {
        let opus = ("anthropic/claude-opus-4-20250514", json!({}));
        assert!(merge("m", &rows(std::slice::from_ref(&opus))).supports_computer_use);
        assert!(!merge("m", &rows(&[opus.clone(), ("openai/gpt-4o", json!({}))])).supports_computer_use);
        assert!(merge("m", &rows(&[opus, ("openai/x", json!({"supports_computer_use":true}))])).supports_computer_use);
    }

    #[test]
    fn one_model_at_several_providers_has_a_backend_model() {
        let same = merge("smart", &rows(&[("openai/gpt-5", json!({})), ("azure/gpt-5", json!({}))]));
        assert_eq!((same.backend_model.as_deref(), same.family.as_str()), (Some("azure/gpt-5"), "gpt-5"));
        let others = merge("smart", &rows(&[("openai/gpt-5", json!({})), ("anthropic/claude-opus-4-1", json!({}))]));
        assert_eq!((others.backend_model.as_deref(), others.family.as_str()), (None, "smart"));
    }

    #[test]
    fn words_are_taken_where_all_agree() {
        let model = merge(
            "m",
            &rows(&[
                (
                    "up/0",
                    json!({"mode":"chat","litellm_provider":"openai","description":"B","reasoning_effort_levels":["high","low"],"supported_openai_params":["tools","n"]}),
                ),
                (
                    "up/1",
                    json!({"mode":null,"litellm_provider":"azure","description":"A","reasoning_effort_levels":["max","low","high"],"supported_openai_params":["n","tools","stop"]}),
                ),
            ]),
        );
        assert_eq!((model.mode.as_deref(), model.provider, model.description.as_str()), (Some("chat"), None, "A"));
        assert_eq!(model.reasoning_efforts.unwrap(), ["low", "high"]);
        assert_eq!(model.supported_params.unwrap(), ["n", "tools"]);
    }

    fn any_statement() -> impl Strategy<Value = Value> {
        let price = prop_oneof![Just(json!(null)), Just(json!(1e-6)), Just(json!(2e-6)), Just(json!(-1e-6))];
        let flag = prop_oneof![Just(json!(null)), Just(json!(true)), Just(json!(false)), Just(json!("yes"))];
        let limit = prop_oneof![Just(json!(null)), Just(json!(0)), Just(json!(4096)), Just(json!("8192"))];
        let words = proptest::option::of(
            proptest::sample::subsequence(vec!["low", "high", "max", "tools"], 0..=4).prop_shuffle(),
        );
        (proptest::collection::vec(price, 4), flag.clone(), flag, limit.clone(), limit, words.clone(), words, proptest::option::of("(chat|responses|x)"))
            .prop_map(|(prices, vision, tools, output, input, efforts, params, mode)| {
                json!({
                    "input_cost_per_token": prices[0], "output_cost_per_token": prices[1],
                    "input_cost_per_token_above_128k_tokens": prices[2], "output_cost_per_token_above_200k_tokens": prices[3],
                    "supports_vision": vision, "supports_function_calling": tools, "max_output_tokens": output, "max_input_tokens": input,
                    "reasoning_effort_levels": efforts, "supported_openai_params": params, "mode": mode,
                })
            })
    }

    proptest! {
        #[test]
        fn the_order_of_deployments_is_of_no_matter(
            given in proptest::collection::vec((proptest::option::of("(azure|openai)/(gpt-5|gpt-4o|x)"), any_statement()), 1..5),
            rotation in 0_usize..5,
        ) {
            let mut rows: Vec<_> = given.into_iter().map(|(backend_model, statement)| (json!(backend_model), statement)).collect();
            let expected = merge("m", &rows);
            let length = rows.len();
            rows.rotate_left(rotation % length);
            prop_assert_eq!(&merge("m", &rows), &expected);
            rows.reverse();
            prop_assert_eq!(&merge("m", &rows), &expected);
        }

        #[test]
        fn prices_are_never_negative(statement in any_statement(), other in any_statement()) {
            let model = merge("m", &[(json!("up/0"), statement), (json!("up/1"), other)]);
            let mut all: Vec<Prices> = model.price_tiers.iter().map(|tier| tier.prices).collect();
            all.push(model.prices);
            for prices in all {
                for price in [prices.input_price, prices.output_price, prices.cache_reads_price, prices.cache_writes_price] {
                    prop_assert!(price.is_none_or(|price| price >= 0.0));
                }
            }
        }
    }
}
