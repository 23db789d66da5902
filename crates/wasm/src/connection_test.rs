//! `ConnectionTest`: the steps of a connection test up to the chat, which the public module makes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use litellm_core::connection::{self, BrowserPage, Encryption, Listed, ModelsReply, StepCause, StepName, StepStatus};
use litellm_core::error::{self, FailedCall};
use litellm_core::http::{HttpRequest, ReplyClass};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::fetch::{self, WholeReply};
use crate::handler::Gateway;
use crate::js_value;
use crate::stop::Stop;

const STEPS: [StepName; 5] =
    [StepName::Address, StepName::Reachable, StepName::Gateway, StepName::Key, StepName::Models];

/// A connection test under way.
#[wasm_bindgen]
pub struct ConnectionTest {
    gateway: Rc<Gateway>,
    stop: Stop,
    next: Cell<usize>,
    failed: Cell<bool>,
    /// The reply of the last step that made a request, for the step after it.
    reply: RefCell<Option<WholeReply>>,
}

/// One step; the public module adds its duration and makes an error of `error`.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the name in the public contract")]
struct Step {
    step: StepName,
    status: StepStatus,
    detail: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    listed: Option<ListedModels>,
    #[serde(flatten)]
    facts: Facts,
}

/// What was asked and what came, as far as a step got.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Asked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption: Option<Encryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<StepCause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right_base_url: Option<String>,
}

/// A request as it can be shown: its address without a query, which may hold secrets.
#[derive(Serialize)]
struct Asked {
    method: &'static str,
    url: String,
}

/// What only the step `models` has.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedModels {
    model_count: usize,
    has_model: bool,
}

/// What a step found, in words, and for the step `models` in numbers.
struct Finding {
    words: String,
    listed: Option<ListedModels>,
}

impl From<String> for Finding {
    fn from(words: String) -> Self {
        Self { words, listed: None }
    }
}

impl From<Listed> for Finding {
    fn from(Listed { model_count, has_model, words }: Listed) -> Self {
        Self { words, listed: Some(ListedModels { model_count, has_model }) }
    }
}

impl ConnectionTest {
    pub(crate) fn new(gateway: Rc<Gateway>, stop: Stop) -> Self {
        Self { gateway, stop, next: Cell::new(0), failed: Cell::new(false), reply: RefCell::default() }
    }

    async fn exchange(&self, request: &HttpRequest) -> Result<WholeReply, error::Error> {
        fetch::exchange(request, &self.stop, self.gateway.settings.discovery_timeout_ms).await
    }

    /// Asks the gateway for `path`, and notes what was asked, what came, and why nothing came.
    async fn get(&self, path: &str, facts: &mut Facts) -> Result<WholeReply, error::Error> {
        let root = &self.gateway.endpoints.root;
        facts.request = Some(Asked { method: "GET", url: format!("{root}{path}") });
        let reply = self.exchange(&self.gateway.get(path)).await;
        match &reply {
            Ok(reply) => facts.reply_status = Some(reply.status),
            Err(error) => {
                facts.reply_status = error.status;
                facts.cause = StepCause::of_lost(error, root, None);
                // A browser says nothing: more is asked of it.
                if let Some(origin) = browser_origin().filter(|_| facts.cause.is_none()) {
                    let page = BrowserPage { origin: &origin, was_answered: self.is_answered(path).await };
                    facts.cause = StepCause::of_lost(error, root, Some(page));
                }
            }
        }
        reply
    }

    /// Whether the gateway answers a request of which a browser shows nothing.
    async fn is_answered(&self, path: &str) -> bool {
        let url = self.gateway.endpoints.url(path);
        fetch::is_answered(&url, &self.stop, self.gateway.settings.discovery_timeout_ms).await
    }

    /// The root of the address, when a gateway answers there and not at the path that was asked.
    async fn found_root(&self) -> Option<String> {
        let root = connection::other_root(&self.gateway.endpoints)?;
        let asked = HttpRequest { url: format!("{root}/health/liveliness"), ..self.gateway.get("") };
        let reply = self.exchange(&asked).await.ok()?;
        connection::is_liveliness(reply.status, &reply.body).then(|| root.to_owned())
    }

    async fn version(&self) -> Option<String> {
        let reply = self.exchange(&self.gateway.get("/health/readiness")).await.ok()?;
        connection::version(reply.status, &reply.body)
    }

    async fn find_gateway(&self, facts: &mut Facts) -> connection::StepOutcome {
        let alive = self.reply.take().is_some_and(|reply| connection::is_liveliness(reply.status, &reply.body));
        let reply = self.get("/v1/models", facts).await?;
        let models = ModelsReply { status: reply.status, headers: &reply.headers, body: &reply.body };
        if !alive && !models.is_gateway() {
            let root = self.found_root().await;
            let (error, cause) = models.not_a_gateway(root.as_deref(), &self.gateway.secrets, js_sys::Date::now());
            facts.cause = Some(cause);
            facts.right_base_url = root;
            return Err(error);
        }
        self.reply.replace(Some(reply));
        if alive {
            facts.version = self.version().await;
            connection::gateway_recognised()
        } else {
            connection::gateway_assumed()
        }
    }

