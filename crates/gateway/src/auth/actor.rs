//! Who changes something, as the audit records it: the caller, how it has shown who it is, and from where.

use std::sync::Arc;

use http::request::Parts;
use ledger::ChangedBy;

use super::{caller::Caller, master_key};
use crate::{
    app::{App, Worker},
    http::ClientIp,
};

/// Somebody who changes something.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    app: Arc<App>,
    name: String,
    alias: Option<String>,
    session: bool,
    client: ClientIp,
}

// === impl Actor ===

impl Actor {
    /// The caller of a request.
    pub(crate) fn of(caller: &Caller, parts: &Parts, worker: &Worker) -> Self {
        // Without a master key nobody signs in.
        let by_key = master_key::shown(&parts.headers).next().is_some();
        let client = worker.client_of(&parts.headers, parts.extensions.get());
        let session = worker.app.master_key.is_some() && !by_key;
        Self { session, ..Self::with_key(caller, client, worker) }
    }

    /// Somebody who has shown a key.
    pub(crate) fn with_key(caller: &Caller, client: ClientIp, worker: &Worker) -> Self {
        let (name, alias) = match caller {
            Caller::Operator => (ChangedBy::OPERATOR.to_owned(), None),
            Caller::Key(known) => (format!("key:{}", known.key.id), known.key.alias.clone()),
        };
        Self { app: Arc::clone(&worker.app), name, alias, session: false, client }
    }

    /// A change of now, with an id of its own in the audit.
    pub(crate) fn change(&self) -> ChangedBy {
        ChangedBy {
            alias: self.alias.clone(),
            session: self.session,
            ip: Some(self.client.text.to_string()),
            ..ChangedBy::new(self.name.as_str(), self.app.now().as_microsecond())
        }
    }
}
