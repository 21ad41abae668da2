//! A deployment that was added by API: the same keys as in the file, under the same rules.
//! References to the gateway's own environment are not resolved: a caller who may add models may
//! not read it.

use std::{collections::HashSet, error::Error as _};

use http::Uri;
use upstream_http::Transport;

use super::{ConfigError, Configured, Tree, deployment, providers};

/// A deployment that can be used, with its warnings.
#[derive(Debug)]
pub(crate) struct AddedModel {
    pub(crate) configured: Configured,
    /// Settings that are probably not as intended, one line each.
    pub(crate) warnings: Vec<String>,
    /// The keys that nothing here honours: `litellm_params.weight`.
    pub(crate) ignored: Vec<String>,
}

// === impl AddedModel ===

impl AddedModel {
    /// Reads one entry of `model_list`, written in JSON. Its requests go to addresses only that
    /// `transport` may connect to.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in the entry.
    pub(crate) fn read(json: &str, transport: &Transport) -> Result<Self, ConfigError> {
        let tree = Tree::parse_request(json)?;
        let model = tree.text_at(&["litellm_params", "model"]).unwrap_or_default();
        let kind = providers::of(&model);
        // Before anything is read: reading `environment` would already use the gateway's identity.
        kind.check_written(&tree)?;
        let mut configured = deployment::read(&mut tree.root()?, transport, &mut HashSet::new())?;
        // Its requests then use connections that reach allowed addresses only.
        configured.by_api = true;
        let endpoint = endpoint(&configured);
        kind.check_added(&tree, &endpoint, transport)?;
        providers::check_endpoint(&endpoint, transport)?;
        let warnings = configured.connector.warnings();
        let ignored = tree.into_unknown().iter().map(|place| place.path().to_owned()).collect();
        Ok(Self { configured, warnings, ignored })
    }
}

/// Where its requests go.
fn endpoint(configured: &Configured) -> Uri {
    configured.deployment.provider.endpoint().parse().unwrap_or_default()
}

// === impl ConfigError ===

impl ConfigError {
    /// The error with its causes, for the client that sent the entry.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::NoCredential(place) => {
                return format!(
                    "{place}: there is no credential; set `api_key`, or `tenant_id`, `client_id` \
                     and `client_secret`, or `azure_identity: managed_identity`"
                );
            }
            Self::MissingEnv { place, .. } => {
                return format!(
                    "{place}: `os.environ/…` would read the gateway's environment, which is not \
                     allowed by API; send the value itself, or write the model into the \
                     configuration file"
                );
            }
            _ => {}
        }
        let mut all = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            all.push_str(": ");
            all.push_str(&error.to_string());
            cause = error.source();
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use upstream_http::TransportOptions;

    use super::*;

    fn read(json: &str) -> Result<AddedModel, ConfigError> {
        AddedModel::read(json, &Transport::new(TransportOptions::default()).unwrap())
    }

    #[test]
    fn json_is_read_by_the_rules_of_the_file() {
        let added = read(
            r#"{"model_name": "r\u00e9sum\u00e9 \"x\"", "litellm_params": {"model": "azure_ai/picker",
                "api_base": "https:\/\/r.openai.azure.com", "api_key": "k", "weight": 5, "router": true,
                "api_version": null},
                "model_info": {"id": "m1", "input_cost_per_token": 5e-8,
                "output_cost_per_token": 0.0000004, "mode": "chat", "team": {"a": [1]}}}"#,
        )
        .unwrap();
        let AddedModel { configured, warnings, ignored } = added;
        assert_eq!(configured.group, "résumé \"x\"");
        assert!(configured.deployment.router);
        assert_eq!(configured.deployment.fixed_price.as_ref().unwrap().rates.input, 50_000);
        assert_eq!(ignored, ["litellm_params.weight", "model_info.team"]);
        assert_eq!(warnings, [""; 0]);
    }

    /// Nothing reads what `<<` would merge, so that it cannot be used to bypass a check.
    #[test]
    fn nothing_is_merged() {
        let model = r#""model": "azure_ai/x", "api_base": "https://r.example.com""#;
        let merged = r#""<<": {"azure_identity": "managed_identity", "azure_scope": "any"}"#;
        let json = format!(r#"{{"model_name": "a", "litellm_params": {{{model}, {merged}}}}}"#);
        assert!(matches!(read(&json).unwrap_err(), ConfigError::NoCredential(_)));
        let with_key = json.replace("\"<<\"", "\"api_key\": \"k\", \"<<\"");
        assert_eq!(read(&with_key).unwrap().ignored, ["litellm_params.<<"]);
        let whole = format!(r#"{{"<<": {{"model_name": "a"}}, "litellm_params": {{{model}}}}}"#);
        assert!(matches!(read(&whole).unwrap_err(), ConfigError::Missing { .. }));
    }

    #[test]
    fn an_error_names_its_place_in_the_request() {
        let message = |json: &str| read(json).unwrap_err().message();
        insta::assert_snapshot!(
            [
                message("{}"),
                message(r#"{"model_name": "a"}"#),
                message(r#"{"model_name": "a", "litellm_params": [1]}"#),
                message(r#"{"model_name": "a", "litellm_params": {"model": "azure_ai/x", "api_base": "r.openai.azure.com"}}"#),
                message(r#"{"model_name": "a", "litellm_params": {"model": "azure_ai/x", "api_base": "https://r.openai.azure.com"}}"#),
                message(r#"{"model_name": "a", "litellm_params": {"model": "azure_ai/x", "api_base": "https://r.openai.azure.com", "api_key": "os.environ/HOME"}}"#),
                message(r#"{"model_name": "a", "litellm_params": {"model": "azure_ai/x", "api_base": "https://r.openai.azure.com", "azure_identity": "environment"}}"#),
                message(r#"{"model_name": "a", "litellm_params": {"model": "azure_ai/x", "api_base": "https://r.example.com", "azure_identity": "managed_identity"}}"#),
            ]
            .join("\n"),
            @r"
            the request: the key `model_name` is missing
            `litellm_params`: the key `model` is missing
            `litellm_params`: expected a mapping of keys to values, found `a list`
            `litellm_params.api_base`: `api_base` does not start with `https://`; write `https://r.openai.azure.com/openai/v1/`
            `litellm_params`: there is no credential; set `api_key`, or `tenant_id`, `client_id` and `client_secret`, or `azure_identity: managed_identity`
            `litellm_params.api_key`: `os.environ/…` would read the gateway's environment, which is not allowed by API; send the value itself, or write the model into the configuration file
            `litellm_params.azure_identity`: `environment` is the gateway's own identity, which models added by API can use only as `managed_identity`, for Azure's own hosts and their scopes; add the model to the configuration file
            `litellm_params.azure_identity`: `managed_identity` is the gateway's own identity, which models added by API can use only as `managed_identity`, for Azure's own hosts and their scopes; add the model to the configuration file
            "
        );
    }
}
