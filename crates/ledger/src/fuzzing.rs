//! Entry points for the fuzzer into private code; only with the feature `fuzzing`.

use crate::{entry::row::EntryRow, spool::Chunk};

/// Reads a piece of a spool; the first four bytes are the start value of its checksums. It never
/// returns more than the piece holds.
pub fn frames(bytes: &[u8]) {
    let Some((seed, bytes)) = bytes.split_first_chunk::<4>() else { return };
    let chunk = Chunk::fuzzed(bytes, u32::from_le_bytes(*seed));
    let mut rows = Vec::new();
    let strange = chunk.last_rows(&mut rows);
    assert!(rows.len() + strange <= chunk.count(), "there are more rows than frames");
}

/// Reads one row; one that is read is written and read again as the same.
pub fn row(bytes: &[u8]) {
    let Ok(row) = postcard::from_bytes::<EntryRow<'_>>(bytes) else { return };
    let written = postcard::to_stdvec(&row).unwrap_or_default();
    let again = postcard::from_bytes::<EntryRow<'_>>(&written);
    assert_eq!(again.as_ref(), Ok(&row), "a row is read as another");
}
