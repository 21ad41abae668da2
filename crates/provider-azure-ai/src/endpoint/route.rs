//! Derivation of the path below which requests are sent from the path that was configured.

use llm_types::{Dialect, Home};
use url::Url;

use super::{EndpointError, EndpointForm, authority, is_symbolic};

/// Hosts of Azure resources, whose paths are known; any other host may be a proxy with a prefix.
const AZURE_HOSTS: [&str; 3] =
    [".openai.azure.", ".services.ai.azure.", ".cognitiveservices.azure."];
/// The day of the first dated version that has APIs beside the deployments: 2025-03-01-preview.
const BESIDE_SINCE: &str = "2025-03-01";
/// Where a resource has Anthropic's API.
const ANTHROPIC: &str = "anthropic";
/// Last parts of paths that belong to other APIs.
const OTHER_APIS: [&str; 8] = [
    "agents",
    "completions",
    "generations",
    "messages",
    "realtime",
    "rerank",
    "speech",
    "transcriptions",
];

/// The meaning of a configured path.
pub(super) struct Route {
    pub(super) form: EndpointForm,
    /// The path below which OpenAI's APIs are.
    pub(super) base: String,
    /// The root of the resource, below which other vendors' APIs are; empty but behind a proxy.
    pub(super) root: String,
    /// The deployment that the path names.
    pub(super) deployment: Option<String>,
    /// Whether only a host was configured.
    pub(super) bare: bool,
}

// === impl Route ===

impl Route {
    /// The URL that requests of an API go to. Those that are not below the deployments have dated versions
    /// only since some day: before that, and beside the model inference API, they are in the API without
    /// versions, of the same resource.
    pub(super) fn url_of(&self, dialect: Dialect, version: Option<&str>, url: &Url) -> Url {
        let (mut url, path) = (url.clone(), dialect.path());
        if dialect.home() == Home::Anthropic {
            url.set_path(&format!("{}/{ANTHROPIC}/v1/{path}", self.root));
            // Its version is a header's.
            url.set_query(None);
            return url;
        }
        let above = match self.form {
            EndpointForm::V1 | EndpointForm::Project => None,
            _ if dialect.is_below_deployment() => None,
            EndpointForm::Deployments => Some(self.above(3)),
            EndpointForm::Models => Some(self.above(1)),
        };
        let dated = |version: &str| {
            self.form == EndpointForm::Deployments
                && (is_symbolic(version) || version >= BESIDE_SINCE)
        };
        match above {
            None => url.set_path(&format!("{}/{path}", self.base)),
            Some(above) if version.is_some_and(dated) => {
                url.set_path(&format!("{above}/openai/{path}"));
            }
            Some(above) => {
                url.set_path(&format!("{above}/openai/v1/{path}"));
                url.set_query(None);
            }
        }
        url
    }

    /// The path without so many of its last parts.
    fn above(&self, parts: usize) -> &str {
        let end = self.base.rmatch_indices('/').nth(parts - 1);
        end.map_or("", |(at, _)| &self.base[..at])
    }
}

