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
    http::{ApiError, PathName},
    openapi::{Conflict, NoBooks, NotFound, UsdText},
};

/// The models that a router chooses from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouterPool)]
pub(crate) struct PoolShown {
    /// As configured (`model_info.router_models`); null: the whole pool.
    router_models: Option<Vec<String>>,
    /// The models that served in the last 90 days: of this gateway's requests at once, of other
    /// gateways' requests up to its start.
    served: Vec<String>,
    /// The answer from outside `router_models` because of which the whole pool counts; null: there
    /// is none.
    widened: Option<WidenedShown>,
    /// A value of `router_models` that every answer so far matches; null if it would change
    /// nothing.
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

/// A value of `router_models` that every answer so far matches.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RouterModelsProposal)]
struct ProposalShown {
    /// For `model_info.router_models`. It is valid only if the router is restricted in Azure in the
    /// same way.
    router_models: Vec<String>,
    /// The number of answers it is based on.
    requests: u64,
    /// The length of the request that is compared.
    prompt_tokens: u64,
    output_tokens: u64,
    /// The amount that a strict budget reserves for it now.
    #[schema(value_type = UsdText)]
    reserves_usd: Usd,
    /// The amount that it reserves with the proposal.
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
    /// The id of the audit entry.
    audit_id: String,
}

/// The prompt of the request by which proposals are compared.
const PROMPT: Tokens = Tokens(1_000);

/// Applies a router's `router_models` again after an answer from another model.
///
/// Strict budgets then reserve for these models only, in every gateway. The next answer from
/// another model makes the whole pool count again.
#[utoipa::path(post, path = "/fareway/v1/deployments/{id}/narrow", tag = "models",
    params(("id" = String, Path, description = "The deployment's id, as in the list.")),
    responses((status = 200, body = Narrowed), NoBooks, NotFound, Conflict))]
pub(crate) async fn narrow(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    PathName(id): PathName,
) -> Result<Json<Narrowed>, ApiError> {
    let app = &worker.app;
    // A widening of this gateway that waits to be stored would widen it again.
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
    // Before the answer, so that the next request at this gateway already reserves less.
    app.books.refresh().await?;
    // Somebody else narrowed it in the meantime.
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
