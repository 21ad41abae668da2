//! Recent activity of each deployment, from the entries themselves: the roll-up does not know the
//! last hours, and does not distinguish two deployments with the same name.

use cost_model::Outcome;
use llm_types::Usd;

use super::{Store, StoreError, page::first_id};
use crate::store::daily_sums;

/// What one deployment answered with one served model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The deployment's id.
    pub deployment_id: String,
    /// The model that answered; `None` if none did.
    pub served: Option<String>,
    /// How many settled requests.
    pub requests: i64,
    /// Those of them that were refused, failed, or were cut off with their gateway. What was not sent
    /// because of the deployment's own limit is no error of its.
    pub errors: i64,
    /// Those of them whose cost is not known, or only a part of it.
    pub unpriced: i64,
    /// The costs that are known as a whole.
    pub cost: Usd,
    /// All that is known of any cost.
    pub known: Usd,
}

// Dollars and picodollars are summed separately: the sum of picodollars can be more than a BIGINT
// holds.
const RECENT: &str = "SELECT deployment_id, COALESCE(served, ''), \
    CAST(COUNT(*) AS BIGINT), \
    CAST(SUM(CASE WHEN outcome IN ('refused', 'failed', 'interrupted') \
        AND COALESCE(error, '') <> $1 THEN 1 ELSE 0 END) AS BIGINT), \
    CAST(SUM(CASE WHEN cost_pico IS NULL THEN 1 ELSE 0 END) AS BIGINT), \
    CAST(COALESCE(SUM(cost_pico / 1000000000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(cost_pico % 1000000000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(known_pico / 1000000000000), 0) AS BIGINT), \
    CAST(COALESCE(SUM(known_pico % 1000000000000), 0) AS BIGINT) \
    FROM entries WHERE id >= $2 AND outcome <> 'open' \
    GROUP BY deployment_id, COALESCE(served, '') \
    ORDER BY deployment_id, 3 DESC, 2";

// === impl Store: recent requests ===

impl Store {
    /// What deployments did since a time, in microseconds since 1970: by deployment, the most
    /// frequent model first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recent(&self, since: i64) -> Result<Vec<Recent>, StoreError> {
        let args = vec![Outcome::AT_LIMIT.into(), (&first_id(since)).into()];
        // It reads a whole day of entries, so it waits among reports and not among lists.
        let rows = self.db.report(RECENT, args).await?;
        let mut all = Vec::with_capacity(rows.len());
        for mut row in rows {
            all.push(Recent {
                deployment_id: row.text()?,
                served: Some(row.text()?).filter(|served| !served.is_empty()),
                requests: row.int()?,
                errors: row.int()?,
                unpriced: row.int()?,
                cost: daily_sums::money(&mut row)?,
                known: daily_sums::money(&mut row)?,
            });
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use llm_types::Usd;

    use crate::{
        entry::row::EntryRow,
        store::{
            backend::{Backend, on_both},
            page::first_id,
            tests::{batch, row},
        },
    };

    on_both!(each_deployment_is_told_with_what_served);

    async fn each_deployment_is_told_with_what_served(on: Backend) {
        let store = on.store().await;
        let now = 1_767_225_600_000_000;
        let at = |nth: i64, deployment: &'static str, outcome, cost_pico| {
            let at = now + nth * 1_000_000;
            let id = format!("{}{nth:03x}", &first_id(at)[..33]);
            let row = row("", outcome, 1_500_000_000_000);
            EntryRow { id: id.into(), at, deployment_id: deployment.into(), cost_pico, ..row }
        };
        let whole = Some(1_500_000_000_000);
        let rows = vec![
            at(0, "a", "completed", whole),
            at(2, "a", "completed", whole),
            at(3, "a", "failed", None),
            at(4, "b", "client_gone", whole),
            at(5, "b", "open", None),
        ];
        store.apply(batch(None, 1, rows)).await.unwrap();
        let found = store.recent(now + 1_000_000).await.unwrap();
        let sums = |id: &str| {
            let all: Vec<_> = found.iter().filter(|one| one.deployment_id == id).collect();
            let count = |of: fn(&super::Recent) -> i64| all.iter().map(|one| of(one)).sum::<i64>();
            let cost = all.iter().map(|one| one.cost).fold(Usd::ZERO, |sum, cost| sum + cost);
            (count(|one| one.requests), count(|one| one.errors), count(|one| one.unpriced), cost)
        };
        assert_eq!(sums("a"), (2, 1, 1, "1.5".parse().unwrap()));
        assert_eq!(sums("b"), (1, 0, 0, "1.5".parse().unwrap()));
    }
}
