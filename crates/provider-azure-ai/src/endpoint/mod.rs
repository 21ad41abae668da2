//! Endpoints: any of the ways to write an Azure address, parsed once at start into the URL that is
//! called.

mod error;
mod route;
mod warning;

use std::fmt;

use http::Uri;
use llm_types::Dialect;
use url::Url;

pub use self::error::EndpointError;
use self::route::Route;
pub use self::warning::Warning;

/// The API version of `/openai/deployments/…` when none is configured: the newest stable one, and
/// the one that the model router's answers are documented on.
const CLASSIC_VERSION: &str = "2024-10-21";
/// The API version of `/models/…` when none is configured.
const MODELS_VERSION: &str = "2024-05-01-preview";
/// Values of `api_version` that mean the API without versions.
const SYMBOLIC_VERSIONS: [&str; 3] = ["v1", "latest", "preview"];

/// Where requests go, parsed once at start.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// By the number of their dialect.
    uris: [Uri; Dialect::ALL.len()],
    /// The one of chats.
    url: String,
    form: EndpointForm,
    deployment: Option<String>,
    version: Option<String>,
    warnings: Vec<Warning>,
}

/// Which of Azure's APIs an endpoint belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointForm {
    /// `/openai/v1`: the deployment is named in the body.
    V1,
    /// `/api/projects/P/openai/v1`: as `V1`, with Entra tokens only.
    Project,
    /// `/openai/deployments/D?api-version=V`: the deployment is named in the path.
    Deployments,
    /// `/models?api-version=V`, the model inference API: the deployment is named in the body.
    Models,
}

impl Endpoint {
    /// Finds the URL to call. `api_version` counts where the URL has none; `deployment` is needed
    /// where the URL names none and the API wants one in the path.
    ///
    /// ```
    /// use provider_azure_ai::Endpoint;
    ///
    /// let endpoint = Endpoint::parse("https://r.openai.azure.com", None, "router")?;
    /// assert_eq!(endpoint.url(), "https://r.openai.azure.com/openai/v1/chat/completions");
    /// # Ok::<(), provider_azure_ai::EndpointError>(())
    /// ```
    ///
    /// # Errors
    /// Says what to write instead. Never repeats a query, a user name or a password.
    pub fn parse(
        api_base: &str,
        api_version: Option<&str>,
        deployment: &str,
    ) -> Result<Self, EndpointError> {
        let url = checked_url(api_base)?;
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(EndpointError::PlainHttp { host: authority(&url) });
        }
        Self::from_url(url, api_version, deployment)
    }

    /// As [`Endpoint::parse`], but lets `http://` go to other machines too: for a network where
    /// something else encrypts, such as a service mesh. The credential travels in clear.
    ///
    /// # Errors
    /// As [`Endpoint::parse`].
    pub fn parse_allowing_http(
        api_base: &str,
        api_version: Option<&str>,
        deployment: &str,
    ) -> Result<Self, EndpointError> {
        Self::from_url(checked_url(api_base)?, api_version, deployment)
    }

    /// The URL that chats are sent to; holds no secret.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which API it is.
    #[must_use]
    pub fn form(&self) -> EndpointForm {
        self.form
    }

    /// Whether it is the API without versions, of a resource or of a project.
    #[must_use]
    pub fn is_v1(&self) -> bool {
        matches!(self.form, EndpointForm::V1 | EndpointForm::Project)
    }

    /// The deployment that the URL names, if it names one: the body's `model` is ignored then.
    #[must_use]
    pub fn deployment(&self) -> Option<&str> {
        self.deployment.as_deref()
    }

    /// The `api-version` that is sent, if one is.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The scope to ask an Entra token for.
    #[must_use]
    pub fn scope(&self) -> &'static str {
        if self.is_v1() {
            "https://ai.azure.com/.default"
        } else {
            "https://cognitiveservices.azure.com/.default"
        }
    }

    /// Warnings about the configuration.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    pub(crate) fn uri(&self, dialect: Dialect) -> &Uri {
        &self.uris[dialect as usize]
    }

    fn from_url(
        mut url: Url,
        api_version: Option<&str>,
        configured: &str,
    ) -> Result<Self, EndpointError> {
        // The version is read before the path, as a dated one changes what a bare host means.
        let in_url = version_in_query(&url)?;
        let param = api_version.map(str::trim).filter(|version| !version.is_empty());
        // The URL wins over `api_version`: it is the more specific of the two.
        let version = checked_version(in_url.as_deref().or(param))?;
        let route = route::of(&url, version, configured)?;
        let query = query_of(&route, in_url.as_deref(), version, &url)?.map(str::to_owned);
        let warnings = warning::of(&route, in_url.as_deref(), param, configured);
        url.set_query(query.as_ref().map(|version| format!("api-version={version}")).as_deref());
        let mut uris = Dialect::ALL.map(|_| Uri::default());
        for dialect in Dialect::ALL {
            let url = route.url_of(dialect, query.as_deref(), &url);
            uris[dialect as usize] = url.as_str().parse().map_err(EndpointError::NotAUri)?;
        }
        let Route { form, base, deployment, .. } = route;
        url.set_path(&format!("{base}/{}", Dialect::Chat.path()));
        Ok(Self { uris, url: url.into(), form, deployment, version: query, warnings })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

// === impl EndpointForm ===

impl fmt::Display for EndpointForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "/openai/v1",
            Self::Project => "/api/projects/…/openai/v1",
            Self::Deployments => "/openai/deployments",
            Self::Models => "/models",
        })
    }
}

