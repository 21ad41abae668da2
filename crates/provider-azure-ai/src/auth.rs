//! Credentials that a request to Azure carries.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use upstream_http::{CredentialHeader, SecretError, secret_header};

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

// === impl Auth ===

impl Auth {
    /// The header that is the same for every request, if there is one.
    pub(crate) fn fixed_header(&self) -> Result<Option<(HeaderName, HeaderValue)>, SecretError> {
        match self {
            Self::ApiKey(key) => Ok(Some((API_KEY, secret_header("", key)?))),
            Self::Bearer(token) => {
                Ok(Some((header::AUTHORIZATION, secret_header("Bearer ", token)?)))
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

pub(crate) const API_KEY: HeaderName = HeaderName::from_static("api-key");
/// As Anthropic's API calls it.
pub(crate) const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// A key in a command that people can run.
pub(crate) const KEY_HEADER: CredentialHeader =
    CredentialHeader { name: "api-key", value: "$AZURE_API_KEY" };

/// A token in a command that people can run.
pub(crate) const TOKEN_HEADER: CredentialHeader =
    CredentialHeader { name: "authorization", value: "Bearer $AZURE_TOKEN" };
