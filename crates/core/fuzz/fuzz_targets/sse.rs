//! Any bytes, cut anywhere, give the same events.
#![no_main]

use libfuzzer_sys::fuzz_target;
use litellm_core::sse::SseDecoder;

fn events<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
    let mut decoder = SseDecoder::default();
    let mut events = Vec::new();
    for piece in pieces {
        let mut rest = piece;
        while let Some(data) = decoder.next_event(&mut rest).expect("an input of the fuzzer is never too long") {
            events.push(data.to_vec());
        }
    }
    (events, decoder.finish().expect("nor its rest"))
}

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    assert_eq!(events(bytes.chunks(usize::from(size).max(1))), events(std::iter::once(bytes)));
});
