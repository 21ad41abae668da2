//! A frame: how long a row is, a checksum of it, and the row.
//!
//! The length and the checksum (CRC-32) are little-endian, 4 bytes each. No row is empty: a length
//! of zero is the end. The checksum begins with the segment's number, so that a row of the segment
//! that the same file held before is none of this one.

use super::SpoolError;
use crate::entry::row::EntryRow;

const HEAD: usize = 8;
/// The bytes after the last row.
pub(super) const END: [u8; HEAD] = [0; HEAD];

/// The frame at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// A row, and how many bytes its frame has.
    Row(&'a [u8], usize),
    /// Nothing more was written.
    End,
    /// Something that is no frame, or only a part of one.
    Torn,
}

/// Adds a row's frame; returns its length. `seed` is what the checksum begins with.
pub(super) fn put(row: &EntryRow<'_>, seed: u32, to: &mut Vec<u8>) -> Result<usize, SpoolError> {
    let start = to.len();
    // Room for the head: the length and the checksum are known only after the row is encoded.
    to.extend_from_slice(&[0; HEAD]);
    // Encoded on its own first: an error must not take the rows before it along.
    match postcard::to_extend(row, Vec::with_capacity(1024)) {
        Ok(payload) => to.extend_from_slice(&payload),
        Err(error) => {
            to.truncate(start);
            return Err(error.into());
        }
    }
    let (head, payload) = to[start..].split_at_mut(HEAD);
    let length = u32::try_from(payload.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..].copy_from_slice(&checksum(payload, seed).to_le_bytes());
    Ok(to.len() - start)
}

/// Reads the frame at the beginning of `bytes`.
pub(super) fn read(bytes: &[u8], seed: u32) -> Frame<'_> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        // Zeros are space that was allocated and not written yet.
        return if bytes.iter().all(|byte| *byte == 0) { Frame::End } else { Frame::Torn };
    };
    // A damaged length is refused below, as no slice is that long.
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length == 0 {
        return Frame::End;
    }
    let Some((expected, rest)) = rest.split_first_chunk::<4>() else { return Frame::Torn };
    match rest.get(..length) {
        Some(payload) if checksum(payload, seed) == u32::from_le_bytes(*expected) => {
            Frame::Row(payload, HEAD + length)
        }
        // Half a row, or the remains of the segment that was in this file before.
        _ => Frame::Torn,
    }
}

fn checksum(payload: &[u8], seed: u32) -> u32 {
    let mut checksum = crc32fast::Hasher::new_with_initial(seed);
    checksum.update(payload);
    checksum.finalize()
}
