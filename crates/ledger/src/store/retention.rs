//! Retention: entries, tags and texts are kept as long as the operator configures. Sums are kept
//! for good, since reports are read from the roll-up.

use super::{Store, StoreError, entries, facets, page::first_id, provider_ids};
use crate::store::daily_sums::DAY;
use crate::{
    db::{Statement, Step, Value, read_all},
    entry::row::EntryRow,
};

/// The prompt and the answer of a request, if they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// The client's messages.
    pub prompt: Option<String>,
    /// The answer's text.
    pub answer: Option<String>,
}

/// So many are deleted in one transaction, so that entries come in meanwhile.
const BATCH: i64 = 1_000;

// Ids sort by time, so that the first entry is found without an index of times.
const FIRST_KEPT: &str = "SELECT at FROM entries WHERE outcome <> 'open' ORDER BY id LIMIT 1";
const FIRST_DAY: &str = "SELECT day FROM daily WHERE tag = '' ORDER BY day LIMIT 1";
const LAST_DAY: &str = "SELECT day FROM daily WHERE tag = '' ORDER BY day DESC LIMIT 1";

const DELETE: [&str; 3] = [
    // An entry that was opened again since it was read stays, and with it all that belongs to it.
    "DELETE FROM entries WHERE id = $1 AND outcome <> 'open'",
    "DELETE FROM entry_tags WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM entries WHERE id = $1)",
    "DELETE FROM entry_texts WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM entries WHERE id = $1)",
];

// === impl Store: retention ===

impl Store {
    /// Deletes some of the settled entries that were received before a time, in microseconds since
    /// 1970; returns how many. Open entries stay, and so do the daily totals.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_before(&self, time: i64) -> Result<u64, StoreError> {
        // An id can be younger than its request by less than a second or two; the time decides.
        let sql = format!(
            "SELECT {} FROM entries WHERE id < $1 AND at < $2 AND outcome <> 'open' \
            ORDER BY id LIMIT $3",
            entries::names()
        );
        let args = vec![(&first_id(time)).into(), time.into(), BATCH.into()];
        let rows: Vec<EntryRow<'static>> = read_all(self.db.query(sql, args).await?)?;
        let delete = |row: &EntryRow<'_>| {
            let statement = |sql| Step::One(Statement::new(sql, vec![Value::from(&*row.id)]));
            DELETE.map(statement)
        };
        if !rows.is_empty() {
            // Entries before the indexes: a block is forgotten only if none of its entries is left.
            let delete = rows.iter().flat_map(delete);
            let forget =
                facets::forget(rows.iter()).into_iter().chain(provider_ids::forget(rows.iter()));
            self.db.transact(delete.chain(forget).collect::<Vec<Step>>()).await?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(0))
    }

    /// Since when entries are kept, in microseconds since 1970, where older ones were deleted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entries_kept_since(&self) -> Result<Option<i64>, StoreError> {
        let first = async |sql: &str| -> Result<Option<i64>, StoreError> {
            let found = self.db.query(sql.to_owned(), Vec::new()).await?;
            Ok(found.into_iter().next().map(|mut row| row.int()).transpose()?)
        };
        let Some(first_day) = first(FIRST_DAY).await? else { return Ok(None) };
        let kept = match first(FIRST_KEPT).await? {
            Some(at) => at,
            // No entry is left: they are kept from the day after the last one that was summed.
            None => first(LAST_DAY).await?.map_or(0, |day| (day + 1) * DAY),
        };
        Ok((first_day < kept.div_euclid(DAY)).then_some(kept))
    }

    /// The prompt and the answer of a request, if they are stored.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn texts(&self, id: &str) -> Result<Option<Texts>, StoreError> {
        let sql = "SELECT prompt, answer FROM entry_texts WHERE id = $1";
        let found = self.db.query(sql, vec![id.into()]).await?;
        let Some(mut row) = found.into_iter().next() else { return Ok(None) };
        Ok(Some(Texts { prompt: row.opt_text()?, answer: row.opt_text()? }))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        entry::row::EntryRow,
        store::{
            EntryFilter, Page, SpendQuery, Texts,
            backend::{Backend, on_both},
            tests::{batch, row},
        },
    };

    on_both!(old_entries_go_and_their_sums_stay);

    async fn old_entries_go_and_their_sums_stay(on: Backend) {
        let store = on.store().await;
        let day = 86_400_000_000;
        let at = |nth: i64, outcome| {
            let at = 1_767_225_600_000_000 + nth * day;
            let id = format!("{}{nth:03x}", &super::first_id(at)[..33]);
            EntryRow { id: id.into(), at, prompt: Some("p".into()), ..row("", outcome, 5) }
        };
        let rows = vec![at(0, "open"), at(1, "completed"), at(2, "failed"), at(3, "completed")];
        let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
        store.apply(batch(None, 1, rows)).await.unwrap();
        let before = store.spend(&SpendQuery::default(), 1).await.unwrap();
        assert_eq!(store.entries_kept_since().await.unwrap(), None);
        assert_eq!(store.delete_before(1_767_225_600_000_000 + 3 * day).await.unwrap(), 2);
        let kept = Some(1_767_225_600_000_000 + 3 * day);
        assert_eq!(store.entries_kept_since().await.unwrap(), kept);
        assert_eq!(store.delete_before(1_767_225_600_000_000 + 3 * day).await.unwrap(), 0);
        let page = Page { before: None, limit: 10 };
        for filter in [
            EntryFilter::default(),
            EntryFilter { tag: Some("a".to_owned()), ..EntryFilter::default() },
        ] {
            let left = store.entries(&filter, &page).await.unwrap().rows;
            let left: Vec<&str> = left.iter().map(|row| &*row.id).collect();
            let open = filter.tag.is_none().then_some(&*ids[0]);
            assert_eq!(left, [&*ids[3]].into_iter().chain(open).collect::<Vec<_>>());
        }
        assert_eq!(store.texts(&ids[1]).await.unwrap(), None);
        let texts = Texts { prompt: Some("p".to_owned()), answer: None };
        assert_eq!(store.texts(&ids[3]).await.unwrap(), Some(texts));
        assert_eq!(store.spend(&SpendQuery::default(), 1).await.unwrap(), before);
        assert_eq!(store.delete_before(1_767_225_600_000_000 + 4 * day).await.unwrap(), 1);
        let kept = Some(1_767_225_600_000_000 + 4 * day);
        assert_eq!(store.entries_kept_since().await.unwrap(), kept);
    }
}
