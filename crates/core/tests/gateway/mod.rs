//! The scripted gateway of a scenario, answering in this process: the host's part of a discovery without a network.
#![allow(
    clippy::allow_attributes,
    dead_code,
    unreachable_pub,
    reason = "every test file uses its own part of this module"
)]

use std::collections::HashMap;
use std::rc::Rc;

use litellm_core::catalog::{Discovered, Discovery};
use litellm_core::error::{Error, Secrets};
use litellm_core::http::Headers;
use litellm_core::retry;
use serde_json::Value;

/// A reply with its whole body.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Reply {
    /// What a gateway answers where no rule is.
    pub fn not_found() -> Self {
        Self { status: 404, headers: Headers::default(), body: br#"{"detail":"Not Found"}"#.to_vec() }
    }

    /// A recorded reply: head, blank line, body.
    pub fn recorded(name: &str) -> Self {
        let path = format!("{}/../../tests/recordings/model-info/{name}.http", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a blank line behind the head");
        let head = std::str::from_utf8(&bytes[..end]).expect("a head in ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into()));
        Self { status: status.expect("a status"), headers: Headers(headers.collect()), body: bytes[end + 4..].to_vec() }
    }
}

/// Rules of a scenario, with how often each answered and each path was asked.
pub struct ScriptedGateway<'a> {
    rules: &'a [Value],
    answers: Vec<u64>,
    requests: HashMap<String, u64>,
    prefix: String,
}

impl<'a> ScriptedGateway<'a> {
    /// A gateway below `prefix`, such as `/litellm`. `None` when a rule needs a clock or a socket.
    pub fn new(rules: &'a [Value], prefix: &str) -> Option<Self> {
        let needs_network = |rule: &Value| ["delayMs", "end"].iter().any(|name| rule.get(name).is_some());
        if rules.iter().any(needs_network) {
            return None;
        }
        Some(Self { rules, answers: vec![0; rules.len()], requests: HashMap::new(), prefix: prefix.to_owned() })
    }

    /// The reply to one request.
    pub fn answer(&mut self, method: &str, path: &str) -> Reply {
        let path = format!("{}{path}", self.prefix);
        let asked = self.requests.entry(path.clone()).or_default();
        let attempt = *asked;
        *asked += 1;
        for (rule, answered) in self.rules.iter().zip(&mut self.answers) {
            let when = &rule["when"];
            let is_met = when.get("method").is_none_or(|wanted| wanted == method)
                && when.get("path").is_none_or(|wanted| wanted == path.as_str())
                && when.get("attempt").is_none_or(|wanted| wanted == attempt)
                && rule.get("times").and_then(Value::as_u64).is_none_or(|times| *answered < times);
            if is_met {
                *answered += 1;
                return reply(rule);
            }
        }
        Reply::not_found()
    }

    /// Asks for the models as the host does, without waiting between attempts.
    pub fn discover(&mut self, secret: Option<&str>, max_retries: u32) -> Result<Discovered, Error> {
        discover(secret, max_retries, |path| self.answer("GET", path))
    }
}

/// Runs a discovery against whatever answers.
pub fn discover(
    secret: Option<&str>,
    max_retries: u32,
    mut answer: impl FnMut(&str) -> Reply,
) -> Result<Discovered, Error> {
    let mut discovery = Discovery::new(Rc::new(Secrets::of_key(secret)));
    while let Some(path) = discovery.next_path() {
        let mut attempts = 1;
        loop {
            let reply = answer(path);
            let Some(error) = discovery.on_reply(reply.status, &reply.headers, &reply.body, 0.0) else { break };
            if retry::wait_before_retry(&error, attempts, max_retries, 0.5).is_none() {
                discovery.on_failure(error);
                break;
            }
            attempts += 1;
        }
    }
    discovery.finish()
}

fn reply(rule: &Value) -> Reply {
    let body = match (rule.get("json"), rule.get("text").or_else(|| rule.get("raw"))) {
        (Some(json), _) => json.to_string().into_bytes(),
        (None, Some(text)) => text.as_str().expect("a text").as_bytes().to_vec(),
        (None, None) => Vec::new(),
    };
    let headers = rule["headers"].as_object().into_iter().flatten();
    Reply {
        status: rule["status"].as_u64().unwrap_or(200).try_into().expect("a status"),
        headers: Headers(
            headers.map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned())).collect(),
        ),
        body,
    }
}
