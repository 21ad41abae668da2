//! The URL that is called, from an `api_base` in any of the forms that servers' guides show.

use std::fmt;

use http::Uri;
use llm_types::Dialect;
use url::Url;

/// Where requests go, parsed once at start.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// By the number of their dialect.
    uris: [Uri; Dialect::ALL.len()],
    /// The one of chats.
    url: String,
    host: String,
}

/// Why an `api_base` cannot be used, with what to write instead. Never repeats a query, a user name
/// or a password.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// A server without an address of its own.
    #[error("`api_base` is missing; {EXAMPLE}")]
    Missing,
    /// White space or quotes, as a badly quoted variable leaves them.
    #[error("`api_base` contains white space or quotes; remove them")]
    Blanks,
    /// No URL that starts with `http://` or `https://`.
    #[error("`api_base` is not a URL that starts with `https://` or `http://`; {EXAMPLE}")]
    NotAUrl,
    /// A user name or password is before the host.
    #[error("`api_base` contains a user name or password; remove it and set `api_key`")]
    UserInfo,
    /// A query or a fragment, which may hold a secret.
    #[error("`api_base` has a `?` or `#` in it; write the URL without what follows it")]
    Query,
    /// Not encrypted, and not to this machine.
    #[error(
        "`http://{host}` would carry prompts and the key unencrypted; write `https://{host}`, or set \
         `allow_http: true`"
    )]
    PlainHttp {
        /// Host and port.
        host: String,
    },
    /// Another API of the server's.
    #[error("`/{api}` is not the chat completions API; {EXAMPLE}")]
    OtherApi {
        /// The path's last part.
        api: &'static str,
    },
}

const EXAMPLE: &str = "write the server's address, such as `http://127.0.0.1:8000/v1`";
/// The beginning of model strings that have an address without `api_base`.
pub(crate) const OPENAI: &str = "openai/";
/// Where OpenAI answers.
const OPENAI_BASE: &str = "https://api.openai.com/v1";
const OPENAI_HOST: &str = "api.openai.com";
/// Last parts of paths that belong to other APIs.
const OTHER_APIS: [&str; 3] = ["completions", "generate", "models"];

// === impl Endpoint ===

impl Endpoint {
    /// Finds the URL to call for a model string. Without an `api_base`, `openai/<model>` goes to
    /// OpenAI itself. `allow_http`: lets `http://` go to other machines than this one.
    ///
    /// ```
    /// use provider_openai::Endpoint;
    ///
    /// let endpoint = Endpoint::parse("openai/gpt-5-mini", None, false).unwrap();
    /// assert_eq!(endpoint.url(), "https://api.openai.com/v1/chat/completions");
    /// ```
    ///
    /// # Errors
    /// Says what to write instead.
    pub fn parse(
        model: &str,
        api_base: Option<&str>,
        allow_http: bool,
    ) -> Result<Self, EndpointError> {
        let base = match api_base {
            Some(base) if !base.trim().is_empty() => base,
            _ if model.starts_with(OPENAI) => OPENAI_BASE,
            _ => return Err(EndpointError::Missing),
        };
        let mut url = checked(base)?;
        if url.scheme() == "http" && !allow_http && !is_loopback(&url) {
            return Err(EndpointError::PlainHttp { host: authority(&url) });
        }
        let base = base_of(url.path())?;
        let mut uris = Dialect::ALL.map(|_| Uri::default());
        for dialect in Dialect::ALL {
            url.set_path(&format!("{base}/{}", dialect.path()));
            uris[dialect as usize] = url.as_str().parse().map_err(|_| EndpointError::NotAUrl)?;
        }
        url.set_path(&format!("{base}/{}", Dialect::Chat.path()));
        let host = url.host_str().unwrap_or_default().to_owned();
        Ok(Self { uris, url: url.into(), host })
    }

    /// The URL that chats are sent to; holds no secret.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether OpenAI itself answers there.
    #[must_use]
    pub fn is_openai(&self) -> bool {
        self.host == OPENAI_HOST || self.host.ends_with(".api.openai.com")
    }

