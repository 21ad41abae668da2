//! Bills for refused requests: Azure charges for some of them.

use llm_types::{Billed, Refusal};

/// What Azure may have charged for a refused request. A prompt that is filtered or too long, and a
/// request that timed out there, are charged for (Azure's guide to cost management).
pub(crate) fn of(refusal: &Refusal, accepted: bool) -> Billed {
    match refusal.code.as_deref() {
        Some("content_filter" | "context_length_exceeded") => Billed::Prompt,
        _ => Billed::by_status(refusal.status, accepted),
    }
}
