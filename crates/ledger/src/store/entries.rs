//! The table of entries: one row each, with the tags and texts of settled ones in tables of their
//! own.

use super::{Store, StoreError, counted_names, facets, provider_ids};
use crate::{
    db::{Cells, Conflict, Kind, Statement, Step, Stored, Table, read_all},
    entry::{row::EntryRow, row_values::Outcome},
};
use Kind::Text;

static ENTRIES: Table = Table {
    name: "entries",
    columns: EntryRow::COLUMNS,
    conflict: Conflict::Update { keeps: &KNOWN_AT_ONCE, when: "entries.outcome = 'open'" },
};

/// The columns that the first row of a request has already. A later row changes all others.
const KNOWN_AT_ONCE: [&str; 14] = [
    "at",
    "instance",
    "asked",
    "stream",
    "budgets",
    "key_id",
    "key_alias",
    "team_id",
    "user_id",
    "end_user",
    "session_id",
    "tags",
    "metadata",
    "client_ip",
];

static TAGS: Table = Table {
    name: "entry_tags",
    columns: &[("tag", Text), ("id", Text), ("counted", Text)],
    conflict: Conflict::Sql("(tag, id) DO UPDATE SET counted = excluded.counted"),
};

static TEXTS: Table = Table {
    name: "entry_texts",
    columns: &[("id", Text), ("prompt", Text), ("answer", Text)],
    conflict: Conflict::Replace,
};

/// What the entries say that were settled by another gateway than their own.
pub(super) const GONE: &str = "its gateway is gone";

// === impl Store: entries ===

impl Store {
    /// The entry of one request, without its texts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entry(&self, id: &str) -> Result<Option<EntryRow<'static>>, StoreError> {
        let sql = ENTRIES.select() + " WHERE id = $1";
        Ok(read_all(self.db.query(sql, vec![id.into()]).await?)?.pop())
    }

    /// What an instance has open.
    pub(super) async fn open_entries(
        &self,
        instance: &str,
    ) -> Result<Vec<EntryRow<'static>>, StoreError> {
        let sql = ENTRIES.select() + " WHERE outcome = 'open' AND instance = $1 ORDER BY id";
        Ok(read_all(self.db.query(sql, vec![instance.into()]).await?)?)
    }
}

/// The entries of an instance that others have settled while it was considered lost.
pub(super) async fn settled_by_others(
    store: &Store,
    instance: &str,
) -> Result<Vec<EntryRow<'static>>, StoreError> {
    let sql = ENTRIES.select() + " WHERE outcome = 'interrupted' AND instance = $1 AND error = $2";
    Ok(read_all(store.db.query(sql, vec![instance.into(), GONE.into()]).await?)?)
}

/// Opens one of these again.
pub(super) fn reopen(id: &str) -> Step {
    let sql = "UPDATE entries SET outcome = 'open', cost_status = 'open', charged_pico = 0, \
        error = NULL WHERE id = $1 AND outcome = 'interrupted'";
    Step::One(Statement::new(sql, vec![id.into()]).expecting(1))
}

/// The columns of an [`EntryRow`], for a query.
pub(super) fn names() -> String {
    ENTRIES.names()
}

/// Puts rows in, or over what is known so far of the same requests.
pub(super) fn put<'a>(rows: impl Iterator<Item = &'a EntryRow<'a>> + Clone) -> Vec<Step> {
    let mut entries = Cells::with_capacity(ENTRIES.columns.len(), rows.clone().count());
    let mut tags = Cells::with_capacity(TAGS.columns.len(), 0);
    let mut texts = Cells::with_capacity(TEXTS.columns.len(), 0);
    for row in rows.clone() {
        row.put(&mut entries);
        // Its tags and texts come with the row that settles it.
        if row.outcome() == Outcome::Open {
            continue;
        }
        for (tag, counted) in counted_names::tags(row) {
            tags.name(&tag);
            tags.text(&row.id);
            tags.opt_text(counted);
        }
        if row.prompt.is_some() || row.answer.is_some() {
            texts.text(&row.id);
            texts.opt_text(row.prompt.as_deref());
            texts.opt_text(row.answer.as_deref());
        }
    }
    let all = [(&ENTRIES, entries), (&TAGS, tags), (&TEXTS, texts)];
    let filled = all.into_iter().filter(|(_, cells)| !cells.is_empty());
    let filled = filled.map(|(table, cells)| Step::Many(table, cells));
    filled.chain(facets::add(rows.clone())).chain(provider_ids::add(rows)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row without texts, which are in a table of their own, is a row of the table.
    #[test]
    fn every_field_of_a_row_is_a_column() {
        let json = serde_json::to_value(EntryRow::default()).unwrap();
        let fields = json.as_object().unwrap().keys().map(String::as_str);
        let elsewhere = ["prompt", "answer"];
        // These are not in the spool.
        let decided_later = ["counted_served", "counted_tags"];
        let mut expected: Vec<&str> =
            fields.filter(|name| !elsewhere.contains(name)).chain(decided_later).collect();
        let mut columns: Vec<&str> = EntryRow::COLUMNS.iter().map(|(name, _)| *name).collect();
        expected.sort_unstable();
        columns.sort_unstable();
        assert_eq!(columns, expected);
        for name in KNOWN_AT_ONCE {
            assert!(columns.contains(&name), "`{name}` is no column");
        }
    }
}
