//! Hosts of Azure's own.

use http::Uri;

/// Ends of hosts that Azure alone answers for: what is sent there by TLS reaches nobody else.
pub const AZURE_HOSTS: [&str; 6] = [
    ".cognitiveservices.azure.com",
    ".cognitiveservices.azure.us",
    ".openai.azure.com",
    ".openai.azure.us",
    ".services.ai.azure.com",
    ".services.ai.azure.us",
];

/// Whether a URL's host is Azure's, and is reached by TLS.
#[must_use]
pub fn is_azure(uri: &Uri) -> bool {
    let found = uri.host().unwrap_or_default().to_ascii_lowercase();
    uri.scheme_str() == Some("https") && AZURE_HOSTS.iter().any(|host| found.ends_with(host))
}
