//! An upstream's answer as server-sent events, before it is metered.

pub(crate) mod early_comments;
pub(crate) mod error_envelope;
pub(crate) mod reader;
