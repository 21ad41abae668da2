//! Any bytes in any chunks give the same events, and joined they are the bytes. Run it with
//! `cargo +nightly fuzz run event_splitter` in `crates/llm-types`; `cargo check` works on stable.
//! The same property runs with every `cargo test` as a proptest in `src/sse.rs`.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use llm_types::{EventSplitter, event_data};

/// The events of `bytes` in chunks of these sizes (the last one repeats), and what remains.
fn split(bytes: &[u8], sizes: &[u8]) -> (Vec<Bytes>, Vec<u8>) {
    let (mut splitter, mut events, mut rest) = (EventSplitter::default(), Vec::new(), bytes);
    let mut sizes = sizes.iter().map(|size| usize::from(*size) + 1);
    let mut size = bytes.len().max(1);
    while !rest.is_empty() {
        size = sizes.next().unwrap_or(size);
        let (chunk, more) = rest.split_at(size.min(rest.len()));
        splitter.push(Bytes::copy_from_slice(chunk));
        events.extend(std::iter::from_fn(|| splitter.next_event()));
        rest = more;
    }
    let remainder = splitter.remainder().to_vec();
    (events, remainder)
}

fuzz_target!(|input: (Vec<u8>, &[u8])| {
    let (sizes, bytes) = input;
    let (events, remainder) = split(bytes, &sizes);
    assert_eq!((&events, &remainder), (&split(bytes, &[]).0, &split(bytes, &[]).1));
    assert_eq!([events.concat(), remainder].concat(), bytes);
    for event in &events {
        let _ = event_data(event);
    }
});
