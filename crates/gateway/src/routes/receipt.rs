//! `GET /fareway/v1/requests/{id}`: the receipt of one request, open or settled.

use axum::{Json, extract::State};
use cost_model::Receipt;

use crate::{app::Worker, caller::Caller, error::ApiError, named::Named};

pub(super) async fn show(
    State(worker): State<Worker>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<Receipt>, ApiError> {
    let entry = worker.app.books.entry(&id).await?;
    let seen = entry.filter(|entry| caller.may_see(entry.who.key_id.as_deref()));
    seen.map(|entry| Json(entry.receipt)).ok_or(ApiError::NoReceipt(id))
}
