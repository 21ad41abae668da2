//! The store: entries, keys, budgets and reports, in SQLite or PostgreSQL.
