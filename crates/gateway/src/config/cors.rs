//! `general_settings.cors_origins`: the origins whose pages may call the API from a browser.

use url::Url;

use super::{ConfigError, Table};

const EXPECTED: &str = "origins such as `https://app.example.com`, or `*` for any";

/// Reads the origins, as browsers send them; none if the key is absent.
pub(super) fn read(general: &mut Table<'_, '_>) -> Result<Vec<String>, ConfigError> {
    let Some((written, place)) = general.names_at("cors_origins")? else { return Ok(Vec::new()) };
    let origin = |text: String| origin(&text).ok_or_else(|| place.wrong(EXPECTED, text));
    written.into_iter().map(origin).collect()
}

/// An origin is a scheme, a host and a port that is not the usual one; a slash at the end is forgiven.
fn origin(text: &str) -> Option<String> {
    if text == "*" {
        return Some(text.to_owned());
    }
    let url = Url::parse(text).ok()?;
    // No part of a host is left open: a page of any of its names could call the API.
    let bare = !text.contains('*')
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    let web = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
    (bare && web && url.password().is_none()).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_as_browsers_send_them() {
        for (text, expect) in [
            ("*", Some("*")),
            ("https://app.example.com", Some("https://app.example.com")),
            ("HTTPS://App.Example.com:443/", Some("https://app.example.com")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("https://app.example.com/path", None),
            ("https://app.example.com/?a", None),
            ("https://user@app.example.com", None),
            ("ftp://app.example.com", None),
            ("app.example.com", None),
            ("https://*.example.com", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(origin(text).as_deref(), expect, "{text}");
        }
    }
}
