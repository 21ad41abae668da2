//! The books of a gateway: every request with its cost, durable before it is sent.
//!
//! A request's way: its row is appended to the [`Spool`] when it is opened and when it is settled;
//! the [`Drain`] moves rows into the [`Store`], each exactly once.

mod budget;
mod budget_window;
mod calendar;
mod db;
mod drain;
mod entry;
mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod key;
mod private;
mod row;
mod spool;
mod store;
mod token_sum;
mod who;

pub use budget::{Account, Budgets, Exceeded, Reservation, ReserveError, Standing};
pub use budget_window::{BudgetName, BudgetWindow};
pub use calendar::Calendar;
pub use db::{DbError, PostgresUrl};
pub use drain::{Damage, Drain, DrainError, Drained, Refused};
pub use entry::{Booked, DeploymentPrice, RowError};
pub use error::LedgerError;
pub use key::{BudgetTerms, Duration, Key, KeyHash, Limits, StoredModel, Team, User};
pub use private::is_open_to_others;
pub use row::{EntryRow, Outcome};
pub use spool::{Chunk, Durability, Position, Spool, SpoolError, SpoolSize, SpoolWriter, Ticket};
pub use store::{
    AuditEntry, AuditFilter, AuditPage, Batch, BudgetState, COUNTED_TAGS, Change, ChangedBy,
    Changes, Charged, Count, Dimension, Directory, Edit, Entries, EntryFilter, Holding, Instance,
    Interrupted, Member, Move, OTHER, P95, Page, Priced, Recent, RefusalQuery, RefusalRow,
    Refusals, RefusedBy, RefusedSignIns, ReplacedKey, Repriced, Repricing, Selection, Session,
    SortBy, Sorted, SpendQuery, SpendReport, SpendRow, SpendSums, Store, StoreError, Texts,
    WidenedPool,
};
pub use token_sum::TokenSum;
pub use who::{Entry, Original, Who};