/// Reads the path of `url`. A bare host with a dated version is the classic API, and any other the
/// one without versions.
pub(super) fn of(
    url: &Url,
    version: Option<&str>,
    configured: &str,
) -> Result<Route, EndpointError> {
    let segments: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let bare = segments.is_empty();
    if bare && version.is_some_and(|version| !is_symbolic(version)) {
        return classic(configured);
    }
    let lower: Vec<String> = segments.iter().map(|part| part.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    if let Some(route) = of_anthropic(url, &segments, &lower) {
        return Ok(route);
    }
    let without = |api: Dialect| {
        let path: Vec<&str> = api.path().split('/').collect();
        lower.strip_suffix(&*path).filter(|_| api.home() == Home::OpenAi).map(|base| (base, api))
    };
    // As the portal shows the URL of a deployment: with the path of an API.
    let named = Dialect::ALL.into_iter().find_map(without);
    let (base, whole) = named.map_or((&lower[..], false), |(base, _)| (base, true));
    if let Some((["openai"], api)) = named
        && !api.is_below_deployment()
    {
        return classic(configured);
    }
    // A prefix can only be a proxy's: Azure's own hosts have none.
    let found = form(base, whole).filter(|(_, prefix)| *prefix == 0 || !is_azure(url));
    let (form, prefix) = found.ok_or_else(|| no_route(url, base, whole))?;
    let v1 = matches!(form, EndpointForm::V1 | EndpointForm::Project);
    let v1_missing = v1 && !base.ends_with(&["openai", "v1"]);
    // The segments as they were written: the lower-case ones are only for comparing.
    let given = &segments[..base.len()];
    let mut path = joined(given);
    let root = joined(&given[..prefix]);
    path.push_str(if v1_missing { "/openai/v1" } else { "" });
    let deployment = given.last().filter(|_| form == EndpointForm::Deployments);
    let deployment = deployment.map(|name| (*name).to_owned());
    Ok(Route { form, base: path, root, deployment, bare })
}

/// The route of a base that names Anthropic's API, as its SDK for Foundry takes it: `/anthropic`. The
/// resource's other APIs are beside that.
fn of_anthropic(url: &Url, given: &[&str], lower: &[&str]) -> Option<Route> {
    let messages = Dialect::Messages.path();
    let base = lower.strip_suffix(&[messages]).unwrap_or(lower);
    let base = base.strip_suffix(&["v1"]).unwrap_or(base);
    let prefix = base.strip_suffix(&[ANTHROPIC])?.len();
    if prefix > 0 && is_azure(url) {
        return None;
    }
    let root = joined(&given[..prefix]);
    let base = format!("{root}/openai/v1");
    Some(Route { form: EndpointForm::V1, base, root, deployment: None, bare: false })
}

fn joined(segments: &[&str]) -> String {
    segments.iter().map(|part| format!("/{part}")).collect()
}

/// The `api_base` of the API without versions, on the host and project of `url`.
pub(super) fn v1_base(url: &Url) -> String {
    let mut segments = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty());
    let project = match (segments.next(), segments.next(), segments.next()) {
        (Some("api"), Some("projects"), Some(project)) => format!("/api/projects/{project}"),
        _ => String::new(),
    };
    format!("{}://{}{project}/openai/v1/", url.scheme(), authority(url))
}

/// The form that a path ends in, and how many parts stand before that. `whole` says that
/// the path of an API followed, without which a project and a host may stand alone.
fn form(base: &[&str], whole: bool) -> Option<(EndpointForm, usize)> {
    match base {
        [] if !whole => Some((EndpointForm::V1, 0)),
        [prefix @ .., "api", "projects", _] if !whole => {
            Some((EndpointForm::Project, prefix.len()))
        }
        [prefix @ .., "api", "projects", _, "openai", "v1"] => {
            Some((EndpointForm::Project, prefix.len()))
        }
        [prefix @ .., "openai", "v1"] => Some((EndpointForm::V1, prefix.len())),
        [prefix @ .., "openai", "deployments", _] => {
            Some((EndpointForm::Deployments, prefix.len()))
        }
        [prefix @ .., "models"] => Some((EndpointForm::Models, prefix.len())),
        _ => None,
    }
}

fn classic(deployment: &str) -> Result<Route, EndpointError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if deployment.is_empty() || !deployment.chars().all(plain) {
        return Err(EndpointError::DeploymentName { found: deployment.to_owned() });
    }
    Ok(Route {
        form: EndpointForm::Deployments,
        base: format!("/openai/deployments/{deployment}"),
        root: String::new(),
        deployment: Some(deployment.to_owned()),
        bare: true,
    })
}

fn is_azure(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    AZURE_HOSTS.iter().any(|part| host.contains(part))
}

fn no_route(url: &Url, base: &[&str], whole: bool) -> EndpointError {
    let instead = v1_base(url);
    match base.last().and_then(|last| OTHER_APIS.iter().find(|api| *api == last)) {
        Some(api) if !whole => EndpointError::OtherApi { api, instead },
        _ => EndpointError::Path { found: url.path().to_owned(), instead },
    }
}
