//! Work factor of the vault's key: the salt and parameters of Argon2id, written beside each
//! ciphertext.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

/// How a key is derived from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Work {
    /// In KiB.
    memory: u32,
    passes: u32,
    salt: [u8; SALT],
}

/// A derived key.
pub(super) struct DerivedKey([u8; 32]);

const SALT: usize = 16;
/// OWASP's recommendation of 2023 and later: 19 MiB, two passes, one lane.
const MEMORY: u32 = 19 * 1_024;
const PASSES: u32 = 2;
/// Write access to the store cannot make the gateway work longer than this.
const MOST_MEMORY: u32 = 256 * 1_024;
const MOST_PASSES: u32 = 16;

// === impl Work ===

impl Work {
    /// That of today with a new salt; `None` if the system gives no random numbers.
    pub(super) fn new() -> Option<Self> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).ok()?;
        Some(Self { memory: MEMORY, passes: PASSES, salt })
    }

    /// Whether it is the current one, regardless of the salt.
    pub(super) fn is_current(&self) -> bool {
        (self.memory, self.passes) == (MEMORY, PASSES)
    }

    /// Reads `m=19456,t=2:SALT`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (factor, salt) = text.split_once(':')?;
        let (memory, passes) = factor.strip_prefix("m=")?.split_once(",t=")?;
        let (memory, passes) = (memory.parse().ok()?, passes.parse().ok()?);
        // The text comes from the database.
        if memory > MOST_MEMORY || passes > MOST_PASSES {
            return None;
        }
        let salt = BASE64_URL_SAFE_NO_PAD.decode(salt).ok()?.try_into().ok()?;
        Some(Self { memory, passes, salt })
    }

    /// Takes memory and time.
    pub(super) fn derive(&self, text: &SecretString) -> Option<DerivedKey> {
        let params = Params::new(self.memory, self.passes, 1, Some(32)).ok()?;
        let mut key = DerivedKey([0; 32]);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(text.expose_secret().as_bytes(), &self.salt, &mut key.0).ok()?;
        Some(key)
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let salt = BASE64_URL_SAFE_NO_PAD.encode(self.salt);
        write!(f, "m={},t={}:{salt}", self.memory, self.passes)
    }
}

impl std::ops::Deref for DerivedKey {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_work_factor_is_read_again() {
        let work = Work::new().unwrap();
        assert_eq!(Work::parse(&work.to_string()), Some(work.clone()));
        assert!(work.is_current() && work.to_string().starts_with("m=19456,t=2:"));
        let salt = "AAAAAAAAAAAAAAAAAAAAAA";
        assert!(Work::parse(&format!("m=1,t=1:{salt}")).is_some());
        for wrong in
            ["", "m=1", "m=1,t=1:", "m=1,t=1:AAAA", "m=x,t=1:A", "m=262145,t=1:S", "m=1,t=17:S"]
        {
            assert_eq!(Work::parse(&wrong.replace('S', salt)), None, "{wrong}");
        }
    }

    #[test]
    fn another_salt_is_another_key() {
        let text = SecretString::from("a-text-of-the-operator");
        let one = Work { memory: 64, passes: 1, salt: [1; SALT] };
        let other = Work { salt: [2; SALT], ..one.clone() };
        assert_eq!(*one.derive(&text).unwrap(), *one.derive(&text).unwrap());
        assert_ne!(*one.derive(&text).unwrap(), *other.derive(&text).unwrap());
        assert_ne!(*one.derive(&text).unwrap(), *one.derive(&"another".into()).unwrap());
    }
}
