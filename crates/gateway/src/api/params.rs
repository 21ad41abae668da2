//! Extractors of query parameters and JSON bodies as structs of named fields. An unknown name is an
//! error: a filter that silently does nothing would show the wrong requests.

use std::error::Error;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Query, Request},
};
use bytes::Bytes;
use http::request::Parts;
use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
    tz::TimeZone,
};
use ledger::KeyHash;
use serde::de::DeserializeOwned;

use crate::{
    app::Worker,
    http::{ApiError, ContentEncoding, Reading},
};

/// The fields of a query.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

/// The fields of a body, which is a JSON object; none where there is no body.
#[derive(Debug)]
pub(crate) struct Posted<T>(pub(crate) T);

const EPOCH: Date = date(1970, 1, 1);
/// The largest body of a page that takes fields, in bytes.
pub(crate) const SMALL: usize = 64 * 1024;

impl<T: DeserializeOwned> FromRequestParts<Worker> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Worker) -> Result<Self, ApiError> {
        Query::try_from_uri(&parts.uri).map(|Query(fields)| Self(fields)).map_err(|error| {
            let mut cause: &dyn Error = &error;
            // axum's own message is generic; the innermost one names the field.
            while let Some(deeper) = cause.source() {
                cause = deeper;
            }
            ApiError::BadField(shown(&format!("the query is not as expected: {cause}")))
        })
    }
}

impl<T: DeserializeOwned> FromRequest<Worker> for Posted<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request<Body>, worker: &Worker) -> Result<Self, ApiError> {
        let body = small(request, worker, SMALL).await?;
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

/// The body of a page other than those that models answer.
pub(crate) async fn small(
    request: Request<Body>,
    worker: &Worker,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let encoding = ContentEncoding::of(request.headers())?;
    let reading = Reading { bodies: &worker.app.bodies, owner: "", encoding, limit };
    reading.whole(request.into_body()).await
}

/// A field that is not there, or empty.
pub(crate) fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

/// Names where something begins: microseconds since 1970 of a time, or of a day's beginning in UTC.
pub(crate) fn from(name: &str, field: &Option<String>) -> Result<Option<i64>, ApiError> {
    from_in(name, field, &TimeZone::UTC)
}

/// Names where something ends: a time, which is not part of it, or a day, all of which is.
pub(crate) fn to(name: &str, field: &Option<String>) -> Result<Option<i64>, ApiError> {
    to_in(name, field, &TimeZone::UTC)
}

/// [`from`], with the days of a zone.
pub(crate) fn from_in(
    name: &str,
    field: &Option<String>,
    zone: &TimeZone,
) -> Result<Option<i64>, ApiError> {
    given(field).map(|text| time(name, text, 0, zone)).transpose()
}

/// [`to`], with the days of a zone.
pub(crate) fn to_in(
    name: &str,
    field: &Option<String>,
    zone: &TimeZone,
) -> Result<Option<i64>, ApiError> {
    given(field).map(|text| time(name, text, 1, zone)).transpose()
}

/// A time; or the beginning of the day that is `later` days after the named one.
fn time(name: &str, text: &str, later: i64, zone: &TimeZone) -> Result<i64, ApiError> {
    let timestamp = || text.parse::<Timestamp>().ok().map(Timestamp::as_microsecond);
    let day = || midnight(day_number(text.parse::<Date>().ok()?) + later, zone);
    // As LiteLLM's clients write it.
    let spaced = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(zone.clone()).ok();
    // jiff accepts a day as a date and time too, so they are told apart by length.
    let is_day = text.len() == 10;
    timestamp()
        .or_else(|| if is_day { day() } else { Some(spaced()?.timestamp().as_microsecond()) })
        .ok_or_else(|| wrong(name, "a time such as 2026-11-22T10:00:00Z, or a day", text))
}

/// A whole number within bounds, `unless` where there is none.
pub(crate) fn number(
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
pub(crate) fn key(field: &Option<String>) -> Option<String> {
    given(field).map(|text| KeyHash::parse(text).unwrap_or_else(|| KeyHash::of(text)).to_string())
}

/// A day since 1970 as people write it.
pub(crate) fn day(days: i64) -> Option<Date> {
    EPOCH.checked_add(i32::try_from(days).ok()?.days()).ok()
}

/// A day as it is counted since 1970.
pub(crate) fn day_number(day: Date) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

/// When a day since 1970 begins in a zone, in microseconds since 1970. Where clocks are set forward
/// at midnight, that is later than midnight.
pub(crate) fn midnight(days: i64, zone: &TimeZone) -> Option<i64> {
    let begin = day(days)?.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
    Some(begin.timestamp().as_microsecond())
}

/// A zone by its name, as the IANA database has it; UTC unless it is said.
pub(crate) fn zone(name: &str, field: &Option<String>) -> Result<TimeZone, ApiError> {
    let Some(text) = given(field) else { return Ok(TimeZone::UTC) };
    TimeZone::get(text).map_err(|_| wrong(name, "a time zone such as Europe/Berlin", text))
}

pub(crate) fn wrong(name: &str, expected: &str, found: &str) -> ApiError {
    // Client input: kept short, and without control characters, as it gets into logs.
    let found: String = shown(found).chars().take(60).collect();
    ApiError::BadField(format!("expected `{name}` to be {expected}, found `{found}`"))
}

fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(600).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many minutes each of some days has in a zone, and when the first begins.
    fn days(zone: &str, first: &str, count: i64) -> (String, Vec<i64>) {
        let zone = TimeZone::get(zone).unwrap();
        let first = day_number(first.parse().unwrap());
        let begins: Vec<_> = (first..=first + count).map(|day| midnight(day, &zone)).collect();
        let lengths = begins.windows(2).map(|two| (two[1].unwrap() - two[0].unwrap()) / 60_000_000);
        let begin = Timestamp::from_microsecond(begins[0].unwrap()).unwrap();
        (begin.to_string(), lengths.collect())
    }

    #[test]
    fn days_are_as_long_as_clocks_make_them() {
        let whole = 24 * 60;
        let forward = days("Europe/Berlin", "2026-03-28", 3);
        assert_eq!(forward, ("2026-03-27T23:00:00Z".to_owned(), vec![whole, whole - 60, whole]));
        let back = days("Europe/Berlin", "2026-10-24", 3);
        assert_eq!(back, ("2026-10-23T22:00:00Z".to_owned(), vec![whole, whole + 60, whole]));
        let half = days("Australia/Lord_Howe", "2026-04-05", 1);
        assert_eq!(half, ("2026-04-04T13:00:00Z".to_owned(), vec![whole + 30]));
    }

    /// Clocks go from 23:59 to 1:00, so that the day begins at 1:00.
    #[test]
    fn a_day_may_have_no_midnight() {
        let santiago = days("America/Santiago", "2026-09-05", 3);
        assert_eq!(santiago, ("2026-09-05T04:00:00Z".to_owned(), vec![1440, 1380, 1440]));
    }

    /// Samoa has gone from the 29th to the 31st.
    #[test]
    fn a_day_may_be_left_out() {
        let (_, lengths) = days("Pacific/Apia", "2011-12-29", 3);
        assert_eq!(lengths, [1440, 0, 1440]);
    }
}
