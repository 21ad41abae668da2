//! Pages of entries, newest first, whatever they are filtered by.
//!
//! A page begins after the last id of the one before, so that no page is slower than the first, and
//! none shows an entry twice because another was added. Ids sort by time.
//!
//! Entries of one value are found by way of the blocks that have it, in order. With several
//! filters, short look-ups show which value has the fewest blocks near the page, and its blocks are
//! followed. No page looks at more than some ten thousand blocks. If these do not fill it, it ends
//! early, and the next page continues there. Only an id of the provider's is looked for at once
//! among all ids that end alike.

mod access_path;
mod clause;
pub(super) mod filter;
mod percentile;

use std::time::{Duration, Instant};

pub(super) use self::clause::first_id;
use self::{
    access_path::{AccessPath, AccessPaths, access_paths},
    clause::Clause,
};
pub use self::{filter::EntryFilter, percentile::P95};
use super::{Store, StoreError, entries, facets};
use crate::{
    db::{Row, Value, read_all},
    entry::row::EntryRow,
};

/// Which part of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Older than the entry of this id; `None`: from the newest on.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// A page's entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// Newest first. A page in the middle can have fewer than its limit, and even none.
    pub rows: Vec<EntryRow<'static>>,
    /// `before` of the next page; `None`: there is none.
    pub next: Option<String>,
}

/// Entries in another order, or by the number of their page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// What they are sorted by.
    pub by: SortBy,
    /// The smallest first.
    pub ascending: bool,
    /// So many are left out before the first.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// What entries can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    /// When they were received.
    #[default]
    Time,
    /// What is known of the cost.
    Known,
    /// Prompt and output tokens together.
    Tokens,
    /// How long they took.
    Duration,
}

/// How many entries there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// So many at least.
    pub entries: u64,
    /// Whether that is all.
    pub whole: bool,
}

/// A part of the entries, within which a page is looked for.
#[derive(Debug)]
struct Window {
    path: AccessPath,
    /// Its oldest id; `None`: it reaches to the first entry.
    floor: Option<String>,
}

/// How many rows of an index are looked at first where a page has several filters. Tests have few
/// rows, and shall see pages that end early as well.
const FIRST_LOOK: u32 = if cfg!(test) { 4 } else { 500 };
/// How many there are looked at for a page, about; where entries are dense, fewer.
const MOST_LOOKED_AT: u32 = if cfg!(test) { 40 } else { 30_000 };
/// A page that has taken so long ends early.
const LONG: Duration = Duration::from_millis(60);
/// A look that has taken so long is not followed by a longer one.
const LONG_LOOK: Duration = Duration::from_millis(10);

// === impl Store: pages ===

