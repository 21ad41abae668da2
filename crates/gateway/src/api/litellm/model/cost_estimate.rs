//! `POST /cost/estimate`: the expected cost of requests of a given size. Where a router picks the
//! model, that is a fee and a range.

use axum::{Json, extract::State};
use cost_model::{Candidate, Spread, service_tier};
use gateway_api::{
    Dollars, TextField,
    litellm::cost::{Amount, EstimateTerms},
};
use llm_types::{BillableUsage, PerMillion, PromptDetails, ReportedUsage, Tokens, Usd};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    costs::{Costs, Counts, Range},
    offer::{Offer, Sold},
};
use crate::{
    api::litellm::fields::{Fields, wrong},
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

/// The cost of requests of a given size: one cost if one model answers, a fee and a range if a
/// router selects it.
#[utoipa::path(post, path = "/cost/estimate", tag = "costs", request_body = EstimateTerms,
    responses((status = 200, body = Estimate), NotComputed, NotFound))]
pub(crate) async fn estimate(
    State(worker): State<Worker>,
    caller: Caller,
    Fields(terms, _): Fields<EstimateTerms>,
) -> Result<Json<Estimate>, ApiError> {
    let app = &worker.app;
    let model = terms.model.0;
    let tokens = |Amount(tokens)| Tokens(tokens);
    let details = PromptDetails {
        cached_tokens: terms.cached_tokens.value().map(tokens),
        cache_write_tokens: terms.cache_write_tokens.value().map(tokens),
        ..PromptDetails::default()
    };
    let counts = Counts {
        day: terms.num_requests_per_day.value().map(|amount| amount.0),
        month: terms.num_requests_per_month.value().map(|amount| amount.0),
    };
    let tier = tier(terms.service_tier)?;
    let sold = Sold::new(terms.sold, terms.router)?;
    let usage = ReportedUsage {
        prompt_tokens: Some(tokens(terms.input_tokens.0)),
        completion_tokens: Some(tokens(terms.output_tokens.0)),
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

fn tier(tier: TextField) -> Result<Option<&'static str>, ApiError> {
    match tier.value().as_deref() {
        None | Some("auto" | "default" | "standard") => Ok(None),
        Some("priority") => Ok(Some("priority")),
        Some("flex") => Ok(Some("flex")),
        Some(odd) => Err(wrong("service_tier", "`default`, `priority` or `flex`", odd)),
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
