//! A deployment that was added by API, as it is written: the values of `litellm_params` and
//! `model_info` are kept as text, so that no price passes through a float. Secrets are encrypted in
//! the database and masked in answers.

use std::collections::BTreeMap;

use ledger::StoredModel;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use upstream_http::Transport;

use super::{
    member::Added,
    vault::{Spot, Vault, VaultError},
};
use crate::config::{AddedModel, ConfigError};

/// Some keys with their values as JSON.
pub(crate) type Object = BTreeMap<String, Box<RawValue>>;

/// Shown instead of a secret. If a client sends it back, the secret stays unchanged.
pub(crate) const MASK: &str = "********";

/// YAML's key of what is merged into a mapping.
pub(crate) const MERGE: &str = "<<";

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
        // The row's id counts, whatever the JSON says.
        info.insert("id".to_owned(), text(&model.id));
        let mut params = object("litellm_params", &model.params)?;
        // An earlier version stored them. They may have secrets below them, so nobody is shown them.
        params.remove(MERGE);
        info.remove(MERGE);
        Ok(Self { model_name: model.group.clone(), params, info })
    }

    /// Whether a stored model has keys that an earlier version merged, and nobody reads now.
    pub(crate) fn merged(model: &StoredModel) -> bool {
        let has = |json: &str| {
            serde_json::from_str::<Object>(json).is_ok_and(|object| object.contains_key(MERGE))
        };
        has(&model.params) || has(&model.info)
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

    /// Seals its secrets. One that is the same as in the stored model stays as it is sealed there, so that
    /// the audit says which have changed.
    pub(crate) fn seal(&mut self, vault: &Vault, stored: &StoredModel) -> Result<(), VaultError> {
        let model = &*stored.id;
        // If the stored parameters cannot be read, every secret is sealed again.
        let before: Object = serde_json::from_str(&stored.params).unwrap_or_default();
        for (field, value) in &mut self.params {
            if !is_secret(field) {
                continue;
            }
            let spot = Spot { model, field };
            // A key of digits alone may have been written as a number.
            let secret = text_of(value).unwrap_or_else(|| value.get().to_owned());
            let same = before.get(field).and_then(|sealed| text_of(sealed)).filter(|sealed| {
                let opened = vault.open(sealed, spot);
                opened.is_ok_and(|opened| opened.expose_secret() == secret)
                    && !vault.is_old(sealed, spot)
            });
            *value = match same {
                Some(sealed) => text(&sealed),
                None => text(&vault.seal(&secret, spot)?),
            };
        }
        Ok(())
    }

    /// Whether one of its secrets, which are sealed, is to be sealed again.
    pub(crate) fn is_old(&self, vault: &Vault, model: &str) -> bool {
        self.params.iter().filter(|(field, _)| is_secret(field)).any(|(field, value)| {
            text_of(value).is_some_and(|sealed| vault.is_old(&sealed, Spot { model, field }))
        })
    }

    /// The deployment that it describes; its secrets must be open.
    pub(crate) fn read(&self, transport: &Transport) -> Result<Added, ConfigError> {
        let json: SecretString = serde_json::to_string(self).unwrap_or_default().into();
        AddedModel::read(json.expose_secret(), transport).map(Added::from)
    }

    /// Whether requests, and credentials with them, go to another host than those of `other`; also
    /// where that is not known.
    pub(crate) fn goes_elsewhere(&self, other: &Self, transport: &Transport) -> bool {
        let host = |entry: &Self| entry.host(transport);
        // Compared as written: another spelling may be read as another host.
        let login = |entry: &Self| {
            entry.params.get("azure_authority_host").map(|value| value.get().to_owned())
        };
        host(self).is_none() || host(self) != host(other) || login(self) != login(other)
    }

    /// Scheme, host and port, as they are called.
    fn host(&self, transport: &Transport) -> Option<String> {
        let mut any = self.clone();
        for (field, value) in &mut any.params {
            if is_secret(field) {
                // Sealed or masked here, and of no account for the host.
                *value = text("any");
            }
        }
        let url = any.read(transport).ok()?.configured.deployment.provider.endpoint().to_owned();
        let uri: http::Uri = url.parse().ok()?;
        Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
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

#[cfg(test)]
mod tests {
    use upstream_http::TransportOptions;

    use super::*;
    use crate::deployments::vault::VaultKeys;

    fn entry(api_base: &str) -> Entry {
        let params = [("model", "azure_ai/x"), ("api_base", api_base), ("api_key", "k")];
        let params = params.map(|(key, value)| (key.to_owned(), text(value)));
        Entry { model_name: "a".to_owned(), params: params.into(), info: Object::new() }
    }

    #[track_caller]
    fn check(api_base: &str, expect: bool) {
        let transport = Transport::new(TransportOptions::default()).unwrap();
        let known = entry("https://r.openai.azure.com/openai/v1/");
        assert_eq!(entry(api_base).goes_elsewhere(&known, &transport), expect, "{api_base}");
    }

    #[test]
    fn a_credential_stays_with_scheme_host_and_port() {
        check("https://r.openai.azure.com", false);
        check("https://R.OpenAI.azure.com:443/openai/deployments/x?api-version=2024-10-21", false);
        check("https://s.openai.azure.com/openai/v1/", true);
        check("https://r.openai.azure.com:8443/openai/v1/", true);
        check("https://r.openai.azure.com.example.com/openai/v1/", true);
        check("https://r.openai.azure.com\\@example.com/openai/v1/", true);
        check("https://r.openai.azure.com@example.com/openai/v1/", true);
        check("http://127.0.0.1/openai/v1/", true);
        check("nowhere", true);
    }

    #[test]
    fn a_secret_is_sealed_and_opened_and_all_else_stays() {
        let vault = Vault::new(VaultKeys {
            salt: Some(&"a-salt-key-of-tests".into()),
            ..VaultKeys::default()
        });
        let mut sealed = entry("https://r.openai.azure.com");
        let m1 = StoredModel { id: "m1".to_owned(), ..StoredModel::default() };
        sealed.seal(&vault, &m1).unwrap();
        let json = serde_json::to_string(&sealed).unwrap();
        assert!(json.contains("fareway:v2:") && json.contains("https://r.openai.azure.com"));
        assert!(sealed.clone().open(&vault, "m2").is_err());
        let params = serde_json::to_string(&sealed.params).unwrap();
        let stored = StoredModel { params, ..m1 };
        let mut again = entry("https://other.openai.azure.com");
        again.seal(&vault, &stored).unwrap();
        assert_eq!(again.params["api_key"].get(), sealed.params["api_key"].get());
        again.params.insert("api_key".to_owned(), text("another"));
        again.seal(&vault, &stored).unwrap();
        assert_ne!(again.params["api_key"].get(), sealed.params["api_key"].get());
        sealed.open(&vault, "m1").unwrap();
        assert_eq!(text_of(&sealed.params["api_key"]).as_deref(), Some("k"));
    }

    #[test]
    fn values_are_written_as_yaml_reads_them() {
        let plain =
            |json: &str| plain(&RawValue::from_string(json.to_owned()).unwrap()).to_string();
        assert_eq!(plain(r#""\ud83d\ude00 \/""#), "\"\u{1f600} /\"");
        assert_eq!(plain("[1,\n 2]"), "[1,2]");
        assert_eq!(plain("0.00000005"), "0.00000005");
        assert_eq!(plain("null"), "null");
    }
}
