//! `GET /fareway/v1/requests/{id}`: the receipt of one request, open or settled.

use std::sync::Arc;

use axum::{Json, extract::State};
use cost_model::Receipt;

use crate::{app::Worker, caller::Caller, error::ApiError, named::Named};

pub(super) async fn show(
    State(worker): State<Worker>,
    _: Caller,
    Named(id): Named,
) -> Result<Json<Arc<Receipt>>, ApiError> {
    worker.app.receipts.find(&id).map(Json).ok_or(ApiError::NoReceipt(id))
}
