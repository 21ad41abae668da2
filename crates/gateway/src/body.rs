//! Reads a request's body, up to a limit.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use crate::error::ApiError;

/// How much of a body that is too large is read and thrown away, so that its sender gets to read
/// the answer, as a multiple of the limit.
const PATIENCE: usize = 8;

/// The whole body.
pub(crate) async fn read(mut body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::TooLarge { limit: limit >> 20 };
    let first = next(&mut body).await?.unwrap_or_default();
    let Some(second) = next(&mut body).await? else {
        return if first.len() > limit { Err(too_large()) } else { Ok(first) };
    };
    let mut all = BytesMut::with_capacity(2 * (first.len() + second.len()));
    let mut length = first.len() + second.len();
    all.extend_from_slice(&first);
    all.extend_from_slice(&second);
    while let Some(chunk) = next(&mut body).await? {
        length += chunk.len();
        if length > limit.saturating_mul(PATIENCE) {
            return Err(too_large());
        }
        if length > limit {
            all.clear();
        } else {
            all.extend_from_slice(&chunk);
        }
    }
    if length > limit { Err(too_large()) } else { Ok(all.freeze()) }
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(ApiError::BodyBroken)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}
