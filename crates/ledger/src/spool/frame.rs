//! A frame: how long a row is, a checksum of it, and the row.
//!
//! The length and the checksum (CRC-32) are little-endian, 4 bytes each. What was never written is
//! zero in a segment, and no row is empty: a length of zero is the end.

use super::SpoolError;
use crate::EntryRow;

const HEAD: usize = 8;

/// What stands at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// A row, and how many bytes its frame has.
    Row(&'a [u8], usize),
    /// Nothing more was written.
    End,
    /// Something that is no frame, or only a part of one.
    Torn,
}

/// Adds a row's frame; returns its length.
pub(super) fn put(row: &EntryRow<'_>, to: &mut Vec<u8>) -> Result<usize, SpoolError> {
    let start = to.len();
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
    head[4..].copy_from_slice(&crc32fast::hash(payload).to_le_bytes());
    Ok(to.len() - start)
}

/// Reads the frame at the beginning of `bytes`.
pub(super) fn read(bytes: &[u8]) -> Frame<'_> {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        return if bytes.iter().all(|byte| *byte == 0) { Frame::End } else { Frame::Torn };
    };
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length == 0 {
        return Frame::End;
    }
    let Some((checksum, rest)) = rest.split_first_chunk::<4>() else { return Frame::Torn };
    match rest.get(..length) {
        Some(payload) if crc32fast::hash(payload) == u32::from_le_bytes(*checksum) => {
            Frame::Row(payload, HEAD + length)
        }
        _ => Frame::Torn,
    }
}
