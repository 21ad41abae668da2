//! The request log: one record per request, with its answer, for tests to assert on.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::Value;
use tokio::sync::watch;

/// The kind of credential in a request. The secret itself is never kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// Nothing was shown.
    #[default]
    None,
    /// The `api-key` header.
    ApiKey,
    /// `Authorization: Bearer` with the API key.
    BearerKey,
    /// `Authorization: Bearer` with an Entra token.
    BearerToken,
}

/// How a response ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Not yet.
    #[default]
    Open,
    /// Everything was handed to the connection.
    Complete,
    /// The emulator closed the connection early, as it was asked to.
    Cut,
    /// The client went away first.
    HungUp,
}

/// One request and what came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SeenRequest {
    /// 1 for the first request.
    pub number: u64,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Kind of credential.
    pub auth: Auth,
    /// All request headers but `authorization`, `api-key` and `x-api-key`.
    pub headers: Vec<(String, String)>,
    /// The body as it came, byte for byte; empty for token requests, whose body is a secret.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
    /// The scenarios in force, as text.
    pub scenarios: Vec<String>,
    /// The deployment that was asked for.
    pub asked: Option<String>,
    /// The model that answered.
    pub served: Option<String>,
    /// The usage that Azure would bill, even where the answer does not show it.
    pub usage: Option<Value>,
    /// Response status; nothing while there is none.
    pub status: Option<u16>,
    /// Every byte of the response body that was handed to the connection.
    #[serde(serialize_with = "as_text")]
    pub sent: Vec<u8>,
    /// How the response ended.
    pub ended: Ended,
}

/// All records, the newest last.
#[derive(Debug)]
pub(crate) struct Log {
    kept: Mutex<VecDeque<Arc<Mutex<SeenRequest>>>>,
    keep: usize,
    counts: watch::Sender<Counts>,
}

/// How many requests came, and how many of them are not answered yet.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) in_flight: u64,
}

/// The right to fill in one record. Dropped before the end, it records that the client hung up.
#[derive(Debug)]
pub(crate) struct Ticket {
    record: Arc<Mutex<SeenRequest>>,
    counts: watch::Sender<Counts>,
}

// === impl SeenRequest ===

impl SeenRequest {
    /// The value of a request header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the client went away before the response was complete.
    #[must_use]
    pub fn hung_up(&self) -> bool {
        self.ended == Ended::HungUp
    }
}

// === impl Log ===

impl Log {
    /// A log of the newest `keep` requests.
    pub(crate) fn new(keep: usize) -> Self {
        Self { kept: Mutex::default(), keep, counts: watch::Sender::default() }
    }

    pub(crate) fn open(&self, request: &http::request::Parts) -> Ticket {
        let mut number = 0;
        self.counts.send_modify(|counts| {
            counts.requests += 1;
            counts.in_flight += 1;
            number = counts.requests;
        });
        let record = Arc::new(Mutex::new(SeenRequest {
            number,
            method: request.method.to_string(),
            target: request.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            headers: harmless(&request.headers),
            ..SeenRequest::default()
        }));
        let mut kept = lock(&self.kept);
        if self.keep > 0 {
            if kept.len() >= self.keep {
                kept.pop_front();
            }
            // Shared with the ticket, which fills it in while the request continues.
            kept.push_back(Arc::clone(&record));
        }
        Ticket { record, counts: self.counts.clone() }
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        lock(&self.kept).iter().map(|record| lock(record).clone()).collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    /// Waits until no request is in flight.
    pub(crate) async fn settled(&self) {
        // The sender lives as long as `self`, so this cannot fail.
        let _ = self.counts.subscribe().wait_for(|counts| counts.in_flight == 0).await;
    }

    pub(crate) fn clear(&self) {
        lock(&self.kept).clear();
    }
}

// === impl Ticket ===

impl Ticket {
    /// Fills in the record.
    pub(crate) fn note(&self, fill: impl FnOnce(&mut SeenRequest)) {
        fill(&mut lock(&self.record));
    }

    pub(crate) fn number(&self) -> u64 {
        lock(&self.record).number
    }

    pub(crate) fn sent(&self, frame: &Bytes) {
        lock(&self.record).sent.extend_from_slice(frame);
    }

    pub(crate) fn end(&self, ended: Ended) {
        lock(&self.record).ended = ended;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        {
            let mut record = lock(&self.record);
            if record.ended == Ended::Open {
                record.ended = Ended::HungUp;
            }
        }
        self.counts.send_modify(|counts| counts.in_flight -= 1);
    }
}

/// Locks, also after a panic elsewhere: the records are plain data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn harmless(headers: &http::HeaderMap) -> Vec<(String, String)> {
    let secret = |name: &http::HeaderName| {
        *name == http::header::AUTHORIZATION || name.as_str().ends_with("api-key")
    };
    headers
        .iter()
        .filter(|(name, _)| !secret(name))
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn as_text<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}
