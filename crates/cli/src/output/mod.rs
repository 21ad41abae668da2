//! Output for people and programs: the terminal, tables, JSON, CSV and errors.

pub(crate) mod command_error;
pub(crate) mod format;
pub(crate) mod json_record;
pub(crate) mod table;
pub(crate) mod terminal;
