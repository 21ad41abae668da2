//! An index of entries by key, served model and other columns, in blocks of time.
//!
//! An index of each such column costs more than the entry itself. This one takes no place for each
//! entry, but one for each value in each block of 16 milliseconds: as many as there are entries
//! where few come in, and next to none of them under load. A query for entries goes through
//! the blocks of a value, newest first, and looks at the few rows in each. A block may promise what
//! is no longer in it, such as a cost status before it was repriced; it never hides anything.
//!
//! Names that clients choose can be others in each request, and then each entry of a busy block would be
//! written to a place of its own. Of a block with many of them it is only noted that it has any name: there
//! entries are looked for without this table.

use cost_model::ChargeRule;
use foldhash::HashMap;

use crate::{
    db::{Cells, Conflict, Kind, Statement, Step, Table, clipped},
    entry::row::EntryRow,
    store::page::filter::{FILTERS, FoundBy, Value},
};
use Kind::Text;

static FACETS: Table = Table {
    name: "entry_facets",
    columns: &[("facet", Text), ("term", Text), ("block", Text)],
    conflict: Conflict::Sql("DO NOTHING"),
};

/// The length of a block's name: the part of an id that has the time, to 16 milliseconds.
const BLOCK: usize = "xxxxxxxx-xxx".len();

/// The facets that are no filter by text.
const OTHERS: [(&str, Value); 2] = [
    ("charged_by", |row| {
        row.charged_by().filter(|rule| is_rare_rule(*rule)).map(ChargeRule::as_str)
    }),
    ("held", |row| row.is_held().then_some(HELD)),
];

/// The columns whose names clients choose.
const CHOSEN: [&str; 3] = ["client_ip", "end_user", "session_id"];

/// So many names of such a column are noted of a block, of those that are stored together: some thousand a
/// second. Tests have few entries.
const MOST_NAMES: usize = if cfg!(test) { 3 } else { 16 };

/// Stands for all names of a block. What a client has named so is noted like any name of such a block.
pub(super) const ANY: &str = "\u{1}any";

/// Whether a column's names may not be noted, so that [`ANY`] must be looked for.
pub(super) fn is_chosen(column: &str) -> bool {
    CHOSEN.contains(&column)
}

/// The value of entries that were charged beyond their known cost.
pub(super) const HELD: &str = "true";

/// Whether entries that were charged so can be found by it. Most are charged their cost.
pub(super) fn is_rare_rule(rule: ChargeRule) -> bool {
    rule != ChargeRule::Cost
}

/// Whether entries that end in this way can be found by it. Most are `completed`, and those that
/// are open have an index.
pub(super) fn is_rare_outcome(outcome: &str) -> bool {
    !matches!(outcome, "completed" | "open")
}

/// Whether entries with such a cost can be found by it.
pub(super) fn is_rare_status(cost_status: &str) -> bool {
    !matches!(cost_status, "exact" | "open")
}

/// The block of an id.
pub(super) fn block_of(id: &str) -> &str {
    id.get(..BLOCK).unwrap_or(id)
}

/// What makes an entry one of the block in a table's row.
pub(super) fn in_block(table: &str) -> String {
    // Nothing in an id sorts after this character.
    format!("entries.id >= {table}.block AND entries.id < {table}.block || '~'")
}

/// Tells where rows are.
pub(super) fn add<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>>) -> Option<Step> {
    let places = bounded(places(rows));
    let mut cells = Cells::with_capacity(FACETS.columns.len(), places.len());
    for (facet, value, block) in &places {
        cells.text(facet);
        cells.text(value);
        cells.text(block);
    }
    (!cells.is_empty()).then_some(Step::Many(&FACETS, cells))
}

/// Forgets where these rows were and all that are older, once those are deleted.
pub(super) fn forget<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>> + Clone) -> Vec<Step> {
    let Some(end) = rows.clone().map(|row| block_of(&row.id)).max() else { return Vec::new() };
    let mut values: Vec<(&str, &str)> =
        places(rows).into_iter().map(|(facet, value, _)| (facet, value)).collect();
    // However the entries of a block were put together when they were stored.
    values.extend(CHOSEN.map(|facet| (facet, ANY)));
    values.dedup();
    // What is still open has stayed.
    let sql = format!(
        "DELETE FROM entry_facets WHERE facet = $1 AND term = $2 AND block <= $3 \
         AND NOT EXISTS (SELECT 1 FROM entries WHERE {})",
        in_block(FACETS.name)
    );
    let forget = |(facet, value): (&str, &str)| {
        Step::One(Statement::new(sql.clone(), vec![facet.into(), value.into(), end.into()]))
    };
    values.into_iter().map(forget).collect()
}

/// Those of [`CHOSEN`] columns by name where a block has few, and as [`ANY`] where it has many.
fn bounded<'a>(
    places: Vec<(&'static str, &'a str, &'a str)>,
) -> Vec<(&'static str, &'a str, &'a str)> {
    let mut names = HashMap::<(&str, &str), usize>::default();
    for (facet, _, block) in places.iter().filter(|(facet, ..)| is_chosen(facet)) {
        *names.entry((*facet, *block)).or_default() += 1;
    }
    // The usual case, without a copy.
    if names.values().all(|count| *count <= MOST_NAMES) {
        return places;
    }
    let many = |facet, block| names.get(&(facet, block)).is_some_and(|count| *count > MOST_NAMES);
    let named = |(facet, name, block)| (facet, if many(facet, block) { ANY } else { name }, block);
    let mut bounded: Vec<_> = places.into_iter().map(named).collect();
    bounded.sort_unstable();
    bounded.dedup();
    bounded
}

/// The columns with facets.
fn columns() -> impl Iterator<Item = (&'static str, Value)> {
    let by_text = FILTERS.iter().filter_map(|(name, found_by)| match found_by {
        FoundBy::Facet(value) => Some((*name, *value)),
        FoundBy::ProviderId | FoundBy::AnswerId | FoundBy::Tag => None,
    });
    by_text.chain(OTHERS)
}

/// Facet, value and block of rows, each once and in order.
fn places<'a>(
    rows: impl Iterator<Item = &'a EntryRow<'a>>,
) -> Vec<(&'static str, &'a str, &'a str)> {
    let mut places = Vec::new();
    let columns: Vec<(&'static str, Value)> = columns().collect();
    // Most rows have the same value and block as the row before them.
    let mut last = vec![None; columns.len()];
    for row in rows {
        let block = block_of(&row.id);
        for ((facet, value), last) in columns.iter().zip(&mut last) {
            let Some(value) = value(row) else { continue };
            let place = (*facet, clipped(value), block);
            if *last != Some(place) {
                places.push(place);
                *last = Some(place);
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    places
}
