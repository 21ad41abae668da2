//! The mode of the content filter: in every chunk, as events of its own, or failed.

use serde_json::{Value, json};

/// How the content filter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Filter {
    /// In every chunk.
    #[default]
    On,
    /// As events of its own.
    Async,
    /// It failed, and reports that.
    Failed,
}

impl Filter {
    /// Adds to `choice` what the filter says about it: `results`, if it works.
    pub(crate) fn mark(self, choice: &mut Value, results: Value) {
        match self {
            Self::On => choice["content_filter_results"] = results,
            Self::Async => {}
            Self::Failed => {
                choice["content_filter_result"] = json!({ "error": {
                    "code": "content_filter_error", "message": "The contents are not filtered",
                }});
            }
        }
    }
}
