//! JSON read without a parser: a scanner of an object's keys, and a strict check of whole texts.

#[cfg(test)]
pub(crate) mod any_json;
pub(crate) mod blocks;
pub(crate) mod strict;
pub(crate) mod top_level;
