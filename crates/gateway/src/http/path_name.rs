//! Extractor of the name in a path.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use super::error::ApiError;

/// The name in a path, percent-decoded: of a model group or a request.
#[derive(Debug)]
pub(crate) struct PathName(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named.map(|Path(name)| Self(name)).map_err(|_| ApiError::BadPath)
    }
}
