//! `POST /cost/estimate`: what requests of a size would cost. Where a router picks the model there is
//! no such cost but a fee and a range, and nothing pretends otherwise.

use axum::{Json, extract::State};
use cost_model::{Candidate, Spread, service_tier};
use llm_types::{
    BillableUsage, Clock as _, PerMillion, PromptDetails, ReportedUsage, SystemClock, Tokens, Usd,
};
use serde::Serialize;

use super::{
    fields::{Fields, Given, wrong},
    model_offer::{Offer, Sold},
    show::Dollars,
};
use crate::{
    app::{App, Worker},
    caller::Caller,
    error::ApiError,
};

/// `LiteLLM`'s answer with exact figures, and on top what a range is. Null is not zero: there is no
/// cost, or not one.
#[derive(Debug, Serialize)]
pub(super) struct Estimate {
    model: String,
    input_tokens: u64,
    output_tokens: u64,
    num_requests_per_day: Option<u64>,
    num_requests_per_month: Option<u64>,
    #[serde(flatten)]
    costs: Costs,
    input_cost_per_token: Option<Dollars>,
    output_cost_per_token: Option<Dollars>,
    provider: &'static str,
    /// `exact` or `inferred` where one price applies, `range` where several may, `unpriced` where
    /// none does.
    status: &'static str,
    /// Why nothing, or not everything, has a price.
    unpriced: Option<String>,
    /// Whether a router picks the model.
    router: bool,
    /// What the router takes for one request, whichever model it picks.
    routing_fee_per_request: Option<Dollars>,
    routing_fee_per_token: Option<Dollars>,
    /// From the cheapest to the dearest model that may answer.
    range: Option<Range>,
}

/// What requests cost.
#[derive(Debug, Default, Serialize)]
struct Costs {
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

/// The models that may answer.
#[derive(Debug, Serialize)]
struct Range {
    cheapest: Side,
    dearest: Side,
    /// How many of them have a price.
    priced: usize,
    /// Those that have none: they may answer as well.
    unpriced: Vec<String>,
}

/// One end of a range.
#[derive(Debug, Serialize)]
struct Side {
    served: String,
    price_id: Option<String>,
    #[serde(flatten)]
    costs: Costs,
    /// A part of `cost_per_request`.
    routing_fee_per_request: Option<Dollars>,
}

/// How many requests there are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    day: Option<u64>,
    month: Option<u64>,
}

/// More than any gateway sees; a sum of so many costs still fits.
const MOST: u64 = 1_000_000_000_000;

pub(super) async fn estimate(
    State(worker): State<Worker>,
    caller: Caller,
    mut fields: Fields,
) -> Result<Json<Estimate>, ApiError> {
    let app = &worker.app;
    let model = fields.required("model")?;
    let input = count(&mut fields, "input_tokens")?;
    let output = count(&mut fields, "output_tokens")?;
    let missing = |name| ApiError::BadField(format!("expected the field `{name}`, found none"));
    let input = input.ok_or_else(|| missing("input_tokens"))?;
    let output = output.ok_or_else(|| missing("output_tokens"))?;
    let details = PromptDetails {
        cached_tokens: count(&mut fields, "cached_tokens")?.map(Tokens),
        cache_write_tokens: count(&mut fields, "cache_write_tokens")?.map(Tokens),
        ..PromptDetails::default()
    };
    let counts = Counts {
        day: count(&mut fields, "num_requests_per_day")?,
        month: count(&mut fields, "num_requests_per_month")?,
    };
    let tier = tier(&mut fields)?;
    let sold = Sold::take(&mut fields)?;
    fields.finish()?;
    let usage = ReportedUsage {
        prompt_tokens: Some(Tokens(input)),
        completion_tokens: Some(Tokens(output)),
        prompt_tokens_details: Some(details),
        ..ReportedUsage::default()
    };
    let usage = usage.billable().map_err(|error| ApiError::BadField(error.to_string()))?;
    let offers = sold.offers(app, &caller, &model)?;
    Ok(Json(Estimate::new(model, &usage, counts, &spread(app, &offers, tier, &usage), &offers)))
}

