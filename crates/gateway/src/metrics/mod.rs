//! Prometheus metrics: requests, tokens and money by served model, and the state of the ledger.

mod label_values;

use std::sync::{Arc, PoisonError, RwLock, atomic::AtomicU64};

use cost_model::Receipt;
use foldhash::HashMap;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use crate::{
    accounting::Health,
    http::Reason,
    limits::{FailedKeyMetrics, LimitMetrics, failed_keys},
};

/// Counters of this process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Ended, Counter>,
    tokens: Family<Kind, Counter>,
    picodollars: Family<Answered, Counter>,
    /// The counters of each way in which requests have ended so far, by asked and served: finding
    /// them one by one in their families took longer than pricing a request.
    found: RwLock<HashMap<String, ByServed>>,
    refusals: Family<Why, Counter>,
    over_worst_case: Counter,
    outside_router_models: Counter,
    widened_pools: Gauge,
    tokenized: Gauge<u64, AtomicU64>,
    spool_rows: Gauge,
    spool_bytes: Gauge<u64, AtomicU64>,
    spool_lag: Gauge,
    store_away: Gauge,
    refused_rows: Gauge,
    prices: PriceGauges,
    pub(crate) failed_keys: FailedKeyMetrics,
    pub(crate) limits: LimitMetrics,
}

/// Group names come from the configuration, model names from the upstream: neither grows by what clients
/// send, and both are escaped and bounded, see `label_values`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    asked: String,
    served: String,
    outcome: &'static str,
    cost_status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    asked: String,
    served: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    asked: String,
    served: String,
    kind: &'static str,
}

/// The reasons are this program's own words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    reason: &'static str,
}

/// The state of the prices.
#[derive(Debug)]
struct PriceGauges {
    under_review: Gauge,
    table_refused: Gauge,
}

type ByServed = HashMap<String, Vec<Arc<Found>>>;

/// The counters of requests that end alike.
#[derive(Debug)]
struct Found {
    outcome: &'static str,
    cost_status: &'static str,
    requests: Counter,
    /// Prompt, read from the cache, written to it, output.
    tokens: [Counter; 4],
    picodollars: Counter,
}

impl PriceGauges {
    fn in_registry(registry: &mut Registry) -> Self {
        let under_review = Gauge::default();
        let help = "Prices in use that are due for review";
        registry.register("prices_under_review", help, under_review.clone());
        let table_refused = Gauge::default();
        let help = "1 while the file of `pricing.table` cannot be used and the previous table stays in use";
        registry.register("price_table_refused", help, table_refused.clone());
        Self { under_review, table_refused }
    }
}

/// The metrics of routers with `router_models`.
fn of_pools(registry: &mut Registry) -> (Counter, Gauge) {
    let outside = Counter::default();
    let help = "Answers from a model outside `router_models`";
    registry.register("outside_router_models", help, outside.clone());
    let widened = Gauge::default();
    let help = "Routers whose `router_models` are ignored because another model has answered";
    registry.register("widened_pools", help, widened.clone());
    (outside, widened)
}

/// The metric of what this gateway itself refuses.
fn of_refusals(registry: &mut Registry) -> Family<Why, Counter> {
    let refusals = Family::default();
    registry.register("refusals", "Requests that this gateway refused", refusals.clone());
    refusals
}

/// Limits that are shared by Redis, where it is configured.
fn of_limits(registry: &mut Registry) -> LimitMetrics {
    let limits = LimitMetrics::default();
    let help = "1 while Redis is configured but unreachable; limits are then per instance";
    registry.register("redis_away", help, limits.away.clone());
    let help = "Requests whose limits applied per instance although Redis is configured";
    registry.register("limits_per_instance", help, limits.alone.clone());
    limits
}

