//! Extractor of a report's turn: a handler with this parameter runs when its turn has come.

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::{app::Worker, auth::Caller, http::ApiError, limits::ReportTurn};

impl FromRequestParts<Worker> for ReportTurn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, worker: &Worker) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, worker).await?;
        Ok(worker.app.report_turns.take(caller.id()).await?)
    }
}
