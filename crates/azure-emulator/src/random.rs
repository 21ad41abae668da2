//! Reproducible randomness: numbers and ids that follow only from a seed and a text.

/// A stream of numbers that is the same for the same seed and text.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

// === impl Dice ===

impl Dice {
    pub(crate) fn new(seed: u64, text: &str) -> Self {
        Self(hash(seed, text.as_bytes()))
    }

    /// The next number: one step of splitmix64.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.roll() % end).unwrap_or(0)
    }

    /// `length` letters and digits, as in `chatcmpl-…`.
    pub(crate) fn letters(&mut self, length: usize) -> String {
        const SET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|_| char::from(SET[self.below(SET.len())])).collect()
    }

    /// A number in the form of a GUID.
    pub(crate) fn guid(&mut self) -> String {
        let (a, b) = (self.roll(), self.roll());
        format!(
            // The digits 4 and 8 mark a random GUID (RFC 9562, version 4).
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }
}

/// FNV-1a over `bytes`, scrambled so that near texts give far numbers.
pub(crate) fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ scramble(seed);
    scramble(
        bytes
            .iter()
            .fold(start, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)),
    )
}

fn scramble(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_text_give_the_same_numbers() {
        let mut one = Dice::new(7, "hello");
        let mut two = Dice::new(7, "hello");
        assert_eq!([one.roll(), one.roll()], [two.roll(), two.roll()]);
        assert_ne!(Dice::new(8, "hello").roll(), Dice::new(7, "hello").roll());
    }

    #[test]
    fn ids_have_azures_form() {
        let mut dice = Dice::new(1, "id");
        assert_eq!(dice.letters(29).len(), 29);
        let guid = dice.guid();
        assert_eq!(guid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
