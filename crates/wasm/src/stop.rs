//! Stopping a call from outside: aborts what is being fetched and ends every wait.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use litellm_core::error::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// The longest time that a timer of JavaScript takes, in milliseconds; a longer one fires at once.
const MAX_TIMER_MS: f64 = 2_147_483_647.0;

/// What stops one call. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Stop(Rc<State>);

#[derive(Default)]
struct State {
    aborted: Cell<bool>,
    timed_out: Cell<Option<u64>>,
    controller: RefCell<Option<AbortController>>,
    /// Ends the promise that waits are raced against.
    wake: RefCell<Option<Function>>,
}

impl Stop {
    /// Stops the call for good.
    pub(crate) fn abort(&self) {
        self.0.aborted.set(true);
        self.end_attempt();
    }

    /// Ends the current attempt since nothing came for `after_ms` milliseconds; another attempt may follow.
    pub(crate) fn time_out(&self, after_ms: u64) {
        self.0.timed_out.set(Some(after_ms));
        self.end_attempt();
    }

    /// Closes the connection of the current attempt.
    pub(crate) fn end_attempt(&self) {
        if let Some(controller) = self.0.controller.take() {
            // A reason that is no Error makes gloo-net panic: there is none.
            controller.abort();
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(wake) = self.0.wake.take() {
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    }

    /// Whether the call was stopped for good.
    pub(crate) fn is_aborted(&self) -> bool {
        self.0.aborted.get()
    }

    /// The error of what stopped the call or its attempt, if something did.
    pub(crate) fn error(&self) -> Option<Error> {
        if self.is_aborted() { Some(Error::aborted()) } else { self.0.timed_out.get().map(Error::timeout) }
    }

    /// The signal of a new attempt. Where there is no `AbortController`, the connection stays open until its end.
    pub(crate) fn new_attempt(&self) -> Option<AbortSignal> {
        self.0.timed_out.set(None);
        let controller = AbortController::new().ok()?;
        let signal = controller.signal();
        self.0.controller.replace(Some(controller));
        Some(signal)
    }

    /// A promise that is settled when the call or its attempt is stopped.
    pub(crate) fn stopped(&self) -> Promise {
        Promise::new(&mut |resolve, _| {
            self.0.wake.replace(Some(resolve));
        })
    }

    /// Waits, unless the call is stopped.
    pub(crate) async fn sleep(&self, milliseconds: f64) {
        if milliseconds <= 0.0 || self.is_aborted() {
            return;
        }
        let alarm = RefCell::new(None);
        let promise = Promise::new(&mut |resolve, _| {
            let wake = resolve.clone();
            alarm.replace(Some(Alarm::set(milliseconds, move || {
                let _ = wake.call0(&JsValue::UNDEFINED);
            })));
            self.0.wake.replace(Some(resolve));
        });
        let _ = JsFuture::from(promise).await;
    }
}

/// A timer that is cleared when it is dropped.
pub(crate) struct Alarm {
    id: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Alarm {
    /// Calls `on_ring` after so many milliseconds.
    pub(crate) fn set(milliseconds: f64, on_ring: impl FnMut() + 'static) -> Self {
        let callback = Closure::new(on_ring);
        let id = set_timeout(callback.as_ref().unchecked_ref(), milliseconds.min(MAX_TIMER_MS));
        Self { id, _callback: callback }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}
