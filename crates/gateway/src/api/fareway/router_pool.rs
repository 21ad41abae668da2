//! State of router pools in `/fareway/v1/deployments`, and `POST …/narrow`, by which an operator
//! narrows a pool that an answer has widened.

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::WidenedPool;
use llm_types::{Tokens, Usd};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{App, Worker},
    auth::Admin,
    deployments::{Member, Proposal},
    http::{ApiError, Named},
    openapi::{Conflict, NoBooks, NotFound, UsdText},
};

/// The models that a router chooses from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouterPool)]
pub(crate) struct PoolShown {
    /// As configured (`model_info.router_models`); null: the whole pool.
    router_models: Option<Vec<String>>,
    /// The models that have served so far, in the last 90 days: by this gateway's own requests at once,
    /// by those of others since it started.
    served: Vec<String>,
    /// The answer from outside `router_models` for which the whole pool counts; null: there is none.
    widened: Option<WidenedShown>,
    /// The `router_models` that every answer so far fits; null where they would change nothing.
    proposal: Option<ProposalShown>,
}

/// An answer from outside `router_models`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WidenedPool)]
struct WidenedShown {
    served: String,
    request_id: String,
    at: Timestamp,
}

/// `router_models` that every answer so far fits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouterModelsProposal)]
struct ProposalShown {
    /// For `model_info.router_models`. They hold only if Azure restricts the router so.
    router_models: Vec<String>,
    /// How many answers they were found from.
    requests: u64,
    /// A request of this length is compared.
    prompt_tokens: u64,
    output_tokens: u64,
    /// What a strict budget reserves for it now.
    #[schema(value_type = UsdText)]
    reserves_usd: Usd,
    /// What it reserves with the proposal.
    #[schema(value_type = UsdText)]
    would_reserve_usd: Usd,
}

/// A pool that was narrowed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PoolNarrowed)]
pub(crate) struct Narrowed {
    id: String,
    /// The `router_models` that count again.
    router_models: Vec<String>,
    /// The audit's entry.
    audit_id: String,
}

/// The prompt of the request by which proposals are compared.
const PROMPT: Tokens = Tokens(1_000);

/// Narrows a router's pool again that was widened by an answer from outside its `router_models`.
///
/// From then on they count again for what strict budgets reserve, in every gateway. The next answer
/// from another model widens it again.
#[utoipa::path(post, path = "/fareway/v1/deployments/{id}/narrow", tag = "models",
    params(("id" = String, Path, description = "The deployment, as the list names it.")),
    responses((status = 200, body = Narrowed), NoBooks, NotFound, Conflict))]
pub(crate) async fn narrow(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    Named(id): Named,
) -> Result<Json<Narrowed>, ApiError> {
    let app = &worker.app;
    // What was widened here and waits to be stored would widen it again.
    app.books.store_widened().await?;
    let set = app.set();
    let member = set.serving.iter().find(|member| *member.deployment.id == *id);
    let member = member.ok_or_else(|| ApiError::NoSuch { what: "deployment", id: id.clone() })?;
    let not_widened = || {
        ApiError::Taken(format!(
            "the pool of `{id}` is not widened: no model outside its `router_models` has answered"
        ))
    };
    let widened = member.widened_by().ok_or_else(not_widened)?;
    let by = actor.change();
    let narrowed = app.books.store().narrow_pool(&widened, &by).await?;
    app.books.refresh().await?;
    if !narrowed {
        return Err(not_widened());
    }
    let audit_id = by.audit_id;
    tracing::info!(deployment = id, audit = audit_id, "a router's pool was narrowed again");
    let router_models = member.subset.as_ref().map(|subset| subset.patterns.clone());
    Ok(Json(Narrowed { id, router_models: router_models.unwrap_or_default(), audit_id }))
}

// === impl PoolShown ===

impl PoolShown {
    pub(crate) fn of(app: &App, configured: &Member) -> Self {
        let proposal = Proposal::of(configured, &app.prices(), app.now());
        Self {
            router_models: configured.subset.as_ref().map(|subset| subset.patterns.clone()),
            served: configured.served_so_far(&app.prices()).into_keys().collect(),
            widened: configured.widened_by().map(WidenedShown::of),
            proposal: proposal.and_then(|found| ProposalShown::of(app, found)),
        }
    }
}

// === impl WidenedShown ===

impl WidenedShown {
    fn of(by: WidenedPool) -> Self {
        let at = Timestamp::from_microsecond(by.at).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { served: by.served, request_id: by.request_id, at }
    }
}

// === impl ProposalShown ===

impl ProposalShown {
    fn of(app: &App, found: Proposal) -> Option<Self> {
        let (requests, output) = (found.requests, app.max_completion_tokens);
        let effect = found.effect(PROMPT, output)?;
        Some(Self {
            router_models: effect.router_models,
            requests,
            prompt_tokens: PROMPT.0,
            output_tokens: output.0,
            reserves_usd: effect.now,
            would_reserve_usd: effect.then,
        })
    }
}
