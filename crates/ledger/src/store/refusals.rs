//! Requests that the gateway itself refused, counted by key, reason and minute.

use super::{Store, StoreError};
use crate::db::{
    Cells, Conflict, DbError, Int, Name, Row, Statement, Step, Stored, Table, Value, columns,
};

/// How often a key was refused in one minute for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    /// Minutes since 1970.
    pub minute: i64,
    /// SHA-256 of the key in hex, or a name in parentheses for all those that are not known.
    pub key_id: String,
    /// A word for the reason.
    pub reason: String,
    /// How many requests.
    pub requests: u64,
}

/// What refusals are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedBy {
    /// By key.
    Key,
    /// By reason.
    Reason,
    /// By periods of this many minutes: 1, an hour, or a day in UTC.
    Minutes(i64),
}

/// Which refusals, and how they are grouped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusalQuery {
    /// The first minute since 1970.
    pub from: Option<i64>,
    /// The minute before which they are.
    pub to: Option<i64>,
    /// Those of one key.
    pub key_id: Option<String>,
    /// Those for one reason.
    pub reason: Option<String>,
    /// What they are grouped by.
    pub by: Vec<RefusedBy>,
}

/// A sum of refusals; what is not grouped by is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusalRow {
    /// The first minute of the group, since 1970.
    pub minute: Option<i64>,
    /// As [`Refusals::key_id`].
    pub key_id: Option<String>,
    /// The reason.
    pub reason: Option<String>,
    /// How many requests.
    pub requests: i64,
}

columns!(Refusals {
    "minute" => minute: Int,
    "key_id" => key_id: Name,
    "reason" => reason: Name,
    "requests" => requests: Int,
});

static TABLE: Table = Table {
    name: "refusals",
    columns: Refusals::COLUMNS,
    conflict: Conflict::Sql(
        "(minute, key_id, reason) DO UPDATE SET requests = refusals.requests + excluded.requests",
    ),
};

/// So many are deleted in one transaction.
const BATCH: i64 = 10_000;

// === impl Store: refusals ===

impl Store {
    /// Adds what was refused since the last time.
    ///
    /// # Errors
    /// When the database refuses; nothing is added then.
    pub async fn add_refusals(&self, all: &[Refusals]) -> Result<(), StoreError> {
        let mut cells = Cells::with_capacity(TABLE.columns.len(), all.len());
        all.iter().for_each(|refusals| refusals.put(&mut cells));
        Ok(self.db.transact(vec![Step::Many(&TABLE, cells)]).await?)
    }

    /// Sums of refusals: by time, or else the largest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refusals(
        &self,
        query: &RefusalQuery,
        limit: u32,
    ) -> Result<Vec<RefusalRow>, StoreError> {
        let (clause, mut args) = query.clause();
        args.push(i64::from(limit).into());
        let groups: Vec<String> = query.by.iter().map(|by| by.column()).collect();
        let columns: String = groups.iter().map(|group| format!("{group}, ")).collect();
        let group = if groups.is_empty() {
            String::new()
        } else {
            format!("GROUP BY {}", groups.join(", "))
        };
        let times =
            query.by.iter().zip(&groups).filter(|(by, _)| matches!(by, RefusedBy::Minutes(_)));
        let times: String = times.map(|(_, column)| format!("{column}, ")).collect();
        let sql = format!(
            "SELECT {columns}CAST(COALESCE(SUM(requests), 0) AS BIGINT) FROM refusals WHERE {clause} {group} \
            ORDER BY {times}{} DESC{} LIMIT ${}",
            groups.len() + 1,
            groups.iter().map(|group| format!(", {group}")).collect::<String>(),
            args.len()
        );
        let rows = self.db.query(sql, args).await?.into_iter();
        Ok(rows.map(|row| read(row, &query.by)).collect::<Result<_, _>>()?)
    }

    /// Deletes some of the counts from before a minute since 1970; returns whether there may be more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_refusals_before(&self, minute: i64) -> Result<bool, StoreError> {
        let sql = "SELECT minute FROM refusals WHERE minute < $1 ORDER BY minute LIMIT $2";
        let old = self.db.query(sql, vec![minute.into(), BATCH.into()]).await?;
        let more = i64::try_from(old.len()).is_ok_and(|found| found == BATCH);
        let Some(mut last) = old.into_iter().next_back() else { return Ok(false) };
        let delete =
            // By whole minutes, which may be more than the batch.
            Statement::new("DELETE FROM refusals WHERE minute <= $1", vec![last.int()?.into()]);
        self.db.transact(vec![Step::One(delete)]).await?;
        Ok(more)
    }
}

