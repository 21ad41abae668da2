//! Extractor of management requests, whose fields are read one by one: an error names the field, and
//! unknown fields are errors. Money never passes through a float.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use gateway_api::{Field, FieldError, Length, LengthField, read_body};
use ledger::Duration;

use crate::{
    api::params::{SMALL, small},
    app::Worker,
    http::ApiError,
};

/// A request, and the names of its fields that have no effect here. Its body has at most so many
/// bytes.
#[derive(Debug)]
pub(super) struct Fields<T, const LIMIT: usize = SMALL>(pub(super) T, pub(super) Vec<String>);

/// The largest body of a page that takes whole prompts and answers, in bytes.
pub(super) const LARGE: usize = 1 << 20;

impl<T: gateway_api::Request, const LIMIT: usize> FromRequest<Worker> for Fields<T, LIMIT> {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, worker: &Worker) -> Result<Self, ApiError> {
        let body = small(request, worker, LIMIT).await?;
        let (request, ignored) = read_body(&body)?;
        if !ignored.is_empty() {
            let fields = ignored.join(", ");
            tracing::warn!(fields, "a management request has fields that have no effect");
        }
        Ok(Self(request, ignored))
    }
}

/// The length of time in a field.
pub(super) fn duration(name: &str, field: LengthField) -> Result<Field<Duration>, ApiError> {
    Ok(match field {
        Field::Absent => Field::Absent,
        Field::Null => Field::Null,
        Field::Value(Length(text)) => Field::Value(length(name, &text)?),
    })
}

/// A length of time as a request writes it.
pub(super) fn length(name: &str, text: &str) -> Result<Duration, ApiError> {
    let expected = "a length of time such as 30s, 15m, 24h, 7d, 2w or 1mo";
    Duration::parse(text).ok_or_else(|| wrong(name, expected, text))
}

/// An error about one field.
pub(super) fn wrong(name: &str, expected: &str, found: &str) -> ApiError {
    FieldError::wrong(name, expected, found).into()
}
