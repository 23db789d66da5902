//! The list of models as JavaScript takes it over soonest.
//!
//! JSON for thousands of models is long, since every name of a field stands in it thousands of times. Here texts stand one behind the
//! other, numbers in rows of the same length, and what many models have alike once.

use serde::Serialize;

use super::{CatalogIssue, Discovered, DiscoveryAttempt};
use crate::json;
use crate::model_info::{Archive, FIELDS_WITH_DEFAULTS, Listed, PRICE_FIELDS, PriceTier, Word, WordList};

/// How many made lists are looked for.
const MOST_LOOKED_FOR: usize = 64;

/// The models of a gateway, and how they were found.
#[derive(Debug, Default)]
pub struct ModelTable {
    /// The texts of all models, one behind the other.
    pub texts: String,
    /// 19 numbers for each model, see `COLUMNS`.
    pub numbers: Vec<f64>,
    /// A JSON object with the rest.
    pub rest: String,
}

/// How many numbers a model has. In this order: where its id, name, backend model, family and description end in the texts, in UTF-16
/// code units, an absent one being empty; its provider and its mode, as positions among the words; its most tokens of an answer and of a
/// conversation; its capabilities, a bit each; its efforts and parameters, as positions among the lists; its four prices; its price tiers,
/// as a position among the tiers; how many deployments it has; and which fields are defaults, a bit each. What is absent is -1.
const COLUMNS: usize = 19;

#[derive(Serialize)]
struct Rest<'a> {
    words: Vec<&'a str>,
    lists: Vec<Vec<&'a str>>,
    tiers: Vec<Vec<PriceTier>>,
    #[serde(rename = "fieldsWithDefaults")]
    fields_with_defaults: [&'static str; FIELDS_WITH_DEFAULTS.len()],
    attempts: &'a [DiscoveryAttempt],
    issues: &'a [CatalogIssue],
}

impl Discovered {
    /// The public list, as a table.
    pub fn table(&self) -> ModelTable {
        let archive = &self.archive;
        let numbers = Vec::with_capacity(self.models.len().saturating_mul(COLUMNS));
        let mut writer = Writer {
            table: ModelTable { numbers, ..ModelTable::default() },
            length: 0,
            lists: Vec::new(),
            first_list: archive.lists().len(),
            tiers: Vec::new(),
        };
        for model in self.listed() {
            writer.write(&model);
        }
        let Writer { mut table, lists, tiers, .. } = writer;
        let rest = Rest {
            words: archive.words().collect(),
            lists: all_lists(archive).chain(lists).collect(),
            tiers,
            fields_with_defaults: FIELDS_WITH_DEFAULTS,
            attempts: &self.attempts,
            issues: &self.issues,
        };
        table.rest = json::text(&rest);
        table
    }
}

fn all_lists(archive: &Archive) -> impl Iterator<Item = Vec<&str>> {
    let lists = archive.lists();
    (0..lists.len()).map(|number| lists.get(number).iter().map(String::as_str).collect())
}

/// A table that is being written.
struct Writer<'a> {
    table: ModelTable,
    /// How long the texts are in UTF-16.
    length: usize,
    /// Lists that no row states, which come behind the others.
    lists: Vec<Vec<&'a str>>,
    first_list: usize,
    tiers: Vec<Vec<PriceTier>>,
}

impl<'a> Writer<'a> {
    fn write(&mut self, model: &Listed<'a>) {
        let absent = "";
        let backend_model = model.backend_model.unwrap_or(absent);
        let description = model.description.unwrap_or(absent);
        let ends = [model.id, model.name, backend_model, &model.family, description].map(|text| self.text(text));
        let word = |word: Option<Word>| word.map_or(ABSENT, |word| f64::from(word.0));
        let efforts = self.list(model.reasoning_efforts.as_ref());
        let params = self.list(model.supported_params.as_ref());
        let mut prices = model.prices;
        let prices = PRICE_FIELDS.map(|field| field(&mut prices).unwrap_or(ABSENT));
        let mut tiers = ABSENT;
        if !model.price_tiers.is_empty() {
            tiers = exact(self.tiers.len());
            self.tiers.push(model.price_tiers.to_vec());
        }
        let [id, name, backend_model, family, description] = ends;
        let [input, output, cache_reads, cache_writes] = prices;
        let row: [f64; COLUMNS] = [
            id,
            name,
            backend_model,
            family,
            description,
            word(model.provider),
            word(model.mode),
            exact(model.max_tokens),
            exact(model.context_window),
            bits(&model.capabilities),
            efforts,
            params,
            input,
            output,
            cache_reads,
            cache_writes,
            tiers,
            f64::from(model.deployments),
            bits(&model.assumed),
        ];
        self.table.numbers.extend_from_slice(&row);
    }

