//! `Chat`: one chat call, driven by the read loop of the public module.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use litellm_core::chat_call::{ChatCall, LoneText, Next};
use litellm_core::error::Error;
use litellm_core::http::ReplyClass;
use wasm_bindgen::prelude::*;

use crate::handler::{Gateway, moment};
use crate::transport::{Patience, Transport, Watch};
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

/// What a piece of the body brought.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// Nothing yet: read the next piece.
    Nothing = 0,
    /// One text of the answer, as nearly all do: it lies at `textStart`. Read on.
    Text = 1,
    /// One text of reasoning, at the same place. Read on.
    Reasoning = 2,
    /// Whatever `takeParts` gives; then ask `state`.
    Parts = 3,
}

/// One chat call.
#[wasm_bindgen]
pub struct Chat {
    /// Where the host writes a piece of the body.
    piece: RefCell<Vec<u8>>,
    /// Where the host reads a lone text.
    text: RefCell<String>,
    call: RefCell<ChatCall>,
    gateway: Rc<Gateway>,
    transport: Transport,
    state: Cell<ChatState>,
    wait_ms: Cell<f64>,
    failure: RefCell<Option<Error>>,
}

impl Chat {
    pub(crate) fn new(call: ChatCall, gateway: Rc<Gateway>, transport: Transport) -> Self {
        Self {
            piece: RefCell::default(),
            text: RefCell::default(),
            call: RefCell::new(call),
            gateway,
            transport,
            state: Cell::new(ChatState::Again),
            wait_ms: Cell::new(0.0),
            failure: RefCell::default(),
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

    /// One attempt: sends, and takes the head, or the whole reply of a failure. Gives the body to be read.
    async fn attempt(&self) -> Result<Option<web_sys::ReadableStream>, Next> {
        let timeout_ms = self.gateway.settings.timeout_ms;
        let failed = |error| self.call.borrow_mut().on_failure(error, moment());
        let request = self.call.borrow().request().clone();
        let sent = {
            let _watch = Watch::begin(&self.transport, Patience::of_whole(timeout_ms));
            fetch::send(&request, &request.url, &self.transport).await
        };
        let reply = sent.map_err(failed)?;
        match ReplyClass::of(reply.status) {
            ReplyClass::Success => {
                self.call.borrow_mut().on_success_head(reply.headers);
                Ok(reply.body)
            }
            ReplyClass::Redirect => Err(failed(Error::redirect(reply.headers.get("location"), &request.secrets))),
            ReplyClass::Failure => {
                let body = fetch::read_error_body(&reply, &self.transport, timeout_ms).await.map_err(failed)?;
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
            self.transport.end_attempt();
            self.transport.pause(self.wait_ms.take()).await;
            if self.transport.is_aborted() {
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

    /// The memory of this instance of the module; it has another buffer whenever it grew.
    #[wasm_bindgen(unchecked_return_type = "WebAssembly.Memory")]
    pub fn memory() -> JsValue {
        wasm_bindgen::memory()
    }

    /// Makes room for pieces of up to `length` bytes: where in `memory` the host writes them.
    pub fn room(&self, length: usize) -> usize {
        let mut piece = self.piece.borrow_mut();
        piece.resize(length, 0);
        piece.as_mut_ptr().expose_provenance()
    }

    /// Takes the first `length` bytes of the room as the next piece of the body.
    pub fn push(&self, length: usize) -> Brought {
        let mut call = self.call.borrow_mut();
        let next = call.push(self.piece.borrow().get(..length).unwrap_or_default(), moment);
        if next == Next::Read {
            if let Some(LoneText { text, is_reasoning }) = call.take_lone_text() {
                self.text.replace(text);
                return if is_reasoning { Brought::Reasoning } else { Brought::Text };
            }
            if !call.has_parts() {
                return Brought::Nothing;
            }
        }
        drop(call);
        self.follow(next);
        Brought::Parts
    }

    /// Where in `memory` the text begins that `push` told of, in UTF-8. It stays there until the next call.
    #[wasm_bindgen(js_name = textStart)]
    pub fn text_start(&self) -> usize {
        self.text.borrow().as_ptr().expose_provenance()
    }

    /// How many bytes it has.
    #[wasm_bindgen(js_name = textLength)]
    pub fn text_length(&self) -> usize {
        self.text.borrow().len()
    }

    /// Gives the parts that a step brought.
    #[wasm_bindgen(js_name = takeParts, unchecked_return_type = "StreamPart[]")]
    pub fn take_parts(&self) -> JsValue {
        js_value::from_serializable(&self.call.borrow_mut().take_parts())
    }

    /// Takes the end of the body; `lost` says that reading failed. Then ask `takeParts` and `state`.
    pub fn end(&self, lost: bool) {
        let next = match self.transport.error() {
            Some(error) => self.call.borrow_mut().on_failure(error, moment()),
            None => self.call.borrow_mut().end(lost, moment()),
        };
        self.follow(next);
    }

    /// Makes the last parts of a complete answer: ask `takeParts`. `failure` may be set afterwards: the parts count all the same.
    pub async fn finish(&self) {
        self.transport.end_attempt();
        let completed = self.call.borrow_mut().complete(moment());
        if let Err(error) = completed {
            self.follow(Next::Fail(error));
            return;
        }
        let request = self.call.borrow().spend_request();
        let asked = match request {
            Some(request) => self.gateway.ask_spend(&request, &self.transport).await,
            None => None,
        };
        self.call.borrow_mut().conclude(asked);
    }

    /// The error to throw, if the call failed; once.
    #[wasm_bindgen(js_name = takeFailure)]
    pub fn take_failure(&self) -> JsValue {
        self.failure.take().map_or(JsValue::UNDEFINED, error::to_js)
    }
}
