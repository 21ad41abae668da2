//! Credential of a deployment: an API key, a token, an app registration or a managed identity.

use std::sync::Arc;

use provider_azure_ai::{Auth, CredentialError, EntraCredential, EntraIdentity, EntraOptions};

use super::{ConfigError, Table};

/// The credential of one deployment: a key, a ready token, an app registration, or an identity of
/// the machine.
pub(super) fn read(params: &mut Table<'_, '_>) -> Result<Auth, ConfigError> {
    let key = params.secret("api_key")?;
    let token = params.secret("azure_ad_token")?;
    let identity = identity(params)?;
    match (key, token, identity) {
        // A key first: it was written for this deployment, and an identity may be the machine's.
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
    let options = options(params)?;
    let kind = params.scalar("azure_identity")?;
    let identity = match (kind.as_ref().map(|kind| kind.text.as_str()), tenant, secret) {
        (None, Some(tenant), Some(secret)) => {
            let place = params.place().clone();
            let client_id = client_id.ok_or(ConfigError::Missing { place, key: "client_id" })?;
            EntraIdentity::ClientSecret { tenant: tenant.text, client_id, secret }
        }
        (None, ..) => return Ok(None),
        (Some("managed_identity"), ..) => EntraIdentity::ManagedIdentity { client_id },
        (Some("workload_identity"), ..) => workload(params)?,
        (Some("environment"), ..) => {
            let credential = EntraCredential::from_variables(|name| params.env(name), options);
            return credential.map(Some).map_err(|source| unusable(params, source));
        }
        (Some(_), ..) => {
            let kinds = "`managed_identity`, `workload_identity` or `environment`";
            return Err(kind.unwrap_or_default().wrong(kinds));
        }
    };
    EntraCredential::new(identity, options).map(Some).map_err(|source| unusable(params, source))
}

fn options(params: &mut Table<'_, '_>) -> Result<EntraOptions, ConfigError> {
    let mut options = EntraOptions {
        scope: params.scalar("azure_scope")?.map(|scope| scope.text),
        ..EntraOptions::default()
    };
    if let Some(host) = params.scalar("azure_authority_host")? {
        options.authority_host = host.text;
    }
    Ok(options)
}

/// The variables that Azure's webhook sets in a pod.
fn workload(params: &Table<'_, '_>) -> Result<EntraIdentity, ConfigError> {
    let required = |name: &str| {
        let missing =
            || ConfigError::MissingEnv { place: params.place().clone(), name: name.to_owned() };
        params.env(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    };
    Ok(EntraIdentity::WorkloadIdentity {
        tenant: required("AZURE_TENANT_ID")?,
        client_id: required("AZURE_CLIENT_ID")?,
        token_file: required("AZURE_FEDERATED_TOKEN_FILE")?.into(),
    })
}

fn unusable(params: &Table<'_, '_>, source: CredentialError) -> ConfigError {
    ConfigError::of_provider(params.place(), source)
}
