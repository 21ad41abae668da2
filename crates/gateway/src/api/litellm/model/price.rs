//! Token prices of a deployment: one price where one applies, otherwise the range over the models
//! that may answer.

use cost_model::{Candidate, PriceBook, Query, ServiceTier, Spread, day_of};
use gateway_api::Dollars;
use jiff::{Timestamp, civil::Date};
use llm_types::{BillableUsage, PerMillion, Tokens, Usd};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::fareway::prices::date,
    deployments::{Member, WhoAnswers},
};

/// Prices per token, in dollars. Null is not zero: there is no price, or not one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TokenPrices)]
pub(crate) struct Prices {
    /// The model of the price table whose prices apply.
    pub(crate) key: Option<String>,
    pub(crate) input_cost_per_token: Option<Dollars>,
    pub(crate) output_cost_per_token: Option<Dollars>,
    pub(crate) cache_read_input_token_cost: Option<Dollars>,
    pub(crate) cache_creation_input_token_cost: Option<Dollars>,
    /// The day since which the price is due for review; null if none is due.
    pub(crate) price_review_due: Option<Date>,
    /// The maximum prompt; for a router, the smallest maximum of its models.
    pub(crate) max_input_tokens: Option<u32>,
    /// The maximum answer; for a router, the smallest maximum of its models.
    pub(crate) max_output_tokens: Option<u32>,
    /// Whether it is a model router.
    pub(crate) router: Option<bool>,
    /// The routing fee per prompt token, on top of the served model's price.
    pub(crate) routing_fee_per_token: Option<Dollars>,
    /// For a router: the prices of the models that it can select.
    pub(crate) pool_price_range: Option<PoolRange>,
}

/// The prices of a pool's models, without the routing fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PoolPriceRange)]
pub(crate) struct PoolRange {
    /// The number of models with a price at this deployment.
    priced: usize,
    /// Models without a price.
    unpriced: Vec<String>,
    /// Models whose price is due for review: it applies, but may be out of date.
    under_review: Vec<String>,
    /// Retired models: they no longer answer, and are not counted unless `router_models` names
    /// them.
    retired: Vec<String>,
    input_cost_per_token: Range,
    output_cost_per_token: Range,
}

/// The lowest and highest price of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TokenPriceRange)]
struct Range {
    min: Dollars,
    min_served: String,
    max: Dollars,
    max_served: String,
}

// === impl Prices ===

impl Prices {
    /// Those of a deployment on the day of `now`, at the standard tier and for short prompts.
    pub(crate) fn of(configured: &Member, book: &PriceBook, now: Timestamp) -> Self {
        let deployment = &configured.deployment;
        let mut prices = Self { router: Some(deployment.router), ..Self::default() };
        if deployment.router {
            let fee = book.routing_fee(&deployment.sku, day_of(now)).ok();
            prices.routing_fee_per_token = fee.map(|fee| per_token(fee.per_million_prompt_tokens));
        }
        if let Some(fixed) = &deployment.fixed_price {
            prices.take(&fixed.rates);
            prices.key = Some(fixed.id.clone());
            return prices;
        }
        match configured.candidates(book) {
            WhoAnswers::Named(_) | WhoAnswers::Pool if deployment.router => {
                let candidates = configured.candidates(book);
                let retired = book.retired(candidates.as_candidates(), day_of(now));
                let spread = spread(configured, book, now);
                // What every model of the pool takes.
                let models = || {
                    let names = spread.priced.iter().map(|one| &*one.served);
                    names.filter_map(|name| book.find(name).ok()).map(|found| found.model)
                };
                prices.max_input_tokens = models().filter_map(|model| model.max_input).min();
                prices.max_output_tokens = models().filter_map(|model| model.max_output).min();
                prices.pool_price_range = PoolRange::of(&spread, retired);
            }
            WhoAnswers::Named(names) => {
                let card = names.first().and_then(|name| {
                    book.card(&Query::new(name, &deployment.sku, day_of(now)), Tokens(0)).ok()
                });
                if let Some(card) = card {
                    let model = card.found.model;
                    prices.take(&card.tier.rates);
                    prices.key = Some(model.id.to_string());
                    let due = card.price.review_due(day_of(now));
                    prices.price_review_due = due.and_then(date);
                    (prices.max_input_tokens, prices.max_output_tokens) =
                        (model.max_input, model.max_output);
                }
            }
            WhoAnswers::Pool | WhoAnswers::Any => {}
        }
        prices
    }