    /// Writes a text and says where it ends.
    fn text(&mut self, text: &str) -> f64 {
        self.table.texts.push_str(text);
        let length = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        self.length = self.length.saturating_add(length);
        exact(self.length)
    }

    /// The position of a list.
    fn list(&mut self, list: Option<&WordList<'a>>) -> f64 {
        match list {
            None => ABSENT,
            Some(WordList::Kept(words)) => f64::from(words.0),
            Some(WordList::Made(words)) => {
                let known = self.lists.iter().take(MOST_LOOKED_FOR).position(|known| known == words);
                let position = known.unwrap_or(self.lists.len());
                if known.is_none() {
                    self.lists.push(words.clone());
                }
                exact(self.first_list.saturating_add(position))
            }
        }
    }
}

/// What stands for what is not there; no number of a model is negative.
const ABSENT: f64 = -1.0;

fn bits(flags: &[bool]) -> f64 {
    flags.iter().rev().fold(0.0, |bits, flag| bits * 2.0 + f64::from(u8::from(*flag)))
}

#[expect(clippy::cast_precision_loss, reason = "lengths and limits are believed up to 2^53 at most")]
fn exact<T: TryInto<u64>>(number: T) -> f64 {
    number.try_into().unwrap_or(0) as f64
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use serde_json::{Value, json};

    use super::*;
    use crate::catalog::Discovery;
    use crate::http::Headers;

    fn table(rows: &Value) -> ModelTable {
        let mut discovery = Discovery::new(Rc::default());
        discovery.on_reply(200, &Headers::default(), json!({ "data": rows }).to_string().as_bytes(), 0.0);
        discovery.on_reply(200, &Headers::default(), b"{\"data\":[]}", 0.0);
        discovery.finish().unwrap().table()
    }

    #[test]
    fn a_model_is_a_row_of_numbers_and_what_they_point_to() {
        let table = table(&json!([
            {"model_name": "é😀", "model_info": {}},
            {"model_name": "n", "litellm_params": {"model": "openai/gpt-5"}, "model_info": {
                "mode": "chat", "litellm_provider": "openai", "description": "d", "max_tokens": 5, "max_input_tokens": 9,
                "supports_vision": true, "supports_reasoning": true, "supports_low_reasoning_effort": true,
                "supported_openai_params": ["n", "stop"], "output_cost_per_token": 0, "input_cost_per_token_above_1k_tokens": 1e-6,
            }},
        ]));
        assert_eq!(table.texts, "é😀é😀é😀nnopenai/gpt-5gpt-5d");
        let first = [3., 6., 6., 9., 9., -1., -1., 8192., 200_000., 8., -1., -1., -1., -1., -1., -1., -1., 1., 1023.];
        let second = [10., 11., 23., 28., 29., 1., 0., 5., 9., 25., 1., 0., -1., 0., -1., -1., 0., 1., 880.];
        assert_eq!(table.numbers[..COLUMNS], first);
        assert_eq!(table.numbers[COLUMNS..], second);
        let rest: Value = serde_json::from_str(&table.rest).unwrap();
        assert_eq!(rest["words"], json!(["chat", "openai"]));
        assert_eq!(rest["lists"], json!([["n", "stop"], ["low", "medium", "high"]]));
        assert_eq!(rest["tiers"], json!([[{"abovePromptTokens": 1000, "inputPrice": 1.0}]]));
        assert_eq!(rest["fieldsWithDefaults"][0], "maxTokens");
    }
}
