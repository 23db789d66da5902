//! `ConnectionTest`: the steps of a connection test up to the chat, which the public module makes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use litellm_core::connection::{self, StepName, StepOutcome, StepStatus};
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
}

impl ConnectionTest {
    pub(crate) fn new(gateway: Rc<Gateway>, stop: Stop) -> Self {
        Self { gateway, stop, next: Cell::new(0), failed: Cell::new(false), reply: RefCell::default() }
    }

    async fn get(&self, path: &str) -> Result<WholeReply, error::Error> {
        fetch::exchange(&self.gateway.get(path), &self.stop, self.gateway.settings.discovery_timeout_ms).await
    }

    async fn perform(&self, step: StepName) -> StepOutcome {
        let gateway = &self.gateway;
        match step {
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
                    let secret = gateway.settings.api_key.as_deref();
                    let now_ms = js_sys::Date::now();
                    Err(error::from_reply(FailedCall::Chat, reply.status, &reply.headers, &reply.body, secret, now_ms))
                }
                _ => connection::key(&gateway.settings),
            },
            StepName::Models | StepName::Chat => {
                let discovered = gateway.discover(&self.stop).await?;
                let outcome =
                    connection::models(&discovered.catalog, &discovered.sent_model_id(&gateway.settings.model_id));
                gateway.discovered.replace(Rc::new(discovered));
                outcome
            }
        }
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
            return js_value::from_serializable(&Step { step, status: StepStatus::Skipped, detail: String::new() });
        }
        match self.perform(step).await {
            Ok(detail) => js_value::from_serializable(&Step { step, status: StepStatus::Ok, detail }),
            Err(error) => {
                self.failed.set(true);
                let detail = error.message.clone();
                let outcome = js_value::from_serializable(&Step { step, status: StepStatus::Failed, detail });
                let _ = js_sys::Reflect::set(&outcome, &"error".into(), &crate::error::to_js(error));
                outcome
            }
        }
    }
}

#[wasm_bindgen(typescript_custom_section)]
const STEP_OUTCOME: &str = r"
/** A step as the core gives it: the public module adds the duration. */
export interface StepOutcome { step: StepName; status: StepStatus; detail: string; error?: ErrorFields }
";
