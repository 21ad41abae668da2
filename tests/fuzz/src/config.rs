//! Input from an operator or an admin key: the config file, a model's entry, an endpoint.

use gateway::config::Config;
use provider_azure_ai::Endpoint;

/// The value of every environment variable; no message may contain it.
const SECRET: &str = "secret-of-the-environment";

/// A config file is read, or refused with a reason; neither repeats a secret.
pub(crate) fn yaml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let env = |_: &str| Some(SECRET.to_owned());
    let said = match Config::parse(text, "config.yaml", &env) {
        Ok(config) => config.warnings.join("\n"),
        Err(error) => error.to_string(),
    };
    assert!(!said.contains(SECRET), "a secret is in a message: {said}");
}

/// The entry of a model that is added by API is read, or refused with a reason.
pub(crate) fn model_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let tried = gateway::fuzzing::model_entry(text);
    let refused = tried.unwrap_or_else(|error| unreachable!("nothing can be tried: {error}"));
    assert!(refused.as_deref() != Some(""), "an entry is refused without a reason");
}

/// An endpoint, its version and its deployment, one a line.
pub(crate) fn endpoint(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(3, '\n');
    let (base, version) = (lines.next().unwrap_or_default(), lines.next());
    let deployment = lines.next().unwrap_or("router");
    for read in [
        Endpoint::parse(base, version, deployment),
        Endpoint::parse_allowing_http(base, version, deployment),
    ] {
        let Ok(endpoint) = read else { continue };
        let url = endpoint.url();
        assert!(url.starts_with("https://") || url.starts_with("http://"), "{url}");
        assert!(!url.contains(char::is_whitespace), "{url}");
        let authority = url.split('/').nth(2).unwrap_or_default();
        assert!(!authority.contains('@'), "a user name is in the URL: {url}");
        // The URL that is called is a valid `api_base` for itself.
        let again = Endpoint::parse_allowing_http(url, None, deployment);
        assert_eq!(again.ok().as_ref().map(Endpoint::url), Some(url));
    }
}
