//! Reads the answer to a request for a token.

use http::{HeaderValue, StatusCode};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use upstream_http::{one_line, secret_header};

use super::CredentialError;

/// How much of a description is repeated, in characters.
const MAX_DESCRIPTION: usize = 300;

/// A token as it came, with how long it is good for.
pub(super) struct Fetched {
    pub(super) header: HeaderValue,
    pub(super) lifetime: SignedDuration,
}

/// Numbers come as numbers from Entra and as strings from the metadata service.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: Option<Value>,
    expires_on: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Denial {
    error: String,
    error_description: String,
}

/// The token in the answer of `host`, or why there is none. `secret` is what was sent for it, and
/// is never repeated.
pub(super) fn read(
    host: &str,
    status: StatusCode,
    body: &[u8],
    secret: &SecretString,
    now: Timestamp,
) -> Result<Fetched, CredentialError> {
    if !status.is_success() {
        return Err(denied(host, status, body, secret));
    }
    let unusable = || CredentialError::NoToken { host: host.to_owned() };
    let answer: TokenAnswer = serde_json::from_slice(body).map_err(|_| unusable())?;
    let lifetime = answer.lifetime(now).ok_or_else(unusable)?;
    let token = SecretString::from(answer.access_token);
    let header = secret_header("Bearer ", &token).map_err(|_| unusable())?;
    Ok(Fetched { header, lifetime })
}

fn denied(host: &str, status: StatusCode, body: &[u8], secret: &SecretString) -> CredentialError {
    let denial: Denial = serde_json::from_slice(body).unwrap_or_default();
    // Entra's further lines are trace ids and times.
    let described = denial.error_description.lines().next().unwrap_or_default();
    let clean = |text: &str| {
        let secret = secret.expose_secret().trim();
        let text = one_line(text);
        // Before the text is cut: half a secret would not be recognised. An empty pattern would
        // match between all characters.
        let safe = if secret.is_empty() { text } else { text.replace(secret, "[redacted]") };
        safe.chars().take(MAX_DESCRIPTION).collect::<String>()
    };
    CredentialError::Denied {
        host: host.to_owned(),
        status: status.as_u16(),
        code: clean(&denial.error),
        message: clean(described),
    }
}

// === impl TokenAnswer ===

impl TokenAnswer {
    fn lifetime(&self, now: Timestamp) -> Option<SignedDuration> {
        let seconds = |value: &Option<Value>| match value.as_ref()? {
            Value::String(text) => text.parse::<i64>().ok(),
            value => value.as_i64(),
        };
        let until = seconds(&self.expires_on).and_then(|at| Timestamp::from_second(at).ok());
        // `expires_in` first: unlike `expires_on`, it does not depend on two clocks.
        let lifetime = seconds(&self.expires_in)
            .map(SignedDuration::from_secs)
            .or_else(|| until.map(|until| until.duration_since(now)));
        lifetime.filter(SignedDuration::is_positive)
    }
}
