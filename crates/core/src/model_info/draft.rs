//! A row while it is read: the rows of the three replies that list models.
//!
//! A deployment's row has some 170 members, nearly all null, and a gateway may send thousands of rows: what is not needed is
//! skipped without being built, and texts stay where they are until the row is kept. Values are the operator's, unchecked by the
//! gateway; one that can't be read is no statement.

use std::borrow::Cow;

use super::PriceTier;
use super::archive::Archive;
use super::price_members::{PRICES_OF_ONE_TOKEN, PriceRanges, price, price_from_size, price_tiers, tier};
use super::prices::PRICE_FIELDS;
use super::statements::{Figures, Row};
use crate::lenient::{List, Place, RawText, Receive};

/// Which reply a row is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// `/v1/model/info`: one deployment.
    #[default]
    Deployment,
    /// `/model_group/info`: all deployments of one name, merged by the gateway.
    Group,
    /// `/v1/models`: a name that the key may call, with little or nothing about it.
    Name,
}

/// A row while it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft<'de> {
    kind: RowKind,
    /// Whether it is an object at all.
    pub(crate) is_object: bool,
    name: Option<Cow<'de, str>>,
    parameters: Parameters<'de>,
    /// What a group says beside its statements.
    providers: Option<List<'de>>,
    efforts: Option<List<'de>>,
    statements: Statements<'de>,
}

impl Draft<'_> {
    pub(crate) fn new(kind: RowKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// The name under which the gateway serves it.
    pub(crate) fn name(&self) -> Option<&str> {
        let name = self.name.as_deref();
        if self.kind != RowKind::Deployment {
            return name;
        }
        let statements = &self.statements;
        name.or(self.parameters.model.as_deref()).or(statements.key.as_deref()).or(statements.id.as_deref())
    }

    /// Keeps what the row says, unless it has no name.
    pub(crate) fn keep(mut self, archive: &mut Archive) -> Option<Row> {
        let name = archive.keep_text(self.name()?);
        let is_deployment = self.kind == RowKind::Deployment;
        if self.kind == RowKind::Group {
            self.without_guesses(archive);
        }
        let statements = self.statements;
        let mut text = |text: Option<Cow<'_, str>>| text.map(|text| archive.keep_text(&text));
        let backend_model = text(self.parameters.model);
        let deployment = text(statements.id.filter(|_| is_deployment));
        let description = text(statements.description);
        let tiers = price_tiers(statements.tiers, &statements.ranges);
        Some(Row {
            name,
            backend_model,
            deployment,
            description,
            mode: statements.mode.map(|mode| archive.keep_word(&mode)),
            provider: statements.provider.map(|provider| archive.keep_word(&provider)),
            effort_levels: statements.effort_levels.map(|list| archive.keep_list(list)),
            supported_params: statements.supported_params.map(|list| archive.keep_list(list)),
            tiers: archive.keep_tiers(tiers),
            figures: statements.figures,
        })
    }

    /// In a group the gateway writes false and empty lists for what it does not know.
    fn without_guesses(&mut self, archive: &mut Archive) {
        let statements = &mut self.statements;
        let figures = &mut statements.figures;
        for flag in [
            &mut figures.images,
            &mut figures.prompt_cache,
            &mut figures.computer_use,
            &mut figures.tools,
            &mut figures.reasoning,
            &mut figures.pdf,
            &mut figures.audio,
        ] {
            *flag = flag.filter(|stated| *stated);
        }
        statements.effort_levels = self.efforts.filter(|list| !list.is_empty(archive.lists()));
        statements.supported_params = statements.supported_params.filter(|list| !list.is_empty(archive.lists()));
        if let Some(providers) = self.providers {
            let providers = archive.keep_list(providers);
            if let [provider] = archive.list(providers) {
                statements.provider = Some(Cow::Owned(provider.clone()));
            }
        }
    }
}

