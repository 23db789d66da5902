//! `ConnectionTest`: the steps of a connection test up to the chat, which the public module makes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use litellm_core::catalog::Discovery;
use litellm_core::connection::{self, BrowserPage, Listed, ModelsReply, StepCause, StepName, StepStatus};
use litellm_core::error::{self, FailedCall};
use litellm_core::http::{HttpRequest, ReplyClass};
use wasm_bindgen::prelude::*;

use crate::fetch::{self, WholeReply};
use crate::handler::Gateway;
use crate::transport::Transport;

const STEPS: [StepName; 5] =
    [StepName::Address, StepName::Reachable, StepName::Gateway, StepName::Key, StepName::Models];

/// A connection test under way.
#[wasm_bindgen]
pub struct ConnectionTest {
    gateway: Rc<Gateway>,
    transport: Transport,
    next: Cell<usize>,
    failed: Cell<bool>,
    /// The reply of the last step that made a request, for the step after it.
    reply: RefCell<Option<WholeReply>>,
}

/// A step as JavaScript gets it, member by member: the serialisation of a struct with so many that may be absent is as large
/// as the rest of this file.
struct Facts(js_sys::Object);

impl Facts {
    fn of(step: StepName) -> Self {
        let facts = Self(js_sys::Object::new());
        facts.set("step", step.as_str());
        facts
    }

    fn set(&self, name: &str, value: impl Into<JsValue>) {
        let _ = js_sys::Reflect::set(&self.0, &name.into(), &value.into());
    }

    /// What was asked; the address has no query, which may hold secrets.
    fn set_request(&self, root: &str, path: &str) {
        let request = Self(js_sys::Object::new());
        request.set("method", "GET");
        request.set("url", format!("{root}{path}"));
        self.set("request", request.0);
    }

    fn set_status(&self, status: Option<u16>) {
        if let Some(status) = status {
            self.set("replyStatus", status);
        }
    }

    fn end(self, status: StepStatus, detail: &str) -> JsValue {
        self.set("status", status.as_str());
        self.set("detail", detail);
        self.0.into()
    }
}

impl ConnectionTest {
    pub(crate) fn new(gateway: Rc<Gateway>, transport: Transport) -> Self {
        Self { gateway, transport, next: Cell::new(0), failed: Cell::new(false), reply: RefCell::default() }
    }

    async fn exchange(&self, request: &HttpRequest) -> Result<WholeReply, error::Error> {
        fetch::exchange(request, &self.transport, self.gateway.patience()).await
    }

    /// Asks the gateway for `path`, and notes what was asked and what came. A failure comes with its cause.
    async fn get(&self, path: &str, facts: &Facts) -> Result<WholeReply, (error::Error, Option<StepCause>)> {
        let root = &self.gateway.endpoints.root;
        facts.set_request(root, path);
        let error = match self.exchange(&self.gateway.get(path)).await {
            Ok(reply) => {
                facts.set_status(Some(reply.status));
                return Ok(reply);
            }
            Err(error) => error,
        };
        facts.set_status(error.status);
        let mut cause = StepCause::of_lost(&error, root, None);
        // A browser says nothing: more is asked of it.
        if let Some(origin) = browser_origin().filter(|_| cause.is_none()) {
            let url = self.gateway.endpoints.url(path);
            let limit_ms = self.gateway.settings.discovery_timeout_ms;
            let was_answered = fetch::is_answered(&url, &self.transport, limit_ms).await;
            cause = StepCause::of_lost(&error, root, Some(BrowserPage { origin: &origin, was_answered }));
        }
        if let Some(cause) = cause {
            facts.set("cause", cause.as_str());
        }
        Err((error, cause))
    }

    async fn reach(&self, facts: &Facts) -> connection::StepOutcome {
        let root = &self.gateway.endpoints.root;
        let reply = self.get("/health/liveliness", facts).await;
        let cause = reply.as_ref().err().and_then(|(_, cause)| *cause);
        if let Some(encryption) = connection::encryption(root, reply.is_ok(), cause) {
            facts.set("encryption", encryption.as_str());
        }
        self.reply.replace(Some(reply.map_err(|(error, _)| error)?));
        connection::address(root)
    }

