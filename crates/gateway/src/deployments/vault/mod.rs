//! Encrypted credentials of models that were added by API: AES-256-GCM, one ciphertext for each
//! field.
//!
//! The key is derived from `FAREWAY_SALT_KEY`, or without one from the master key, with Argon2id: whoever has a
//! copy of the store pays 19 MiB and some 20 milliseconds for each guess. Salt and work factor are part of what is
//! sealed; all that one gateway seals has one salt, so that the key is derived once. What is sealed belongs to one
//! field of one model, so that nobody who can write to the store can hand a secret to another model, whose
//! endpoint may be theirs.

mod work_factor;

#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use self::work_factor::Work;
use crate::config::key_strength;

/// Seals secrets, and opens them again.
pub(crate) struct Vault {
    /// The first seals; all are tried to open, so that another key can be set later on.
    keys: Vec<SecretString>,
    /// Why the first may not seal.
    weakness: Option<&'static str>,
    derived: Mutex<Derived>,
}

/// The keys that were derived so far: it takes memory and time.
#[derive(Default)]
struct Derived {
    /// By the work and the number of the text.
    keys: Vec<(Work, usize, Arc<Aes256Gcm>)>,
    /// The work factor for the next secret: that of the first secret that the encrypting key decrypted.
    sealing: Option<Work>,
}

/// The operator's keys, in the order in which they are tried.
#[derive(Clone, Copy, Default)]
pub(crate) struct VaultKeys<'a> {
    /// `FAREWAY_SALT_KEY`.
    pub(crate) salt: Option<&'a SecretString>,
    /// The master key.
    pub(crate) master: Option<&'a SecretString>,
    /// `FAREWAY_OLD_SALT_KEY`: it opens, and never seals.
    pub(crate) old: Option<&'a SecretString>,
}

/// The model and field that a secret belongs to.
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
    /// Anyone with a copy of the store could guess the key.
    #[error(
        "`{field}` is not stored, because {why}, and could be decrypted by guessing; set the environment \
         variable `FAREWAY_SALT_KEY` to a long random text (such as that of `openssl rand -hex 32`), and keep it"
    )]
    WeakKey { field: String, why: &'static str },
    /// It was sealed with another key, or for another place.
    #[error(
        "its `{0}` cannot be decrypted: it was encrypted with another key; start the gateway \
         with the `FAREWAY_SALT_KEY` (or, where there was none, the master key) of the time when \
         the model was stored, as `FAREWAY_SALT_KEY` or `FAREWAY_OLD_SALT_KEY`, or send its \
         `{0}` again by `POST /model/update`"
    )]
    OtherKey(String),
    /// It is nothing that was sealed here.
    #[error(
        "its `{0}` is not encrypted in this version's format; send it again by `POST \
         /model/update`"
    )]
    Unsealed(String),
    /// The system gives no random numbers.
    #[error("the system provides no random numbers, so `{0}` cannot be encrypted")]
    NoRandom(String),
}

/// The prefix of an encrypted secret.
const PREFIX: &str = "fareway:v2:";
/// The prefix of secrets that were encrypted by versions without a work factor.
const OLD_PREFIX: &str = "fareway:v1:";
/// The purpose of the key, which separates it from other keys derived from the same text.
const OLD_PURPOSE: &[u8] = b"fareway: credentials of models at rest, v1";
const NONCE: usize = 12;
/// Salts in one store at most, for which derived keys are kept.
const MOST_DERIVED: usize = 32;

// === impl Vault ===

impl Vault {
    /// A vault with the keys that the operator has set.
    pub(crate) fn new(VaultKeys { salt, master, old }: VaultKeys<'_>) -> Self {
        let given =
            // An empty environment variable is no key.
            |key: Option<&SecretString>| key.filter(|key| !key.expose_secret().is_empty()).cloned();
        let [salt, master, old] = [salt, master, old].map(given);
        let weakness = match (&salt, &master) {
            (Some(salt), _) => key_strength::is_weak(salt).then_some(
                "`FAREWAY_SALT_KEY` has fewer than 16 characters or is known from examples",
            ),
            (None, Some(master)) => key_strength::is_weak(master)
                .then_some("the master key has fewer than 16 characters or is known from examples"),
            (None, None) => None,
        };
        // The old one seals nothing, also where there is no other.
        let seals = salt.is_some() || master.is_some();
        let keys =
            if seals { [salt, master, old].into_iter().flatten().collect() } else { Vec::new() };
        Self { keys, weakness, derived: Mutex::default() }
    }

