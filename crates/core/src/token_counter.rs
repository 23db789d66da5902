//! The gateway's own count of tokens: `POST /utils/token_counter`, which every key may ask and no database is needed for. The body
//! is that of [`text_body`] or [`crate::chat_request::build_prompt`].

use serde::Serialize;

use crate::endpoint::Endpoints;
use crate::error::{self, Error, FailedCall, Secrets};
use crate::http::{Headers, ReplyClass};
use crate::json;
use crate::lenient::{Place, Receive, from_body};

/// The address of the counter. The gateway then asks the provider's own counter where there is one, which costs nothing, and
/// counts itself where that fails.
pub fn url(endpoints: &Endpoints) -> String {
    let url = endpoints.url("/utils/token_counter");
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}call_endpoint=true")
}

/// What a gateway says of a text or a prompt.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "tsify", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct GatewayCount {
    /// The tokens.
    pub tokens: f64,
    /// The model by whose measure they were counted, as the gateway names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "tsify", tsify(optional))]
    pub model: Option<String>,
    /// What counted them, as the gateway names it: `openai_tokenizer` stands for a model whose own tokenizer it does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "tsify", tsify(optional))]
    pub tokenizer: Option<String>,
    /// Whether the provider itself counted.
    pub is_providers: bool,
}

/// The body that asks for the tokens of a text.
pub fn text_body(model_id: &str, text: &str) -> Vec<u8> {
    json::bytes(&json::object(&mut [("model", model_id.into()), ("prompt", text.into())]))
}

/// The count in a reply, or why there is none.
pub fn read(
    status: u16,
    headers: &Headers,
    body: &[u8],
    secrets: &Secrets,
    now_ms: f64,
) -> Result<GatewayCount, Error> {
    if ReplyClass::of(status) != ReplyClass::Success {
        return Err(error::from_reply(FailedCall::Chat, status, headers, body, secrets, now_ms));
    }
    let Some(Reply { total_tokens: Some(tokens), model_used: model, tokenizer_type: tokenizer, count_source }) =
        from_body::<Reply>(body)
    else {
        return Err(Error::protocol("it is no count of tokens"));
    };
    Ok(GatewayCount { tokens, model, tokenizer, is_providers: count_source.as_deref() == Some("provider") })
}

#[derive(Default)]
struct Reply {
    total_tokens: Option<f64>,
    model_used: Option<String>,
    tokenizer_type: Option<String>,
    count_source: Option<String>,
}

impl<'de> Receive<'de> for Reply {
    fn member(&mut self, name: &str) -> Place<'_, 'de> {
        match name {
            "total_tokens" => Place::Number(&mut self.total_tokens, |tokens| (tokens >= 0.0).then_some(tokens)),
            "model_used" => Place::Words(&mut self.model_used),
            "tokenizer_type" => Place::Words(&mut self.tokenizer_type),
            "count_source" => Place::Words(&mut self.count_source),
            _ => Place::Nowhere,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{GatewayCount, read, text_body, url};
    use crate::endpoint::Endpoints;
    use crate::error::{ErrorKind, Secrets};
    use crate::http::Headers;

    #[test]
    fn the_address_keeps_the_query_of_the_gateway() {
        for (base_url, expected) in [
            ("http://h/litellm", "http://h/litellm/utils/token_counter?call_endpoint=true"),
            ("http://h?team=a", "http://h/utils/token_counter?team=a&call_endpoint=true"),
        ] {
            assert_eq!(url(&Endpoints::resolve(base_url).unwrap()), expected);
        }
    }

    #[test]
    fn a_text_is_a_prompt() {
        let body: Value = serde_json::from_slice(&text_body("claude", "hello \u{1F600}")).unwrap();
        assert_eq!(body, json!({"model": "claude", "prompt": "hello \u{1F600}"}));
    }

    fn read_body(status: u16, body: &str) -> Result<GatewayCount, ErrorKind> {
        read(status, &Headers::default(), body.as_bytes(), &Secrets::default(), 0.0).map_err(|error| error.kind)
    }

    #[test]
    fn counts_are_read_leniently() {
        let body = r#"{"total_tokens":16,"request_model":"x","model_used":"claude-2","tokenizer_type":"huggingface_tokenizer",
            "original_response":null,"error":false,"count_source":"provider"}"#;
        let count = GatewayCount {
            tokens: 16.0,
            model: Some("claude-2".to_owned()),
            tokenizer: Some("huggingface_tokenizer".to_owned()),
            is_providers: true,
        };
        assert_eq!(read_body(200, body), Ok(count));
        let bare = GatewayCount { tokens: 7.0, model: None, tokenizer: None, is_providers: false };
        assert_eq!(read_body(200, r#"{"total_tokens":"7","model_used":null}"#), Ok(bare));
    }

    #[test]
    fn what_is_no_count_is_an_error() {
        for body in ["{}", "[]", "", r#"{"total_tokens":-1}"#, r#"{"detail":"x"}"#] {
            assert_eq!(read_body(200, body), Err(ErrorKind::Protocol), "{body}");
        }
        assert_eq!(read_body(404, r#"{"detail":"Not Found"}"#), Err(ErrorKind::Protocol));
        let refused = r#"{"error":{"message":"Authentication Error, Invalid proxy server token passed.","type":"token_not_found_in_db","param":"key","code":"401"}}"#;
        assert_eq!(read_body(401, refused), Err(ErrorKind::Auth));
    }
}
