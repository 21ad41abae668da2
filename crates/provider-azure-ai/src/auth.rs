//! How a request proves whose it is.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};

use crate::{Endpoint, EndpointForm, EntraCredential, Warning};

/// A credential for an endpoint. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub enum Auth {
    /// A resource's key, sent as `api-key`: good for every form but project endpoints.
    ApiKey(SecretString),
    /// A key or a ready token, sent as `Authorization: Bearer`.
    Bearer(SecretString),
    /// Tokens of Entra ID, fetched and renewed as needed: good for every form.
    Entra(Arc<EntraCredential>),
}

/// Why a credential cannot be used. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// There is nothing to send.
    #[error("the key is empty")]
    Empty,
    /// A header cannot hold it.
    #[error("the key has white space, a line break or other characters that a header cannot hold")]
    Characters,
}

// === impl Auth ===

impl Auth {
    /// The header that is the same for every request, if there is one.
    pub(crate) fn fixed_header(&self) -> Result<Option<(HeaderName, HeaderValue)>, AuthError> {
        match self {
            Self::ApiKey(key) => Ok(Some((API_KEY, secret_value("", key)?))),
            Self::Bearer(token) => {
                Ok(Some((header::AUTHORIZATION, secret_value("Bearer ", token)?)))
            }
            Self::Entra(_) => Ok(None),
        }
    }

    /// Whether the endpoint is known to dislike this kind of credential.
    pub(crate) fn warning(&self, endpoint: &Endpoint) -> Option<Warning> {
        let key_as_bearer = match self {
            Self::ApiKey(_) | Self::Entra(_) => false,
            // Entra tokens are JSON, `{"…`, in base64.
            Self::Bearer(token) => !token.expose_secret().starts_with("eyJ"),
        };
        match endpoint.form() {
            EndpointForm::Project if matches!(self, Self::ApiKey(_)) || key_as_bearer => {
                Some(Warning::ProjectNeedsToken)
            }
            EndpointForm::Deployments | EndpointForm::Models if key_as_bearer => {
                Some(Warning::BearerKeyOnClassic)
            }
            _ => None,
        }
    }
}

const API_KEY: HeaderName = HeaderName::from_static("api-key");

/// A header value that is never logged.
pub(crate) fn secret_value(prefix: &str, secret: &SecretString) -> Result<HeaderValue, AuthError> {
    let secret = secret.expose_secret();
    if secret.is_empty() {
        return Err(AuthError::Empty);
    }
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AuthError::Characters);
    }
    let mut value =
        HeaderValue::from_str(&format!("{prefix}{secret}")).map_err(|_| AuthError::Characters)?;
    value.set_sensitive(true);
    Ok(value)
}
