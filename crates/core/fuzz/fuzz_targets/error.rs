//! Whatever a gateway answers, the error is a sentence, and the key is not in it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use litellm_core::error::{self, FailedCall, Secrets};
use litellm_core::http::Headers;

const SECRET: &str = "sk-0123456789abcdef";

fuzz_target!(|input: (u16, bool, &str, &[u8])| {
    let (status, chat, header, body) = input;
    let headers = Headers(vec![
        ("retry-after".to_owned(), header.to_owned()),
        ("x-litellm-call-id".to_owned(), header.to_owned()),
    ]);
    let call = if chat { FailedCall::Chat } else { FailedCall::Discovery };
    // The key may stand anywhere in what the gateway says.
    let body = [body, SECRET.as_bytes(), body].concat();
    let error =
        error::from_reply(call, status % 1000, &headers, &body, &Secrets::of_key(Some(SECRET)), 1_795_000_000_000.0);
    assert!(error.message.trim().len() > 5);
    let detail = error.detail.unwrap_or_default();
    assert!(!error.message.contains(SECRET) && !detail.contains(SECRET));
    assert!(error.retry_after_ms.is_none_or(|wait| wait.is_finite() && wait >= 0.0));
});
