//! One set of SQL for SQLite and PostgreSQL.
