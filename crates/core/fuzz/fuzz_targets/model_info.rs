//! Whatever a gateway lists, a discovery ends, and every model in it can be used.
#![no_main]

use std::rc::Rc;

use libfuzzer_sys::fuzz_target;
use litellm_core::catalog::Discovery;
use litellm_core::error::Secrets;
use litellm_core::http::Headers;

fuzz_target!(|input: (u16, &[u8])| {
    let (status, bytes) = input;
    let status = if status < 0x8000 { 200 } else { status % 600 };
    let mut discovery = Discovery::new(Rc::new(Secrets::of_key(Some("sk-secret-of-the-fuzzer"))));
    let mut asked = 0;
    while discovery.next_path().is_some() {
        asked += 1;
        assert!(asked <= 3, "no address is asked twice");
        if let Some(error) = discovery.on_reply(status, &Headers::default(), bytes, 0.0) {
            discovery.on_failure(error);
        }
    }
    let Ok(discovered) = discovery.finish() else { return };
    for model in &discovered.catalog().models {
        assert!(!model.id.is_empty() && model.max_tokens > 0 && model.max_input_tokens > 0);
        let prices = [model.prices.input_price, model.prices.output_price, model.prices.cache_reads_price];
        assert!(prices.into_iter().flatten().all(|price| price.is_finite() && price >= 0.0));
    }
});
