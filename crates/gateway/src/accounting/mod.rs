//! Accounting: entries, budgets, the key cache, price reloads and retention.

mod background;
mod books;
mod key_cache;
pub(crate) mod price_table;
mod refusals;
mod request_labels;
pub(crate) mod retention;
mod stored_models;
pub(crate) mod stored_texts;

pub(crate) use self::{
    background::{Background, Finished},
    books::{Books, Health, KeyStored, Standings},
    key_cache::{KeyRefusal, KnownKey},
    price_table::PriceTable,
    refusals::{OPERATOR, OTHER, SESSION, UNKNOWN},
    request_labels::HeaderLabels,
    stored_models::StoredModels,
};