impl Metrics {
    pub(crate) fn new() -> Arc<Self> {
        let mut registry = Registry::with_prefix("fareway");
        let requests = Family::default();
        registry.register("requests", "Finished requests", requests.clone());
        let tokens = Family::default();
        registry.register("tokens", "Billed tokens; wraps at 2^64", tokens.clone());
        let picodollars = Family::default();
        let help = "Known cost of requests, in picodollars (1e-12 USD); wraps at 2^64";
        registry.register("cost_picodollars", help, picodollars.clone());
        let over_worst_case = Counter::default();
        let help = "Requests under a strict budget that cost more than was reserved";
        registry.register("over_worst_case", help, over_worst_case.clone());
        let (outside_router_models, widened_pools) = of_pools(&mut registry);
        let tokenized = Gauge::default();
        let help = "Text whose tokens this gateway counted itself";
        registry.register_with_unit("tokenized", help, Unit::Bytes, tokenized.clone());
        let (spool_rows, spool_bytes) = (Gauge::default(), Gauge::default());
        let help = "Rows in the spool that are not in the database yet";
        registry.register("spool_rows", help, spool_rows.clone());
        let help = "Size of the rows in the spool that are not in the database yet";
        registry.register_with_unit("spool", help, Unit::Bytes, spool_bytes.clone());
        let (spool_lag, store_away) = (Gauge::default(), Gauge::default());
        let help = "Time since the database was last up to date";
        registry.register_with_unit("spool_lag", help, Unit::Seconds, spool_lag.clone());
        registry.register(
            "store_away",
            "1 while the database cannot be written to",
            store_away.clone(),
        );
        let refused_rows = Gauge::default();
        let help = "Entries that the database refused, each kept in a file in the spool's folder";
        registry.register("refused_rows", help, refused_rows.clone());
        let prices = PriceGauges::in_registry(&mut registry);
        let (failed_keys, refusals) =
            (failed_keys::metrics(&mut registry), of_refusals(&mut registry));
        let limits = of_limits(&mut registry);
        Arc::new(Self {
            registry,
            requests,
            tokens,
            picodollars,
            found: RwLock::default(),
            refusals,
            over_worst_case,
            outside_router_models,
            widened_pools,
            tokenized,
            spool_rows,
            spool_bytes,
            spool_lag,
            store_away,
            refused_rows,
            prices,
            failed_keys,
            limits,
        })
    }

    /// Counts a request that has ended.
    pub(crate) fn settled(&self, receipt: &Receipt) {
        let found = self.found(receipt);
        found.requests.inc();
        if let Some(usage) = receipt.usage.as_ref().and_then(|usage| usage.billable().ok()) {
            let written = usage.cache_write.0.saturating_add(usage.cache_write_1h.0);
            let counts = [usage.prompt.0, usage.cached_input.0, written, usage.generated().0];
            for (counter, count) in found.tokens.iter().zip(counts) {
                counter.inc_by(count);
            }
        }
        let known = receipt.cost.known().picos();
        found.picodollars.inc_by(u64::try_from(known).unwrap_or(u64::MAX));
    }

    fn found(&self, receipt: &Receipt) -> Arc<Found> {
        let (asked, served) = (&receipt.asked, receipt.served.as_deref().unwrap_or_default());
        let (outcome, cost_status) = (receipt.outcome.kind(), receipt.cost.status.as_str());
        // Shared, as nearly every request ends in a way that is known already.
        let all = self.found.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known(&all, (asked, served), (outcome, cost_status)) {
            return found;
        }
        drop(all);
        // Looked up again under the lock: another worker may have added it in between.
        let mut all = self.found.write().unwrap_or_else(PoisonError::into_inner);
        let (asked, served) = bounded(&all, asked, served);
        if let Some(found) = known(&all, (asked, served), (outcome, cost_status)) {
            return found;
        }
        let found = Arc::new(self.find(asked, served, outcome, cost_status));
        let by_served = all.entry(asked.to_owned()).or_default();
        by_served.entry(served.to_owned()).or_default().push(Arc::clone(&found));
        found
    }

