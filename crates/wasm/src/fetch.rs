//! HTTP through the host's `fetch`, so that the editor's proxy and certificates apply. The only file that knows gloo-net.
//!
//! gloo-net's own `send` panics on a `fetch` that gives no real `Response`, and its builder makes two requests and an address for
//! one: so it writes and reads headers and replies, and the request and the call are made here.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use litellm_core::error::Error;
use litellm_core::http::{Headers, HttpRequest, ReplyClass, same_origin_redirect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStream, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect,
};

use crate::stop::{Alarm, Silence, Stop};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn host_fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}

#[wasm_bindgen(raw_module = "../js/readPieces.ts")]
extern "C" {
    #[wasm_bindgen(js_name = readPieces)]
    fn read_pieces(
        reader: &ReadableStreamDefaultReader,
        limit: usize,
        take: &ScopedClosure<dyn FnMut(Uint8Array)>,
    ) -> Promise;
}

/// A longer error body says nothing more.
const MAX_ERROR_BYTES: usize = 1024 * 1024;
/// More than any gateway lists; a compressed body can grow beyond all bounds.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;
const MAX_REDIRECTS: usize = 5;

/// The head of a reply, and its body, which is still to be read.
pub(crate) struct Reply {
    /// 0 for a redirect that a browser hides.
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Option<ReadableStream>,
}

/// Sends a request and waits for the head of its reply.
pub(crate) async fn send(request: &HttpRequest, url: &str, stop: &Stop) -> Result<Reply, Error> {
    if stop.is_aborted() {
        return Err(Error::aborted());
    }
    let signal = stop.new_attempt();
    let lost = |cause: &str| Error::connection(url, cause, &request.secrets);
    let failure = |cause: JsValue| stop.error().unwrap_or_else(|| lost(&describe(&cause)));
    let built = build(request, url, signal.as_ref()).map_err(|cause| lost(&describe(&cause)))?;
    // A patched fetch may never notice its signal, or may itself be what stops the call: the race ends all the same.
    let stopped = stop.stopped();
    let reply = host_fetch(&built).map_err(failure)?;
    let race = Promise::race(&Array::of2(&reply, &stopped));
    let first = JsFuture::from(race).await;
    if let Some(error) = stop.error() {
        drop_late(reply);
        return Err(error);
    }
    let reply = first.map_err(failure)?;
    let raw: web_sys::Response = reply.dyn_into().map_err(|_| lost("this host's fetch gives no Response"))?;
    let hidden_redirect = raw.type_() == web_sys::ResponseType::Opaqueredirect;
    let response = gloo_net::http::Response::from(raw);
    let headers = Headers(response.headers().entries().collect());
    Ok(Reply { status: if hidden_redirect { 0 } else { response.status() }, headers, body: response.body() })
}

/// Whether `url` answers at all: a browser does not show the answer to a request in this mode, but that there was one. It
/// carries no header and so no key.
pub(crate) async fn is_answered(url: &str, stop: &Stop, silence_ms: u64) -> bool {
    let signal = stop.new_attempt();
    let options = options(signal.as_ref());
    options.set_mode(RequestMode::NoCors);
    let Ok(request) = web_sys::Request::new_with_str_and_init(url, &options) else { return false };
    let Ok(reply) = host_fetch(&request) else { return false };
    let _alarm = alarm(silence_ms, stop);
    let answered = JsFuture::from(Promise::race(&Array::of2(&reply, &stop.stopped()))).await;
    let answered = stop.error().is_none() && answered.is_ok();
    stop.end_attempt();
    answered
}

/// What all requests have in common.
fn options(signal: Option<&web_sys::AbortSignal>) -> RequestInit {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    options.set_credentials(RequestCredentials::Omit);
    options.set_signal(signal);
    options
}

fn build(request: &HttpRequest, url: &str, signal: Option<&web_sys::AbortSignal>) -> Result<web_sys::Request, JsValue> {
    let headers = gloo_net::http::Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    let options = options(signal);
    options.set_method(request.method);
    options.set_redirect(RequestRedirect::Manual);
    options.set_headers(&headers.into_raw());
    if let Some(body) = &request.body {
        options.set_body(&Uint8Array::from(body.as_slice()));
    }
    web_sys::Request::new_with_str_and_init(url, &options)
}

/// Closes the body of a reply that nobody waits for any more. A `fetch` that never settles costs what this closure takes.
fn drop_late(reply: Promise) {
    wasm_bindgen_futures::spawn_local(async {
        let late = JsFuture::from(reply).await.ok().and_then(|reply| reply.dyn_into::<web_sys::Response>().ok());
        if let Some(body) = late.and_then(|response| response.body()).filter(|body| !body.locked()) {
            let _ = JsFuture::from(body.cancel()).await;
        }
    });
}

