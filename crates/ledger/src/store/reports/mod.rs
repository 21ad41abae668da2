//! Spend reports: sums of whole days from the roll-up or, for a short time, of hours from the
//! entries. Days may be those of any time zone.
//!
//! A request has one asked model, one key and so on, so rows by those are parts of the total. It may
//! have several tags or none: rows by tag overlap, and the total beside them counts each request once.

mod source;

use std::{borrow::Cow, fmt::Write as _};

use llm_types::Usd;

use super::{EntryFilter, Page, Store, StoreError};
use crate::store::daily_sums;
use crate::{
    db::{DbError, Row, Value, clipped},
    store::token_sum::TokenSum,
};

/// The dimensions that sums can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// The model that answered.
    Served,
    /// The model group that was asked for.
    Asked,
    /// The deployment.
    Deployment,
    /// The key, by its hash.
    Key,
    /// The key's team.
    Team,
    /// The key's user.
    User,
    /// Each of the request's tags.
    Tag,
    /// The day, UTC.
    Day,
    /// The hour, UTC; only where sums are made of entries.
    Hour,
    /// How it ended.
    Outcome,
    /// How sure the cost is.
    CostStatus,
}

/// Which sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpendQuery {
    /// The rows are grouped by these; nothing: one row.
    pub by: Vec<Dimension>,
    /// The first day, since 1970, UTC.
    pub from_day: Option<i64>,
    /// The day after the last one.
    pub to_day: Option<i64>,
    /// Where days are not those of UTC: when each of them begins, in microseconds since 1970, from
    /// `from_day` to `to_day` and that included. Requests whose entries are no longer kept count on
    /// their day in UTC.
    pub midnights: Vec<i64>,
    /// The end of the report, if its last day is reported in part; otherwise it ends when `to_day`
    /// begins. It needs the entries of that day, as `midnights` do.
    pub until: Option<i64>,
    /// From when and until when, in microseconds since 1970: sums are then made of the entries of
    /// that time, as long as they are kept.
    pub entries: Option<[i64; 2]>,
    /// SHA-256 of the key, in hex.
    pub key_id: Option<String>,
    /// The key's team.
    pub team_id: Option<String>,
    /// The key's team is one of these; empty: any.
    pub teams: Vec<String>,
    /// The key's user.
    pub user_id: Option<String>,
    /// One of the request's tags.
    pub tag: Option<String>,
    /// The model group that was asked for.
    pub asked: Option<String>,
    /// The model that answered.
    pub served: Option<String>,
    /// The deployment.
    pub deployment: Option<String>,
}

/// Sums of settled requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpendSums {
    /// How many.
    pub requests: i64,
    /// Those of them whose cost is not known, or only a part of it.
    pub unpriced: i64,
    /// All prompt tokens.
    pub prompt_tokens: TokenSum,
    /// Of them, read from the cache.
    pub cached_tokens: TokenSum,
    /// Of them, written to the cache.
    pub cache_write_tokens: TokenSum,
    /// Everything generated.
    pub output_tokens: TokenSum,
    /// The costs that are known as a whole.
    pub cost: Usd,
    /// All that is known of any cost.
    pub known: Usd,
    /// The part of it that is for routing.
    pub fee: Usd,
    /// What budgets were charged.
    pub charged: Usd,
}

/// A row's value of one dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// A name; `None` if a request has none.
    Name(Option<String>),
    /// A day since 1970, UTC.
    Day(i64),
    /// An hour since 1970, UTC.
    Hour(i64),
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendRow {
    /// One for each dimension of the query, in its order.
    pub members: Vec<Member>,
    /// The sums.
    pub sums: SpendSums,
}

/// Rows and their total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendReport {
    /// By day, if it is a dimension, and then the most expensive first.
    pub rows: Vec<SpendRow>,
    /// Of everything that fits the query, each request once.
    pub total: SpendSums,
    /// Whether there are more rows than are returned. The total is of all.
    pub truncated: bool,
}

/// A sum of tokens as its upper and its lower half, since neither database sums up what a column does
/// not hold, and the largest of its parts, which may be marked. See [`tokens`].
macro_rules! tokens {
    ($name:literal) => {
        concat!(
            "CAST(COALESCE(SUM(",
            $name,
            " / 4294967296), 0) AS BIGINT), \
            CAST(COALESCE(SUM(",
            $name,
            " % 4294967296), 0) AS BIGINT), \
            CAST(COALESCE(MAX(",
            $name,
            "), 0) AS BIGINT), "
        )
    };
}