    /// The reply to the step before tells of the key, too.
    fn judge_key(&self, facts: &mut Facts) -> connection::StepOutcome {
        let gateway = &self.gateway;
        let Some(reply) = self.reply.take() else { return connection::key(&gateway.settings) };
        facts.request = Some(Asked { method: "GET", url: format!("{}/v1/models", gateway.endpoints.root) });
        facts.reply_status = Some(reply.status);
        if ReplyClass::of(reply.status) != ReplyClass::Failure {
            return connection::key(&gateway.settings);
        }
        let (secrets, now_ms) = (&gateway.secrets, js_sys::Date::now());
        let call = FailedCall::Discovery;
        let error = error::from_reply(call, reply.status, &reply.headers, &reply.body, secrets, now_ms);
        if connection::is_known_key(&error) { connection::key(&gateway.settings) } else { Err(error) }
    }

    async fn perform(&self, step: StepName, facts: &mut Facts) -> Result<Finding, error::Error> {
        let gateway = &self.gateway;
        let outcome = match step {
            StepName::Address => connection::address(&gateway.endpoints.root),
            StepName::Reachable => {
                let reply = self.get("/health/liveliness", facts).await;
                facts.encryption = connection::encryption(&gateway.endpoints.root, facts.cause);
                self.reply.replace(Some(reply?));
                connection::address(&gateway.endpoints.root)
            }
            StepName::Gateway => self.find_gateway(facts).await,
            StepName::Key => self.judge_key(facts),
            StepName::Models | StepName::Chat => {
                let found = gateway.discover(&self.stop).await;
                let root = &gateway.endpoints.root;
                let attempts = found.as_ref().map(|found| found.catalog.attempts.as_slice()).unwrap_or_default();
                if let Some(attempt) = attempts.iter().find(|attempt| attempt.error.is_none()) {
                    facts.request = Some(Asked { method: "GET", url: format!("{root}{}", attempt.path) });
                    facts.reply_status = attempt.status;
                }
                facts.reply_status = facts.reply_status.or_else(|| found.as_ref().err().and_then(|error| error.status));
                let discovered = found?;
                let listed =
                    connection::models(&discovered.catalog, &discovered.sent_model_id(&gateway.settings.model_id));
                gateway.discovered.replace(Rc::new(discovered));
                return Ok(listed.into());
            }
        };
        outcome.map(Finding::from)
    }
}

/// The origin of the page or worker that this runs in, when a browser decides what it may reach; Node has none.
fn browser_origin() -> Option<String> {
    js_sys::Reflect::get(&js_sys::global(), &"origin".into()).ok()?.as_string()
}

#[wasm_bindgen]
impl ConnectionTest {
    /// Makes the next step; undefined after the last. After a failure the rest come as skipped.
    #[wasm_bindgen(unchecked_return_type = "StepOutcome | undefined")]
    pub async fn next(&self) -> JsValue {
        let position = self.next.get();
        let Some(&step) = STEPS.get(position) else { return JsValue::UNDEFINED };
        self.next.set(position + 1);
        if self.failed.get() {
            let (detail, facts) = (String::new(), Facts::default());
            return js_value::from_serializable(&Step {
                step,
                status: StepStatus::Skipped,
                detail,
                listed: None,
                facts,
            });
        }
        let mut facts = Facts::default();
        match self.perform(step, &mut facts).await {
            Ok(Finding { words, listed }) => {
                js_value::from_serializable(&Step { step, status: StepStatus::Ok, detail: words, listed, facts })
            }
            Err(error) => {
                self.failed.set(true);
                let detail = error.message.clone();
                let failed = Step { step, status: StepStatus::Failed, detail, listed: None, facts };
                let outcome = js_value::from_serializable(&failed);
                let _ = js_sys::Reflect::set(&outcome, &"error".into(), &crate::error::to_js(error));
                outcome
            }
        }
    }

    /// Where the step `chat` asks, without a query.
    #[wasm_bindgen(getter, js_name = chatUrl)]
    pub fn chat_url(&self) -> String {
        format!("{}/v1/chat/completions", self.gateway.endpoints.root)
    }

    /// What the step `chat` asks the model.
    #[wasm_bindgen(js_name = chatPrompt)]
    pub fn chat_prompt() -> String {
        connection::CHAT_PROMPT.to_owned()
    }

    /// The most tokens that its answer may have.
    #[wasm_bindgen(js_name = chatMaxTokens)]
    pub fn chat_max_tokens() -> u32 {
        connection::CHAT_MAX_TOKENS
    }

    /// Whether a stream part of this type is a piece of an answer.
    #[wasm_bindgen(js_name = isAnswer)]
    pub fn is_answer(part_type: &str) -> bool {
        connection::is_answer(part_type)
    }

    /// What a chat that ended well says in words; throws the error that it is when there was no answer.
    #[wasm_bindgen(js_name = chatOutcome)]
    pub fn chat_outcome(model_id: &str, has_answer: bool, reason: &str) -> Result<String, JsValue> {
        connection::chat(model_id, has_answer, reason).map_err(crate::error::to_js)
    }
}

#[wasm_bindgen(typescript_custom_section)]
const STEP_OUTCOME: &str = r"
/** A request of a step; the address has no query, which may hold secrets. */
export interface StepRequest { method: 'GET' | 'POST'; url: string }
/** A step as the core gives it: the public module adds the duration. Only the step `models` has a count. */
export interface StepOutcome {
  step: StepName; status: StepStatus; detail: string; modelCount?: number; hasModel?: boolean; error?: ErrorFields;
  request?: StepRequest; replyStatus?: number; encryption?: Encryption; version?: string; cause?: StepCause;
  rightBaseUrl?: string
}
";
