//! HTTP through the host's `fetch`, so that the editor's proxy and certificates apply. The only file that knows gloo-net.
//!
//! gloo-net's own `send` panics on a `fetch` that gives no real `Response`, and its builder makes two requests and an address for
//! one: so it writes and reads headers and replies, and the call itself is the transport's.

use js_sys::Uint8Array;
use litellm_core::error::Error;
use litellm_core::http::{Headers, HttpRequest, ReplyClass, same_origin_redirect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStream;

use crate::transport::{Patience, Transport, Watch, reason_of};

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
pub(crate) async fn send(request: &HttpRequest, url: &str, transport: &Transport) -> Result<Reply, Error> {
    let headers = gloo_net::http::Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    let body = request.body.as_deref().map(Uint8Array::from);
    let reply = JsFuture::from(transport.send(url, request.method, &headers.into_raw(), body.as_ref())).await;
    if let Some(error) = transport.error() {
        return Err(error);
    }
    let lost = |cause: &str| Error::connection(url, cause, &request.secrets);
    let reply = reply.map_err(|failure| lost(&reason_of(&failure)))?;
    let raw: web_sys::Response = reply.dyn_into().map_err(|_| lost("this host's fetch gives no Response"))?;
    let hidden_redirect = raw.type_() == web_sys::ResponseType::Opaqueredirect;
    let response = gloo_net::http::Response::from(raw);
    let headers = Headers(response.headers().entries().collect());
    Ok(Reply { status: if hidden_redirect { 0 } else { response.status() }, headers, body: response.body() })
}

/// Whether `url` answers at all, where a browser does not show what. No header is sent, and so no key.
pub(crate) async fn is_answered(url: &str, transport: &Transport, silence_ms: u64) -> bool {
    let _watch = Watch::begin(transport, Patience::of_whole(silence_ms));
    JsFuture::from(transport.is_answered(url)).await.is_ok_and(|is_answered| is_answered.is_truthy())
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
    body: Option<&ReadableStream>,
    limit: usize,
    transport: &Transport,
    receiver: &mut dyn Receiver,
) -> Result<(), Error> {
    let Some(body) = body else { return Ok(()) };
    let mut take = |piece: Uint8Array| receiver.piece(&piece);
    let take = ScopedClosure::borrow_mut(&mut take);
    let read = JsFuture::from(transport.read(body, limit, &take)).await;
    if let Some(error) = transport.error() {
        return Err(error);
    }
    read.map(drop).map_err(|_| Error::truncated())
}

/// Reads the body of a failure. Part of it says more than nothing: a body that breaks off is taken as it is.
pub(crate) async fn read_error_body(reply: &Reply, transport: &Transport, silence_ms: u64) -> Result<Vec<u8>, Error> {
    let mut whole = WholeReply::default();
    let _watch = Watch::begin(transport, Patience::with_silence(silence_ms));
    match read_body(reply.body.as_ref(), MAX_ERROR_BYTES, transport, &mut whole).await {
        Ok(()) => Ok(whole.body),
        Err(error) => match transport.error() {
            Some(stopped) => Err(stopped),
            None if error.retryable => Err(error),
            None => Ok(Vec::new()),
        },
    }
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
pub(crate) async fn exchange(
    request: &HttpRequest,
    transport: &Transport,
    patience: Patience,
) -> Result<WholeReply, Error> {
    let mut whole = WholeReply::default();
    receive(request, transport, patience, &mut whole).await?;
    Ok(whole)
}

/// Sends a request and hands the reply to `receiver`. See [`follow`].
pub(crate) async fn receive(
    request: &HttpRequest,
    transport: &Transport,
    patience: Patience,
    receiver: &mut dyn Receiver,
) -> Result<(), Error> {
    follow(request, transport, patience, Some(receiver)).await.map(drop)
}

/// Sends a request, follows redirects of a `GET` within the origin, and hands the reply to `receiver`. Gives the address that
/// answered.
///
/// Without a receiver nothing of the reply is read, whatever its status, and redirects of a `POST` are followed within the origin
/// as well: it is to be one that changes nothing.
pub(crate) async fn follow(
    request: &HttpRequest,
    transport: &Transport,
    patience: Patience,
    receiver: Option<&mut dyn Receiver>,
) -> Result<String, Error> {
    let _watch = Watch::begin(transport, patience);
    let mut url = request.url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let reply = send(request, &url, transport).await?;
        if ReplyClass::of(reply.status) != ReplyClass::Redirect {
            if let Some(receiver) = receiver {
                receiver.head(reply.status, reply.headers);
                read_body(reply.body.as_ref(), MAX_BODY_BYTES, transport, receiver).await?;
            } else {
                transport.end_attempt();
            }
            return Ok(url);
        }
        let location = reply.headers.get("location");
        transport.end_attempt();
        match location.and_then(|location| same_origin_redirect(&url, location)) {
            Some(next) if request.method == "GET" || receiver.is_none() => url = next,
            _ => return Err(Error::redirect(location, &request.secrets)),
        }
    }
    Err(Error::redirect(Some(&url), &request.secrets))
}
