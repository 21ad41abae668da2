//! A recorder that checks the promise of every recorder: opened once, settled once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use router_client::{NotRecorded, Outcome, Receipt, Recorder, Unsettled};

/// Keeps every receipt, and what shall become of abandoned requests.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// By id: the receipts that it was settled with.
    pub(crate) requests: Mutex<HashMap<String, Vec<Arc<Receipt>>>>,
    pub(crate) abandoned: Mutex<Vec<Unsettled>>,
    /// Whether abandoned requests are kept for the test to settle.
    pub(crate) keep_abandoned: bool,
}

#[async_trait]
impl Recorder for Books {
    async fn opened(&self, receipt: &Receipt) -> Result<(), NotRecorded> {
        assert_eq!(receipt.outcome, Outcome::Open);
        let before = self.requests.lock().unwrap().insert(receipt.id.clone(), Vec::new());
        assert!(before.is_none(), "opened twice");
        Ok(())
    }

    fn settled(&self, receipt: Arc<Receipt>) {
        let mut requests = self.requests.lock().unwrap();
        requests.get_mut(&receipt.id).expect("opened before").push(receipt);
    }

    fn abandoned(&self, request: Unsettled) {
        if self.keep_abandoned {
            self.abandoned.lock().unwrap().push(request);
        } else {
            request.estimate();
        }
    }
}

impl Books {
    /// The receipt of the only request, which must be settled exactly once.
    #[track_caller]
    pub(crate) fn only(&self) -> Arc<Receipt> {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "requests");
        let receipts = requests.values().next().unwrap();
        assert_eq!(receipts.len(), 1, "settled once");
        Arc::clone(&receipts[0])
    }

    /// Takes the only request that was abandoned and not settled.
    #[track_caller]
    pub(crate) fn take_abandoned(&self) -> Unsettled {
        assert!(self.requests.lock().unwrap().values().all(Vec::is_empty), "not settled yet");
        self.abandoned.lock().unwrap().pop().unwrap()
    }
}
