//! An index of entries by the provider's ids: of the request, and of its answer.
//!
//! Azure's ids are random, and each entry has one of its own: an index of them has a page to write for
//! each entry. Here those of one block that end alike are one row, so that entries which come in
//! together are written to as many places as there are endings. Whoever looks for an id reads all rows
//! of its ending, and looks into the blocks that have it. A block may name an id twice, or one that is
//! no longer in it; it never hides any. An empty id is none.

use std::collections::{BTreeMap, BTreeSet};

use super::facets::{block_of, in_block};
use crate::{
    db::{Cells, Conflict, Kind, Statement, Step, Table, clipped, storable},
    entry::row::EntryRow,
};
use Kind::Text;

static PROVIDER_IDS: Table = Table {
    name: "entry_provider_ids",
    columns: &[("ending", Text), ("block", Text), ("ids", Text)],
    conflict: Conflict::Sql(
        "(ending, block) DO UPDATE SET ids = entry_provider_ids.ids || ' ' || excluded.ids",
    ),
};

/// An id's last character, as databases hold it: of those in hex, one of sixteen.
pub(super) fn ending_of(id: &str) -> Option<char> {
    storable(id).chars().next_back()
}

/// Tells where rows are.
pub(super) fn add<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>>) -> Option<Step> {
    let mut blocks = BTreeMap::<(char, &str), String>::new();
    for (ending, block, id) in places(rows) {
        let ids = blocks.entry((ending, block)).or_default();
        if !ids.is_empty() {
            ids.push(' ');
        }
        ids.push_str(id);
    }
    let mut cells = Cells::with_capacity(PROVIDER_IDS.columns.len(), blocks.len());
    for ((ending, block), ids) in &blocks {
        cells.text(ending.encode_utf8(&mut [0; 4]));
        cells.text(block);
        cells.text(ids);
    }
    (!cells.is_empty()).then_some(Step::Many(&PROVIDER_IDS, cells))
}

/// Forgets where these rows were and all that are older, once those are deleted.
pub(super) fn forget<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>> + Clone) -> Vec<Step> {
    let Some(end) = rows.clone().map(|row| block_of(&row.id)).max() else { return Vec::new() };
    let endings: BTreeSet<char> = places(rows).map(|(ending, ..)| ending).collect();
    // What is still open has stayed.
    let sql = format!(
        "DELETE FROM entry_provider_ids WHERE ending = $1 AND block <= $2 \
         AND NOT EXISTS (SELECT 1 FROM entries WHERE {})",
        in_block(PROVIDER_IDS.name)
    );
    let forget = |ending: char| {
        let args = vec![(&ending.to_string()).into(), end.into()];
        Step::One(Statement::new(sql.clone(), args))
    };
    endings.into_iter().map(forget).collect()
}

