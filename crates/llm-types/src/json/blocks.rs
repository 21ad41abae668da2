//! Text scanned in blocks of sixteen bytes.

use wide::u8x16;

/// How many bytes are looked at together.
pub(crate) const BLOCK: usize = 16;

/// The bytes from there on, padded with zeros beyond the end.
#[inline]
pub(crate) fn block(text: &[u8], start: usize) -> u8x16 {
    let rest = &text[start..];
    let block = rest.first_chunk::<BLOCK>().copied().unwrap_or_else(|| {
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        last
    });
    u8x16::new(block)
}

/// A bit for each byte of a block that is the given one.
#[inline]
pub(crate) fn bits(block: u8x16, byte: u8) -> u32 {
    block.simd_eq(u8x16::splat(byte)).to_bitmask()
}

/// A bit for each byte of a block that is a control character, as none may be in JSON's strings.
#[inline]
pub(crate) fn controls(block: u8x16) -> u32 {
    // A byte that is not above 0x1F is its own minimum with it.
    block.min(u8x16::splat(0x1F)).simd_eq(block).to_bitmask()
}
