//! Remaining requests and tokens of the current minute, as clients see them.

use ledger::Limits;

/// The rest of the narrowest limits after a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) requests: Option<Left>,
    /// Without those that requests in flight will use.
    pub(crate) tokens: Option<Left>,
    /// In seconds, until there is all of it again.
    pub(crate) resets_in: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) limit: u64,
    pub(crate) left: u64,
}

// === impl Room ===

impl Room {
    pub(super) fn until(resets_in: u64) -> Self {
        Self { resets_in, ..Self::default() }
    }

    /// Includes limits of which these amounts are used.
    pub(super) fn within(&mut self, limits: &Limits, requests: u64, tokens: u64) {
        narrow(&mut self.requests, limits.rpm, requests);
        narrow(&mut self.tokens, limits.tpm, tokens);
    }
}

fn narrow(slot: &mut Option<Left>, limit: Option<u64>, used: u64) {
    let Some(limit) = limit else { return };
    let left = limit.saturating_sub(used);
    if slot.is_none_or(|narrowest| left < narrowest.left) {
        *slot = Some(Left { limit, left });
    }
}
