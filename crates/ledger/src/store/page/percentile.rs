//! The 95th-percentile cost of billable requests. Refused requests cost nothing and are left out:
//! retries would bring the percentile to zero.
//!
//! It is read from the entries themselves, and only if there are few enough to take a second or
//! two.

use llm_types::Usd;

use super::{AccessPath, Clause, EntryFilter, Window};
use crate::store::{SpendQuery, Store, StoreError, daily_sums::DAY};

/// The 95th-percentile cost of billable requests whose cost is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct P95 {
    /// How many requests there are that cost something and whose whole cost is known, of entries that
    /// are kept.
    pub priced: u64,
    /// The cost of one of them, by nearest rank: at least 95 % of them cost this or less.
    pub cost: Option<Usd>,
}

/// So many entries are read one after the other: some 0.8 s for a million of them.
const MOST_READ: i64 = if cfg!(test) { 50 } else { 2_000_000 };
/// So many places are looked into for the entries of a filter.
const MOST_PLACES: u32 = if cfg!(test) { 20 } else { 100_000 };

// === impl Store: what requests cost ===

impl Store {
    /// No more entries than this are read for a percentile.
    pub const MOST_FOR_P95: i64 = MOST_READ;

    /// The 95th-percentile cost of priced requests; `None` if there are too many to read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn p95(&self, filter: &EntryFilter) -> Result<Option<P95>, StoreError> {
        let Some(path) = self.readable(filter).await? else { return Ok(None) };
        let clause = Clause::of(filter, &path, None, None);
        let and = if clause.sql.is_empty() { "WHERE" } else { "AND" };
        // The nearest rank, counted from the most expensive on: sorting keeps no more than a twentieth.
        let sql = format!(
            "WITH costs AS MATERIALIZED (SELECT cost_pico AS cost FROM {}{} {and} \
             entries.cost_pico > 0 AND entries.outcome <> 'open') \
             SELECT (SELECT COUNT(*) FROM costs), (SELECT cost FROM costs ORDER BY cost DESC LIMIT 1 \
             OFFSET (SELECT COUNT(*) - (COUNT(*) * 95 + 99) / 100 FROM costs))",
            path.from(self.db.dialect()),
            clause.sql
        );
        let found = self.db.report(sql, clause.args).await?;
        let Some(mut row) = found.into_iter().next() else { return Ok(None) };
        let priced = u64::try_from(row.int()?).unwrap_or(0);
        let cost = row.opt_int()?.map(|picos| Usd::from_picos(picos.into()));
        Ok(Some(P95 { priced, cost }))
    }

    /// How all that a filter finds can be read in a short time: in order where the days have few
    /// entries, or by a filter that few fit.
    async fn readable(&self, filter: &EntryFilter) -> Result<Option<AccessPath>, StoreError> {
        let days = SpendQuery {
            from_day: filter.from.map(|from| from.div_euclid(DAY)),
            to_day: filter.to.map(|to| (to.saturating_sub(1)).div_euclid(DAY) + 1),
            ..SpendQuery::default()
        };
        // The daily sums say how many entries there are, without counting any.
        if self.spend(&days, 1).await?.total.requests <= MOST_READ {
            return Ok(Some(AccessPath::All));
        }
        if self.access_paths(filter).await?.all() == [AccessPath::All] {
            return Ok(None);
        }
        let Window { path, floor } = self.narrowest(filter, None, MOST_PLACES).await?;
        Ok(floor.is_none().then_some(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entry::row::EntryRow,
        store::{
            backend::{Backend, on_both},
            random_entries,
            tests::row,
        },
    };

    on_both!(
        it_is_the_cost_at_the_nearest_rank,
        of_too_many_it_is_told_only_where_few_fit,
        what_has_no_whole_price_or_costs_nothing_is_left_out,
    );

    const SECOND: i64 = 1_000_000;

    /// Requests that cost 1, 2, 3 … picodollars, the most expensive first.
    async fn costing(store: &Store, costs: impl DoubleEndedIterator<Item = i64>) {
        let one = |cost: i64| EntryRow {
            id: crate::store::page::first_id(cost * SECOND).into(),
            at: cost * SECOND,
            key_id: Some(if cost % 10 == 0 { "rare" } else { "frequent" }.into()),
            cost_pico: Some(cost),
            ..row("", "completed", cost)
        };
        random_entries::fill(store, &costs.rev().map(one).collect::<Vec<_>>()).await;
    }

    fn p95(priced: u64, cost: i128) -> Option<P95> {
        Some(P95 { priced, cost: Some(Usd::from_picos(cost)) })
    }

    async fn it_is_the_cost_at_the_nearest_rank(on: Backend) {
        for (requests, expect) in [(1, 1), (2, 2), (19, 19), (20, 19), (21, 20), (40, 38), (41, 39)]
        {
            let store = on.store().await;
            costing(&store, 1..=requests).await;
            let found = store.p95(&EntryFilter::default()).await.unwrap();
            assert_eq!(found, p95(requests.try_into().unwrap(), expect), "{requests}");
        }
        let store = on.store().await;
        let nothing = Some(P95 { priced: 0, cost: None });
        assert_eq!(store.p95(&EntryFilter::default()).await.unwrap(), nothing);
        costing(&store, 1..=40).await;
        let (from, to) = (Some(11 * SECOND), Some(31 * SECOND));
        let part = EntryFilter { from, to, ..EntryFilter::default() };
        assert_eq!(store.p95(&part).await.unwrap(), p95(20, 29));
    }

    async fn of_too_many_it_is_told_only_where_few_fit(on: Backend) {
        let store = on.store().await;
        costing(&store, 1..=100).await;
        let of = |key: &str| EntryFilter { key_id: Some(key.to_owned()), ..EntryFilter::default() };
        assert_eq!(store.p95(&EntryFilter::default()).await.unwrap(), None);
        assert_eq!(store.p95(&of("frequent")).await.unwrap(), None);
        assert_eq!(store.p95(&of("rare")).await.unwrap(), p95(10, 100));
        let unknown =
            EntryFilter { outcome: Some("completed".to_owned()), ..EntryFilter::default() };
        assert_eq!(store.p95(&unknown).await.unwrap(), None);
    }

    async fn what_has_no_whole_price_or_costs_nothing_is_left_out(on: Backend) {
        let store = on.store().await;
        let unpriced = EntryRow { cost_pico: None, ..row("2", "completed", 900) };
        let open = EntryRow { cost_pico: None, ..row("3", "open", 0) };
        let priced = EntryRow { cost_pico: Some(5), ..row("1", "completed", 5) };
        let refused = EntryRow { cost_pico: Some(0), ..row("4", "refused", 0) };
        random_entries::fill(&store, &[priced, unpriced, open, refused]).await;
        assert_eq!(store.p95(&EntryFilter::default()).await.unwrap(), p95(1, 5));
    }
}