    /// A warning about an endpoint that is probably not as intended.
    #[must_use]
    pub fn warning(&self) -> Option<&'static str> {
        let azure = self.host.ends_with(".azure.com") || self.host.ends_with(".azure.us");
        azure.then_some(
            "this is an endpoint of Azure's: write the model as `azure_ai/…`, so that Azure's prices \
             apply",
        )
    }

    pub(crate) fn uri(&self, dialect: Dialect) -> &Uri {
        &self.uris[dialect as usize]
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

fn checked(api_base: &str) -> Result<Url, EndpointError> {
    // Checked before parsing: `Url::parse` silently removes tabs and line breaks.
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '`');
    if api_base.chars().any(odd) {
        return Err(EndpointError::Blanks);
    }
    let url = Url::parse(api_base).map_err(|_| EndpointError::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(EndpointError::NotAUrl);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointError::Query);
    }
    Ok(url)
}

/// The path below which the APIs are. A bare host has them below `/v1`, as vLLM, Ollama and OpenAI do.
fn base_of(path: &str) -> Result<String, EndpointError> {
    let base = path.trim_end_matches('/');
    let without = |api: Dialect| base.strip_suffix(api.path())?.strip_suffix('/');
    if let Some(base) = Dialect::ALL.into_iter().find_map(without) {
        return Ok(base.to_owned());
    }
    if base.is_empty() {
        return Ok("/v1".to_owned());
    }
    let last = base.rsplit('/').next().unwrap_or_default();
    match OTHER_APIS.iter().find(|api| **api == last) {
        Some(api) => Err(EndpointError::OtherApi { api }),
        None => Ok(base.to_owned()),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(model: &str, api_base: Option<&str>, allow_http: bool) -> String {
        match Endpoint::parse(model, api_base, allow_http) {
            Ok(endpoint) => endpoint.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_form_becomes_one_url() {
        let openai = |base| parsed("openai/gpt-5", base, false);
        assert_eq!(openai(None), "https://api.openai.com/v1/chat/completions");
        assert_eq!(openai(Some(" ")), "https://api.openai.com/v1/chat/completions");
        for (base, url) in [
            ("https://eu.api.openai.com/v1/", "https://eu.api.openai.com/v1/chat/completions"),
            ("https://h.example.com", "https://h.example.com/v1/chat/completions"),
            ("https://h.example.com/", "https://h.example.com/v1/chat/completions"),
            ("https://h.example.com/a/v2", "https://h.example.com/a/v2/chat/completions"),
            (
                "https://h.example.com/x/chat/completions/",
                "https://h.example.com/x/chat/completions",
            ),
            ("https://h.example.com/v1/messages", "https://h.example.com/v1/chat/completions"),
            ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
            ("http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"),
        ] {
            assert_eq!(openai(Some(base)), url);
        }
        let lan = "http://gpu-1:8000/v1";
        assert_eq!(parsed("openai/x", Some(lan), true), "http://gpu-1:8000/v1/chat/completions");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let vllm = |base: &str| parsed("hosted_vllm/x", Some(base), false);
        insta::assert_snapshot!(
            [
                parsed("hosted_vllm/x", None, false),
                vllm("'https://h.example.com'"),
                vllm("h.example.com:8000/v1"),
                vllm("ftp://h.example.com/v1"),
                vllm("https://user:word@h.example.com/v1"),
                vllm("https://h.example.com/v1?key=word"),
                vllm("http://gpu-1:8000/v1"),
                vllm("https://h.example.com/v1/completions"),
            ]
            .join("\n"),
            @r"
        `api_base` is missing; write the server's address, such as `http://127.0.0.1:8000/v1`
        `api_base` contains white space or quotes; remove them
        `api_base` is not a URL that starts with `https://` or `http://`; write the server's address, such as `http://127.0.0.1:8000/v1`
        `api_base` is not a URL that starts with `https://` or `http://`; write the server's address, such as `http://127.0.0.1:8000/v1`
        `api_base` contains a user name or password; remove it and set `api_key`
        `api_base` has a `?` or `#` in it; write the URL without what follows it
        `http://gpu-1:8000` would carry prompts and the key unencrypted; write `https://gpu-1:8000`, or set `allow_http: true`
        `/completions` is not the chat completions API; write the server's address, such as `http://127.0.0.1:8000/v1`
        "
        );
    }
}