// === checks ===

fn checked_url(api_base: &str) -> Result<Url, EndpointError> {
    error::check_text(api_base)?;
    let url = Url::parse(api_base).map_err(EndpointError::NotAUrl)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(EndpointError::Fragment);
    }
    error::check_host(&url)?;
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // Every name below `localhost` is this machine too (RFC 6761, 6.3).
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Host and port as written.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `api-version` is the one parameter there is; anything else may be a secret.
fn version_in_query(url: &Url) -> Result<Option<String>, EndpointError> {
    let mut version = None;
    for (name, value) in url.query_pairs() {
        match name.to_ascii_lowercase().as_str() {
            "api-version" => version = Some(value.trim().to_owned()).filter(|v| !v.is_empty()),
            "api-key" | "api_key" | "apikey" | "key" | "subscription-key" | "code" | "sig"
            | "token" | "access_token" => return Err(EndpointError::SecretInQuery),
            _ => return Err(EndpointError::Query),
        }
    }
    Ok(version)
}

fn checked_version(version: Option<&str>) -> Result<Option<&str>, EndpointError> {
    let is_version = |text: &str| {
        // A date, perhaps with a suffix: `2024-05-01-preview`. Whether Azure knows it, Azure says.
        let dated = text.as_bytes().iter().enumerate().take(10).all(|(at, byte)| {
            if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() }
        });
        let rest = text.get(10..).unwrap_or_default();
        is_symbolic(text)
            || text.len() >= 10
                && dated
                && (rest.is_empty() || rest == "-preview" || rest == "-alpha" || rest == "-beta")
    };
    match version {
        Some(version) if !is_version(version) => Err(EndpointError::ApiVersion),
        version => Ok(version),
    }
}

fn is_symbolic(version: &str) -> bool {
    SYMBOLIC_VERSIONS.contains(&version)
}

/// The version to write into the URL, if any.
fn query_of<'a>(
    route: &Route,
    in_url: Option<&'a str>,
    version: Option<&'a str>,
    url: &Url,
) -> Result<Option<&'a str>, EndpointError> {
    let default = match route.form {
        EndpointForm::V1 | EndpointForm::Project => {
            return match in_url {
                Some(version) if !is_symbolic(version) => {
                    Err(EndpointError::VersionOnV1 { instead: route::v1_base(url) })
                }
                // On a bare host `?api-version=preview` only says which API is meant.
                version => Ok(version.filter(|_| !route.bare)),
            };
        }
        EndpointForm::Deployments => CLASSIC_VERSION,
        EndpointForm::Models => MODELS_VERSION,
    };
    // `latest` as `api_version` means nothing to a dated API; in the URL it is sent as written.
    let usable = version.filter(|version| in_url.is_some() || !is_symbolic(version));
    Ok(Some(usable.unwrap_or(default)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(api_base: &str, version: Option<&str>, expect: &str) {
        let endpoint = Endpoint::parse(api_base, version, "d").unwrap();
        assert_eq!(endpoint.uri(Dialect::Messages).to_string(), expect, "{api_base}");
    }

    /// Whatever a resource is called by, Anthropic's API is below its root.
    #[test]
    fn every_form_has_one_url_of_messages() {
        for host in
            ["r.services.ai.azure.com", "r.openai.azure.com", "r.cognitiveservices.azure.com"]
        {
            let expect = format!("https://{host}/anthropic/v1/messages");
            for path in [
                "",
                "/",
                "/openai/v1/",
                "/openai/v1/chat/completions",
                "/api/projects/P",
                "/api/projects/P/openai/v1",
                "/models",
                "/openai/deployments/d?api-version=2024-10-21",
                "/anthropic",
                "/anthropic/",
                "/anthropic/v1",
                "/Anthropic/v1/messages",
            ] {
                check(&format!("https://{host}{path}"), None, &expect);
            }
            check(&format!("https://{host}"), Some("2024-10-21"), &expect);
        }
        let proxied = "https://proxy.example.com/azure/openai/v1";
        check(proxied, None, "https://proxy.example.com/azure/anthropic/v1/messages");
        let proxied = "https://proxy.example.com/azure/anthropic";
        check(proxied, None, "https://proxy.example.com/azure/anthropic/v1/messages");
        let chats =
            Endpoint::parse("https://r.services.ai.azure.com/anthropic", None, "d").unwrap();
        assert_eq!(chats.url(), "https://r.services.ai.azure.com/openai/v1/chat/completions");
    }
}