impl Store {
    /// A page of entries, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entries(&self, filter: &EntryFilter, page: &Page) -> Result<Entries, StoreError> {
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let (mut found, mut before) = (Entries::default(), page.before.clone());
        let (mut step, mut looked_at, started) = (FIRST_LOOK.max(page.limit), 0, Instant::now());
        loop {
            let look = Instant::now();
            let window = self.window(filter, before.as_deref(), step).await?;
            // One more shows whether there is another page.
            let wanted = page.limit.saturating_add(1).saturating_sub(len(&found.rows));
            let order = window.path.sorted("DESC");
            let rows = self.select(filter, before.as_deref(), &window, &order, &[wanted]).await?;
            found.rows.extend(rows);
            if found.rows.len() > limit {
                found.rows.truncate(limit);
                found.next = found.rows.last().map(|row| row.id.to_string());
                return Ok(found);
            }
            // A filter that few entries fit must not read the whole table for one page.
            looked_at += step;
            let enough = looked_at >= MOST_LOOKED_AT || started.elapsed() > LONG;
            if window.floor.is_none() || enough {
                found.next = window.floor;
                return Ok(found);
            }
            before = window.floor;
            // Twice as far each time, so that a rare value is found in few queries.
            step = if look.elapsed() < LONG_LOOK { step * 2 } else { step };
        }
    }

    /// Entries sorted by something, or by the number of their page.
    ///
    /// # Errors
    /// When the database refuses, or there are more than [`Store::MOST_SORTED`] to be sorted by
    /// something else than time.
    pub async fn sorted(
        &self,
        filter: &EntryFilter,
        sorted: &Sorted,
    ) -> Result<Vec<EntryRow<'static>>, StoreError> {
        // By time, entries come in order from the index, and nothing has to be sorted.
        if sorted.by != SortBy::Time && !self.count(filter, Self::MOST_SORTED).await?.whole {
            return Err(StoreError::TooManyToSort { most: Self::MOST_SORTED });
        }
        let window = self.window(filter, None, Self::MOST_SORTED).await?;
        let direction = if sorted.ascending { "ASC" } else { "DESC" };
        let by = sorted.by.expressions().iter().map(|by| format!("{by} {direction}, "));
        let order = by.collect::<String>() + &window.path.sorted(direction);
        self.select(filter, None, &window, &order, &[sorted.limit, sorted.offset]).await
    }

    /// No more entries than this are sorted by something else than time.
    pub const MOST_SORTED: u32 = 20_000;

    /// The number of entries, counted up to `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count(&self, filter: &EntryFilter, most: u32) -> Result<Count, StoreError> {
        let window = self.narrowest(filter, None, most).await?;
        let mut clause = Clause::of(filter, &window.path, None, window.floor.as_deref());
        let from = window.path.from(self.db.dialect());
        // One more than is counted shows whether that is all.
        let limit = clause.arg(i64::from(most).saturating_add(1).into());
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {from}{} LIMIT ${limit}) AS found",
            clause.sql
        );
        let found = self.db.query(sql, clause.args).await?;
        let count = found.into_iter().next().map(|mut row| row.int()).transpose()?.unwrap_or(0);
        let count = u64::try_from(count).unwrap_or(0);
        let whole = window.floor.is_none() && count <= most.into();
        Ok(Count { entries: count.min(most.into()), whole })
    }

    /// Where to look: all of an index that answers the filter alone, or `step` rows of the one that
    /// has the fewest.
    async fn window(
        &self,
        filter: &EntryFilter,
        before: Option<&str>,
        step: u32,
    ) -> Result<Window, StoreError> {
        match self.access_paths(filter).await?.only() {
            Some(path) => Ok(Window { path, floor: None }),
            None => self.narrowest(filter, before, step).await,
        }
    }

    /// The ways that lead to all entries of a filter: not by names that are not noted in its time.
    async fn access_paths(&self, filter: &EntryFilter) -> Result<AccessPaths, StoreError> {
        let mut access_paths = access_paths(filter);
        for column in access_paths.chosen() {
            // A block with many names has `ANY` instead of them: within its time the filter would
            // miss some.
            let times = EntryFilter { from: filter.from, to: filter.to, ..EntryFilter::default() };
            let any = times.with_text(column, facets::ANY);
            if self.nth(&any, &AccessPath::Facet(column), None, 1).await?.is_some() {
                access_paths.without(column);
            }
        }
        Ok(access_paths)
    }

    async fn narrowest(
        &self,
        filter: &EntryFilter,
        before: Option<&str>,
        step: u32,
    ) -> Result<Window, StoreError> {
        let mut best: Option<Window> = None;
        for path in self.access_paths(filter).await?.all().iter().copied() {
            let floor = self.nth(filter, &path, before, step).await?;
            // Fewer rows than `step`: no other path can be shorter.
            if floor.is_none() {
                return Ok(Window { path, floor });
            }
            // The one whose rows reach back the farthest has the fewest.
            if best.as_ref().is_none_or(|best| floor < best.floor) {
                best = Some(Window { path, floor });
            }
        }
        Ok(best.unwrap_or(Window { path: AccessPath::All, floor: None }))
    }

    /// The id or block in a path's nth row, counted from `before` on; `None`: it has fewer rows.
    async fn nth(
        &self,
        filter: &EntryFilter,
        path: &AccessPath,
        before: Option<&str>,
        nth: u32,
    ) -> Result<Option<String>, StoreError> {
        let mut clause = Clause::of_access_path(filter, path, before);
        let offset = clause.arg(i64::from(nth.saturating_sub(1)).into());
        let (from, order) = (path.alone(self.db.dialect()), path.order());
        let sql = format!(
            "SELECT {order} FROM {from}{} ORDER BY {order} DESC LIMIT 1 OFFSET ${offset}",
            clause.sql
        );
        let found = self.db.query(sql, clause.args).await?;
        Ok(found.into_iter().next().map(|mut row: Row| row.text()).transpose()?)
    }

    async fn select(
        &self,
        filter: &EntryFilter,
        before: Option<&str>,
        window: &Window,
        order: &str,
        limits: &[u32],
    ) -> Result<Vec<EntryRow<'static>>, StoreError> {
        let mut clause = Clause::of(filter, &window.path, before, window.floor.as_deref());
        let limits: Vec<String> = limits
            .iter()
            .map(|limit| format!("${}", clause.arg(Value::from(i64::from(*limit)))))
            .collect();
        let (names, from) = (entries::names(), window.path.from(self.db.dialect()));
        let limits = limits.join(" OFFSET ");
        let sql =
            format!("SELECT {names} FROM {from}{} ORDER BY {order} LIMIT {limits}", clause.sql);
        let rows = match (&window.path, &window.floor) {
            // All ids that end alike are looked at: there is no shorter way.
            (AccessPath::ProviderId | AccessPath::AnswerId, None) => {
                self.db.report(sql, clause.args).await?
            }
            _ => self.db.query(sql, clause.args).await?,
        };
        Ok(read_all(rows)?)
    }
}

// === impl SortBy ===

impl SortBy {
    /// What comes before the order of the ids.
    const fn expressions(self) -> &'static [&'static str] {
        match self {
            Self::Time => &[],
            Self::Known => &["known_pico"],
            // Halves first: older entries can hold counts whose sum no column does.
            Self::Tokens => &[
                "COALESCE(prompt_tokens, 0) / 2 + COALESCE(output_tokens, 0) / 2 \
                 + (COALESCE(prompt_tokens, 0) % 2 + COALESCE(output_tokens, 0) % 2) / 2",
                "(COALESCE(prompt_tokens, 0) % 2 + COALESCE(output_tokens, 0) % 2) % 2",
            ],
            Self::Duration => &["duration_ms"],
        }
    }
}

fn len(rows: &[EntryRow<'_>]) -> u32 {
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
