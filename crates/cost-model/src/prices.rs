//! A price book that can be replaced while it is used.

use std::sync::{Arc, PoisonError, RwLock};

use crate::PriceBook;

/// The price book of this moment. Clones are the same one: what replaces it replaces it for all.
#[derive(Clone, Debug, Default)]
pub struct Prices(Arc<RwLock<Arc<PriceBook>>>);

// === impl Prices ===

impl Prices {
    /// The book as it is now. It stays as it is for whoever holds it.
    #[must_use]
    pub fn current(&self) -> Arc<PriceBook> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the book for everybody who asks from now on.
    pub fn replace(&self, book: PriceBook) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
    }
}

impl From<PriceBook> for Prices {
    fn from(book: PriceBook) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(book))))
    }
}
