//! The receipts of the last requests, in memory.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use cost_model::Receipt;
use router_client::{NotRecorded, Recorder, Unsettled};
use uuid::Uuid;

use crate::{background::Background, config::OnClientDisconnect};

/// How many requests are remembered.
const REMEMBERED: usize = 4096;

/// Keeps the receipts of the last requests, and settles those whose client has left.
#[derive(Debug)]
pub(crate) struct Receipts {
    /// A std mutex: it is held for a lookup or an insertion, and never while waiting.
    last: Mutex<Last>,
    on_client_disconnect: OnClientDisconnect,
    background: Background,
}

#[derive(Debug, Default)]
struct Last {
    /// By the number that an id is: hashed several times for each request.
    by_id: HashMap<Uuid, Arc<Receipt>>,
    /// Oldest first.
    order: VecDeque<Uuid>,
}

impl Receipts {
    pub(crate) fn new(on_client_disconnect: OnClientDisconnect, background: Background) -> Self {
        Self { last: Mutex::default(), on_client_disconnect, background }
    }

    /// The receipt of a request, open or settled.
    pub(crate) fn find(&self, id: &str) -> Option<Arc<Receipt>> {
        self.last().by_id.get(&Uuid::try_parse(id).ok()?).cloned()
    }

    fn keep(&self, receipt: Arc<Receipt>) {
        // Ids are made by the client, so each is one.
        let Ok(id) = Uuid::try_parse(&receipt.id) else { return };
        let mut last = self.last();
        if last.by_id.insert(id, receipt).is_some() {
            return;
        }
        last.order.push_back(id);
        if last.order.len() > REMEMBERED
            && let Some(oldest) = last.order.pop_front()
        {
            last.by_id.remove(&oldest);
        }
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Recorder for Receipts {
    async fn opened(&self, receipt: &Receipt) -> Result<(), NotRecorded> {
        // Only a stream's client learns the id before the end, and can ask for the open receipt.
        if receipt.stream {
            self.keep(Arc::new(receipt.clone()));
        }
        Ok(())
    }

    fn settled(&self, receipt: Arc<Receipt>) {
        tracing::debug!(
            request = receipt.id,
            asked = receipt.asked,
            served = receipt.served.as_deref().unwrap_or("-"),
            status = receipt.cost.status.as_str(),
            "settled"
        );
        self.keep(receipt);
    }

    fn abandoned(&self, request: Unsettled) {
        match self.on_client_disconnect {
            OnClientDisconnect::Drain => self.background.run(async move {
                request.drain().await;
            }),
            OnClientDisconnect::Estimate => self.background.run_blocking(move || {
                request.estimate();
            }),
        }
    }
}