/// What a request of that size costs with each model that may answer.
pub(super) fn spread(
    app: &App,
    offers: &[Offer],
    tier: Option<&str>,
    usage: &BillableUsage,
) -> Spread {
    let now = SystemClock.now();
    let spreads = offers
        .iter()
        .map(|offer| app.prices().spread(&offer.query(now), service_tier(tier), usage));
    spreads.reduce(Spread::or).unwrap_or_default()
}

fn count(fields: &mut Fields, name: &str) -> Result<Option<u64>, ApiError> {
    let number = fields.number(name)?.value();
    match number.filter(|number| *number > MOST) {
        Some(many) => Err(wrong(name, "at most 1000000000000", &many.to_string())),
        None => Ok(number),
    }
}

fn tier(fields: &mut Fields) -> Result<Option<&'static str>, ApiError> {
    match fields.text("service_tier")? {
        Given::Absent | Given::Null => Ok(None),
        Given::Value(tier) => match tier.as_str() {
            "" | "auto" | "default" | "standard" => Ok(None),
            "priority" => Ok(Some("priority")),
            "flex" => Ok(Some("flex")),
            _ => Err(wrong("service_tier", "`default`, `priority` or `flex`", &tier)),
        },
    }
}

// === impl Estimate ===

impl Estimate {
    pub(super) fn new(
        model: String,
        usage: &BillableUsage,
        counts: Counts,
        spread: &Spread,
        offers: &[Offer],
    ) -> Self {
        let only = spread.only();
        let rates = only.and_then(|only| only.cost.model.as_ref());
        let rate = |rate: PerMillion| Dollars(Usd::from_picos(rate.micros().into()));
        let fee = same(spread.priced.iter().map(|candidate| fee_of(candidate)));
        let fee = fee.filter(|_| offers.iter().any(|offer| offer.routed));
        let first = spread.unpriced.first();
        Self {
            model,
            input_tokens: usage.prompt.0,
            output_tokens: usage.output.0,
            num_requests_per_day: counts.day,
            num_requests_per_month: counts.month,
            costs: only.map_or_else(Costs::default, |only| Costs::of(only, counts)),
            input_cost_per_token: rates.map(|model| rate(model.uncached_input.rate)),
            output_cost_per_token: rates.map(|model| rate(model.output.rate)),
            provider: "azure_ai",
            status: match (only, spread.priced.is_empty()) {
                (Some(only), _) => only.cost.status.as_str(),
                (None, false) => "range",
                (None, true) => "unpriced",
            },
            unpriced: first.map(|(_, why)| why.to_string()),
            router: offers.iter().any(|offer| offer.routed),
            routing_fee_per_request: fee.map(|(amount, _)| Dollars(amount)),
            routing_fee_per_token: fee.map(|(_, per_token)| rate(per_token)),
            range: Range::of(spread, counts).filter(|_| only.is_none()),
        }
    }
}

/// What all of them are, if they are all the same.
fn same<T: PartialEq>(mut all: impl Iterator<Item = Option<T>>) -> Option<T> {
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The routing fee of one request, and for one token.
fn fee_of(candidate: &Candidate) -> Option<(Usd, PerMillion)> {
    candidate.cost.fee.as_ref().map(|fee| (fee.line.amount(), fee.line.rate))
}

// === impl Costs ===

impl Costs {
    fn of(candidate: &Candidate, counts: Counts) -> Self {
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
    fn of(spread: &Spread, counts: Counts) -> Option<Self> {
        let side = |candidate: &Candidate| Side {
            served: candidate.served.clone(),
            price_id: candidate.cost.model.as_ref().map(|model| model.price.id.to_string()),
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
