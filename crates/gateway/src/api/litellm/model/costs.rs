//! Costs of one request and of many, and their range over the models that may answer.

use cost_model::{Candidate, Spread};
use jiff::civil::Date;
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

use gateway_api::Dollars;

use crate::api::fareway::prices::date;

/// How many requests there are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) day: Option<u64>,
    pub(crate) month: Option<u64>,
}

/// What requests cost.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = RequestCosts)]
pub(crate) struct Costs {
    cost_per_request: Option<Dollars>,
    input_cost_per_request: Option<Dollars>,
    output_cost_per_request: Option<Dollars>,
    margin_cost_per_request: Option<Dollars>,
    daily_cost: Option<Dollars>,
    daily_input_cost: Option<Dollars>,
    daily_output_cost: Option<Dollars>,
    daily_margin_cost: Option<Dollars>,
    monthly_cost: Option<Dollars>,
    monthly_input_cost: Option<Dollars>,
    monthly_output_cost: Option<Dollars>,
    monthly_margin_cost: Option<Dollars>,
}

/// The models that can answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CostRange)]
pub(crate) struct Range {
    cheapest: Side,
    dearest: Side,
    /// How many of them have a price.
    priced: usize,
    /// Models without a price, which can answer as well.
    unpriced: Vec<String>,
}

/// One end of a range.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CostRangeSide)]
struct Side {
    served: String,
    price_id: Option<String>,
    /// The day since which this price is due for review; null if none is due.
    price_review_due: Option<Date>,
    #[serde(flatten)]
    costs: Costs,
    /// A part of `cost_per_request`.
    routing_fee_per_request: Option<Dollars>,
}

// === impl Costs ===

impl Costs {
    pub(crate) fn of(candidate: &Candidate, counts: Counts) -> Self {
        let model = candidate.cost.model.as_ref();
        let output = model.map_or(Usd::ZERO, |model| model.output.amount());
        let input = model.map_or(Usd::ZERO, |model| {
            let lines = model.lines().filter(|(name, _)| *name != "output");
            lines.map(|(_, line)| line.amount()).sum()
        });
        let all = [candidate.total, input, output, Usd::ZERO];
        let times = |count: Option<u64>| {
            all.map(|usd| Some(Dollars(Usd::from_picos(usd.picos().checked_mul(count?.into())?))))
        };
        let [cost_per_request, input_cost_per_request, output_cost_per_request, margin] =
            times(Some(1));
        let [daily_cost, daily_input_cost, daily_output_cost, daily_margin_cost] =
            times(counts.day);
        let [monthly_cost, monthly_input_cost, monthly_output_cost, monthly_margin_cost] =
            times(counts.month);
        Self {
            cost_per_request,
            input_cost_per_request,
            output_cost_per_request,
            margin_cost_per_request: margin,
            daily_cost,
            daily_input_cost,
            daily_output_cost,
            daily_margin_cost,
            monthly_cost,
            monthly_input_cost,
            monthly_output_cost,
            monthly_margin_cost,
        }
    }
}

// === impl Range ===

impl Range {
    pub(crate) fn of(spread: &Spread, counts: Counts) -> Option<Self> {
        let side = |candidate: &Candidate| Side {
            served: candidate.served.clone(),
            price_id: candidate.cost.model.as_ref().map(|model| model.price.id.to_string()),
            price_review_due: candidate.cost.price_review_due().and_then(date),
            costs: Costs::of(candidate, counts),
            routing_fee_per_request: candidate.cost.routing_fee().map(Dollars),
        };
        Some(Self {
            cheapest: side(spread.cheapest()?),
            dearest: side(spread.dearest()?),
            priced: spread.priced.len(),
            unpriced: spread.unpriced.iter().map(|(served, _)| served.clone()).collect(),
        })
    }
}
