//! `POST /cost/estimate`: the expected cost of requests of a given size. Where a router picks the
//! model, that is a fee and a range.

use axum::{Json, extract::State};
use cost_model::{Candidate, Spread, service_tier};
use llm_types::{BillableUsage, PerMillion, PromptDetails, ReportedUsage, Tokens, Usd};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    costs::{Costs, Counts, Range},
    offer::{Offer, Sold},
    terms::EstimateTerms,
};
use crate::{
    api::litellm::{
        fields::{Fields, Given, wrong},
        shapes::Dollars,
    },
    app::{App, Worker},
    auth::Caller,
    http::ApiError,
    openapi::{EstimateStatus, NotComputed, NotFound},
};

/// `LiteLLM`'s answer with exact figures, and on top what a range is. Null is not zero: there is no
/// cost, or not one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Estimate {
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
    #[schema(value_type = EstimateStatus)]
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

/// More than any gateway sees; a sum of so many costs still fits.
const MOST: u64 = 1_000_000_000_000;

/// The cost of requests of a given size: one cost if one model answers, a fee and a range if a
/// router selects it.
#[utoipa::path(post, path = "/cost/estimate", tag = "costs", request_body = EstimateTerms,
    responses((status = 200, body = Estimate), NotComputed, NotFound))]
pub(crate) async fn estimate(
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
pub(crate) fn spread(
    app: &App,
    offers: &[Offer],
    tier: Option<&str>,
    usage: &BillableUsage,
) -> Spread {
    let now = app.now();
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
    pub(crate) fn new(
        model: String,
        usage: &BillableUsage,
        counts: Counts,
        spread: &Spread,
        offers: &[Offer],
    ) -> Self {
        let only = spread.only();
        let rates = only.and_then(|only| only.cost.model.as_ref());
        let rate = |rate: PerMillion| Dollars(Usd::from_picos(rate.micros().into()));
        let fee = same(spread.priced.iter().map(fee_of));
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