/// Ending, block and id of each row's ids.
fn places<'a>(
    rows: impl Iterator<Item = &'a EntryRow<'a>>,
) -> impl Iterator<Item = (char, &'a str, &'a str)> {
    rows.flat_map(|row| {
        let ids = [row.provider_request_id.as_deref(), row.answer_id.as_deref()];
        ids.into_iter().flatten().filter_map(|id| {
            let id = clipped(id);
            Some((ending_of(id)?, block_of(&row.id), id))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        db::migrations::MIGRATIONS,
        store::{
            EntryFilter, Page, Store,
            backend::{Backend, on_both},
            page::first_id,
            tests::{batch, row},
        },
    };

    on_both!(
        entries_are_found_by_any_id,
        entries_are_found_by_the_ids_of_their_answers,
        older_tables_are_listed_in_the_same_way,
        what_is_deleted_is_forgotten,
    );

    const START: i64 = 1_767_225_600_000_000;

    /// A settled entry so many milliseconds after the start.
    fn entry(nth: i64, millis: i64, provider_id: &str) -> EntryRow<'static> {
        let at = START + millis * 1_000;
        EntryRow {
            id: format!("{}{nth:012x}", &first_id(at)[..24]).into(),
            at,
            provider_request_id: Some(provider_id.to_owned().into()),
            ..row("", "completed", 5)
        }
    }

    /// The numbers of those found, newest first.
    async fn found(store: &Store, provider_id: &str) -> Vec<i64> {
        let filter = EntryFilter {
            provider_request_id: Some(provider_id.to_owned()),
            ..EntryFilter::default()
        };
        let page = Page { before: None, limit: 100 };
        let rows = store.entries(&filter, &page).await.unwrap().rows;
        rows.iter().map(|row| i64::from_str_radix(&row.id[24..], 16).unwrap()).collect()
    }

    async fn lists(store: &Store) -> Vec<(String, String)> {
        let sql = "SELECT ending, ids FROM entry_provider_ids ORDER BY ending, block";
        let rows = store.db.query(sql, Vec::new()).await.unwrap();
        rows.into_iter().map(|mut row| (row.text().unwrap(), row.text().unwrap())).collect()
    }

    async fn entries_are_found_by_any_id(on: Backend) {
        let store = on.store().await;
        let long = "x".repeat(300);
        let ids = [
            "a-1", "b-1", "1", "-", "%", "_", "\\", "' '", "a b", "é", "ü", "\0", "\u{FFFD}", &long,
        ];
        let mut rows: Vec<_> = (0..).zip(ids).map(|(nth, id)| entry(nth, nth, id)).collect();
        rows.push(entry(20, 100, ""));
        store.apply(batch(None, 1, rows)).await.unwrap();
        // One that took longer joins those of its block; an id is not bound to be there only once.
        let late = vec![entry(21, 0, "c-1"), entry(22, 500, "b-1"), entry(23, 1, "b-1")];
        store.apply(batch(Some(1), 2, late)).await.unwrap();
        for (nth, id) in (0..).zip(ids).filter(|(nth, _)| ![11, 12].contains(nth)) {
            let more = if id == "b-1" { vec![22, 23] } else { Vec::new() };
            assert_eq!(found(&store, id).await, [more, vec![nth]].concat(), "{id}");
        }
        assert_eq!(found(&store, "c-1").await, [21]);
        // No database holds the first of the two, so they are one.
        assert_eq!(found(&store, "\0").await, [12, 11]);
        for absent in ["a", "d-1", "1 ", "a-1 b-1", ""] {
            assert_eq!(found(&store, absent).await, [0; 0], "{absent}");
        }
        let first: Vec<_> = lists(&store).await.into_iter().filter(|(end, _)| end == "1").collect();
        let list = |ids: &str| ("1".to_owned(), ids.to_owned());
        assert_eq!(first, [list("a-1 b-1 1 c-1 b-1"), list("b-1")]);
    }

    async fn answers(store: &Store, id: &str) -> Vec<i64> {
        let filter = EntryFilter { answer_id: Some(id.to_owned()), ..EntryFilter::default() };
        let rows = store.entries(&filter, &Page { before: None, limit: 100 }).await.unwrap().rows;
        rows.iter().map(|row| i64::from_str_radix(&row.id[24..], 16).unwrap()).collect()
    }

    async fn entries_are_found_by_the_ids_of_their_answers(on: Backend) {
        let store = on.store().await;
        let with = |nth, millis, answer: &'static str| EntryRow {
            answer_id: Some(answer.into()),
            ..entry(nth, millis, "apim-1")
        };
        let rows = vec![
            with(1, 0, "chatcmpl-A"),
            with(2, 1, "chatcmpl-B"),
            with(3, 900, "chatcmpl-A"),
            with(4, 901, ""),
            entry(5, 902, "chatcmpl-B"),
        ];
        store.apply(batch(None, 1, rows)).await.unwrap();
        assert_eq!(answers(&store, "chatcmpl-A").await, [3, 1]);
        // Ids of the two kinds are kept apart.
        assert_eq!(answers(&store, "chatcmpl-B").await, [2]);
        assert_eq!(found(&store, "chatcmpl-B").await, [5]);
        assert_eq!(found(&store, "chatcmpl-A").await, [0; 0]);
        assert_eq!((answers(&store, "").await, answers(&store, "apim-1").await), (vec![], vec![]));
        // Entries of older tables are listed by the migration.
        let migration = MIGRATIONS[10].sql(store.db.dialect());
        let again = ["DELETE FROM entry_provider_ids", migration];
        let again = again
            .map(|sql| Step::One(Statement::new(sql.trim().trim_end_matches(';'), Vec::new())));
        store.db.transact(Vec::from(again)).await.unwrap();
        assert_eq!(answers(&store, "chatcmpl-A").await, [3, 1]);
    }

    async fn older_tables_are_listed_in_the_same_way(on: Backend) {
        let store = on.store().await;
        let ids = ["a-1", "b-1", "1", "", "é", "aé", "c-1", "a-2"];
        // The first six are of one block.
        let rows = (0..).zip(ids).map(|(nth, id)| entry(nth, nth / 6 * 100, id)).collect();
        store.apply(batch(None, 1, rows)).await.unwrap();
        let listed = lists(&store).await;
        assert_eq!(listed.len(), 4, "{listed:?}");
        let migration = MIGRATIONS[3].sql(store.db.dialect());
        let insert = migration.split(';').find(|sql| sql.contains("INSERT INTO")).unwrap();
        let again = ["DELETE FROM entry_provider_ids", insert];
        let again = again.map(|sql| Step::One(Statement::new(sql, Vec::new())));
        store.db.transact(Vec::from(again)).await.unwrap();
        // In which order those of a block are is nobody's business.
        let sorted = |mut lists: Vec<(String, String)>| {
            for (_, ids) in &mut lists {
                let mut words: Vec<&str> = ids.split(' ').collect();
                words.sort_unstable();
                *ids = words.join(" ");
            }
            lists
        };
        assert_eq!(sorted(lists(&store).await), sorted(listed));
    }

    async fn what_is_deleted_is_forgotten(on: Backend) {
        let store = on.store().await;
        let open = EntryRow { outcome: "open".into(), ..entry(3, 50, "c-1") };
        let rows = vec![entry(1, 0, "a-1"), entry(2, 100, "b-2"), open, entry(4, 5_000_000, "d-1")];
        store.apply(batch(None, 1, rows)).await.unwrap();
        assert_eq!(store.delete_before(START + 1_000_000_000).await.unwrap(), 2);
        let list = |id: &str| ("1".to_owned(), id.to_owned());
        assert_eq!(lists(&store).await, [list("c-1"), list("d-1")]);
        assert_eq!(found(&store, "c-1").await, [3]);
    }
}