impl<'de> Receive<'de> for Draft<'de> {
    fn object(&mut self) {
        self.is_object = true;
    }
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match (self.kind, name) {
            (RowKind::Deployment, "model_name") | (RowKind::Group, "model_group") | (RowKind::Name, "id") => {
                Place::BorrowedWords(&mut self.name)
            }
            (RowKind::Deployment, "model_info") => Place::Receiver(&mut self.statements),
            (RowKind::Deployment, "litellm_params") => Place::Receiver(&mut self.parameters),
            (RowKind::Deployment, _) => Place::Nowhere,
            (RowKind::Group, "providers") => Place::List(&mut self.providers),
            (RowKind::Group, "supported_reasoning_efforts") => Place::List(&mut self.efforts),
            _ => self.statements.member(name),
        }
    }
}

/// `litellm_params`.
#[derive(Debug, Default)]
struct Parameters<'de> {
    model: Option<Cow<'de, str>>,
}

impl<'de> Receive<'de> for Parameters<'de> {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "model" { Place::BorrowedWords(&mut self.model) } else { Place::Nowhere }
    }
    fn member_as_written(&mut self, name: RawText<'_>) -> Place<'_, 'de> {
        match name.plain() {
            Some(b"model") => Place::BorrowedWords(&mut self.model),
            Some(_) => Place::Nowhere,
            None => self.member(&name.text()),
        }
    }
}

/// What a row says of its model.
#[derive(Debug, Default)]
struct Statements<'de> {
    /// The deployment's id.
    id: Option<Cow<'de, str>>,
    /// The name of the model in the gateway's price map.
    key: Option<Cow<'de, str>>,
    mode: Option<Cow<'de, str>>,
    provider: Option<Cow<'de, str>>,
    description: Option<Cow<'de, str>>,
    effort_levels: Option<List<'de>>,
    supported_params: Option<List<'de>>,
    figures: Figures,
    /// Prices of longer prompts.
    tiers: Vec<PriceTier>,
    /// `tiered_pricing`.
    ranges: PriceRanges,
}

/// A member of which something is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Member {
    Id,
    Key,
    Mode,
    Provider,
    Description,
    MaxTokens,
    MaxOutputTokens,
    MaxInputTokens,
    Images,
    PromptCache,
    ComputerUse,
    Tools,
    Reasoning,
    Pdf,
    Audio,
    SupportedParams,
    EffortLevels,
    TieredPricing,
    /// Whether it takes an effort, by its place in the list of efforts.
    Effort(usize),
    /// A price, by its place in the list of prices.
    Price(usize),
}

/// The members by name. Names of one length stand together, the shorter before the longer.
pub(super) const MEMBERS: [(&str, Member); 29] = [
    ("id", Member::Id),
    ("key", Member::Key),
    ("mode", Member::Mode),
    ("max_tokens", Member::MaxTokens),
    ("description", Member::Description),
    ("tiered_pricing", Member::TieredPricing),
    ("supports_vision", Member::Images),
    ("litellm_provider", Member::Provider),
    ("max_input_tokens", Member::MaxInputTokens),
    ("max_output_tokens", Member::MaxOutputTokens),
    ("supports_reasoning", Member::Reasoning),
    ("supports_pdf_input", Member::Pdf),
    (PRICES_OF_ONE_TOKEN[0], Member::Price(0)),
    ("supports_audio_input", Member::Audio),
    (PRICES_OF_ONE_TOKEN[1], Member::Price(1)),
    ("supports_computer_use", Member::ComputerUse),
    ("supports_prompt_caching", Member::PromptCache),
    ("supported_openai_params", Member::SupportedParams),
    ("reasoning_effort_levels", Member::EffortLevels),
    ("supports_function_calling", Member::Tools),
    (PRICES_OF_ONE_TOKEN[2], Member::Price(2)),
    ("supports_low_reasoning_effort", Member::Effort(2)),
    ("supports_max_reasoning_effort", Member::Effort(6)),
    ("supports_none_reasoning_effort", Member::Effort(0)),
    ("supports_high_reasoning_effort", Member::Effort(4)),
    (PRICES_OF_ONE_TOKEN[3], Member::Price(3)),
    ("supports_xhigh_reasoning_effort", Member::Effort(5)),
    ("supports_medium_reasoning_effort", Member::Effort(3)),
    ("supports_minimal_reasoning_effort", Member::Effort(1)),
];

