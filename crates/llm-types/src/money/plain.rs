//! Money as text.

use std::fmt;

/// An amount as a plain decimal number without trailing zeros: `0.00000561`. Several are written for
/// every request, so this neither allocates nor divides 128 bits without need.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    bytes: [u8; 56],
    start: usize,
    end: usize,
}

// === impl Plain ===

impl Plain {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[self.start..self.end]).unwrap_or_default()
    }

    /// `units` of which 10^`DECIMALS` are one.
    pub(super) fn new<const DECIMALS: u32>(negative: bool, units: u128) -> Self {
        let mut plain = Self { bytes: [b'0'; 56], start: 56, end: 56 };
        let scale = const { 10_u64.pow(DECIMALS) };
        let (mut whole, fraction) = match u64::try_from(units) {
            Ok(units) => (u128::from(units / scale), units % scale),
            Err(_) => {
                let scale = u128::from(scale);
                (units / scale, u64::try_from(units % scale).unwrap_or_default())
            }
        };
        plain.fraction::<DECIMALS>(fraction);
        while let Err(_) | Ok(10..) = u64::try_from(whole) {
            plain.push(u64::try_from(whole % 10).unwrap_or_default());
            whole /= 10;
        }
        plain.push(u64::try_from(whole).unwrap_or_default());
        if negative {
            plain.put(b'-');
        }
        plain
    }

    /// Two digits at a time, of an even number of decimals; the zeros at the end are left out.
    fn fraction<const DECIMALS: u32>(&mut self, mut fraction: u64) {
        if fraction == 0 {
            return;
        }
        let mut at = self.end;
        for _ in 0..DECIMALS / 2 {
            at -= 2;
            let pair = u8::try_from(fraction % 100).unwrap_or_default();
            self.bytes[at] = b'0' + pair / 10;
            self.bytes[at + 1] = b'0' + pair % 10;
            fraction /= 100;
        }
        while self.bytes[self.end - 1] == b'0' {
            self.end -= 1;
        }
        self.start = at;
        self.put(b'.');
    }

    /// Puts a digit before the others.
    fn push(&mut self, digit: u64) {
        self.put(b'0' + u8::try_from(digit).unwrap_or_default());
    }

    fn put(&mut self, byte: u8) {
        self.start -= 1;
        self.bytes[self.start] = byte;
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        if f.width().is_none() && !f.sign_plus() {
            return f.write_str(text);
        }
        let digits = text.trim_start_matches('-');
        f.pad_integral(digits.len() == text.len(), "", digits)
    }
}
