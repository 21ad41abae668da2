//! `POST /spend/calculate`: the cost of an answer that exists, by the model that served it, or the
//! estimated cost of reading some messages.

use axum::{Json, extract::State};
use cost_model::{Cost, Query, Unpriced, day_of, service_tier};
use gateway_api::{
    Dollars,
    litellm::cost::{CalculateTerms, GivenAnswer},
};
use jiff::Timestamp;
use llm_types::{BillableUsage, Dialect, Tokens, chat::ChatCompletion};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    cost_estimate::{Estimate, spread},
    costs::Counts,
    offer::{Offer, Sold},
};
use crate::{
    api::litellm::fields::{Fields, LARGE},
    app::{App, Worker},
    auth::Caller,
    http::ApiError,
    openapi::{self, NoRoom, NotComputed, NotFound},
};

/// A cost; null if there is none, which does not mean free.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalculatedCost)]
pub(crate) struct Calculated {
    cost: Option<Dollars>,
    /// As in receipts: `exact`, `inferred`, `estimated`, `partial`, `unpriced`.
    #[schema(value_type = openapi::CostStatus)]
    status: &'static str,
    /// The model that answered; null if only messages were given.
    served: Option<String>,
    /// Why there is no cost, or no single cost.
    reason: Option<String>,
    /// The cost line by line.
    #[schema(value_type = Option<openapi::Cost>)]
    cost_details: Option<Cost>,
    /// For messages that several models can answer: the cost of reading them.
    estimate: Option<Estimate>,
}

/// The cost of a given answer, by the model that served it, or the approximate cost of reading
/// messages. It counts against the key's request limits, because counting tokens takes CPU time.
#[utoipa::path(post, path = "/spend/calculate", tag = "costs", request_body = CalculateTerms,
    responses((status = 200, body = Calculated), NotComputed, NotFound, NoRoom))]
pub(crate) async fn calculate(
    State(worker): State<Worker>,
    caller: Caller,
    Fields(terms, _): Fields<CalculateTerms, LARGE>,
) -> Result<Json<Calculated>, ApiError> {
    let model = terms.model.value().filter(|model| !model.trim().is_empty());
    let messages = terms.messages.value().map(|messages| messages.0);
    let answer = terms.completion_response.value();
    let sold = Sold::new(terms.sold, terms.router)?;
    let _place = caller.place(&worker.app.auth).await?;
    match (answer, messages, model) {
        (Some(GivenAnswer(answer)), _, model) => {
            let offers = match model {
                // What was asked for need not be a group here: the answer says who served.
                Some(model) if caller.may_ask(&worker.app.set(), &model) => {
                    sold.offers(&worker.app, &caller, &model)?
                }
                Some(model) => vec![sold.of_asked(&model)],
                None => vec![sold.unasked()],
            };
            Ok(Json(Calculated::of_answer(&answer, &offers, &worker.app)))
        }
        (None, Some(messages), Some(model)) => {
            let offers = sold.offers(&worker.app, &caller, &model)?;
            let prompt = counted(messages).await;
            let usage = BillableUsage { prompt, ..BillableUsage::default() };
            let spread = spread(&worker.app, &offers, None, &usage);
            let only = spread.only().map(|only| only.cost.clone().estimated());
            let estimate = Estimate::new(model, &usage, Counts::default(), &spread, &offers);
            Ok(Json(Calculated::of_messages(only, estimate)))
        }
        (None, Some(_), None) => Err(ApiError::BadField(
            "expected the field `model` beside `messages`, found none".to_owned(),
        )),
        (None, None, _) => {
            let text = "expected `completion_response`, or `model` and `messages`, found neither";
            Err(ApiError::BadField(text.to_owned()))
        }
    }
}

/// The tokens of messages, counted off the worker: it takes milliseconds.
async fn counted(messages: Vec<Value>) -> Tokens {
    let body = json!({ "messages": messages }).to_string();
    let counted = tokio::task::spawn_blocking(move || {
        router_client::prompt_tokens(Dialect::Chat, body.as_bytes())
    });
    counted.await.unwrap_or(Tokens(u64::MAX))
}

// === impl Calculated ===

impl Calculated {
    fn of_answer(answer: &ChatCompletion, offers: &[Offer], app: &App) -> Self {
        let mut costs = offers.iter().map(|offer| cost(answer, offer, app));
        let first = costs.next().unwrap_or_else(|| Cost::unknown(Unpriced::NoServedModel));
        let served = Some(answer.model.clone()).filter(|served| !served.is_empty());
        if costs.any(|other| other != first) {
            let reason = "the group's deployments have different prices, and the answer does not \
                          say which of them it is from";
            let reason = Some(reason.to_owned());
            return Self { served, reason, ..Self::unpriced() };
        }
        Self {
            cost: first.total().map(Dollars),
            status: first.status.as_str(),
            served,
            reason: first.unpriced.as_ref().map(ToString::to_string),
            cost_details: Some(first),
            estimate: None,
        }
    }

    fn of_messages(only: Option<Cost>, estimate: Estimate) -> Self {
        match only {
            Some(cost) => Self {
                cost: cost.total().map(Dollars),
                status: cost.status.as_str(),
                cost_details: Some(cost),
                estimate: Some(estimate),
                ..Self::unpriced()
            },
            None => {
                let reason = "several models may answer; `estimate` has the range for reading these \
                              messages";
                let reason = Some(reason.to_owned());
                Self { reason, estimate: Some(estimate), ..Self::unpriced() }
            }
        }
    }

    fn unpriced() -> Self {
        Self {
            cost: None,
            status: "unpriced",
            served: None,
            reason: None,
            cost_details: None,
            estimate: None,
        }
    }
}

/// What an answer cost where it was sold like this, on the day that it names.
fn cost(answer: &ChatCompletion, offer: &Offer, app: &App) -> Cost {
    let Some(usage) = &answer.usage else { return Cost::unknown(Unpriced::NoUsage) };
    let created = i64::try_from(answer.created).ok().filter(|created| *created > 0);
    let at = created.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let query = Query {
        served: &answer.model,
        sku: &offer.sku,
        tier: service_tier(answer.service_tier.as_deref()),
        day: day_of(at.unwrap_or_else(|| app.now())),
        routed: offer.routed,
        fixed: offer.fixed.as_ref(),
    };
    match usage.counts.billable() {
        Ok(usage) => app.prices().cost(&query, &usage),
        Err(error) => Cost::unknown(error.into()),
    }
}