/// Where in [`MEMBERS`] the names of each length begin.
#[expect(clippy::indexing_slicing, reason = "what would be outside of a list is found when this is compiled")]
const STARTS: [u8; 36] = {
    let mut starts = [0; 36];
    let mut position = 0;
    while position < MEMBERS.len() {
        let mut longer = MEMBERS[position].0.len() + 1;
        while longer < starts.len() {
            starts[longer] += 1;
            longer += 1;
        }
        position += 1;
    }
    starts
};

impl Member {
    fn of(name: &[u8]) -> Option<Self> {
        let start = usize::from(*STARTS.get(name.len())?);
        let end = usize::from(*STARTS.get(name.len().wrapping_add(1))?);
        let same_length = MEMBERS.get(start..end).unwrap_or_default();
        same_length.iter().find(|(known, _)| is_same(known.as_bytes(), name)).map(|(_, member)| *member)
    }
}

/// Whether two names of the same length are the same. Eight bytes are compared together.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (words, tail) = one.as_chunks::<8>();
    let (other_words, other_tail) = other.as_chunks::<8>();
    words.iter().zip(other_words).all(|(word, other)| word == other)
        && tail.iter().zip(other_tail).all(|(byte, other)| byte == other)
}

impl<'de> Statements<'de> {
    /// Where the value of the member of this name goes.
    fn place(&mut self, name: &[u8]) -> Place<'_, 'de> {
        let figures = &mut self.figures;
        match Member::of(name) {
            Some(Member::Id) => Place::BorrowedWords(&mut self.id),
            Some(Member::Key) => Place::BorrowedWords(&mut self.key),
            Some(Member::Mode) => Place::BorrowedWords(&mut self.mode),
            Some(Member::Provider) => Place::BorrowedWords(&mut self.provider),
            Some(Member::Description) => Place::BorrowedWords(&mut self.description),
            Some(Member::MaxTokens) => Place::Count(&mut figures.max_tokens),
            Some(Member::MaxOutputTokens) => Place::Count(&mut figures.max_output_tokens),
            Some(Member::MaxInputTokens) => Place::Count(&mut figures.max_input_tokens),
            Some(Member::Images) => Place::Flag(&mut figures.images),
            Some(Member::PromptCache) => Place::Flag(&mut figures.prompt_cache),
            Some(Member::ComputerUse) => Place::Flag(&mut figures.computer_use),
            Some(Member::Tools) => Place::Flag(&mut figures.tools),
            Some(Member::Reasoning) => Place::Flag(&mut figures.reasoning),
            Some(Member::Pdf) => Place::Flag(&mut figures.pdf),
            Some(Member::Audio) => Place::Flag(&mut figures.audio),
            Some(Member::SupportedParams) => Place::List(&mut self.supported_params),
            Some(Member::EffortLevels) => Place::List(&mut self.effort_levels),
            Some(Member::TieredPricing) => Place::Receiver(&mut self.ranges),
            Some(Member::Effort(effort)) => figures.efforts.get_mut(effort).map_or(Place::Nowhere, Place::Flag),
            Some(Member::Price(position)) => match PRICE_FIELDS.get(position) {
                Some(field) => price(field(&mut figures.prices)),
                None => Place::Nowhere,
            },
            None => match price_from_size(name) {
                Some((field, start)) => tier(&mut self.tiers, start).map_or(Place::Nowhere, |tier| price(field(tier))),
                None => Place::Nowhere,
            },
        }
    }
}