// === impl RefusalQuery ===

impl RefusalQuery {
    fn clause(&self) -> (String, Vec<Value>) {
        let mut args: Vec<Value> = Vec::new();
        let mut all = vec!["1 = 1".to_owned()];
        let conditions = [
            ("minute >=", self.from.map(Value::from)),
            ("minute <", self.to.map(Value::from)),
            ("key_id =", self.key_id.as_ref().map(Value::from)),
            ("reason =", self.reason.as_ref().map(Value::from)),
        ];
        for (condition, value) in conditions {
            if let Some(value) = value {
                args.push(value);
                all.push(format!("{condition} ${}", args.len()));
            }
        }
        (all.join(" AND "), args)
    }
}

// === impl RefusedBy ===

impl RefusedBy {
    fn column(self) -> String {
        match self {
            Self::Key => "key_id".to_owned(),
            Self::Reason => "reason".to_owned(),
            Self::Minutes(length) => {
                format!("minute / {length} * {length}", length = length.max(1))
            }
        }
    }
}

fn read(mut row: Row, by: &[RefusedBy]) -> Result<RefusalRow, DbError> {
    let mut found = RefusalRow::default();
    for by in by {
        match by {
            RefusedBy::Key => found.key_id = Some(row.text()?),
            RefusedBy::Reason => found.reason = Some(row.text()?),
            RefusedBy::Minutes(_) => found.minute = Some(row.int()?),
        }
    }
    found.requests = row.int()?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::backend::{Backend, on_both};

    on_both!(counts_are_added_summed_and_forgotten);

    async fn counts_are_added_summed_and_forgotten(on: Backend) {
        let (here, there) = (on.store().await, on.again().await);
        let refusals = |minute, key_id: &str, reason: &str, requests| Refusals {
            minute,
            key_id: key_id.to_owned(),
            reason: reason.to_owned(),
            requests,
        };
        let hour = 29_450_040;
        here.add_refusals(&[]).await.unwrap();
        here.add_refusals(&[refusals(hour, "a", "budget", 2), refusals(hour, "b", "key", 1)])
            .await
            .unwrap();
        there
            .add_refusals(&[refusals(hour, "a", "budget", 3), refusals(hour + 59, "a", "limit", 7)])
            .await
            .unwrap();
        there.add_refusals(&[refusals(hour + 60, "a", "budget", 1)]).await.unwrap();
        let sums = async |query: RefusalQuery| {
            let rows = here.refusals(&query, 10).await.unwrap().into_iter();
            rows.map(|row| {
                let RefusalRow { minute, key_id, reason, requests } = row;
                let minute = minute.map(|minute| format!("+{}", minute - hour));
                [minute, key_id, reason, Some(requests.to_string())]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect::<Vec<_>>()
        };
        let by = |by: &[RefusedBy]| RefusalQuery { by: by.to_vec(), ..RefusalQuery::default() };
        assert_eq!(sums(by(&[])).await, ["14"]);
        assert_eq!(
            sums(by(&[RefusedBy::Key, RefusedBy::Reason])).await,
            ["a limit 7", "a budget 6", "b key 1"]
        );
        assert_eq!(sums(by(&[RefusedBy::Minutes(60)])).await, ["+0 13", "+60 1"]);
        assert_eq!(
            sums(by(&[RefusedBy::Minutes(1), RefusedBy::Reason])).await,
            ["+0 budget 5", "+0 key 1", "+59 limit 7", "+60 budget 1"]
        );
        let narrow = RefusalQuery {
            from: Some(hour + 1),
            to: Some(hour + 60),
            key_id: Some("a".to_owned()),
            reason: Some("limit".to_owned()),
            by: vec![],
        };
        assert_eq!(sums(narrow.clone()).await, ["7"]);
        assert_eq!(sums(RefusalQuery { reason: Some("budget".to_owned()), ..narrow }).await, ["0"]);
        assert!(!here.delete_refusals_before(hour + 60).await.unwrap());
        assert_eq!(sums(by(&[])).await, ["1"]);
    }
}
