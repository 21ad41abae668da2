//! Whether the gateway lives and can take requests. Never a call to Azure, which would be billed.

use axum::{Json, extract::State};
use serde::Serialize;

use crate::app::Worker;

#[derive(Serialize)]
pub(super) struct Readiness {
    status: &'static str,
    /// `LiteLLM`'s key; there is no database yet.
    db: &'static str,
    version: &'static str,
    model_groups: usize,
}

pub(super) async fn liveliness() -> Json<&'static str> {
    Json("I'm alive!")
}

pub(super) async fn readiness(State(worker): State<Worker>) -> Json<Readiness> {
    Json(Readiness {
        status: "healthy",
        db: "Not connected",
        version: env!("CARGO_PKG_VERSION"),
        model_groups: worker.app.groups().len(),
    })
}
