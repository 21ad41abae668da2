//! Responses that are stored, by their ids.

use std::collections::HashMap;

use serde_json::Value;

/// All that are stored.
#[derive(Debug, Default)]
pub(crate) struct StoredResponses(HashMap<String, Stored>);

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// As it was answered.
    pub(crate) response: Value,
    /// The items that it answers.
    pub(crate) input: Vec<Value>,
    /// The chat up to and with it.
    pub(crate) messages: Vec<Value>,
}

// === impl StoredResponses ===

impl StoredResponses {
    pub(crate) fn put(&mut self, id: &str, stored: Stored) {
        self.0.insert(id.to_owned(), stored);
    }

    pub(crate) fn get(&self, id: &str) -> Option<Stored> {
        self.0.get(id).cloned()
    }

    /// Whether there was one of this id.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        self.0.remove(id).is_some()
    }
}
