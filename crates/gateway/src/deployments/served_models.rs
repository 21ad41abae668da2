//! Models that have served each router in the last days, according to the ledger.

use cost_model::PriceBook;
use ledger::{Dimension, Member, SpendQuery, Store, StoreError};

use super::Deployments;

/// How many days are looked at, and how many sums at most.
const DAYS: i64 = 90;
const MOST: u32 = 10_000;
/// Microseconds.
const DAY: i64 = 86_400_000_000;

impl Deployments {
    /// Learns which models have served each router so far. The roll-up knows deployments by their
    /// names: routers of one name share what it knows.
    pub(crate) async fn learn_served(&self, store: &Store, book: &PriceBook) {
        if let Err(error) = self.try_learn(store, book).await {
            let error = anyhow::Error::new(error);
            tracing::warn!("the models that have served so far cannot be read: {error:#}");
        }
    }

    async fn try_learn(&self, store: &Store, book: &PriceBook) -> Result<(), StoreError> {
        let set = self.current();
        // Only routers have a pool, and the report sums up 90 days.
        if !set.serving.iter().any(|member| member.deployment.router) {
            return Ok(());
        }
        let query = SpendQuery {
            by: vec![Dimension::Deployment, Dimension::Served],
            from_day: Some(self.clock.now().as_microsecond().div_euclid(DAY) - DAYS),
            ..SpendQuery::default()
        };
        for row in store.spend(&query, MOST).await?.rows {
            let [Member::Name(Some(name)), Member::Name(Some(served))] = &row.members[..] else {
                continue;
            };
            // Those that are not counted separately: see `ledger::OTHER`.
            if served == ledger::OTHER {
                continue;
            }
            let requests = u64::try_from(row.sums.requests).unwrap_or(0);
            let routers = set.serving.iter().filter(|member| member.deployment.router);
            for member in routers.filter(|member| *member.deployment.name == **name) {
                member.served_before(served, requests, book);
            }
        }
        Ok(())
    }
}
