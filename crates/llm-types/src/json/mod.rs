//! JSON read without a parser: a scanner of an object's keys, a strict check of whole texts, and a walk
//! through what was checked.

#[cfg(test)]
pub(crate) mod any_json;
pub(crate) mod blocks;
pub(crate) mod strict;
pub(crate) mod top_level;
pub(crate) mod value;
pub(crate) mod walk;
