//! Input from an upstream: a stream's events, and the usage in an answer.

use bytes::Bytes;
use llm_types::{Dialect, EventSplitter, event_data};

/// The events are the same for any chunking, and joined they are the bytes that came. The first byte
/// says how long the chunks are.
pub(crate) fn events(bytes: &[u8]) {
    let Some((step, stream)) = bytes.split_first() else { return };
    let whole = split(stream, stream.len().max(1));
    assert_eq!(whole, split(stream, usize::from(*step).max(1)));
    assert_eq!(whole, split(stream, 1));
    assert_eq!(whole.concat(), stream);
    for event in &whole {
        let Some(data) = event_data(event) else { continue };
        for dialect in Dialect::ALL {
            let _ = (dialect.peek(&data), dialect.begins_answer(&data), dialect.ends(&data));
        }
    }
}

/// The events of some bytes, and what is left of them.
fn split(stream: &[u8], step: usize) -> Vec<Vec<u8>> {
    let mut splitter = EventSplitter::default();
    let mut events = Vec::new();
    for chunk in stream.chunks(step) {
        splitter.push(Bytes::copy_from_slice(chunk));
        while let Some(event) = splitter.next_event() {
            events.push(event.to_vec());
        }
    }
    events.push(splitter.remainder().to_vec());
    events
}

/// Usage that can be billed has parts that make up its wholes.
pub(crate) fn usage(bytes: &[u8]) {
    for dialect in Dialect::ALL {
        usage_of(dialect, bytes);
    }
}

fn usage_of(dialect: Dialect, bytes: &[u8]) {
    let Ok(peek) = dialect.peek(bytes) else { return };
    let Some(Ok(usage)) = peek.usage.map(|usage| dialect.usage(usage, None)) else { return };
    let Ok(billable) = usage.billable() else { return };
    let parts = [billable.cached_input, billable.cache_write, billable.cache_write_1h];
    let parts: u64 = parts.iter().map(|part| part.0).sum();
    assert_eq!(billable.uncached_input().0 + parts, billable.prompt.0, "{billable:?}");
    assert!(billable.reasoning.0 <= billable.output.0 + billable.hidden.0, "{billable:?}");
    assert_eq!(billable.generated().0, billable.output.0 + billable.hidden.0, "{billable:?}");
}
