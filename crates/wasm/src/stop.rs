//! Stopping a call from outside: aborts what is being fetched and ends every wait.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use litellm_core::error::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStreamDefaultReader};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(callback: &Function, milliseconds: f64) -> JsValue;
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
    /// Reads the body of the current attempt.
    reader: RefCell<Option<ReadableStreamDefaultReader>>,
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
        // A body may not notice that its request was aborted: the reader is told, too, and gives its end then.
        if let Some(reader) = self.0.reader.take() {
            cancel(&reader);
        }
        self.wake();
    }

    /// Takes note of who reads the body of the current attempt: its reads end when the attempt does.
    pub(crate) fn set_reader(&self, reader: Option<ReadableStreamDefaultReader>) {
        self.0.reader.replace(reader);
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

/// Closes a body that is not read to its end; that this may fail interests nobody.
fn cancel(reader: &ReadableStreamDefaultReader) {
    let cancelled = JsFuture::from(reader.cancel());
    wasm_bindgen_futures::spawn_local(async {
        let _ = cancelled.await;
    });
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

    /// Calls `on_ring` again and again, whenever so many milliseconds are over.
    fn set_again_and_again(milliseconds: f64, on_ring: impl FnMut() + 'static) -> Self {
        let callback = Closure::new(on_ring);
        let id = set_interval(callback.as_ref().unchecked_ref(), milliseconds.min(MAX_TIMER_MS));
        Self { id, _callback: callback }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// Into how many looks the longest silence is divided: how exact it is.
const LOOKS_IN_SILENCE: u32 = 8;
/// How many times the longest silence a whole reply may take.
const MAX_SILENCES: u32 = 20;

/// Ends an attempt in which nothing comes for too long, or whose reply trickles on and on. One timer that looks now and then
/// serves all pieces of a reply: one for each would cost as much as reading it.
pub(crate) struct Silence {
    heard: Rc<Cell<bool>>,
    _timer: Alarm,
}

impl Silence {
    /// A silence of so many milliseconds ends the attempt, or of an eighth more.
    #[expect(clippy::cast_precision_loss, reason = "a timer takes no more than 2^31 milliseconds")]
    pub(crate) fn begin(milliseconds: u64, stop: &Stop) -> Self {
        let heard = Rc::new(Cell::new(false));
        let (stop, was_heard) = (stop.clone(), heard.clone());
        let (mut looks, mut silent_looks) = (0, 0);
        let timer = Alarm::set_again_and_again(milliseconds as f64 / f64::from(LOOKS_IN_SILENCE), move || {
            looks += 1;
            silent_looks = if was_heard.take() { 0 } else { silent_looks + 1 };
            if silent_looks >= LOOKS_IN_SILENCE || looks >= LOOKS_IN_SILENCE * MAX_SILENCES {
                stop.time_out(milliseconds);
            }
        });
        Self { heard, _timer: timer }
    }

    /// Something came.
    pub(crate) fn end(&self) {
        self.heard.set(true);
    }
}