const SUMS: &str = concat!(
    "CAST(COALESCE(SUM(requests), 0) AS BIGINT), CAST(COALESCE(SUM(uncosted), 0) AS BIGINT), ",
    tokens!("prompt_tokens"),
    tokens!("cached_tokens"),
    tokens!("cache_write_tokens"),
    tokens!("output_tokens"),
    "CAST(COALESCE(SUM(cost_usd), 0) AS BIGINT), CAST(COALESCE(SUM(cost_pico), 0) AS BIGINT), \
    CAST(COALESCE(SUM(known_usd), 0) AS BIGINT), CAST(COALESCE(SUM(known_pico), 0) AS BIGINT), \
    CAST(COALESCE(SUM(fee_usd), 0) AS BIGINT), CAST(COALESCE(SUM(fee_pico), 0) AS BIGINT), \
    CAST(COALESCE(SUM(charged_usd), 0) AS BIGINT), CAST(COALESCE(SUM(charged_pico), 0) AS BIGINT)"
);

/// By the known money. A sum of picodollars can be more than a dollar, and where entries are taken from
/// a day less than nothing: four million dollars more round it down, and are the same for all rows.
const MOST_EXPENSIVE_FIRST: &str = "SUM(known_usd) + (SUM(known_pico) + 4000000000000000000) / 1000000000000 DESC, \
    (SUM(known_pico) + 4000000000000000000) % 1000000000000 DESC";

// === impl Store: reports ===

impl Store {
    /// The spend; at most `most` rows are returned.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn spend(&self, query: &SpendQuery, most: u32) -> Result<SpendReport, StoreError> {
        let by_tag = query.by.contains(&Dimension::Tag);
        let mut args = Vec::new();
        let source = query.source(by_tag, &mut args);
        let sql = query.condition(by_tag, &mut args);
        // One more than is returned, which shows whether there are more.
        args.push(i64::from(most).saturating_add(1).into());
        let columns: Vec<&str> = query.by.iter().map(|dimension| dimension.column()).collect();
        let (select, group) = match columns.join(", ") {
            none if none.is_empty() => (String::new(), String::new()),
            all => (format!("{all}, "), format!(" GROUP BY {all}")),
        };
        let time = |dimension, column| if query.by.contains(&dimension) { column } else { "" };
        let day = time(Dimension::Day, "day, ").to_owned() + time(Dimension::Hour, "hour, ");
        // By all other columns, so that rows of equal cost always come in the same order.
        let rest: String = columns.iter().map(|column| format!(", {column}")).collect();
        // `HAVING`: entries that were moved to another day leave groups without requests.
        let sql = format!(
            "SELECT {select}{SUMS} FROM {source}{sql}{group} HAVING SUM(requests) > 0 \
             ORDER BY {day}{MOST_EXPENSIVE_FIRST}{rest} LIMIT ${}",
            args.len()
        );
        let found = self.db.report(sql, args).await?;
        let mut rows: Vec<SpendRow> =
            found.into_iter().map(|row| query.read(row)).collect::<Result<_, _>>()?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let truncated = rows.len() > most;
        // A request with several tags is in several rows, so that the rows add up to more than the
        // total.
        let whole = !truncated && (!by_tag || query.tag.is_some());
        let total =
            if whole { rows.iter().map(|row| row.sums).sum() } else { self.total(query).await? };
        rows.truncate(most);
        Ok(SpendReport { rows, total, truncated })
    }

    async fn total(&self, query: &SpendQuery) -> Result<SpendSums, StoreError> {
        let mut args = Vec::new();
        let source = query.source(false, &mut args);
        let sql = query.condition(false, &mut args);
        let found = self.db.report(format!("SELECT {SUMS} FROM {source}{sql}"), args).await?;
        Ok(found.into_iter().next().map(|mut row| sums(&mut row)).transpose()?.unwrap_or_default())
    }

    /// The alias that a key had when it was last used, for keys that are no longer there.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn last_alias(&self, key_id: &str) -> Result<Option<String>, StoreError> {
        let filter = EntryFilter { key_id: Some(key_id.to_owned()), ..EntryFilter::default() };
        let last = self.entries(&filter, &Page { before: None, limit: 1 }).await?.rows;
        Ok(last.into_iter().next().and_then(|row| row.key_alias.map(Cow::into_owned)))
    }
}

// === impl SpendQuery ===

