//! The response on the wire: headers, and a body with pauses, cuts and pieces.

pub(crate) mod body;
pub(crate) mod headers;
pub(crate) mod reply;