    async fn find_gateway(&self, facts: &Facts) -> connection::StepOutcome {
        let alive = self.reply.take().is_some_and(|reply| connection::is_liveliness(reply.status, &reply.body));
        let reply = self.get("/v1/models", facts).await.map_err(|(error, _)| error)?;
        let models = ModelsReply { status: reply.status, headers: &reply.headers, body: &reply.body };
        let is_found = alive || models.is_gateway();
        // Either who it is, or whether it is at the root of this address.
        let more = if is_found {
            alive.then(|| self.gateway.get("/health/readiness"))
        } else {
            connection::other_root(&self.gateway.endpoints)
                .map(|root| HttpRequest { url: format!("{root}/health/liveliness"), ..self.gateway.get("") })
        };
        let more = match &more {
            Some(request) => self.exchange(request).await.ok(),
            None => None,
        };
        if is_found {
            if let Some(version) = more.and_then(|more| connection::version(more.status, &more.body)) {
                facts.set("version", version);
            }
            self.reply.replace(Some(reply));
            return if alive { connection::gateway_recognised() } else { connection::gateway_assumed() };
        }
        let is_there = more.is_some_and(|more| connection::is_liveliness(more.status, &more.body));
        let root = connection::other_root(&self.gateway.endpoints).filter(|_| is_there);
        let (error, cause) = models.not_a_gateway(root, &self.gateway.secrets, js_sys::Date::now());
        facts.set("cause", cause.as_str());
        if let Some(root) = root {
            facts.set("rightBaseUrl", root);
        }
        Err(error)
    }

    /// The reply to the step before tells of the key, too.
    fn judge_key(&self, facts: &Facts) -> connection::StepOutcome {
        let gateway = &self.gateway;
        let Some(reply) = self.reply.take() else { return connection::key(&gateway.settings) };
        facts.set_request(&gateway.endpoints.root, "/v1/models");
        facts.set_status(Some(reply.status));
        if ReplyClass::of(reply.status) != ReplyClass::Failure {
            return connection::key(&gateway.settings);
        }
        let (secrets, now_ms) = (&gateway.secrets, js_sys::Date::now());
        let call = FailedCall::Discovery;
        let error = error::from_reply(call, reply.status, &reply.headers, &reply.body, secrets, now_ms);
        if connection::is_known_key(&error) { connection::key(&gateway.settings) } else { Err(error) }
    }

    async fn list(&self, facts: &Facts) -> connection::StepOutcome {
        let gateway = &self.gateway;
        let discovered = match gateway.discover(&self.transport).await.and_then(Discovery::finish) {
            Ok(discovered) => discovered,
            Err(error) => {
                facts.set_status(error.status);
                return Err(error);
            }
        };
        if let Some(attempt) = discovered.attempts.iter().find(|attempt| attempt.error.is_none()) {
            facts.set_request(&gateway.endpoints.root, &attempt.path);
            facts.set_status(attempt.status);
        }
        let Listed { model_count, has_model, words } =
            connection::models(discovered.ids(), &discovered.sent_model_id(&gateway.settings.model_id));
        facts.set("modelCount", model_count);
        facts.set("hasModel", has_model);
        gateway.discovered.replace(Rc::new(discovered));
        Ok(words)
    }

    async fn perform(&self, step: StepName, facts: &Facts) -> connection::StepOutcome {
        match step {
            StepName::Address => connection::address(&self.gateway.endpoints.root),
            StepName::Reachable => self.reach(facts).await,
            StepName::Gateway => self.find_gateway(facts).await,
            StepName::Key => self.judge_key(facts),
            StepName::Models | StepName::Chat => self.list(facts).await,
        }
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
        let facts = Facts::of(step);
        if self.failed.get() {
            return facts.end(StepStatus::Skipped, "");
        }
        match self.perform(step, &facts).await {
            Ok(words) => facts.end(StepStatus::Ok, &words),
            Err(error) => {
                self.failed.set(true);
                let detail = error.message.clone();
                facts.set("error", crate::error::to_js(error));
                facts.end(StepStatus::Failed, &detail)
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