    /// What two deployments agree on.
    pub(crate) fn agreed(self, other: Self) -> Self {
        fn same<T: PartialEq>(one: Option<T>, other: Option<T>) -> Option<T> {
            one.filter(|one| other.as_ref() == Some(one))
        }
        Self {
            key: same(self.key, other.key),
            input_cost_per_token: same(self.input_cost_per_token, other.input_cost_per_token),
            output_cost_per_token: same(self.output_cost_per_token, other.output_cost_per_token),
            cache_read_input_token_cost: same(
                self.cache_read_input_token_cost,
                other.cache_read_input_token_cost,
            ),
            cache_creation_input_token_cost: same(
                self.cache_creation_input_token_cost,
                other.cache_creation_input_token_cost,
            ),
            price_review_due: same(self.price_review_due, other.price_review_due),
            max_input_tokens: same(self.max_input_tokens, other.max_input_tokens),
            max_output_tokens: same(self.max_output_tokens, other.max_output_tokens),
            router: same(self.router, other.router),
            routing_fee_per_token: same(self.routing_fee_per_token, other.routing_fee_per_token),
            pool_price_range: same(self.pool_price_range, other.pool_price_range),
        }
    }

    fn take(&mut self, rates: &cost_model::Rates) {
        self.input_cost_per_token = Some(per_token(rates.input));
        self.output_cost_per_token = rates.output.map(per_token);
        self.cache_read_input_token_cost = rates.cached_input.map(per_token);
        self.cache_creation_input_token_cost = rates.cache_write.map(per_token);
    }
}

/// One token of each kind, with each model that may answer.
fn spread(configured: &Member, book: &PriceBook, now: Timestamp) -> Spread {
    let candidates = configured.candidates(book);
    let query = configured.query(candidates.as_candidates(), now);
    let one = BillableUsage { prompt: Tokens(1), output: Tokens(1), ..BillableUsage::default() };
    book.spread(&query, Some(ServiceTier::Standard), &one)
}

/// Microdollars per million tokens are picodollars per token.
fn per_token(micros: u64) -> Dollars {
    Dollars(Usd::from_picos(micros.into()))
}

// === impl PoolRange ===

impl PoolRange {
    fn of(spread: &Spread, retired: Vec<String>) -> Option<Self> {
        let rates: Vec<(&str, [PerMillion; 2])> = spread
            .priced
            .iter()
            .filter_map(|candidate| {
                let model = candidate.cost.model.as_ref()?;
                Some((&*candidate.served, [model.uncached_input.rate, model.output.rate]))
            })
            .collect();
        let due = |one: &&Candidate| one.cost.price_review_due().is_some();
        let under_review = spread.priced.iter().filter(due).map(|one| one.served.clone());
        Some(Self {
            priced: rates.len(),
            under_review: under_review.collect(),
            retired,
            unpriced: spread.unpriced.iter().map(|(served, _)| served.clone()).collect(),
            input_cost_per_token: Range::of(&rates, 0)?,
            output_cost_per_token: Range::of(&rates, 1)?,
        })
    }
}

// === impl Range ===

impl Range {
    fn of(rates: &[(&str, [PerMillion; 2])], which: usize) -> Option<Self> {
        let rate = |(_, rates): &&(&str, [PerMillion; 2])| rates[which].micros();
        // The first of equals both times: the pool is in order.
        let (least, least_rates) = rates.iter().min_by_key(rate)?;
        let (most, most_rates) = rates.iter().rev().max_by_key(rate)?;
        Some(Self {
            min: per_token(least_rates[which].micros()),
            min_served: (*least).to_owned(),
            max: per_token(most_rates[which].micros()),
            max_served: (*most).to_owned(),
        })
    }
}
