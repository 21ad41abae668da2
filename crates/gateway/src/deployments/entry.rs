//! A deployment that was added by API, as it is written: `litellm_params` and `model_info`, value by
//! value as they came, so that no price passes through a float. Secrets are sealed in the store and
//! masked in answers.

use std::collections::BTreeMap;

use ledger::StoredModel;
use provider_azure_ai::Transport;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::{
    config::{Added, ConfigError},
    vault::{Spot, Vault, VaultError},
};

/// Some keys with their values as JSON.
pub(crate) type Object = BTreeMap<String, Box<RawValue>>;

/// What an answer shows in place of a secret. Given back, it leaves the secret as it is.
pub(crate) const MASK: &str = "********";

/// An entry of `model_list`. Its `Debug` would show secrets, so it has none.
#[derive(Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) model_name: String,
    #[serde(rename = "litellm_params")]
    pub(crate) params: Object,
    #[serde(rename = "model_info")]
    pub(crate) info: Object,
}

// === impl Entry ===

impl Entry {
    /// As it is stored: its secrets are sealed.
    pub(crate) fn of(model: &StoredModel) -> Result<Self, String> {
        let object = |what: &str, json: &str| {
            serde_json::from_str::<Object>(json)
                .map_err(|error| format!("its `{what}` cannot be read from the store: {error}"))
        };
        let mut info = object("model_info", &model.info)?;
        info.insert("id".to_owned(), text(&model.id));
        let params = object("litellm_params", &model.params)?;
        Ok(Self { model_name: model.group.clone(), params, info })
    }

    /// Opens its secrets.
    pub(crate) fn open(&mut self, vault: &Vault, model: &str) -> Result<(), VaultError> {
        for (field, value) in &mut self.params {
            if is_secret(field) {
                let sealed = text_of(value).unwrap_or_default();
                let opened = vault.open(&sealed, Spot { model, field })?;
                *value = text(opened.expose_secret());
            }
        }
        Ok(())
    }

    /// Seals its secrets.
    pub(crate) fn seal(&mut self, vault: &Vault, model: &str) -> Result<(), VaultError> {
        for (field, value) in &mut self.params {
            if is_secret(field) {
                // A key of digits alone may have been written as a number.
                let secret = text_of(value).unwrap_or_else(|| value.get().to_owned());
                *value = text(&vault.seal(&secret, Spot { model, field })?);
            }
        }
        Ok(())
    }

    /// The deployment that it describes; its secrets must be open.
    pub(crate) fn read(&self, transport: &Transport) -> Result<Added, ConfigError> {
        let json: SecretString = serde_json::to_string(self).unwrap_or_default().into();
        Added::read(json.expose_secret(), transport)
    }

    /// Whether requests, and credentials with them, go to another place than those of `other`.
    pub(crate) fn goes_elsewhere(&self, other: &Self) -> bool {
        let place = |entry: &Self, key: &str| {
            let text = entry.params.get(key).and_then(|value| text_of(value)).unwrap_or_default();
            let uri = text.trim().to_ascii_lowercase().parse::<http::Uri>().unwrap_or_default();
            let authority = uri.authority().map(ToString::to_string);
            // Without a scheme, all of it may be the host.
            authority.map_or_else(|| text.clone(), |host| format!("{:?} {host}", uri.scheme_str()))
        };
        let differs = |key| place(self, key) != place(other, key);
        differs("api_base") || differs("azure_authority_host")
    }
}

/// Whether a value of `litellm_params` must not be seen.
pub(crate) fn is_secret(field: &str) -> bool {
    matches!(field, "api_key" | "azure_ad_token" | "client_secret")
}

/// A text as JSON.
pub(crate) fn text(text: &str) -> Box<RawValue> {
    let json = serde_json::to_string(text).unwrap_or_default();
    RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The text that a value is, if it is one.
pub(crate) fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// A value in the one way that YAML reads like JSON: without escapes that only JSON has, and on one
/// line. Numbers stay as they are written.
pub(crate) fn plain(value: &RawValue) -> Box<RawValue> {
    match value.get().as_bytes().first() {
        Some(b'"' | b'{' | b'[') => {
            let read = serde_json::from_str::<Value>(value.get()).map(|read| read.to_string());
            let json = read.ok().and_then(|json| RawValue::from_string(json).ok());
            json.unwrap_or_else(|| RawValue::NULL.to_owned())
        }
        _ => value.to_owned(),
    }
}