    fn find(
        &self,
        asked: &str,
        served: &str,
        outcome: &'static str,
        cost_status: &'static str,
    ) -> Found {
        let (asked, served) = (label_values::value(asked), label_values::value(served));
        let tokens = ["prompt", "cached", "cache_write", "output"].map(|kind| {
            let (asked, served) = (asked.clone(), served.clone());
            self.tokens.get_or_create_owned(&Kind { asked, served, kind })
        });
        let answered = Answered { asked: asked.clone(), served: served.clone() };
        let ended = Ended { asked, served, outcome, cost_status };
        Found {
            outcome,
            cost_status,
            requests: self.requests.get_or_create_owned(&ended),
            tokens,
            picodollars: self.picodollars.get_or_create_owned(&answered),
        }
    }

    /// Counts a request that the gateway itself has refused.
    pub(crate) fn refused(&self, Reason(reason): Reason) {
        self.refusals.get_or_create(&Why { reason }).inc();
    }

    /// Counts a request that cost more than its worst case, which should not be.
    pub(crate) fn over_worst_case(&self) {
        self.over_worst_case.inc();
    }

    /// Counts an answer from a model that `router_models` rule out.
    pub(crate) fn outside_router_models(&self) {
        self.outside_router_models.inc();
    }

    /// Shows how many routers have pools that are widened now.
    pub(crate) fn widened_pools(&self, count: usize) {
        self.widened_pools.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// Everything, in Prometheus' text format. Of the prices: how many in use are under review, and
    /// whether the file of their table was refused.
    pub(crate) fn text(&self, health: &Health, (under_review, refused): (usize, bool)) -> String {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        // Set only when somebody scrapes: keeping them up to date would cost every request.
        self.tokenized.set(router_client::counted_bytes());
        self.spool_rows.set(whole(health.spool.rows));
        self.spool_bytes.set(health.spool.bytes);
        self.spool_lag.set(whole(health.lag_seconds));
        self.store_away.set(health.store_is_away.into());
        self.refused_rows.set(i64::try_from(health.refused_rows).unwrap_or(i64::MAX));
        self.prices.under_review.set(i64::try_from(under_review).unwrap_or(i64::MAX));
        self.prices.table_refused.set(refused.into());
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// The counters of this way to end, if there was one.
fn known(
    all: &HashMap<String, ByServed>,
    (asked, served): (&str, &str),
    (outcome, cost_status): (&str, &str),
) -> Option<Arc<Found>> {
    let same = |found: &&Arc<Found>| found.outcome == outcome && found.cost_status == cost_status;
    all.get(asked)?.get(served)?.iter().find(same).cloned()
}

/// The names by which a request is counted: those beyond the most have one for all of them.
fn bounded<'a>(
    all: &HashMap<String, ByServed>,
    asked: &'a str,
    served: &'a str,
) -> (&'a str, &'a str) {
    let by_served = all.get(asked);
    let is_known = by_served.is_some_and(|by_served| by_served.contains_key(served));
    if is_known || all.values().map(HashMap::len).sum::<usize>() < label_values::MOST {
        return (asked, served);
    }
    // Groups are the operator's: a known one keeps an `(other)` of its own.
    (by_served.map_or(label_values::OTHER, |_| asked), label_values::OTHER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_most_are_counted_as_one() {
        let mut all = HashMap::<String, ByServed>::default();
        for nth in 0..label_values::MOST {
            let (asked, name) = (["a", "b"][nth % 2], format!("model-{nth}"));
            assert_eq!(bounded(&all, asked, &name), (asked, &*name));
            all.entry(asked.to_owned()).or_default().insert(name, Vec::new());
        }
        assert_eq!(bounded(&all, "a", "model-0"), ("a", "model-0"));
        assert_eq!(bounded(&all, "a", "another"), ("a", label_values::OTHER));
        assert_eq!(bounded(&all, "c", "another"), (label_values::OTHER, label_values::OTHER));
    }
}
