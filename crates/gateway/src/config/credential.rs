//! How a deployment proves whose requests they are.

use std::sync::Arc;

use provider_azure_ai::{Auth, EntraCredential, EntraIdentity, EntraOptions};

use super::{ConfigError, Table};

/// The credential of one deployment: a key, a ready token, an app registration, or an identity of
/// the machine.
pub(super) fn read(params: &mut Table<'_, '_>) -> Result<Auth, ConfigError> {
    let key = params.secret("api_key")?;
    let token = params.secret("azure_ad_token")?;
    let identity = identity(params)?;
    match (key, token, identity) {
        (Some(key), ..) => Ok(Auth::ApiKey(key)),
        (None, Some(token), _) => Ok(Auth::Bearer(token)),
        (None, None, Some(credential)) => Ok(Auth::Entra(Arc::new(credential))),
        (None, None, None) => Err(ConfigError::NoCredential(params.place().clone())),
    }
}

fn identity(params: &mut Table<'_, '_>) -> Result<Option<EntraCredential>, ConfigError> {
    let tenant = params.scalar("tenant_id")?;
    let client_id = params.scalar("client_id")?.map(|id| id.text);
    let secret = params.secret("client_secret")?;
    let mut options = EntraOptions {
        scope: params.scalar("azure_scope")?.map(|scope| scope.text),
        ..EntraOptions::default()
    };
    if let Some(host) = params.scalar("azure_authority_host")? {
        options.authority_host = host.text;
    }
    let kind = params.scalar("azure_identity")?;
    let place = params.place().clone();
    let credential = match (kind.as_ref().map(|kind| kind.text.as_str()), tenant, secret) {
        (None, Some(tenant), Some(secret)) => {
            let client_id =
                client_id.ok_or(ConfigError::Missing { place: place.clone(), key: "client_id" })?;
            let tenant = tenant.text;
            EntraCredential::new(EntraIdentity::ClientSecret { tenant, client_id, secret }, options)
        }
        (None, ..) => return Ok(None),
        (Some("managed_identity"), ..) => {
            EntraCredential::new(EntraIdentity::ManagedIdentity { client_id }, options)
        }
        (Some("workload_identity" | "environment"), ..) => {
            EntraCredential::from_variables(|name| params.env(name), options)
        }
        (Some(_), ..) => {
            let kinds = "`managed_identity`, `workload_identity` or `environment`";
            return Err(kind.unwrap_or_default().wrong(kinds));
        }
    };
    credential
        .map(Some)
        .map_err(|source| ConfigError::Credential { place, source: Box::new(source) })
}
