//! Limit of the tags and models that have daily totals of their own: so many tags of a key, and so
//! many models, a day. All others are counted together as `(other)`, so that no client can make the
//! table of totals grow without end.
//!
//! The names under which a row counts are decided when it is stored, and stored with it. Reports
//! that are made of entries, repricing and recovery then find a request where the totals have it.
//! An entry keeps all of its tags, and is found by each of them. Only this process knows which
//! names it has counted: every gateway, and each start of it, begins anew.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    hash::BuildHasher as _,
    sync::{Mutex, PoisonError},
};

use foldhash::{HashMap, HashSet, fast::RandomState};

use crate::entry::{row::EntryRow, row_values::Outcome};
use crate::store::daily_sums::{DAY, stored};

/// The common name of all that has no total of its own.
pub const OTHER: &str = "(other)";
/// The tags of a key that have daily totals of their own, unless the configuration says otherwise.
pub const COUNTED_TAGS: usize = 500;

/// The models that have daily totals of their own: routers have some forty.
const COUNTED_MODELS: usize = 1_000;
/// The days whose names are kept in memory. Requests of other days come from a spool that waited
/// long.
const DAYS: usize = 3;

/// The names that have totals of their own so far.
#[derive(Debug)]
pub(super) struct CountedNames {
    most_tags: usize,
    hash: RandomState,
    /// A std mutex: held for a batch's look-ups.
    days: Mutex<BTreeMap<i64, Names>>,
}

/// Those of a day, by their hashes. If two names have the same hash, both have totals of their own.
#[derive(Debug, Default)]
struct Names {
    models: HashSet<u64>,
    /// By key.
    tags: HashMap<u64, HashSet<u64>>,
}

/// The tags of a row. Each has the name under which the daily totals count it, if that is another
/// one: `(other)` for the first such tag, and nothing for the rest, as a row counts there once.
pub(super) fn tags(row: &EntryRow<'_>) -> Vec<(String, Option<&'static str>)> {
    let all = names(row);
    if row.counted_tags.is_none() {
        return all.into_iter().map(|tag| (tag, None)).collect();
    }
    let counted = row.counted_tags();
    let mut has_other = all.contains(OTHER);
    let mut other = || if std::mem::replace(&mut has_other, true) { "" } else { OTHER };
    let named = |tag: String| {
        let other = (!counted.contains(&tag)).then(&mut other);
        (tag, other)
    };
    all.into_iter().map(named).collect()
}

/// A row's tags as the tables hold them, where two of them may be the same.
fn names(row: &EntryRow<'_>) -> BTreeSet<String> {
    row.tags().iter().map(|tag| stored(tag)).collect()
}

// === impl CountedNames ===

impl Default for CountedNames {
    fn default() -> Self {
        Self::with_tags(COUNTED_TAGS)
    }
}

impl CountedNames {
    pub(super) fn with_tags(most_tags: usize) -> Self {
        Self { most_tags, hash: RandomState::default(), days: Mutex::default() }
    }

    /// For each row, the row to store in its place; `None`: itself. Another one is needed where the
    /// names under which it counts have changed. A row takes a kilobyte, so that most are not
    /// copied.
    pub(super) fn bounded<'a>(&self, rows: &[&EntryRow<'a>]) -> Vec<Option<Box<EntryRow<'a>>>> {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        rows.iter().map(|row| self.row(row, &mut days)).collect()
    }

    fn row<'a>(
        &self,
        row: &EntryRow<'a>,
        days: &mut BTreeMap<i64, Names>,
    ) -> Option<Box<EntryRow<'a>>> {
        // Only settled requests are in the daily totals.
        if row.outcome() == Outcome::Open {
            return None;
        }
        let day = row.at.div_euclid(DAY);
        let names = days.entry(day).or_default();
        let counted_served = self.served(row, names);
        let counted_tags = row.tags.as_ref().and_then(|_| self.tags(row, names)).map(Cow::from);
        if days.len() > DAYS {
            let oldest = days.keys().copied().find(|known| *known != day);
            // Never the day of this row, though it may be the oldest.
            oldest.and_then(|oldest| days.remove(&oldest));
        }
        let same = counted_served == row.counted_served && counted_tags == row.counted_tags;
        (!same).then(|| Box::new(EntryRow { counted_served, counted_tags, ..row.clone() }))
    }

    fn served(&self, row: &EntryRow<'_>, names: &mut Names) -> Option<Cow<'static, str>> {
        let known = self.hash.hash_one(row.served.as_deref()?);
        (!counts(&mut names.models, known, COUNTED_MODELS)).then_some(OTHER.into())
    }

    /// The tags under which it is counted, as JSON; `None`: all of its own.
    fn tags(&self, row: &EntryRow<'_>, known: &mut Names) -> Option<String> {
        let key = self.hash.hash_one(row.key_id.as_deref());
        let known = known.tags.entry(key).or_default();
        let mut counted = names(row);
        let all = counted.len();
        let named = |tag: &String| {
            // A client's own tag `(other)` is the common name already.
            tag == OTHER || counts(known, self.hash.hash_one(tag.as_str()), self.most_tags)
        };
        counted.retain(named);
        if counted.len() == all {
            return None;
        }
        counted.insert(OTHER.to_owned());
        serde_json::to_string(&counted).ok()
    }
}

