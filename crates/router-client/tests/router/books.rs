//! A recorder that checks the promise of every recorder: opened once, settled once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use llm_types::Tokens;
use router_client::{Counted, NotRecorded, Outcome, Receipt, Recorder, Uncounted, Unsettled};
use tokio::sync::Semaphore;

/// Keeps every receipt, and what shall become of abandoned requests.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// By id: the receipts that it was settled with.
    pub(crate) requests: Mutex<HashMap<String, Vec<Arc<Receipt>>>>,
    pub(crate) abandoned: Mutex<Vec<Unsettled>>,
    /// Whether abandoned requests are kept for the test to settle.
    pub(crate) keep_abandoned: bool,
    /// Where tokens are counted; `None`: at once.
    pub(crate) elsewhere: Option<Elsewhere>,
}

/// Counts tokens by their bytes, when the test lets it.
#[derive(Debug)]
pub(crate) struct Elsewhere(pub(crate) Semaphore);

/// How many bytes are one token there: no tokenizer would say the same.
pub(crate) const BYTES_A_TOKEN: u64 = 100;

#[async_trait]
impl Recorder for Books {
    async fn opened(&self, receipt: &Receipt) -> Result<(), NotRecorded> {
        assert_eq!(receipt.outcome, Outcome::Open);
        let before = self.requests.lock().unwrap().insert(receipt.id.clone(), Vec::new());
        assert!(before.is_none(), "opened twice");
        Ok(())
    }

    async fn count(&self, uncounted: Uncounted) -> Counted {
        let Some(Elsewhere(permits)) = &self.elsewhere else { return uncounted.count() };
        permits.acquire().await.unwrap().forget();
        let tokens = |bytes: usize| Tokens((bytes as u64).div_ceil(BYTES_A_TOKEN));
        Counted {
            prompt: uncounted.prompt.map(|body| tokens(body.len())),
            answer: uncounted.answer.map(|text| tokens(text.len())),
        }
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
    /// Books whose tokens are counted elsewhere.
    pub(crate) fn counted_elsewhere(at_once: usize) -> Self {
        Self { elsewhere: Some(Elsewhere(Semaphore::new(at_once))), ..Self::default() }
    }

    /// Lets one request's tokens be counted.
    pub(crate) fn count_one(&self) {
        self.elsewhere.as_ref().unwrap().0.add_permits(1);
    }

    /// Whether nothing is settled.
    pub(crate) fn all_open(&self) -> bool {
        self.requests.lock().unwrap().values().all(Vec::is_empty)
    }

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
        assert!(self.all_open(), "not settled yet");
        self.abandoned.lock().unwrap().pop().unwrap()
    }
}
