//! Pages of entries, newest first, whatever they are filtered by.
//!
//! A page begins after the last id of the one before, so that no page is slower than the first, and
//! none shows an entry twice because another came in. Ids sort by time.

use std::fmt::Write as _;

use super::{Store, StoreError, entries};
use crate::{EntryRow, db::Value};

/// Which entries; all that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Not before, in microseconds since 1970.
    pub from: Option<i64>,
    /// Before, in microseconds since 1970.
    pub to: Option<i64>,
    /// SHA-256 of the key, in hex.
    pub key_id: Option<String>,
    /// The key's alias when the request was made.
    pub key_alias: Option<String>,
    /// The key's team.
    pub team_id: Option<String>,
    /// The key's user.
    pub user_id: Option<String>,
    /// The client's own user.
    pub end_user: Option<String>,
    /// The conversation.
    pub session_id: Option<String>,
    /// One of the request's tags.
    pub tag: Option<String>,
    /// The model group that was asked for.
    pub asked: Option<String>,
    /// The model that answered.
    pub served: Option<String>,
    /// The deployment.
    pub deployment: Option<String>,
    /// How it ended: `open`, `completed`, `refused`, `failed`, `client_gone` or `interrupted`.
    pub outcome: Option<String>,
    /// How sure its cost is.
    pub cost_status: Option<String>,
    /// The id under which the provider knows it.
    pub provider_request_id: Option<String>,
}

/// Which part of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Older than the entry of this id; `None`: from the newest on.
    pub before: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// An id and the time in it may be so many microseconds apart.
const APART: i64 = 2_000_000;

// === impl Store: pages ===

impl Store {
    /// A page of entries, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entries(
        &self,
        filter: &EntryFilter,
        page: &Page,
    ) -> Result<Vec<EntryRow<'static>>, StoreError> {
        let mut clause = Clause::of(filter);
        if let Some(before) = &page.before {
            clause.add("entries.id <", before.into());
        }
        let limit = clause.arg(i64::from(page.limit).into());
        let Clause { from, sql, args } = clause;
        let names = entries::names();
        let id = if filter.tag.is_some() { "entry_tags.id" } else { "entries.id" };
        let sql = format!("SELECT {names} FROM {from}{sql} ORDER BY {id} DESC LIMIT ${limit}");
        let rows = self.db.query(sql, args).await?;
        Ok(rows.into_iter().map(entries::read).collect::<Result<_, _>>()?)
    }

    /// How many entries there are, up to `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count(&self, filter: &EntryFilter, most: u32) -> Result<u64, StoreError> {
        let mut clause = Clause::of(filter);
        let limit = clause.arg(i64::from(most).into());
        let Clause { from, sql, args } = clause;
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {from}{sql} LIMIT ${limit}) AS found"
        );
        let mut rows = self.db.query(sql, args).await?;
        let count = rows.pop().map(|mut row| row.int()).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// `WHERE …` with its arguments: what is looked for never becomes a part of the SQL.
struct Clause {
    from: &'static str,
    sql: String,
    args: Vec<Value>,
}

// === impl Clause ===

impl Clause {
    fn of(filter: &EntryFilter) -> Self {
        let from = match filter.tag {
            None => "entries",
            Some(_) => "entry_tags JOIN entries ON entries.id = entry_tags.id",
        };
        let mut clause = Self { from, sql: String::new(), args: Vec::new() };
        let equal = [
            ("entry_tags.tag =", &filter.tag),
            ("key_id =", &filter.key_id),
            ("key_alias =", &filter.key_alias),
            ("team_id =", &filter.team_id),
            ("user_id =", &filter.user_id),
            ("end_user =", &filter.end_user),
            ("session_id =", &filter.session_id),
            ("asked =", &filter.asked),
            ("served =", &filter.served),
            ("deployment =", &filter.deployment),
            ("outcome =", &filter.outcome),
            ("cost_status =", &filter.cost_status),
            ("provider_request_id =", &filter.provider_request_id),
        ];
        for (test, text) in equal {
            if let Some(text) = text {
                clause.add(test, text.into());
            }
        }
        if let Some(from) = filter.from {
            clause.add("at >=", from.into());
            clause.add("entries.id >=", (&first_id(from.saturating_sub(APART))).into());
        }
        if let Some(to) = filter.to {
            clause.add("at <", to.into());
            clause.add("entries.id <", (&first_id(to.saturating_add(APART))).into());
        }
        clause
    }

    fn add(&mut self, test: &str, value: Value) {
        let word = if self.sql.is_empty() { "WHERE" } else { "AND" };
        let number = self.arg(value);
        // Writing to a string cannot fail.
        let _ = write!(self.sql, " {word} {test} ${number}");
    }

    fn arg(&mut self, value: Value) -> usize {
        self.args.push(value);
        self.args.len()
    }
}

/// Below every id that was made at that time or later, in microseconds since 1970: a UUID of
/// version 7 begins with the milliseconds.
fn first_id(micros: i64) -> String {
    let millis = micros.div_euclid(1_000).clamp(0, (1 << 48) - 1);
    format!("{:08x}-{:04x}-0000-0000-000000000000", millis >> 16, millis & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_a_time_are_above_its_first() {
        assert_eq!(first_id(0), "00000000-0000-0000-0000-000000000000");
        let micros = 1_767_225_600_000_000;
        let id = "019b76da-a800-7000-8000-000000000000";
        assert!(first_id(micros).as_str() < id && id < first_id(micros + 1_000).as_str());
        assert_eq!(first_id(i64::MAX), "ffffffff-ffff-0000-0000-000000000000");
    }
}
