//! The rows of the three replies that list models.

use super::statements::Statements;
use crate::lenient::{Place, Receive};

/// A named row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The public name.
    pub(crate) name: String,
    /// `litellm_params.model`.
    pub(crate) backend_model: Option<String>,
    /// What it says of the model.
    pub(crate) statements: Statements,
}

/// Rows of the three replies become the same.
pub(crate) trait ToRow {
    /// The row, unless it has no name.
    fn to_row(self) -> Option<Row>;
}

/// A row of `/v1/model/info`: one deployment.
#[derive(Debug, Default)]
pub(crate) struct DeploymentRow {
    model_name: Option<String>,
    parameters: Parameters,
    statements: Statements,
}

impl<'de> Receive<'de> for DeploymentRow {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "model_name" => Place::Words(&mut self.model_name),
            "litellm_params" => Place::Receiver(&mut self.parameters),
            "model_info" => Place::Receiver(&mut self.statements),
            _ => Place::Nowhere,
        }
    }
}

impl ToRow for DeploymentRow {
    fn to_row(self) -> Option<Row> {
        let backend_model = self.parameters.model;
        let name = self
            .model_name
            .or_else(|| backend_model.clone())
            .or_else(|| self.statements.key.clone())
            .or_else(|| self.statements.id.clone())?;
        Some(Row { name, backend_model, statements: self.statements })
    }
}

/// `litellm_params`.
#[derive(Debug, Default)]
struct Parameters {
    model: Option<String>,
}

impl<'de> Receive<'de> for Parameters {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "model" { Place::Words(&mut self.model) } else { Place::Nowhere }
    }
}

/// A row of `/model_group/info`: all deployments of one name, merged by the gateway.
#[derive(Debug, Default)]
pub(crate) struct GroupRow {
    model_group: Option<String>,
    providers: Option<Vec<String>>,
    efforts: Option<Vec<String>>,
    statements: Statements,
}

impl<'de> Receive<'de> for GroupRow {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "model_group" => Place::Words(&mut self.model_group),
            "providers" => Place::Texts(&mut self.providers),
            "supported_reasoning_efforts" => Place::Texts(&mut self.efforts),
            _ => self.statements.member(name),
        }
    }
}

impl ToRow for GroupRow {
    fn to_row(mut self) -> Option<Row> {
        let statements = &mut self.statements;
        // Here the gateway writes false for what it does not know.
        for flag in [
            &mut statements.images,
            &mut statements.prompt_cache,
            &mut statements.computer_use,
            &mut statements.tools,
            &mut statements.reasoning,
            &mut statements.pdf,
            &mut statements.audio,
        ] {
            *flag = flag.filter(|stated| *stated);
        }
        // An empty list stands for a group of models that the gateway knows nothing of.
        statements.effort_levels = self.efforts.filter(|efforts| !efforts.is_empty());
        statements.supported_params = statements.supported_params.take().filter(|params| !params.is_empty());
        if let Some([provider]) = self.providers.as_deref() {
            statements.provider = Some(provider.clone());
        }
        Some(Row { name: self.model_group?, backend_model: None, statements: self.statements })
    }
}

/// A row of `/v1/models`: a name that the key may call, with little or nothing about it.
#[derive(Debug, Default)]
pub(crate) struct NameRow {
    id: Option<String>,
    statements: Statements,
}

impl<'de> Receive<'de> for NameRow {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        if name == "id" { Place::Words(&mut self.id) } else { self.statements.member(name) }
    }
}

impl ToRow for NameRow {
    fn to_row(self) -> Option<Row> {
        Some(Row { name: self.id?, backend_model: None, statements: self.statements })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::lenient::from_body;

    fn deployment(row: &Value) -> Option<Row> {
        from_body::<DeploymentRow>(row.to_string().as_bytes()).unwrap().to_row()
    }

    #[test]
    fn a_row_without_a_name_takes_the_next_best() {
        let name = |row: Value| deployment(&row).map(|row| row.name);
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
        let row = from_body::<GroupRow>(row.to_string().as_bytes()).unwrap().to_row().unwrap();
        let read = row.statements;
        assert_eq!((read.images, read.tools, read.reasoning), (Some(true), None, None));
        assert_eq!((read.effort_levels, read.supported_params), (None, None));
        assert_eq!((read.provider.as_deref(), read.max_input_tokens), (Some("openai"), Some(128_000)));
        assert!(from_body::<GroupRow>(b"{\"model_name\":\"m\"}").unwrap().to_row().is_none());
    }

    #[test]
    fn the_id_in_a_list_of_names_is_the_name() {
        let row = json!({"id":"alias","mode":"chat","max_input_tokens":128_000,"max_output_tokens":16384,"owned_by":"openai"});
        let row = from_body::<NameRow>(row.to_string().as_bytes()).unwrap().to_row().unwrap();
        assert_eq!((row.name.as_str(), row.statements.id), ("alias", None));
        assert_eq!(row.statements.max_output_tokens, Some(16384));
    }
}
