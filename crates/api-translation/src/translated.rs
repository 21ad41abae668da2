//! A request after its translation.

use bytes::Bytes;

use crate::{context::Context, json::Json, rules::Dropped};

/// A chat request with what belongs to it.
pub(crate) struct Translated {
    pub(crate) body: Bytes,
    pub(crate) dropped: Dropped,
    pub(crate) context: Context,
}

// === impl Translated ===

impl Translated {
    pub(crate) fn new(chat: &Json<'_>, dropped: Dropped, context: Context) -> Self {
        Self { body: chat.to_bytes().into(), dropped, context }
    }
}
