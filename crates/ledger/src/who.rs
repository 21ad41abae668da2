//! Who made a request, and the entry that comes of it.

use std::sync::Arc;

use cost_model::{Cost, Receipt};

/// Who made a request, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// SHA-256 of the key, in hex; `None` for the master key.
    pub key_id: Option<Arc<str>>,
    /// The key's alias.
    pub key_alias: Option<Arc<str>>,
    /// The key's team.
    pub team_id: Option<Arc<str>>,
    /// The key's user.
    pub user_id: Option<Arc<str>>,
    /// The admin who asked in the name of the key.
    pub acted_by: Option<Arc<str>>,
    /// The client's IP address.
    pub client_ip: Option<Arc<str>>,
    /// The client's own user: `user` of the request.
    pub end_user: Option<String>,
    /// Groups the requests of one conversation.
    pub session_id: Option<String>,
    /// The request's tags.
    pub tags: Vec<String>,
    /// The client's metadata, as JSON.
    pub metadata: Option<String>,
    /// The client's messages as JSON, only where they are to be stored.
    pub prompt: Option<Arc<str>>,
}

/// A receipt in the ledger, with who made it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it was and what it cost.
    pub receipt: Receipt,
    /// Who made it.
    pub who: Who,
    /// The gateway that took it.
    pub instance: String,
    /// What was set aside for it while it was open.
    pub reserved: llm_types::Usd,
    /// What its budgets were charged.
    pub charged: llm_types::Usd,
    /// The cost that it had before it was repriced; `None` where it never was.
    pub original: Option<Original>,
}

/// What a request cost at the prices that were known when it was settled.
#[derive(Clone, Debug)]
pub struct Original {
    /// The cost that was booked first.
    pub cost: Cost,
    /// When it was last repriced, in microseconds since 1970.
    pub repriced_at: i64,
    /// The entry of the audit that tells of it.
    pub audit_id: String,
}
