//! The ledger of a gateway: every request with its cost, durable before it is sent.
//!
//! A request's way: its row is appended to the [`Spool`] when it is opened and when it is settled;
//! the [`Drain`] moves rows into the [`Store`], each exactly once.

mod budget;
mod db;
mod drain;
mod entry;
mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod key;
mod private_files;
mod spool;
mod store;

pub use budget::{Account, Budgets, Exceeded, Reservation, ReserveError, Standing};
pub use db::{DbError, PostgresUrl};
pub use drain::{Damage, Drain, DrainError, Drained, Refused};
pub use entry::{
    Booked, DeploymentPrice, Entry, Original, RowError, caller::Who, row::EntryRow,
    row_values::Outcome,
};
pub use error::LedgerError;
pub use key::{
    BudgetTerms, Duration, Key, KeyHash, Limits, StoredModel, Team, User,
    budget_window::{BudgetName, BudgetWindow},
    calendar::Calendar,
};
pub use private_files::is_open_to_others;
pub use spool::{Chunk, Durability, Position, Spool, SpoolError, SpoolSize, SpoolWriter, Ticket};
pub use store::{
    AuditEntry, AuditFilter, AuditPage, Batch, BudgetState, COUNTED_TAGS, Change, ChangedBy,
    Changes, Charged, Count, Dimension, Directory, Edit, Entries, EntryFilter, Holding, Instance,
    Interrupted, Member, Move, OTHER, P95, Page, Priced, Recent, RefusalQuery, RefusalRow,
    Refusals, RefusedBy, RefusedSignIns, ReplacedKey, Repriced, Repricing, Selection, Session,
    SortBy, Sorted, SpendQuery, SpendReport, SpendRow, SpendSums, Store, StoreError, Texts,
    WidenedPool, token_sum::TokenSum,
};