    /// Encrypts a secret for its place.
    pub(crate) fn seal(&self, secret: &str, spot: Spot<'_>) -> Result<String, VaultError> {
        let field = || spot.field.to_owned();
        if self.keys.is_empty() {
            return Err(VaultError::NoKey(field()));
        }
        if let Some(why) = self.weakness {
            return Err(VaultError::WeakKey { field: field(), why });
        }
        let no_random = || VaultError::NoRandom(field());
        let work = self.sealing().ok_or_else(no_random)?;
        let key = self.derived(&work, 0).ok_or_else(|| VaultError::NoKey(field()))?;
        let mut nonce = [0; NONCE];
        // A nonce must never be used twice with one key; 96 random bits make that unlikely enough.
        getrandom::fill(&mut nonce).map_err(|_| no_random())?;
        let payload = Payload { msg: secret.as_bytes(), aad: &spot.bytes() };
        // It fails for texts of gigabytes only.
        let sealed = key.encrypt(&nonce.into(), payload);
        let sealed = sealed.map_err(|_| VaultError::NoKey(field()))?;
        let text = BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        Ok(format!("{PREFIX}{work}:{text}"))
    }

    /// Decrypts a text that was sealed for this place.
    pub(crate) fn open(&self, sealed: &str, spot: Spot<'_>) -> Result<SecretString, VaultError> {
        Ok(self.opened(sealed, spot)?.0)
    }

    /// Whether a secret that can be opened is to be sealed again: with a work factor, the work of today, and the
    /// key that seals.
    pub(crate) fn is_old(&self, sealed: &str, spot: Spot<'_>) -> bool {
        let may_seal = !self.keys.is_empty() && self.weakness.is_none();
        may_seal && self.opened(sealed, spot).is_ok_and(|(_, current)| !current)
    }

    /// The secret, and whether it was sealed as it would be now.
    fn opened(&self, sealed: &str, spot: Spot<'_>) -> Result<(SecretString, bool), VaultError> {
        let unsealed = || VaultError::Unsealed(spot.field.to_owned());
        let (work, text) = match (sealed.strip_prefix(PREFIX), sealed.strip_prefix(OLD_PREFIX)) {
            (Some(rest), _) => {
                // From the right, as the work has a colon of its own and base64 has none.
                let (work, text) = rest.rsplit_once(':').ok_or_else(unsealed)?;
                (Some(Work::parse(work).ok_or_else(unsealed)?), text)
            }
            (None, Some(text)) => (None, text),
            (None, None) => return Err(unsealed()),
        };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| unsealed())?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE>().ok_or_else(unsealed)?;
        let aad = spot.bytes();
        // The text does not say which key encrypted it; GCM's tag reveals a wrong one.
        let opened = (0..self.keys.len()).find_map(|nth| {
            let key = match &work {
                Some(work) => self.derived(work, nth)?,
                None => Arc::new(without_work(self.keys.get(nth)?)?),
            };
            let opened = key.decrypt(&(*nonce).into(), Payload { msg: rest, aad: &aad }).ok()?;
            Some((opened, nth))
        });
        let (opened, nth) = opened.ok_or_else(|| VaultError::OtherKey(spot.field.to_owned()))?;
        let current = work.filter(|work| nth == 0 && work.is_current());
        if let Some(work) = &current {
            // New secrets get the salt of old ones, so that one derivation opens them all.
            self.state().sealing.get_or_insert_with(|| work.clone());
        }
        let text = String::from_utf8(opened).map(SecretString::from).map_err(|_| unsealed())?;
        Ok((text, current.is_some()))
    }

    /// The work with which the next secret is sealed; `None` if the system gives no random numbers.
    fn sealing(&self) -> Option<Work> {
        let mut state = self.state();
        if state.sealing.is_none() {
            state.sealing = Work::new();
        }
        state.sealing.clone()
    }

    /// A key of one of the texts. One at a time is derived, so that none is derived twice.
    fn derived(&self, work: &Work, nth: usize) -> Option<Arc<Aes256Gcm>> {
        let mut state = self.state();
        let known = state.keys.iter().find(|(known, of, _)| known == work && *of == nth);
        if let Some((_, _, key)) = known {
            return Some(Arc::clone(key));
        }
        let key =
            Aes256Gcm::new_from_slice(&work.derive(self.keys.get(nth)?)?).ok().map(Arc::new)?;
        // Bounded, as anyone who can write to the store can make up salts.
        if state.keys.len() >= MOST_DERIVED {
            state.keys.remove(0);
        }
        state.keys.push((work.clone(), nth, Arc::clone(&key)));
        Some(key)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Derived> {
        self.derived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("keys", &self.keys.len()).finish()
    }
}

// === impl Spot ===

impl Spot<'_> {
    /// Prefixed with a length, so that no two places have the same bytes.
    fn bytes(&self) -> Vec<u8> {
        format!("{}:{}:{}", self.model.len(), self.model, self.field).into_bytes()
    }
}

/// The key that versions without a work factor derived of a text.
fn without_work(text: &SecretString) -> Option<Aes256Gcm> {
    let mut key = [0; 32];
    let text = text.expose_secret().as_bytes();
    Hkdf::<Sha256>::new(None, text).expand(OLD_PURPOSE, &mut key).ok()?;
    Aes256Gcm::new_from_slice(&key).ok()
}
