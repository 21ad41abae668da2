//! The model strings of configurations and of the SDK: `azure_ai/<deployment>` and its relatives.

use llm_types::UpstreamName;

use crate::AzureAi;

/// Beginnings of model strings that name a deployment on Azure.
pub const PREFIXES: [&str; 2] = ["azure_ai/", "azure/"];

/// A model string that names no deployment. The text says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A provider that is not Azure.
    #[error(
        "expected a model such as `azure_ai/<deployment>` or `azure/<deployment>`, found `{0}`: \
         only Azure is served"
    )]
    OtherProvider(String),
    /// Nothing after the prefix.
    #[error(
        "expected the deployment's name after the prefix, as in `azure_ai/my-model-router`, found `{0}`"
    )]
    NoDeployment(String),
}

// === impl AzureAi ===

impl AzureAi {
    /// Reads `azure_ai/<deployment>`, `azure_ai/model_router/<deployment>`, `azure/<deployment>`,
    /// `azure_ai/auto`, or a bare deployment name.
    ///
    /// A deployment counts as a router when it is written behind `model_router/`, is called
    /// `auto`, or has `model-router` or `model_router` in its name.
    ///
    /// # Errors
    /// When the string names another provider, or no deployment.
    pub fn name(written: &str) -> Result<UpstreamName, NameError> {
        let rest = PREFIXES.iter().find_map(|prefix| written.strip_prefix(prefix));
        let name = rest.unwrap_or(written);
        let behind = ["model_router/", "model-router/"]
            .iter()
            .find_map(|marker| {
                name.get(..marker.len()).filter(|start| start.eq_ignore_ascii_case(marker))
            })
            .map(|marker| &name[marker.len()..]);
        let deployment = behind.unwrap_or(name);
        // A slash that is left belongs to another provider's prefix: deployment names have none.
        if deployment.contains('/') {
            return Err(NameError::OtherProvider(written.to_owned()));
        }
        if deployment.trim().is_empty() {
            return Err(NameError::NoDeployment(written.to_owned()));
        }
        let lower = deployment.to_ascii_lowercase();
        let router = behind.is_some()
            || lower == "auto"
            || lower.contains("model-router")
            || lower.contains("model_router");
        let (written, deployment) = (written.to_owned(), deployment.to_owned());
        Ok(UpstreamName { written, deployment, router })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, deployment: &str, router: bool) {
        let name = AzureAi::name(written).unwrap();
        assert_eq!((name.deployment.as_str(), name.router), (deployment, router), "{written}");
    }

    #[test]
    fn every_form_names_its_deployment() {
        check("azure_ai/azure-model-router", "azure-model-router", true);
        check("azure_ai/model_router/prod-chat", "prod-chat", true);
        check("azure_ai/model-router/prod-chat", "prod-chat", true);
        check("azure/MODEL-ROUTER", "MODEL-ROUTER", true);
        check("azure/model_router/prod", "prod", true);
        check("azure_ai/model-router", "model-router", true);
        check("azure_ai/auto", "auto", true);
        check("azure_ai/gpt-5-nano", "gpt-5-nano", false);
        check("prod-chat", "prod-chat", false);
    }

    #[test]
    fn other_providers_are_refused() {
        assert!(matches!(AzureAi::name("openai/gpt-5"), Err(NameError::OtherProvider(_))));
        assert!(matches!(AzureAi::name("azure_ai/agents/x"), Err(NameError::OtherProvider(_))));
        assert!(matches!(AzureAi::name("azure_ai/"), Err(NameError::NoDeployment(_))));
        assert!(matches!(AzureAi::name("azure_ai/model_router/"), Err(NameError::NoDeployment(_))));
    }
}
