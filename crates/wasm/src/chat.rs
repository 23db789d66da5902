//! `Chat`: one chat call, driven by the read loop of the public module.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use litellm_core::chat_call::{ChatCall, Next};
use litellm_core::error::Error;
use litellm_core::http::ReplyClass;
use litellm_core::stream::part::StreamPart;
use wasm_bindgen::prelude::*;

use crate::handler::{Gateway, moment};
use crate::stop::Stop;
use crate::{error, fetch, js_value};

/// What the read loop does next.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ChatState {
    /// Read the next piece.
    Reading = 0,
    /// Drop the body and open again.
    Again = 1,
    /// Drop the body and call `finish`.
    Complete = 2,
    /// Drop the body and throw `failure`.
    Failed = 3,
}

/// One chat call.
#[wasm_bindgen]
pub struct Chat {
    call: RefCell<ChatCall>,
    gateway: Rc<Gateway>,
    stop: Stop,
    state: Cell<ChatState>,
    wait_ms: Cell<f64>,
    failure: RefCell<Option<Error>>,
    is_reasoning: Cell<bool>,
}

impl Chat {
    pub(crate) fn new(call: ChatCall, gateway: Rc<Gateway>) -> Self {
        Self {
            call: RefCell::new(call),
            gateway,
            stop: Stop::default(),
            state: Cell::new(ChatState::Again),
            wait_ms: Cell::new(0.0),
            failure: RefCell::default(),
            is_reasoning: Cell::new(false),
        }
    }

    fn follow(&self, next: Next) {
        let state = match next {
            Next::Read => ChatState::Reading,
            Next::Send { wait_ms } => {
                // Other calls of the handler may have learned something meanwhile.
                self.gateway.refused.borrow_mut().add(self.call.borrow().refused());
                self.wait_ms.set(wait_ms);
                ChatState::Again
            }
            Next::Complete => ChatState::Complete,
            Next::Fail(error) => {
                self.failure.replace(Some(error));
                ChatState::Failed
            }
        };
        self.state.set(state);
    }

    fn lone_text(&self, text: &str, is_reasoning: bool) -> JsValue {
        self.is_reasoning.set(is_reasoning);
        JsValue::from_str(text)
    }

    fn parts(parts: &[StreamPart]) -> JsValue {
        js_value::from_serializable(parts)
    }

    /// One attempt: sends, and takes the head, or the whole reply of a failure. Gives the body to be read.
    async fn attempt(&self) -> Result<Option<web_sys::ReadableStream>, Next> {
        let timeout_ms = self.gateway.settings.timeout_ms;
        let failed = |error| self.call.borrow_mut().on_failure(error, moment());
        let request = self.call.borrow().request().clone();
        let sent = {
            let _alarm = fetch::alarm(timeout_ms, &self.stop);
            fetch::send(&request, &request.url, &self.stop).await
        };
        let reply = sent.map_err(failed)?;
        match ReplyClass::of(reply.status) {
            ReplyClass::Success => {
                self.call.borrow_mut().on_success_head(reply.headers);
                Ok(reply.body)
            }
            ReplyClass::Redirect => Err(failed(Error::redirect(reply.headers.get("location"), &request.secrets))),
            ReplyClass::Failure => {
                let body = fetch::read_error_body(&reply, &self.stop, timeout_ms).await.map_err(failed)?;
                Err(self.call.borrow_mut().on_failure_reply(reply.status, reply.headers, &body, moment()))
            }
        }
    }
}

#[wasm_bindgen]
impl Chat {
    /// Sends the request, again and again where that may help, until a body can be read. Undefined means that there is
    /// none: ask `state`.
    pub async fn open(&self) -> Option<web_sys::ReadableStream> {
        while self.state.get() == ChatState::Again {
            self.stop.end_attempt();
            self.stop.sleep(self.wait_ms.take()).await;
            if self.stop.is_aborted() {
                let next = self.call.borrow_mut().on_failure(Error::aborted(), moment());
                self.follow(next);
                return None;
            }
            match self.attempt().await {
                Ok(body) => {
                    self.state.set(ChatState::Reading);
                    return body;
                }
                Err(next) => self.follow(next),
            }
        }
        None
    }

    /// What to do next.
    pub fn state(&self) -> ChatState {
        self.state.get()
    }

    /// Takes a piece of the body; gives the parts that it brought. A text or reasoning that comes alone, as nearly all do, is
    /// given as it is: `is_reasoning` says which.
    #[wasm_bindgen(unchecked_return_type = "StreamPart[] | string | undefined")]
    pub fn push(&self, piece: &[u8]) -> JsValue {
        let next = self.call.borrow_mut().push(piece, moment);
        if next != Next::Read {
            self.follow(next);
        }
        match self.call.borrow_mut().take_parts().as_slice() {
            [] => JsValue::UNDEFINED,
            [StreamPart::Text { text }] => self.lone_text(text, false),
            [StreamPart::Reasoning { text }] => self.lone_text(text, true),
            parts => Self::parts(parts),
        }
    }

    /// Whether the text that `push` gave last is reasoning.
    #[wasm_bindgen(js_name = isReasoning)]
    pub fn is_reasoning(&self) -> bool {
        self.is_reasoning.get()
    }

    /// Takes the end of the body; `lost` says that reading failed. Gives the parts that it brought.
    #[wasm_bindgen(unchecked_return_type = "StreamPart[]")]
    pub fn end(&self, lost: bool) -> JsValue {
        let next = match self.stop.error() {
            Some(error) => self.call.borrow_mut().on_failure(error, moment()),
            None => self.call.borrow_mut().end(lost, moment()),
        };
        self.follow(next);
        Self::parts(&self.call.borrow_mut().take_parts())
    }

    /// Gives the last parts of a complete answer. `failure` may be set afterwards: the parts count all the same.
    #[wasm_bindgen(unchecked_return_type = "StreamPart[]")]
    pub async fn finish(&self) -> JsValue {
        self.stop.end_attempt();
        let completed = self.call.borrow_mut().complete(moment());
        if let Err(error) = completed {
            self.follow(Next::Fail(error));
            return Self::parts(&self.call.borrow_mut().take_parts());
        }
        let request = self.call.borrow().spend_request();
        let asked = match request {
            Some(request) => self.gateway.ask_spend(&request, &self.stop).await,
            None => None,
        };
        Self::parts(&self.call.borrow_mut().conclude(asked))
    }

    /// The error to throw, if the call failed; once.
    #[wasm_bindgen(js_name = takeFailure)]
    pub fn take_failure(&self) -> JsValue {
        self.failure.take().map_or(JsValue::UNDEFINED, error::to_js)
    }

    /// Stops the call and closes its connection.
    pub fn abort(&self) {
        self.stop.abort();
    }

    /// Ends the attempt: nothing came for too long.
    #[wasm_bindgen(js_name = timeOut)]
    pub fn time_out(&self) {
        self.stop.time_out(self.gateway.settings.timeout_ms);
    }
}