impl<'de> Receive<'de> for Statements<'de> {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        self.place(name.as_bytes())
    }
    fn member_as_written(&mut self, name: RawText<'_>) -> Place<'_, 'de> {
        match name.plain() {
            Some(name) => self.place(name),
            None => self.member(&name.text()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lenient::Reader;
    use crate::model_info::Prices;
    use crate::model_info::statements::EFFORTS;

    /// Keeps a row of JSON.
    pub(in crate::model_info) fn kept(kind: RowKind, row: &Value, archive: &mut Archive) -> Option<Row> {
        let json = row.to_string();
        let mut draft = Draft::new(kind);
        Reader::of_whole(json.as_bytes()).value(Place::Receiver(&mut draft)).unwrap();
        draft.keep(archive)
    }

    fn statements(model_info: &Value) -> (Row, Archive) {
        let mut archive = Archive::default();
        let row = json!({"model_name": "m", "model_info": model_info});
        (kept(RowKind::Deployment, &row, &mut archive).unwrap(), archive)
    }

    #[test]
    fn members_are_sorted_by_length_and_all_found() {
        assert!(MEMBERS.is_sorted_by_key(|(name, _)| name.len()));
        for (name, member) in MEMBERS {
            let effort_or_price = match member {
                Member::Effort(position) => Some(format!("supports_{}_reasoning_effort", EFFORTS[position])),
                Member::Price(position) => Some(PRICES_OF_ONE_TOKEN[position].to_owned()),
                _ => None,
            };
            assert_eq!(effort_or_price.as_deref().unwrap_or(name), name);
            assert!(
                Member::of(name.as_bytes()).is_some_and(|found| format!("{found:?}") == format!("{member:?}")),
                "{name}"
            );
        }
        assert!(Member::of(b"").is_none() && Member::of(b"ie").is_none() && Member::of(&[b'x'; 99]).is_none());
    }

    #[test]
    fn limits_are_whole_and_above_zero() {
        for (stated, expected) in [
            (json!(4096), Some(4096)),
            (json!(128_000.0), Some(128_000)),
            (json!("32768"), Some(32_768)),
            (json!(" 128000.0 "), Some(128_000)),
            (json!(0), None),
            (json!(0.5), None),
            (json!(-1), None),
            (json!(1e300), None),
            (json!("unlimited"), None),
            (json!(true), None),
            (json!([4096]), None),
            (json!(null), None),
        ] {
            let (row, _) = statements(&json!({ "max_input_tokens": stated }));
            assert_eq!(row.figures.max_input_tokens, expected, "{stated}");
        }
        let output_limit = |model_info: Value| statements(&model_info).0.figures.output_limit();
        assert_eq!(output_limit(json!({"max_output_tokens":0,"max_tokens":4096})), Some(4096));
        assert_eq!(output_limit(json!({"max_output_tokens":5,"max_tokens":4096})), Some(5));
    }

    #[test]
    fn prices_are_for_a_million_tokens() {
        let (row, archive) = statements(&json!({
            "input_cost_per_token": "3e-06", "output_cost_per_token": 0, "cache_read_input_token_cost": -1e-7,
            "cache_creation_input_token_cost": "free", "input_cost_per_token_batches": 1,
        }));
        let expected = Prices { input_price: Some(3.0), output_price: Some(0.0), ..Prices::default() };
        assert_eq!((row.figures.prices, row.price_tiers(&archive)), (expected, &[][..]));
    }

    #[test]
    fn tiers_come_from_names_and_from_ranges() {
        let (row, archive) = statements(&json!({
            "input_cost_per_token_above_200k_tokens": 2.5e-6,
            "output_cost_per_token_above_200k_tokens": "1.5e-5",
            "input_cost_per_token_above_128k_tokens": 1e-6,
            "input_cost_per_token_above_272k_tokens": null,
            "input_cost_per_token_above_200k_tokens_priority": 9,
            "cache_creation_input_token_cost_above_1hr": 9,
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 9,
            "input_cost_per_token_above_k_tokens": 9,
            "input_cost_per_token_above_+1k_tokens": 9,
            "input_cost_per_token_above_99999999999999999999k_tokens": 9,
        }));
        let input = |price| Prices { input_price: Some(price), ..Prices::default() };
        assert_eq!(
            row.price_tiers(&archive),
            [
                PriceTier { above_prompt_tokens: 128_000, prices: input(1.0) },
                PriceTier { above_prompt_tokens: 200_000, prices: Prices { output_price: Some(15.0), ..input(2.5) } },
            ]
        );

        let (row, archive) = statements(&json!({"tiered_pricing": [
            {"range": [32000, 128_000.0], "input_cost_per_token": 8e-7, "cache_read_input_token_cost": 8e-8},
            {"range": ["0", 32000], "input_cost_per_token": 4e-7},
            {"range": [], "input_cost_per_token": 1}, {"range": [-1, 5], "input_cost_per_token": 1}, {"input_cost_per_token": 1}, 7, null,
        ]}));
        assert_eq!(
            row.price_tiers(&archive),
            [
                PriceTier { above_prompt_tokens: 0, prices: input(0.4) },
                PriceTier {
                    above_prompt_tokens: 32_000,
                    prices: Prices { cache_reads_price: Some(0.08), ..input(0.8) }
                },
            ]
        );
        let (row, archive) = statements(&json!({"tiered_pricing": {"range": [0, 1]}}));
        assert!(row.price_tiers(&archive).is_empty());
    }

    #[test]
    fn efforts_are_stated_or_follow_from_flags() {
        #[track_caller]
        fn check(model_info: Value, expected: Option<&[&str]>) {
            let (row, archive) = statements(&model_info);
            assert_eq!(row.reasoning_efforts(&archive).as_deref(), expected);
        }
        check(json!({"reasoning_effort_levels":["medium","medium",3,"x"]}), Some(&["medium", "x"]));
        check(
            json!({"supports_reasoning":true,"supports_none_reasoning_effort":true,"supports_minimal_reasoning_effort":false,"supports_xhigh_reasoning_effort":"true"}),
            Some(&["none", "low", "medium", "high", "xhigh"]),
        );
        check(
            json!({"supports_reasoning":true,"supports_low_reasoning_effort":false,"supports_max_reasoning_effort":true}),
            Some(&["medium", "high", "max"]),
        );
        check(json!({"supports_reasoning":true,"supports_low_reasoning_effort":null}), None);
        // It does not reason.
        check(json!({"supports_xhigh_reasoning_effort":true}), None);
    }

    #[test]
    fn parameters_are_listed_once() {
        let (row, archive) = statements(&json!({"supported_openai_params":["tools","temperature","tools",null,7]}));
        assert_eq!(archive.list(row.supported_params.unwrap()), ["tools", "temperature"]);
    }

    #[test]
    fn a_row_without_a_name_takes_the_next_best() {
        let name = |row: Value| {
            let mut archive = Archive::default();
            let row = kept(RowKind::Deployment, &row, &mut archive)?;
            Some(archive.text(row.name).to_owned())
        };
        let model_info = json!({"key":"k","id":"i"});
        assert_eq!(
            name(json!({"model_name":"n","litellm_params":{"model":"p/m"},"model_info":model_info})).unwrap(),
            "n"
        );
        assert_eq!(name(json!({"litellm_params":{"model":"p/m"},"model_info":model_info})).unwrap(), "p/m");
        assert_eq!(name(json!({"model_name":" ","litellm_params":{"model":""},"model_info":model_info})).unwrap(), "k");
        assert_eq!(name(json!({"model_name":7,"model_info":{"id":"i"}})).unwrap(), "i");
        assert_eq!(name(json!({"model_info":[],"litellm_params":3})), None);
    }

    #[test]
    fn in_a_group_false_says_nothing() {
        let row = json!({
            "model_group": "g", "providers": ["openai"], "max_input_tokens": 128_000.0, "supports_vision": true,
            "supports_function_calling": false, "supports_reasoning": false, "supported_reasoning_efforts": [], "supported_openai_params": [],
        });
        let mut archive = Archive::default();
        let row = kept(RowKind::Group, &row, &mut archive).unwrap();
        let read = row.figures;
        assert_eq!((read.images, read.tools, read.reasoning), (Some(true), None, None));
        assert_eq!((row.effort_levels, row.supported_params), (None, None));
        assert_eq!((archive.word(row.provider.unwrap()), read.max_input_tokens), ("openai", Some(128_000)));
        assert!(kept(RowKind::Group, &json!({"model_name":"m"}), &mut archive).is_none());
    }

    #[test]
    fn the_id_in_a_list_of_names_is_the_name() {
        let row = json!({"id":"alias","mode":"chat","max_input_tokens":128_000,"max_output_tokens":16384,"owned_by":"openai"});
        let mut archive = Archive::default();
        let row = kept(RowKind::Name, &row, &mut archive).unwrap();
        assert_eq!((archive.text(row.name), row.deployment), ("alias", None));
        assert_eq!(row.figures.max_output_tokens, Some(16384));
    }
}
