//! The models that have served each router in the last days, as the ledger knows it.

use cost_model::PriceBook;
use ledger::{Dimension, Member, SpendQuery, StoreError};

use super::Books;

/// How many days are looked at, and how many sums at most.
const DAYS: i64 = 90;
const MOST: u32 = 10_000;
/// Microseconds.
const DAY: i64 = 86_400_000_000;

impl Books {
    /// Learns which models have served each router so far. The roll-up knows deployments by their
    /// names: routers of one name share what it knows.
    pub(crate) async fn learn_served(&self, book: &PriceBook) {
        if let Err(error) = self.try_learn(book).await {
            let error = anyhow::Error::new(error);
            tracing::warn!("the models that have served so far cannot be read: {error:#}");
        }
    }

    async fn try_learn(&self, book: &PriceBook) -> Result<(), StoreError> {
        let set = self.deployments.current();
        if !set.serving.iter().any(|member| member.deployment.router) {
            return Ok(());
        }
        let query = SpendQuery {
            by: vec![Dimension::Deployment, Dimension::Served],
            from_day: Some(self.now().div_euclid(DAY) - DAYS),
            ..SpendQuery::default()
        };
        for row in self.store.spend(&query, MOST).await?.rows {
            let [Member::Name(Some(name)), Member::Name(Some(served))] = &row.members[..] else {
                continue;
            };
            // Those that are not counted apart: see `ledger::OTHER`.
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
