//! A price book that can be replaced while it is used.

use std::sync::{Arc, PoisonError, RwLock};

use crate::price_book::PriceBook;

/// A shared handle to the current price book. All clones see a replacement.
#[derive(Clone, Debug, Default)]
pub struct Prices(Arc<RwLock<Arc<PriceBook>>>);

// === impl Prices ===

impl Prices {
    /// The current book. The returned one never changes.
    #[must_use]
    pub fn current(&self) -> Arc<PriceBook> {
        // A panic elsewhere cannot leave half a book: it is replaced by one assignment.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the book; later calls of [`Prices::current`] return the new one.
    pub fn replace(&self, book: PriceBook) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
    }
}

impl From<PriceBook> for Prices {
    fn from(book: PriceBook) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(book))))
    }
}
