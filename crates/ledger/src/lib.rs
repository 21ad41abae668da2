//! The books of a gateway: every request with what it cost, who made it, and the budgets it fits in.
//!
//! A request is written to the [`spool`] before it is sent and again when it is settled; the drain
//! brings both into the store, SQLite or PostgreSQL, exactly once. Budgets are held in memory
//! against money that the store has leased to this instance.

pub mod budget;
pub mod spool;
pub mod store;

mod db;
mod drain;
mod key;
mod row;
mod who;

pub use key::{BudgetTerms, Duration, Key, KeyHash, Limits, StoredModel, Team, User};
pub use row::{EntryRow, Outcome};
pub use who::{Entry, Who};
