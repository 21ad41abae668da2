//! Actor of a change, as the audit records it: the caller, how it authenticated, and its address.

use std::sync::Arc;

use http::request::Parts;
use ledger::ChangedBy;
use llm_types::Clock;

use super::{caller::Caller, presented_keys, state::Auth};
use crate::http::ClientIp;

/// The author of a change.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    clock: Arc<dyn Clock>,
    name: String,
    alias: Option<String>,
    session: bool,
    client: ClientIp,
}

// === impl Actor ===

impl Actor {
    /// The caller of a request.
    pub(crate) fn of(caller: &Caller, parts: &Parts, auth: &Auth) -> Self {
        // Without a master key nobody signs in.
        let by_key = presented_keys::shown(&parts.headers).next().is_some();
        let client = auth.client_of(&parts.headers, parts.extensions.get());
        let session = auth.master_key.is_some() && !by_key;
        Self { session, ..Self::with_key(caller, client, auth) }
    }

    /// A caller who has presented a key.
    pub(crate) fn with_key(caller: &Caller, client: ClientIp, auth: &Auth) -> Self {
        let (name, alias) = match caller {
            Caller::Operator => (ChangedBy::OPERATOR.to_owned(), None),
            Caller::Key(known) => (format!("key:{}", known.key.id), known.key.alias.clone()),
        };
        Self { clock: Arc::clone(&auth.clock), name, alias, session: false, client }
    }

    /// A change that is made now, with its own id in the audit.
    pub(crate) fn change(&self) -> ChangedBy {
        ChangedBy {
            alias: self.alias.clone(),
            session: self.session,
            ip: Some(self.client.text.to_string()),
            ..ChangedBy::new(self.name.as_str(), self.clock.now().as_microsecond())
        }
    }
}
