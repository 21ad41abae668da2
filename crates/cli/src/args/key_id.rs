//! The id of a virtual key. A key itself is hashed here, so that it is in no URL and in no log.

use sha2::{Digest, Sha256};

/// The id of a key or of an id; `None` for text that can only be an alias or part of an id.
pub(crate) fn hash(named: &str) -> Option<String> {
    if named.starts_with("sk-") {
        let hash = Sha256::digest(named.as_bytes());
        return Some(hash.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    let is_id = named.len() == 64 && is_hex(named);
    is_id.then(|| named.to_ascii_lowercase())
}

/// Whether `text` has only hexadecimal digits.
pub(crate) fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
