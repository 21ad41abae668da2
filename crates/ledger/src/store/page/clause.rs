//! `WHERE` clauses with their arguments: a filter's value never becomes a part of the SQL.

use std::fmt::Write as _;

use cost_model::ChargeRule;

use super::{AccessPath, EntryFilter};
use crate::db::Value;
use crate::store::page::access_path::access_paths;
use crate::store::{
    facets::{block_of, is_chosen},
    provider_ids::ending_of,
};

/// A condition and its arguments.
#[derive(Debug, Default)]
pub(super) struct Clause {
    pub(super) sql: String,
    pub(super) args: Vec<Value>,
}

/// The most that the time in an id and the time of its request differ, in microseconds.
const APART: i64 = 2_000_000;

// === impl Clause ===

impl Clause {
    /// All conditions of a filter, if entries are found through `path`.
    pub(super) fn of(
        filter: &EntryFilter,
        path: &AccessPath,
        before: Option<&str>,
        floor: Option<&str>,
    ) -> Self {
        let mut clause = Self::of_access_path(filter, path, before);
        if let AccessPath::Facet(column) = path {
            clause.other_facets(filter, column);
        }
        if let Some(joined) = path.joined() {
            clause.join(&joined);
        }
        for (column, text) in filter.equal() {
            // Neither is a column of this name: `charged` below has their conditions.
            if matches!(column, "held" | "charged_by") {
                continue;
            }
            let number = match (path.column(), path) {
                // An index has what it says; a block has others as well.
                (Some(driven), AccessPath::Tag | AccessPath::Open) if driven == column => continue,
                _ => clause.arg(text.into()),
            };
            clause.join(&match column {
                "tag" => format!(
                    "EXISTS (SELECT 1 FROM entry_tags WHERE entry_tags.tag = ${number} \
                     AND entry_tags.id = entries.id)"
                ),
                column => format!("entries.{column} = ${number}"),
            });
        }
        clause.charged(filter);
        if let Some(floor) = floor {
            clause.add(&format!("{} >=", path.order()), floor.into());
        }
        if let Some(from) = filter.from {
            clause.add("entries.at >=", from.into());
        }
        if let Some(to) = filter.to {
            clause.add("entries.at <", to.into());
        }
        // The last block of a page may have entries on both sides of the border.
        if let (true, Some(before)) = (path.is_by_block(), before) {
            clause.add("entries.id <", before.into());
        }
        clause
    }

    /// The conditions on the path's own table: the value, and the range of ids.
    pub(super) fn of_access_path(
        filter: &EntryFilter,
        path: &AccessPath,
        before: Option<&str>,
    ) -> Self {
        let (mut clause, order) = (Self::default(), path.order());
        let equal = filter.equal();
        let value = equal.iter().find(|(column, _)| Some(*column) == path.column());
        match (path, value) {
            (AccessPath::Facet(column), Some((_, text))) => {
                clause.join(&format!("entry_facets.facet = '{column}'"));
                clause.add("entry_facets.term =", (*text).into());
            }
            (AccessPath::ProviderId | AccessPath::AnswerId, Some((_, text))) => {
                let ending = ending_of(text).map(String::from).unwrap_or_default();
                clause.add("entry_provider_ids.ending =", (&ending).into());
                let id = clause.arg((*text).into());
                // Both databases know this; to `LIKE` some characters mean others.
                clause.join(&format!(
                    "replace(entry_provider_ids.ids, ${id}, '') <> entry_provider_ids.ids"
                ));
            }
            // SQLite takes the index only where the query says what the index does.
            (AccessPath::Open, _) => clause.join("entries.outcome = 'open'"),
            (_, Some((column, text))) => {
                clause.add(&format!("{}.{column} =", path.table()), (*text).into());
            }
            (_, None) => {}
        }
        if let Some(from) = filter.from {
            let first = first_id(from.saturating_sub(APART));
            // The block that contains the id begins before it.
            let first = if path.is_by_block() { block_of(&first) } else { &first };
            clause.add(&format!("{order} >="), first.into());
        }
        let end = filter.to.map(|to| first_id(to.saturating_add(APART)));
        if let Some(before) = before.into_iter().chain(end.as_deref()).min() {
            // A block sorts before the ids in it.
            clause.add(&format!("{order} <"), before.into());
        }
        clause
    }

    /// What was charged, and by which rule.
    fn charged(&mut self, filter: &EntryFilter) {
        if filter.held {
            self.join("entries.outcome <> 'open' AND entries.charged_pico > entries.known_pico");
        }
        match filter.charged_by {
            None => {}
            Some(ChargeRule::Interrupted) => self.join("entries.outcome = 'interrupted'"),
            // The detail of an entry names its rule only where the rule is another one.
            Some(ChargeRule::Cost) => {
                let named = self.arg(r#""g":""#.into());
                self.join(&format!(
                    "entries.outcome <> 'open' AND entries.cost_pico = entries.charged_pico \
                     AND replace(entries.detail, ${named}, '') = entries.detail"
                ));
            }
            Some(rule) => {
                let named = self.arg((&format!(r#""g":"{}""#, rule.as_str())).into());
                self.join(&format!(
                    "entries.outcome <> 'interrupted' \
                     AND replace(entries.detail, ${named}, '') <> entries.detail"
                ));
            }
        }
    }

    /// Of blocks only those are looked into that have the other values as well. Names that clients choose are
    /// not noted of every block.
    fn other_facets(&mut self, filter: &EntryFilter, driven: &str) {
        let equal = filter.equal();
        let noted = |facet: &&str| *facet != driven && !is_chosen(facet);
        for facet in access_paths(filter).facets().filter(noted) {
            let Some((_, text)) = equal.iter().find(|(column, _)| *column == facet) else {
                continue;
            };
            let number = self.arg((*text).into());
            self.join(&format!(
                "EXISTS (SELECT 1 FROM entry_facets AS also WHERE also.facet = '{facet}' \
                 AND also.term = ${number} AND also.block = entry_facets.block)"
            ));
        }
    }

    pub(super) fn arg(&mut self, value: Value) -> usize {
        self.args.push(value);
        self.args.len()
    }

    fn add(&mut self, test: &str, value: Value) {
        let number = self.arg(value);
        self.join(&format!("{test} ${number}"));
    }

    fn join(&mut self, test: &str) {
        let word = if self.sql.is_empty() { "WHERE" } else { "AND" };
        // Writing to a string cannot fail.
        let _ = write!(self.sql, " {word} {test}");
    }
}

/// Below every id that was made at that time or later, in microseconds since 1970: a UUID of
/// version 7 begins with the milliseconds.
pub(in crate::store) fn first_id(micros: i64) -> String {
    // A UUID has 48 bits for the milliseconds, and none for times before 1970.
    let millis = micros.div_euclid(1_000).clamp(0, (1 << 48) - 1);
    format!("{:08x}-{:04x}-0000-0000-000000000000", millis >> 16, millis & 0xffff)
}
