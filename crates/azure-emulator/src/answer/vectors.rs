//! Vectors that follow from the model and the text alone, of length one, as numbers or as base64.

use serde_json::Value;

use crate::random::Dice;

/// The vector of a text.
#[expect(clippy::disallowed_types, reason = "vectors are floats on the wire")]
#[derive(Debug)]
pub(crate) struct Vector(Vec<f32>);

// === impl Vector ===

#[expect(
    clippy::disallowed_types,
    clippy::float_arithmetic,
    reason = "vectors are floats on the wire"
)]
impl Vector {
    pub(crate) fn of(seed: u64, model: &str, text: &str, dimensions: usize) -> Self {
        let mut dice = Dice::new(seed, &format!("{model} {text}"));
        // From -1,000 to 1,000, so that a part is a small whole number before it is scaled.
        let mut part =
            || i16::try_from(dice.below(2_001)).map_or(0.0, |part| f32::from(part - 1_000));
        let parts: Vec<f32> = (0..dimensions).map(|_| part()).collect();
        let length = parts.iter().map(|part| part * part).sum::<f32>().sqrt().max(1.0);
        Self(parts.into_iter().map(|part| part / length).collect())
    }

    /// As numbers.
    pub(crate) fn numbers(&self) -> Value {
        // By its text: a float of 64 bits would have digits that this one has not.
        let number = |part: &f32| serde_json::from_str(&part.to_string()).unwrap_or(Value::Null);
        self.0.iter().map(number).collect::<Vec<_>>().into()
    }

    /// As base64 of little-endian floats.
    pub(crate) fn base64(&self) -> Value {
        base64(&self.0.iter().flat_map(|part| part.to_le_bytes()).collect::<Vec<u8>>()).into()
    }
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letter = |shift: u32| char::from(LETTERS[(bits >> shift & 63) as usize]);
        let last = |at: usize, shift: u32| if chunk.len() > at { letter(shift) } else { '=' };
        [letter(18), letter(12), last(1, 6), last(2, 0)]
    };
    bytes.chunks(3).flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, expect) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]
        {
            assert_eq!(base64(text.as_bytes()), expect);
        }
    }

    #[test]
    fn a_vector_follows_from_model_and_text() {
        let vector = |model, text| Vector::of(7, model, text, 8).numbers();
        assert_eq!(vector("a", "x"), vector("a", "x"));
        assert_ne!(vector("a", "x"), vector("a", "y"));
        assert_ne!(vector("a", "x"), vector("b", "x"));
        // One over 1: 0x3f800000.
        assert_eq!(Vector(vec![1.0]).base64(), "AACAPw==");
    }
}