/// What a failed `fetch` says: Node puts the reason into `cause`, with a code such as `ECONNREFUSED`. That of a proxy that refuses
/// is a cause of the cause, which itself says only that the request was cancelled.
fn describe(cause: &JsValue) -> String {
    let text =
        |value: &JsValue, name: &str| Reflect::get(value, &name.into()).ok().and_then(|member| member.as_string());
    let cause_of = |value: &JsValue| Reflect::get(value, &"cause".into()).unwrap_or(JsValue::UNDEFINED);
    let inner = cause_of(cause);
    let innermost = if inner.is_object() { cause_of(&inner) } else { JsValue::UNDEFINED };
    [(&inner, "code"), (&innermost, "message"), (&inner, "message"), (cause, "message")]
        .into_iter()
        .filter_map(|(value, name)| if value.is_object() { text(value, name) } else { None })
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Takes a reply as it comes in.
pub(crate) trait Receiver {
    /// Takes the head.
    fn head(&mut self, status: u16, headers: Headers);
    /// Takes the next piece of the body.
    fn piece(&mut self, piece: &Uint8Array);
}

/// Reads a body, up to a limit: what is beyond it is left.
async fn read_body(
    reply: &Reply,
    limit: usize,
    stop: &Stop,
    silence: &Silence,
    receiver: &mut dyn Receiver,
) -> Result<(), Error> {
    let Some(body) = &reply.body else { return Ok(()) };
    if body.locked() {
        // Whoever patched fetch reads it already.
        return Err(Error::truncated());
    }
    let reader: ReadableStreamDefaultReader =
        body.get_reader().dyn_into().map_err(|_| Error::protocol("the body of the reply can't be read"))?;
    stop.set_reader(Some(reader.clone()));
    let mut take = |piece: Uint8Array| {
        silence.end();
        receiver.piece(&piece);
    };
    let take = ScopedClosure::borrow_mut(&mut take);
    let read = JsFuture::from(read_pieces(&reader, limit, &take)).await;
    if let Some(error) = stop.error() {
        return Err(error);
    }
    if read.as_ref().is_ok_and(JsValue::is_truthy) {
        stop.set_reader(None);
    } else {
        stop.end_attempt();
    }
    read.map(drop).map_err(|_| Error::truncated())
}

/// Reads the body of a failure. Part of it says more than nothing: a body that breaks off is taken as it is.
pub(crate) async fn read_error_body(reply: &Reply, stop: &Stop, silence_ms: u64) -> Result<Vec<u8>, Error> {
    let mut whole = WholeReply::default();
    let silence = Silence::begin(silence_ms, stop);
    match read_body(reply, MAX_ERROR_BYTES, stop, &silence, &mut whole).await {
        Ok(()) => Ok(whole.body),
        Err(error) => match stop.error() {
            Some(stopped) => Err(stopped),
            None if error.retryable => Err(error),
            None => Ok(Vec::new()),
        },
    }
}

/// Ends the attempt after so many milliseconds, unless it is dropped before.
#[expect(clippy::cast_precision_loss, reason = "a timer takes no more than 2^31 milliseconds")]
pub(crate) fn alarm(milliseconds: u64, stop: &Stop) -> Alarm {
    let stop = stop.clone();
    Alarm::set(milliseconds as f64, move || stop.time_out(milliseconds))
}

/// A whole reply.
#[derive(Default)]
pub(crate) struct WholeReply {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Vec<u8>,
}

impl Receiver for WholeReply {
    fn head(&mut self, status: u16, headers: Headers) {
        self.status = status;
        self.headers = headers;
    }
    fn piece(&mut self, piece: &Uint8Array) {
        self.body.extend_from_slice(&piece.to_vec());
    }
}

/// Sends a request, and gives the whole reply. See [`receive`].
pub(crate) async fn exchange(request: &HttpRequest, stop: &Stop, silence_ms: u64) -> Result<WholeReply, Error> {
    let mut whole = WholeReply::default();
    receive(request, stop, silence_ms, &mut whole).await?;
    Ok(whole)
}

/// Sends a request and hands the reply to `receiver`. See [`follow`].
pub(crate) async fn receive(
    request: &HttpRequest,
    stop: &Stop,
    silence_ms: u64,
    receiver: &mut dyn Receiver,
) -> Result<(), Error> {
    follow(request, stop, silence_ms, Some(receiver)).await.map(drop)
}

/// Sends a request, follows redirects of a `GET` within the origin, and hands the reply to `receiver`. Nothing may come for
/// `silence_ms` at most; a reply that trickles on and on is given up, too. Gives the address that answered.
///
/// Without a receiver nothing of the reply is read, whatever its status, and redirects of a `POST` are followed within the origin
/// as well: it is to be one that changes nothing.
pub(crate) async fn follow(
    request: &HttpRequest,
    stop: &Stop,
    silence_ms: u64,
    receiver: Option<&mut dyn Receiver>,
) -> Result<String, Error> {
    let silence = Silence::begin(silence_ms, stop);
    let mut url = request.url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let reply = send(request, &url, stop).await?;
        silence.end();
        if ReplyClass::of(reply.status) != ReplyClass::Redirect {
            if let Some(receiver) = receiver {
                receiver.head(reply.status, reply.headers.clone());
                read_body(&reply, MAX_BODY_BYTES, stop, &silence, receiver).await?;
            } else {
                stop.end_attempt();
            }
            return Ok(url);
        }
        let location = reply.headers.get("location");
        stop.end_attempt();
        match location.and_then(|location| same_origin_redirect(&url, location)) {
            Some(next) if request.method == "GET" || receiver.is_none() => url = next,
            _ => return Err(Error::redirect(location, &request.secrets)),
        }
    }
    Err(Error::redirect(Some(&url), &request.secrets))
}
