//! Credentials of models that were added by API, as they lie in the store: encrypted, each for
//! itself, with AES-256-GCM.
//!
//! The key is derived from `FAREWAY_SALT_KEY`, or without one from the master key. What is sealed
//! belongs to one field of one model, so that nobody who can write to the store can hand a secret to
//! another model, whose endpoint may be theirs.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// Seals secrets, and opens them again.
pub(crate) struct Vault {
    /// The first seals; all are tried to open, so that a salt key can be set later on.
    keys: Vec<Aes256Gcm>,
}

/// Where a secret belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'a> {
    /// The model's id.
    pub(crate) model: &'a str,
    /// The field of its `litellm_params`.
    pub(crate) field: &'a str,
}

/// Why a secret cannot be sealed or opened. Never repeats it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VaultError {
    /// There is nothing to derive a key from.
    #[error(
        "there is neither `FAREWAY_SALT_KEY` nor a master key to encrypt `{0}` with; set the \
         environment variable `FAREWAY_SALT_KEY` to a long random text, and keep it"
    )]
    NoKey(String),
    /// It was sealed with another key, or for another place.
    #[error(
        "its `{0}` cannot be decrypted: it was encrypted with another key; start the gateway with \
         the `FAREWAY_SALT_KEY` (or, where there was none, the master key) of the time when the \
         model was stored, or give its `{0}` again by `POST /model/update`"
    )]
    OtherKey(String),
    /// It is nothing that was sealed here.
    #[error(
        "its `{0}` is not encrypted as this version does it; give it again by `POST /model/update`"
    )]
    Unsealed(String),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers, so `{0}` cannot be encrypted")]
    NoRandom(String),
}

/// What a sealed secret begins with.
const PREFIX: &str = "fareway:v1:";
/// What the key is for, so that it is no other key derived from the same text.
const PURPOSE: &[u8] = b"fareway: credentials of models at rest, v1";
const NONCE: usize = 12;

// === impl Vault ===

impl Vault {
    /// A vault for what the operator has set.
    pub(crate) fn new(salt: Option<&SecretString>, master: Option<&SecretString>) -> Self {
        Self { keys: [salt, master].into_iter().flatten().filter_map(derived).collect() }
    }

    /// Encrypts a secret for its place.
    pub(crate) fn seal(&self, secret: &str, spot: Spot<'_>) -> Result<String, VaultError> {
        let field = || spot.field.to_owned();
        let key = self.keys.first().ok_or_else(|| VaultError::NoKey(field()))?;
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::NoRandom(field()))?;
        let payload = Payload { msg: secret.as_bytes(), aad: &spot.bytes() };
        // It fails for texts of gigabytes only.
        let sealed = key.encrypt(&nonce.into(), payload);
        let sealed = sealed.map_err(|_| VaultError::NoKey(field()))?;
        let text = BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        Ok(format!("{PREFIX}{text}"))
    }

    /// Decrypts what was sealed for this place.
    pub(crate) fn open(&self, sealed: &str, spot: Spot<'_>) -> Result<SecretString, VaultError> {
        let unsealed = || VaultError::Unsealed(spot.field.to_owned());
        let text = sealed.strip_prefix(PREFIX).ok_or_else(unsealed)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| unsealed())?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>().ok_or_else(unsealed)?;
        let aad = spot.bytes();
        let opened = self
            .keys
            .iter()
            .find_map(|key| key.decrypt(&(*nonce).into(), Payload { msg: rest, aad: &aad }).ok());
        let opened = opened.ok_or_else(|| VaultError::OtherKey(spot.field.to_owned()))?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| unsealed())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("keys", &self.keys.len()).finish()
    }
}

// === impl Spot ===

impl Spot<'_> {
    /// With the length of the one before the other, so that no two places are the same bytes.
    fn bytes(&self) -> Vec<u8> {
        format!("{}:{}:{}", self.model.len(), self.model, self.field).into_bytes()
    }
}

fn derived(text: &SecretString) -> Option<Aes256Gcm> {
    let text = text.expose_secret();
    let mut key = [0; 32];
    if text.is_empty() {
        return None;
    }
    Hkdf::<Sha256>::new(None, text.as_bytes()).expand(PURPOSE, &mut key).ok()?;
    Aes256Gcm::new_from_slice(&key).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: Spot<'_> = Spot { model: "m1", field: "api_key" };

    fn vault(salt: Option<&str>, master: Option<&str>) -> Vault {
        let secret = |text: Option<&str>| text.map(SecretString::from);
        Vault::new(secret(salt).as_ref(), secret(master).as_ref())
    }

    #[test]
    fn what_is_sealed_is_opened_and_looks_different_each_time() {
        let vault = vault(None, Some("sk-master"));
        let (one, other) =
            (vault.seal("s3cret", SPOT).unwrap(), vault.seal("s3cret", SPOT).unwrap());
        assert_ne!(one, other);
        for sealed in [one, other] {
            assert!(sealed.starts_with(PREFIX) && !sealed.contains("s3cret"));
            assert_eq!(vault.open(&sealed, SPOT).unwrap().expose_secret(), "s3cret");
        }
        let empty = vault.seal("", SPOT).unwrap();
        assert_eq!(vault.open(&empty, SPOT).unwrap().expose_secret(), "");
    }

    #[test]
    fn a_secret_belongs_to_one_field_of_one_model() {
        let vault = vault(Some("salt"), None);
        let sealed = vault.seal("s3cret", SPOT).unwrap();
        for other in [
            Spot { model: "m2", ..SPOT },
            Spot { field: "client_secret", ..SPOT },
            Spot { model: "m1:api", field: "key" },
        ] {
            let refused = vault.open(&sealed, other).unwrap_err();
            assert!(matches!(refused, VaultError::OtherKey(_)), "{refused}");
        }
    }

    #[test]
    fn another_key_opens_nothing_and_says_what_to_set() {
        let sealed = vault(None, Some("sk-master")).seal("s3cret", SPOT).unwrap();
        let refused = vault(Some("salt"), Some("sk-other")).open(&sealed, SPOT).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "its `api_key` cannot be decrypted: it was encrypted with another key; start the \
             gateway with the `FAREWAY_SALT_KEY` (or, where there was none, the master key) of the \
             time when the model was stored, or give its `api_key` again by `POST /model/update`"
        );
    }

    #[test]
    fn a_salt_key_may_be_set_later_on() {
        let sealed = vault(None, Some("sk-master")).seal("s3cret", SPOT).unwrap();
        let later = vault(Some("salt"), Some("sk-master"));
        assert_eq!(later.open(&sealed, SPOT).unwrap().expose_secret(), "s3cret");
        let again = later.seal("s3cret", SPOT).unwrap();
        assert!(vault(None, Some("sk-master")).open(&again, SPOT).is_err());
    }

    #[test]
    fn without_a_key_nothing_is_sealed() {
        for nothing in [vault(None, None), vault(Some(""), None)] {
            let refused = nothing.seal("s3cret", SPOT).unwrap_err();
            assert_eq!(refused, VaultError::NoKey("api_key".to_owned()));
        }
    }

    #[test]
    fn what_was_tampered_with_is_not_opened() {
        let vault = vault(None, Some("sk-master"));
        let sealed = vault.seal("s3cret", SPOT).unwrap();
        let mut torn = sealed.clone();
        torn.truncate(sealed.len() - 4);
        for wrong in ["", "s3cret", PREFIX, "fareway:v1:AAAA", "fareway:v1:!", &torn] {
            assert!(vault.open(wrong, SPOT).is_err(), "{wrong}");
        }
    }
}
