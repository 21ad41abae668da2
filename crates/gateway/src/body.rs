//! Request bodies, read up to a limit and decompressed.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::BodyExt;

use crate::{content_encoding::ContentEncoding, error::ApiError};

/// How much of a body that is too large is read and thrown away, so that its sender gets to read
/// the answer, as a multiple of the limit.
const PATIENCE: usize = 8;

/// The whole body, decompressed.
pub(crate) async fn whole(
    body: Body,
    encoding: Option<ContentEncoding>,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let body = read(body, limit).await?;
    match encoding {
        None => Ok(body),
        // On the heap: it is rare, and would make the future of every request larger.
        Some(encoding) => Box::pin(encoding.decode(body, limit)).await,
    }
}

/// The whole body as it was sent.
async fn read(mut body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::TooLarge { limit: limit >> 20 };
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        throw_away(&mut body, limit.saturating_mul(PATIENCE)).await;
        return Err(too_large());
    }
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

/// Reads on to the end of a body that nobody wants, unless it is said to be beyond all patience.
async fn throw_away(body: &mut Body, patience: usize) {
    if body.size_hint().lower() > u64::try_from(patience).unwrap_or(u64::MAX) {
        return;
    }
    while let Ok(Some(_)) = next(body).await {}
}

async fn next(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    // A body of known length ends with its last byte: no need to be woken again for that.
    if body.is_end_stream() {
        return Ok(None);
    }
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(ApiError::BodyBroken)?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const LIMIT: usize = 100;

    /// A body that comes in these pieces and does not tell its length.
    fn pieces(sizes: &[usize]) -> Body {
        let pieces: Vec<_> =
            sizes.iter().map(|size| Ok::<_, axum::Error>(Bytes::from(vec![7; *size]))).collect();
        Body::from_stream(stream::iter(pieces))
    }

    #[track_caller]
    fn check(read: &Result<Bytes, ApiError>, expect: Option<usize>) {
        match (read, expect) {
            (Ok(bytes), Some(length)) => assert_eq!(bytes[..], vec![7; length]),
            (Err(ApiError::TooLarge { .. }), None) => {}
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn bodies_up_to_the_limit_are_read_and_no_others() {
        for (sizes, expect) in [
            (&[][..], Some(0)),
            (&[100], Some(100)),
            (&[0, 1, 0, 99], Some(100)),
            (&[101], None),
            (&[50, 51], None),
            (&[50, 20, 31], None),
            (&[100, 700], None),
            (&[100, 700, 1], None),
            (&[1_000_000, 1], None),
        ] {
            check(&read(pieces(sizes), LIMIT).await, expect);
        }
    }

    #[tokio::test]
    async fn a_body_that_tells_its_length_is_judged_by_it() {
        for (length, expect) in [(100, Some(100)), (101, None), (801, None)] {
            check(&read(Body::from(vec![7; length]), LIMIT).await, expect);
        }
    }
}
