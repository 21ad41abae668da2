//! The books of a gateway: what a request's entry holds, who made it, and what keys may.

mod entry;
mod key;
mod row;
mod spool;
mod who;

pub use entry::{Booked, RowError};
pub use key::{BudgetTerms, Duration, Key, KeyHash, Limits, StoredModel, Team, User};
pub use row::{EntryRow, Outcome};
pub use spool::{Chunk, Durability, Position, Spool, SpoolError, SpoolSize, SpoolWriter, Ticket};
pub use who::{Entry, Who};
