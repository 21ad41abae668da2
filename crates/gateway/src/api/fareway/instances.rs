//! `/fareway/v1/instances`: the gateways that share this database, and the release of leases of one
//! that was lost.

use axum::{Json, extract::State};
use jiff::Timestamp;
use ledger::Holding;
use llm_types::Usd;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::Worker,
    auth::Admin,
    http::{ApiError, PathName},
    openapi::{Conflict, NoBooks, NotFound, UsdText},
};

/// Every gateway that uses this ledger.
#[derive(Serialize, ToSchema)]
#[schema(as = Instances)]
pub(crate) struct List {
    instances: Vec<InstanceShown>,
}

/// A gateway with its spool.
#[derive(Serialize, ToSchema)]
#[schema(as = Instance)]
struct InstanceShown {
    id: String,
    /// Whether it is the gateway that answers this request.
    this: bool,
    state: Life,
    /// The time of its last sign of life.
    seen_at: Option<Timestamp>,
    /// The amount of all budgets together that it can spend on its own.
    #[schema(value_type = UsdText)]
    leased_usd: Usd,
    /// Its requests in flight.
    open_requests: u64,
}

/// Whether a gateway lives.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InstanceState)]
enum Life {
    Alive,
    /// It has given no sign of life for ten minutes, or the store is another one's now.
    Gone,
}

/// The leases that were freed.
#[derive(Serialize, ToSchema)]
#[schema(as = InstanceFreed)]
pub(crate) struct Freed {
    id: String,
    /// The amount of all budgets together that others can now spend.
    #[schema(value_type = UsdText)]
    freed_usd: Usd,
    /// The id of the audit entry.
    audit_id: String,
}

/// Every gateway that uses this ledger, with its leases.
#[utoipa::path(get, path = "/fareway/v1/instances", tag = "gateway",
    responses((status = 200, body = List), NoBooks))]
pub(crate) async fn list(State(worker): State<Worker>, _: Admin) -> Result<Json<List>, ApiError> {
    let books = &worker.app.books;
    books.catch_up().await;
    let holdings = books.store().holdings().await?.into_iter();
    let shown = |holding: Holding| InstanceShown {
        this: holding.id == books.instance(),
        state: if books.is_gone(&holding) { Life::Gone } else { Life::Alive },
        seen_at: (holding.seen_at > 0)
            .then(|| Timestamp::from_microsecond(holding.seen_at).ok())
            .flatten(),
        leased_usd: holding.leased,
        open_requests: holding.open,
        id: holding.id,
    };
    Ok(Json(List { instances: holdings.map(shown).collect() }))
}

/// Frees the leases of a gateway whose machine or spool is permanently lost.
///
/// If it returns after all, what it had spent is added to the ledger, and budgets can be exceeded
/// by the freed amount.
#[utoipa::path(post, path = "/fareway/v1/instances/{id}/free", tag = "gateway",
    params(("id" = String, Path, description = "The gateway's id, as in the list.")),
    responses((status = 200, body = Freed), NoBooks, NotFound, Conflict))]
pub(crate) async fn free(
    State(worker): State<Worker>,
    Admin(actor): Admin,
    PathName(id): PathName,
) -> Result<Json<Freed>, ApiError> {
    let books = &worker.app.books;
    let holdings = books.store().holdings().await?;
    // Looked up first, so that an unknown id is not reported as a gateway that is running.
    if !holdings.iter().any(|holding| holding.id == id) {
        return Err(ApiError::NoSuch { what: "gateway", id });
    }
    let by = actor.change();
    let freed = books.free(&id, &by).await?;
    let freed_usd = freed.ok_or_else(|| {
        ApiError::Taken(format!(
            "the gateway `{id}` is running: it returns what it does not spend by itself; a \
             gateway counts as lost after ten minutes without a heartbeat"
        ))
    })?;
    let audit_id = by.audit_id;
    tracing::info!(instance = id, freed = %freed_usd, audit = audit_id, "leases were freed");
    Ok(Json(Freed { id, freed_usd, audit_id }))
}
