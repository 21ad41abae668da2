//! The name at the end, or in the middle, of a path.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use super::error::ApiError;
use crate::app::Worker;

/// What a path names, percent-decoded: a model group, or a request.
#[derive(Debug)]
pub(crate) struct Named(pub(crate) String);

impl FromRequestParts<Worker> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, worker: &Worker) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, worker).await;
        named.map(|Path(name)| Self(name)).map_err(|_| ApiError::BadPath)
    }
}
