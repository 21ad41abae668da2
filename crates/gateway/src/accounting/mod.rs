//! The gateway's accounting: entries, budgets, keys in memory, prices and retention.

mod background;
mod books;
mod key_cache;
pub(crate) mod price_table;
mod refusals;
mod request_labels;
pub(crate) mod retention;
pub(crate) mod stored_texts;

pub(crate) use self::{
    background::{Background, Finished},
    books::{Books, BooksError, Health, KeyStored, Standings},
    key_cache::{KeyRefusal, KnownKey},
    price_table::PriceTable,
    refusals::{Asking, OPERATOR, OTHER, SESSION, ShownKeys, UNKNOWN},
    request_labels::HeaderLabels,
};
