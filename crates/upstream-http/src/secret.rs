//! Credentials as header values that are never logged.

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// Why a credential cannot be sent. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is nothing to send.
    #[error("the key is empty")]
    Empty,
    /// A header cannot hold it.
    #[error(
        "the key contains white space, a line break or another character that a header cannot contain"
    )]
    Characters,
}

/// The header value `prefix` + `secret`, marked as sensitive.
///
/// # Errors
/// When the secret is empty, or has characters that a header cannot hold.
pub fn secret_header(prefix: &str, secret: &SecretString) -> Result<HeaderValue, SecretError> {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Err(SecretError::Empty);
    }
    // Stricter than HTTP, which allows blanks within: a key that has any was pasted wrongly.
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SecretError::Characters);
    }
    let mut value =
        HeaderValue::from_str(&format!("{prefix}{secret}")).map_err(|_| SecretError::Characters)?;
    value.set_sensitive(true);
    Ok(value)
}