/// Whether a name has totals of its own: it had them before, or there is room for it.
fn counts(known: &mut HashSet<u64>, name: u64, most: usize) -> bool {
    known.contains(&name) || (known.len() < most && known.insert(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        Dimension, Member, SpendQuery, Store,
        backend::{Backend, on_both},
        daily_sums,
        page::first_id,
        tests::{batch, row},
    };

    on_both!(
        tags_beyond_the_most_are_one_and_sums_stay_exact,
        each_key_and_day_has_its_own,
        models_beyond_the_most_are_one,
        an_interrupted_request_that_goes_on_is_counted_once,
    );

    const AT: i64 = 1_767_225_600_000_000;

    /// A settled entry of a key with these tags.
    fn tagged(nth: i64, key: &str, tags: &[&str]) -> EntryRow<'static> {
        let at = AT + nth * 1_000_000;
        EntryRow {
            id: format!("{}{nth:012x}", &first_id(at)[..24]).into(),
            at,
            key_id: Some(key.to_owned().into()),
            tags: Some(serde_json::to_string(tags).unwrap().into()),
            ..row("", "completed", 1 << nth)
        }
    }

    /// What a report has by tag: names with their requests and picodollars.
    async fn by(store: &Store, query: SpendQuery) -> Vec<(String, i64, i128)> {
        let rows = store.spend(&query, 10_000).await.unwrap().rows;
        let mut all: Vec<_> = rows
            .into_iter()
            .map(|row| match &row.members[..] {
                [Member::Name(Some(name))] => {
                    (name.clone(), row.sums.requests, row.sums.known.picos())
                }
                other => panic!("{other:?}"),
            })
            .collect();
        all.sort();
        all
    }

    /// The roll-up, a report of hours, which is made of the entries, and one in another zone, which is
    /// made of both, agree.
    async fn check(store: &Store, expect: &[(&str, i64, i128)]) {
        let day = AT / DAY;
        let query = SpendQuery { by: vec![Dimension::Tag], ..SpendQuery::default() };
        let hours = SpendQuery { entries: Some([AT, AT + DAY]), ..query.clone() };
        // Noon begins the day: all entries here are of the one before.
        let (from_day, to_day) = (Some(day - 1), Some(day));
        let midnights = vec![AT - DAY / 2, AT + DAY / 2];
        let zone = SpendQuery { midnights, from_day, to_day, ..query.clone() };
        for query in [query, hours, zone] {
            let found = by(store, query.clone()).await;
            let found: Vec<_> =
                found.iter().map(|(name, count, picos)| (&**name, *count, *picos)).collect();
            assert_eq!(found, expect, "{query:?}");
        }
    }

    async fn tags_beyond_the_most_are_one_and_sums_stay_exact(on: Backend) {
        let store = on.store().await.with_counted_tags(2);
        let rows = vec![
            tagged(0, "k", &["a"]),
            tagged(1, "k", &["a", "b", "c"]),
            tagged(2, "k", &["c", "d", "e", "a"]),
            tagged(3, "k", &["d", OTHER]),
            tagged(4, "k", &["b\0", "b\u{FFFD}"]),
        ];
        let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
        store.apply(batch(None, 1, rows)).await.unwrap();
        check(&store, &[(OTHER, 4, 2 + 4 + 8 + 16), ("a", 3, 7), ("b", 1, 2)]).await;
        // An entry has all of its tags, and is found by each of them.
        for tag in ["c", "d", "e", "a"] {
            let filter = crate::EntryFilter { tag: Some(tag.to_owned()), ..Default::default() };
            let page = crate::Page { before: None, limit: 10 };
            let found = store.entries(&filter, &page).await.unwrap().rows;
            let row = found.iter().find(|row| row.id == ids[2]).unwrap();
            assert_eq!(row.tags(), ["a", "c", "d", "e"]);
        }
        // The same from a second batch, after what was counted before.
        store.apply(batch(Some(1), 2, vec![tagged(5, "k", &["a", "f"])])).await.unwrap();
        check(&store, &[(OTHER, 5, 2 + 4 + 8 + 16 + 32), ("a", 4, 39), ("b", 1, 2)]).await;
        // Repricing takes entries out where they are, whatever is known by now.
        let store = store.with_counted_tags(10);
        let mut stored = Vec::new();
        for id in &ids {
            stored.push(store.entry(id).await.unwrap().unwrap());
        }
        let taken = daily_sums::take_out(stored.iter()).unwrap();
        store.db.transact(vec![taken]).await.unwrap();
        let sql =
            "SELECT COUNT(*) FROM daily WHERE requests < 0 OR (requests = 0 AND known_pico <> 0)";
        let mut wrong = store.db.query(sql, Vec::new()).await.unwrap();
        assert_eq!(wrong[0].int().unwrap(), 0);
        let query = SpendQuery { by: vec![Dimension::Tag], ..SpendQuery::default() };
        let left = [(OTHER.to_owned(), 1, 32), ("a".to_owned(), 1, 32)];
        assert_eq!(by(&store, query).await, left);
    }

    async fn each_key_and_day_has_its_own(on: Backend) {
        let store = on.store().await.with_counted_tags(1);
        let tomorrow = |nth, tag| {
            let row = tagged(nth, "k", &[tag]);
            EntryRow { at: row.at + DAY, ..row }
        };
        let mut rows = vec![tagged(0, "k", &["a"]), tagged(1, "l", &["b"]), tagged(2, "k", &["c"])];
        rows.extend([tomorrow(3, "d"), tomorrow(4, "e")]);
        let master = EntryRow { key_id: None, ..tagged(5, "", &["f"]) };
        rows.push(master);
        store.apply(batch(None, 1, rows)).await.unwrap();
        let query = SpendQuery { by: vec![Dimension::Tag], ..SpendQuery::default() };
        let found: Vec<String> = by(&store, query).await.into_iter().map(|row| row.0).collect();
        assert_eq!(found, [OTHER, "a", "b", "d", "f"]);
    }

    async fn models_beyond_the_most_are_one(on: Backend) {
        let store = on.store().await;
        let served = |nth: usize| EntryRow {
            id: format!("{}{nth:012x}", &first_id(AT)[..24]).into(),
            served: Some(format!("model-{nth}").into()),
            tags: None,
            ..row("", "completed", 1)
        };
        let rows = (0..COUNTED_MODELS + 7).map(served).collect();
        store.apply(batch(None, 1, rows)).await.unwrap();
        for entries in [None, Some([AT, AT + DAY])] {
            let by_served = vec![Dimension::Served];
            let query = SpendQuery { by: by_served, entries, ..SpendQuery::default() };
            let found = by(&store, query).await;
            assert_eq!(found.len(), COUNTED_MODELS + 1);
            assert_eq!(found[0], (OTHER.to_owned(), 7, 7));
        }
        let last = store.entry(&served(COUNTED_MODELS + 6).id).await.unwrap().unwrap();
        assert_eq!(last.served.as_deref(), Some("model-1006"));
    }

    /// It was counted under one tag, and is under another once it is settled by its own gateway.
    async fn an_interrupted_request_that_goes_on_is_counted_once(on: Backend) {
        let store = on.store().await.with_counted_tags(1);
        let open = EntryRow { outcome: "open".into(), ..tagged(0, "k", &["a", "b"]) };
        store.apply(batch(None, 1, vec![open])).await.unwrap();
        let here = store.instances().await.unwrap().pop().unwrap();
        store.take_for_gone(&here, AT + 1).await.unwrap().unwrap();
        check(&store, &[(OTHER, 1, 1), ("a", 1, 1)]).await;
        // Another process, to which both are new.
        let store = store.with_counted_tags(2);
        store.apply(batch(Some(1), 2, vec![tagged(0, "k", &["a", "b"])])).await.unwrap();
        check(&store, &[("a", 1, 1), ("b", 1, 1)]).await;
    }
}