impl SpendQuery {
    fn condition(&self, by_tag: bool, args: &mut Vec<Value>) -> String {
        let mut sql = String::from(" WHERE ");
        match &self.tag {
            Some(tag) => {
                args.push(clipped(tag).into());
                // Writing to a string cannot fail.
                let _ = write!(sql, "tag = ${}", args.len());
            }
            // The rows without a tag are the sums of all requests.
            None if by_tag => sql.push_str("tag > ''"),
            None => sql.push_str("tag = ''"),
        }
        let mut add = |test: &str, value: Value| {
            args.push(value);
            let _ = write!(sql, " AND {test} ${}", args.len());
        };
        if let Some(day) = self.from_day {
            add("day >=", day.into());
        }
        if let Some(day) = self.to_day {
            add("day <", day.into());
        }
        let equal = [
            ("key_id =", &self.key_id),
            ("team_id =", &self.team_id),
            ("user_id =", &self.user_id),
            ("asked =", &self.asked),
            ("served =", &self.served),
            ("deployment =", &self.deployment),
        ];
        for (test, name) in equal {
            if let Some(name) = name {
                add(test, clipped(name).into());
            }
        }
        if !self.teams.is_empty() {
            let first = args.len() + 1;
            args.extend(self.teams.iter().map(|team| Value::from(clipped(team))));
            let numbers: Vec<String> =
                (first..=args.len()).map(|number| format!("${number}")).collect();
            let _ = write!(sql, " AND team_id IN ({})", numbers.join(", "));
        }
        sql
    }

    fn read(&self, mut row: Row) -> Result<SpendRow, DbError> {
        let mut members = Vec::with_capacity(self.by.len());
        for dimension in &self.by {
            members.push(match dimension {
                Dimension::Day => Member::Day(row.int()?),
                Dimension::Hour => Member::Hour(row.int()?),
                _ => Member::Name(Some(row.text()?).filter(|name| !name.is_empty())),
            });
        }
        Ok(SpendRow { members, sums: sums(&mut row)? })
    }
}

// === impl Dimension ===

impl Dimension {
    fn column(self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Asked => "asked",
            Self::Deployment => "deployment",
            Self::Key => "key_id",
            Self::Team => "team_id",
            Self::User => "user_id",
            Self::Tag => "tag",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Outcome => "outcome",
            Self::CostStatus => "cost_status",
        }
    }
}

// === impl SpendSums ===

impl SpendSums {
    /// The costs that are known as a whole; `None` if there are requests and none has one.
    #[must_use]
    pub fn whole_cost(&self) -> Option<Usd> {
        (self.unpriced == 0 || self.unpriced < self.requests).then_some(self.cost)
    }

    /// Prompts and answers together.
    #[must_use]
    pub fn all_tokens(&self) -> TokenSum {
        self.prompt_tokens + self.output_tokens
    }

    /// Whether a sum of tokens is more than can be held: its number is then a lower bound.
    #[must_use]
    pub fn tokens_are_beyond(&self) -> bool {
        [self.prompt_tokens, self.cached_tokens, self.cache_write_tokens, self.output_tokens]
            .into_iter()
            .any(TokenSum::is_beyond)
    }
}

impl std::ops::Add for SpendSums {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            requests: self.requests + more.requests,
            unpriced: self.unpriced + more.unpriced,
            prompt_tokens: self.prompt_tokens + more.prompt_tokens,
            cached_tokens: self.cached_tokens + more.cached_tokens,
            cache_write_tokens: self.cache_write_tokens + more.cache_write_tokens,
            output_tokens: self.output_tokens + more.output_tokens,
            cost: self.cost + more.cost,
            known: self.known + more.known,
            fee: self.fee + more.fee,
            charged: self.charged + more.charged,
        }
    }
}

impl std::iter::Sum for SpendSums {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), std::ops::Add::add)
    }
}

/// The next three columns, which are [`tokens!`].
fn tokens(row: &mut Row) -> Result<TokenSum, DbError> {
    let (upper, lower, largest) = (row.int()?, row.int()?, row.int()?);
    // A part at its column's maximum is a lower bound, and so is every sum with it.
    if TokenSum::new(largest.into()).is_beyond() {
        return Ok(TokenSum::BEYOND);
    }
    Ok(TokenSum::new((i128::from(upper) << 32) + i128::from(lower)))
}

fn sums(row: &mut Row) -> Result<SpendSums, DbError> {
    Ok(SpendSums {
        requests: row.int()?,
        unpriced: row.int()?,
        prompt_tokens: tokens(row)?,
        cached_tokens: tokens(row)?,
        cache_write_tokens: tokens(row)?,
        output_tokens: tokens(row)?,
        cost: daily_sums::money(row)?,
        known: daily_sums::money(row)?,
        fee: daily_sums::money(row)?,
        charged: daily_sums::money(row)?,
    })
}

#[cfg(test)]
mod tests;
