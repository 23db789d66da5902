//! What one call has on the network, as `js/transport.ts` does it for the core.

use js_sys::{Promise, Uint8Array};
use litellm_core::error::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, ReadableStream};

#[wasm_bindgen(typescript_custom_section)]
const IMPORT: &str = "import type { Transport } from '../js/transport.ts';";

#[wasm_bindgen(raw_module = "../js/transport.ts")]
extern "C" {
    /// Sends, reads and waits for one call, and can be stopped.
    #[derive(Clone)]
    pub type Transport;

    #[wasm_bindgen(constructor)]
    pub(crate) fn new() -> Transport;

    /// Whether the call was stopped for good.
    #[wasm_bindgen(method, getter, js_name = isAborted)]
    pub(crate) fn is_aborted(this: &Transport) -> bool;

    #[wasm_bindgen(method, getter, js_name = timedOutMs)]
    fn timed_out_ms(this: &Transport) -> Option<f64>;

    /// Closes the connection of the current attempt.
    #[wasm_bindgen(method, js_name = endAttempt)]
    pub(crate) fn end_attempt(this: &Transport);

    #[wasm_bindgen(method)]
    fn watch(this: &Transport, silence_ms: f64, silences: u32);

    #[wasm_bindgen(method)]
    fn unwatch(this: &Transport);

    /// The reply to a request, as it is; undefined once the attempt is ended.
    #[wasm_bindgen(method)]
    pub(crate) fn send(
        this: &Transport,
        url: &str,
        method: &str,
        headers: &Headers,
        body: Option<&Uint8Array>,
    ) -> Promise;

    /// Whether an address answers at all. Ends the attempt.
    #[wasm_bindgen(method, js_name = isAnswered)]
    pub(crate) fn is_answered(this: &Transport, url: &str) -> Promise;

    /// Reads a body to its end, or up to a limit.
    #[wasm_bindgen(method)]
    pub(crate) fn read(
        this: &Transport,
        body: &ReadableStream,
        limit: usize,
        take: &ScopedClosure<dyn FnMut(Uint8Array)>,
    ) -> Promise;

    #[wasm_bindgen(method)]
    fn sleep(this: &Transport, milliseconds: f64) -> Promise;

    /// Why a `fetch` failed, in the host's words.
    #[wasm_bindgen(js_name = reasonOf)]
    pub(crate) fn reason_of(failure: &JsValue) -> String;
}

impl Transport {
    /// The error of what stopped the call or its attempt, if something did.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a time that the core gave")]
    pub(crate) fn error(&self) -> Option<Error> {
        if self.is_aborted() {
            return Some(Error::aborted());
        }
        self.timed_out_ms().map(|after_ms| Error::timeout(after_ms as u64))
    }

    /// Waits, unless the call is stopped.
    pub(crate) async fn pause(&self, milliseconds: f64) {
        if milliseconds > 0.0 {
            let _ = JsFuture::from(self.sleep(milliseconds)).await;
        }
    }
}

/// How many times the longest silence a whole reply may take.
const MAX_SILENCES: u32 = 20;

/// How long a reply is waited for.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    silence_ms: u64,
    silences: u32,
}

impl Patience {
    /// Nothing may come for `silence_ms`; a reply that trickles on and on is given up, too.
    pub(crate) const fn with_silence(silence_ms: u64) -> Self {
        Self { silence_ms, silences: MAX_SILENCES }
    }

    /// All of the reply has to come within `whole_ms`.
    pub(crate) const fn of_whole(whole_ms: u64) -> Self {
        Self { silence_ms: whole_ms, silences: 1 }
    }
}

/// Ends the attempt of a transport when the patience is over, until it is dropped. A transport has one at a time.
pub(crate) struct Watch<'a>(&'a Transport);

impl<'a> Watch<'a> {
    #[expect(clippy::cast_precision_loss, reason = "a timer takes no more than 2^31 milliseconds")]
    pub(crate) fn begin(transport: &'a Transport, patience: Patience) -> Self {
        transport.watch(patience.silence_ms as f64, patience.silences);
        Self(transport)
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.0.unwatch();
    }
}
