//! Entry points of the fuzz targets; only with the feature `fuzzing`.

use std::sync::LazyLock;

use http::{HeaderMap, HeaderValue, header};
use upstream_http::{Transport, TransportError, TransportOptions};

use super::session;
use crate::config::AddedModel;

static TRANSPORT: LazyLock<Result<Transport, TransportError>> =
    LazyLock::new(|| Transport::new(TransportOptions::default()));

/// Reads the entry of a model as the API takes it; returns why it is refused.
///
/// # Errors
/// When this machine has no root certificates: then nothing was tried.
pub fn model_entry(json: &str) -> Result<Option<String>, &'static TransportError> {
    let transport = TRANSPORT.as_ref()?;
    Ok(AddedModel::read(json, transport).err().map(|error| error.message()))
}

/// Looks for a session among a browser's cookies, one header a line.
pub fn session_cookie(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(header::COOKIE, value);
        }
    }
    let _ = session::Token::of(&headers);
}
