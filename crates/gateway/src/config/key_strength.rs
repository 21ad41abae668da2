//! Strength of the master key: a gateway with a weak one only serves its own machine.

use secrecy::{ExposeSecret, SecretString};

/// Keys from published examples. A gateway with one of these is open to everybody.
const WELL_KNOWN: [&str; 8] = [
    "sk-1234",
    "sk-12345",
    "sk-123456",
    "sk-12345678",
    "sk-master",
    "sk-test",
    "changeme",
    "sk-xxxx",
];

/// A shorter key can be guessed.
const SHORTEST: usize = 16;

/// Why a gateway may listen on loopback only.
pub(crate) fn weakness(key: Option<&SecretString>) -> Option<&'static str> {
    match key.map(ExposeSecret::expose_secret) {
        None | Some("") => Some("there is no `general_settings.master_key`"),
        Some(key) if WELL_KNOWN.contains(&key) => {
            Some("`general_settings.master_key` is a key that everybody knows from examples")
        }
        Some(key) if key.len() < SHORTEST => {
            Some("`general_settings.master_key` has fewer than 16 characters")
        }
        Some(_) => None,
    }
}

/// Whether a key can be guessed.
pub(crate) fn is_weak(key: &SecretString) -> bool {
    weakness(Some(key)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_everybody_knows_are_weak() {
        let why = |key: &str| weakness(Some(&key.into()));
        assert_eq!(weakness(None), Some("there is no `general_settings.master_key`"));
        assert!(why("sk-1234").is_some_and(|why| why.contains("everybody knows")));
        assert!(why("admin").is_some_and(|why| why.contains("fewer than 16 characters")));
        assert!(why("sk-fifteen-char").is_some());
        assert_eq!(why("sk-sixteen-chars"), None);
        assert_eq!(why("sk-2b7e151628aed2a6abf7158809cf4f3c"), None);
    }
}
