//! Azure: `azure_ai/<deployment>` and `azure/<deployment>`.

use std::sync::Arc;

use http::Uri;
use llm_types::UpstreamName;
use provider_azure_ai::{
    AZURE_HOSTS, AzureAi, CLIENT_HEADERS, Endpoint, EndpointError, EndpointForm, NameError,
    PREFIXES, is_azure,
};
use upstream_http::Transport;

use super::{
    ConfigError, Connection, Mistake, Preview, ProviderKind, Table, Tree, Written,
    azure_credential, check_address, check_endpoint,
};

/// Azure's deployments, routers among them.
pub(super) struct Azure;

/// The scopes that models added by API may use the gateway's own identity for.
const SCOPES: [&str; 5] = [
    "https://cognitiveservices.azure.com/.default",
    "https://cognitiveservices.azure.us/.default",
    "https://ai.azure.com/.default",
    "https://ai.azure.us/.default",
    "https://ml.azure.com/.default",
];

/// Any name will do to look at an endpoint.
const ANY_DEPLOYMENT: &str = "deployment";

impl ProviderKind for Azure {
    fn prefixes(&self) -> &'static [&'static str] {
        &PREFIXES
    }

    fn examples(&self) -> &'static [&'static str] {
        &["azure_ai/<deployment>", "azure/<deployment>"]
    }

    fn name(&self, model: &str) -> Result<Option<UpstreamName>, Mistake> {
        match AzureAi::name(model) {
            Ok(name) => Ok(Some(name)),
            Err(NameError::OtherProvider(_)) => Ok(None),
            Err(error @ NameError::NoDeployment(_)) => Err(error.into()),
        }
    }

    fn connect(
        &self,
        params: &mut Table<'_, '_>,
        name: &UpstreamName,
        transport: &Transport,
    ) -> Result<Connection, ConfigError> {
        let base = params.required("api_base")?;
        let version = params.scalar("api_version")?.map(|version| version.text);
        let allow_http = params.flag("allow_http")? == Some(true);
        let endpoint = parse(&base.text, version.as_deref(), &name.deployment, allow_http)
            .map_err(|source| ConfigError::of_provider(&base.place, source))?;
        let auth = azure_credential::read(params)?;
        let azure = AzureAi::new(endpoint, auth, transport.clone())
            .map_err(|source| ConfigError::of_provider(params.place(), source))?;
        let shown = [("api_base", Some(base.text)), ("api_version", version)];
        Ok(Connection {
            provider: Arc::new(azure.clone()),
            connector: Arc::new(azure),
            shown: shown.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
        })
    }

    fn check_written(&self, tree: &Tree<'_>) -> Result<(), ConfigError> {
        match identity(tree).as_deref() {
            // These read the gateway's own variables and files.
            Some(kind @ ("environment" | "workload_identity")) => {
                Err(ConfigError::Identity { kind: kind.to_owned() })
            }
            _ => Ok(()),
        }
    }

    fn check_added(
        &self,
        tree: &Tree<'_>,
        endpoint: &Uri,
        transport: &Transport,
    ) -> Result<(), ConfigError> {
        // A token of the gateway's identity must not leave Azure, nor open another service there.
        let scope = tree.text_at(&["litellm_params", "azure_scope"]);
        let known = scope.is_none_or(|scope| SCOPES.contains(&&*scope));
        if let Some(kind) = identity(tree).filter(|_| !known || !is_azure(endpoint)) {
            return Err(ConfigError::Identity { kind });
        }
        check_endpoint(endpoint, transport)?;
        let host = tree.text_at(&["litellm_params", "azure_authority_host"]);
        host.map_or(Ok(()), |host| {
            check_address("azure_authority_host", &authority(&host), transport)
        })
    }

    fn preview(&self, written: &Written<'_>) -> Result<Option<Preview>, Mistake> {
        let Some(api_base) = written.api_base else { return Ok(None) };
        let deployment = written.deployment.unwrap_or(ANY_DEPLOYMENT);
        let endpoint = parse(api_base, written.api_version, deployment, written.allow_http)?;
        Ok(Some(Preview {
            url: endpoint.url().to_owned(),
            form: endpoint.form().to_string(),
            needs_token: endpoint.form() == EndpointForm::Project,
            warnings: endpoint.warnings().iter().map(ToString::to_string).collect(),
        }))
    }

    fn client_headers(&self) -> &'static [&'static str] {
        &CLIENT_HEADERS
    }

    fn private_endpoints(&self) -> &'static [&'static str] {
        &AZURE_HOSTS
    }
}

fn parse(
    api_base: &str,
    version: Option<&str>,
    deployment: &str,
    allow_http: bool,
) -> Result<Endpoint, EndpointError> {
    let parse = if allow_http { Endpoint::parse_allowing_http } else { Endpoint::parse };
    parse(api_base, version, deployment)
}

fn identity(tree: &Tree<'_>) -> Option<String> {
    tree.text_at(&["litellm_params", "azure_identity"])
}

/// The authority that issues its tokens; `https://` may be omitted.
fn authority(host: &str) -> Uri {
    let with_scheme =
        if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    let url = url::Url::parse(&with_scheme).ok();
    url.and_then(|url| url.as_str().parse().ok()).unwrap_or_default()
}
