//! Files of the admin UI, as they were in `ui/dist` when the gateway was built.

use axum::body::Bytes;
use http::{HeaderMap, header};
use rust_embed::{Embed, EmbeddedFile};

/// All of them. Without `cargo xtask ui` there are none.
#[derive(Embed)]
#[folder = "ui/dist"]
#[allow_missing = true]
struct Files;

/// One file.
pub(super) struct Asset {
    pub(super) body: Bytes,
    pub(super) kind: &'static str,
    /// Whether it is compressed, with Brotli.
    pub(super) coded: bool,
    /// Another one for each content.
    pub(super) tag: String,
}

/// The page itself.
pub(super) const INDEX: &str = "index.html";

const HTML: &str = "text/html; charset=utf-8";
const UNKNOWN: &str = "application/octet-stream";

/// The page of a gateway that was built without the UI. It has no script and no style.
const MISSING: &str = include_str!("missing.html");

impl Asset {
    /// The file, compressed where that is there and the client takes it.
    pub(super) fn find(path: &str, asked: &HeaderMap) -> Option<Self> {
        // Compressed copies are not served under their own names.
        if path.ends_with(".br") {
            return None;
        }
        let coded = takes_brotli(asked).then(|| Files::get(&format!("{path}.br"))).flatten();
        let is_coded = coded.is_some();
        let EmbeddedFile { data, metadata } = coded.or_else(|| Files::get(path))?;
        let body = match data {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => bytes.into(),
        };
        let tag = ledger::KeyHash(metadata.sha256_hash()).to_string();
        Some(Self {
            body,
            kind: kind(path).unwrap_or(UNKNOWN),
            coded: is_coded,
            // Half of the hash is plenty for an ETag.
            tag: format!("\"{}\"", &tag[..32]),
        })
    }

    /// How to get the UI.
    pub(super) fn missing() -> Self {
        let tag = "\"missing\"".to_owned();
        Self { body: MISSING.into(), kind: HTML, coded: false, tag }
    }
}

fn takes_brotli(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let none = matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("br") && !none
    })
}

/// The media type of a file, by the end of its name; `None` if no file has such a name.
pub(super) fn kind(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "html" => HTML,
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(line: &'static str, expect: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(line));
        assert_eq!(takes_brotli(&headers), expect, "{line}");
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        check("gzip, deflate, br, zstd", true);
        check("br;q=0.5", true);
        check("gzip", false);
        check("br;q=0, gzip", false);
        check("", false);
    }
}
