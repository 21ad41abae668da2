//! Errors in a configured endpoint, each with the form to write instead. No message repeats a part
//! of the URL that may contain a secret.

use url::Url;

use super::authority;

/// Why an endpoint cannot be used, with what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Nothing was given.
    #[error("`api_base` is empty; {EXAMPLE}")]
    Empty,
    /// White space or quotes, as a badly quoted variable leaves them.
    #[error("`api_base` contains white space or quotes; remove them")]
    Blanks,
    /// A `<…>` or `{…}` of a documentation page was left in.
    #[error("`api_base` still contains a placeholder in `<>` or `{{}}`; {EXAMPLE}")]
    Placeholder,
    /// The URL does not start with `https://`.
    #[error("`api_base` does not start with `https://`; {instead}")]
    Scheme {
        /// What to write.
        instead: String,
    },
    /// It is no URL at all.
    #[error("`api_base` is not a URL; {EXAMPLE}")]
    NotAUrl(#[source] url::ParseError),
    /// It is a URL, but with characters that cannot be sent.
    #[error("`api_base` contains characters that cannot be sent; {EXAMPLE}")]
    NotAUri(#[source] http::uri::InvalidUri),
    /// There is a user name or password before the host.
    #[error("`api_base` contains a user name or password; remove it and set `api_key`")]
    UserInfo,
    /// There is a `#…` at the end.
    #[error("`api_base` contains a `#`; remove it and everything after it")]
    Fragment,
    /// There is a key in the query.
    #[error(
        "`api_base` contains a key in its query, which logs would show; remove it, set \
         `api_key`, and consider renewing the key"
    )]
    SecretInQuery,
    /// There is some other parameter in the query.
    #[error("`api_base` contains a query parameter other than `api-version`; remove it")]
    Query,
    /// Not encrypted, and not to this machine.
    #[error(
        "`http://{host}` would carry the key unencrypted; write `https://{host}` \
         (`http://` is for this machine, and elsewhere needs `allow_http: true`)"
    )]
    PlainHttp {
        /// Host and port.
        host: String,
    },
    /// The address of a web page for people.
    #[error("`{host}` is a web portal, not an endpoint; {EXAMPLE}")]
    Portal {
        /// The page's host.
        host: String,
    },
    /// OpenAI's own API.
    #[error("`{host}` is OpenAI's own API, not Azure's; {EXAMPLE}")]
    OpenAi {
        /// OpenAI's host.
        host: String,
    },
    /// Another of Azure's APIs.
    #[error("`/{api}` is not the chat completions API; write `{instead}`")]
    OtherApi {
        /// The path's last part.
        api: &'static str,
        /// What to write.
        instead: String,
    },
    /// A path that leads nowhere.
    #[error("`{found}` is not the path of a chat completions API; write `{instead}`")]
    Path {
        /// The path.
        found: String,
        /// What to write.
        instead: String,
    },
    /// Not a version of Azure's.
    #[error("`api_version` is not one of Azure's; expected a date such as `2024-10-21`, or `v1`")]
    ApiVersion,
    /// A dated version on the API without versions, which Azure refuses.
    #[error("`/openai/v1` does not accept an `api-version`; write `{instead}`")]
    VersionOnV1 {
        /// What to write.
        instead: String,
    },
    /// The deployment's name must be in the path, and cannot be.
    #[error("`{found}` is not a valid deployment name; expected letters, digits, `-`, `_` and `.`")]
    DeploymentName {
        /// The name.
        found: String,
    },
}

const EXAMPLE: &str = "write the resource's endpoint, such as \
                       `https://RESOURCE.services.ai.azure.com/openai/v1/`";
const PORTALS: [&str; 5] =
    ["ai.azure.com", "portal.azure.com", "oai.azure.com", "ml.azure.com", "learn.microsoft.com"];

/// Checks for errors that a URL parser would silently correct.
pub(super) fn check_text(api_base: &str) -> Result<(), EndpointError> {
    if api_base.trim().is_empty() {
        return Err(EndpointError::Empty);
    }
    if api_base.chars().any(|c| {
        c.is_whitespace()
            || c.is_control()
            // Curly quotes come with text that was pasted from a document or a chat.
            || matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}')
    }) {
        return Err(EndpointError::Blanks);
    }
    if api_base.contains(['<', '>', '{', '}']) {
        return Err(EndpointError::Placeholder);
    }
    let lower = api_base.to_ascii_lowercase();
    if !lower.starts_with("https://") && !lower.starts_with("http://") {
        return Err(EndpointError::Scheme { instead: with_scheme(&lower) });
    }
    Ok(())
}

/// Refuses hosts that can only be a mistake.
pub(super) fn check_host(url: &Url) -> Result<(), EndpointError> {
    let host = authority(url);
    if PORTALS.contains(&host.as_str()) || host.ends_with(".portal.azure.com") {
        return Err(EndpointError::Portal { host });
    }
    if host == "api.openai.com" || host.ends_with(".api.openai.com") {
        return Err(EndpointError::OpenAi { host });
    }
    Ok(())
}

/// Repeats what was given only when it is a host of Azure's: without a scheme it may as well be a
/// key that was put into the wrong place.
fn with_scheme(lower: &str) -> String {
    let host = lower.split('/').next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if host.ends_with(".azure.com") && host.chars().all(plain) {
        format!("write `https://{host}/openai/v1/`")
    } else {
        EXAMPLE.to_owned()
    }
}
