//! `ConnectionTest`: the steps of a connection test up to the chat, which the public module makes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use litellm_core::connection::{self, Listed, StepName, StepStatus};
use litellm_core::error::{self, FailedCall};
use litellm_core::http::ReplyClass;
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

    async fn get(&self, path: &str) -> Result<WholeReply, error::Error> {
        fetch::exchange(&self.gateway.get(path), &self.stop, self.gateway.settings.discovery_timeout_ms).await
    }

    async fn perform(&self, step: StepName) -> Result<Finding, error::Error> {
        let gateway = &self.gateway;
        let outcome = match step {
            StepName::Address => connection::address(&gateway.endpoints.root),
            StepName::Reachable => {
                let reply = self.get("/health/liveliness").await?;
                self.reply.replace(Some(reply));
                connection::address(&gateway.endpoints.root)
            }
            StepName::Gateway => {
                let alive = self.reply.take().is_some_and(|reply| connection::is_liveliness(reply.status, &reply.body));
                let models = self.get("/v1/models").await?;
                let outcome = if alive { connection::gateway_recognised() } else { connection::gateway(&models.body) };
                self.reply.replace(Some(models));
                outcome
            }
            StepName::Key => match self.reply.take() {
                Some(reply) if ReplyClass::of(reply.status) == ReplyClass::Failure => {
                    let secrets = &gateway.secrets;
                    let now_ms = js_sys::Date::now();
                    Err(error::from_reply(FailedCall::Chat, reply.status, &reply.headers, &reply.body, secrets, now_ms))
                }
                _ => connection::key(&gateway.settings),
            },
            StepName::Models | StepName::Chat => {
                let discovered = gateway.discover(&self.stop).await?;
                let listed =
                    connection::models(&discovered.catalog, &discovered.sent_model_id(&gateway.settings.model_id));
                gateway.discovered.replace(Rc::new(discovered));
                return Ok(listed.into());
            }
        };
        outcome.map(Finding::from)
    }
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
            let skipped = Step { step, status: StepStatus::Skipped, detail: String::new(), listed: None };
            return js_value::from_serializable(&skipped);
        }
        match self.perform(step).await {
            Ok(Finding { words, listed }) => {
                js_value::from_serializable(&Step { step, status: StepStatus::Ok, detail: words, listed })
            }
            Err(error) => {
                self.failed.set(true);
                let detail = error.message.clone();
                let outcome =
                    js_value::from_serializable(&Step { step, status: StepStatus::Failed, detail, listed: None });
                let _ = js_sys::Reflect::set(&outcome, &"error".into(), &crate::error::to_js(error));
                outcome
            }
        }
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
/** A step as the core gives it: the public module adds the duration. Only the step `models` has a count. */
export interface StepOutcome {
  step: StepName; status: StepStatus; detail: string; modelCount?: number; hasModel?: boolean; error?: ErrorFields
}
";
