//! What a request asks for in its query or its body, as a struct of named fields. A name that is not
//! known is an error: a filter that silently does nothing would show the wrong requests.

use std::error::Error;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Query, Request},
};
use http::request::Parts;
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
    tz::TimeZone,
};
use ledger::KeyHash;
use serde::de::DeserializeOwned;

use crate::{app::Worker, body, error::ApiError};

/// The fields of a query.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

/// The fields of a body, which is a JSON object; none where there is no body.
#[derive(Debug)]
pub(super) struct Posted<T>(pub(super) T);

/// The largest body that is read here, in bytes.
const LIMIT: usize = 1 << 20;

impl<T: DeserializeOwned> FromRequestParts<Worker> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Worker) -> Result<Self, ApiError> {
        Query::try_from_uri(&parts.uri).map(|Query(fields)| Self(fields)).map_err(|error| {
            let mut cause: &dyn Error = &error;
            while let Some(deeper) = cause.source() {
                cause = deeper;
            }
            ApiError::BadField(shown(&format!("the query is not as expected: {cause}")))
        })
    }
}

impl<T: DeserializeOwned> FromRequest<Worker> for Posted<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, _: &Worker) -> Result<Self, ApiError> {
        let body = body::read(request.into_body(), LIMIT).await?;
        let body = if body.trim_ascii().is_empty() { &b"{}"[..] } else { &body[..] };
        // serde would take a list of values for an object of fields.
        if body.trim_ascii().first() == Some(&b'[') {
            let text = "expected a JSON object in the request's body, found a list".to_owned();
            return Err(ApiError::BadField(text));
        }
        serde_json::from_slice(body).map(Self).map_err(|error| {
            ApiError::BadField(shown(&format!("the request's body is not as expected: {error}")))
        })
    }
}

/// A field that is not there, or empty.
pub(super) fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Names where something begins: microseconds since 1970 of a time, or of a day's beginning in UTC.
pub(super) fn from(name: &str, field: &Option<String>) -> Result<Option<i64>, ApiError> {
    given(field).map(|text| time(name, text, false)).transpose()
}

/// Names where something ends: a time, which is not part of it, or a day, all of which is.
pub(super) fn to(name: &str, field: &Option<String>) -> Result<Option<i64>, ApiError> {
    given(field).map(|text| time(name, text, true)).transpose()
}

fn time(name: &str, text: &str, end: bool) -> Result<i64, ApiError> {
    let timestamp = || text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond);
    let day = || {
        let day = text.parse::<Date>().ok()?;
        let day = if end { day.tomorrow().ok()? } else { day };
        Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
    };
    // As LiteLLM's clients write it, in UTC.
    let spaced = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    let is_day = text.len() == 10;
    timestamp()
        .or_else(|| if is_day { day() } else { Some(spaced()?.timestamp().as_microsecond()) })
        .ok_or_else(|| wrong(name, "a time such as 2026-11-22T10:00:00Z, or a day", text))
}

/// A whole number within bounds, `unless` where there is none.
pub(super) fn number(
    name: &str,
    field: &Option<String>,
    (least, most): (u32, u32),
    unless: u32,
) -> Result<u32, ApiError> {
    let Some(text) = given(field) else { return Ok(unless) };
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    let expected = format!("a whole number from {least} to {most}");
    number.ok_or_else(|| wrong(name, &expected, text))
}

/// The hash of a key that is given as such, or as the key itself.
pub(super) fn key(field: &Option<String>) -> Option<String> {
    given(field).map(|text| KeyHash::parse(text).unwrap_or_else(|| KeyHash::of(text)).to_string())
}

/// A day since 1970 as people write it.
pub(super) fn day(days: i64) -> Option<Date> {
    date(1970, 1, 1).checked_add(i32::try_from(days).ok()?.days()).ok()
}

pub(super) fn wrong(name: &str, expected: &str, found: &str) -> ApiError {
    let found: String = shown(found).chars().take(60).collect();
    ApiError::BadField(format!("expected `{name}` to be {expected}, found `{found}`"))
}

fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(600).collect()
}
