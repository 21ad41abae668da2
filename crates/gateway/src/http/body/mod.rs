//! Request bodies, read up to a limit of size and time, and decompressed.

mod memory_budget;

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::time::Instant;

pub(crate) use self::memory_budget::Bodies;
use self::memory_budget::{SMALL, Taken};
use super::{content_encoding::ContentEncoding, error::ApiError};

/// The parameters of reading a body.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) bodies: &'a Bodies,
    /// The owner of the body; no owner may use all of the memory.
    pub(crate) owner: &'a str,
    pub(crate) encoding: Option<ContentEncoding>,
    /// The largest body, in bytes.
    pub(crate) limit: usize,
}

/// How much of a body that is too large is read and thrown away, so that its sender gets to read
/// the answer, as a multiple of the limit.
const PATIENCE: usize = 8;
/// A body may take a second longer for each of these many bytes.
const PER_SECOND: u64 = 64 * 1024;

// === impl Reading ===

impl Reading<'_> {
    /// The whole body, decompressed.
    pub(crate) async fn whole(self, mut body: Body) -> Result<Bytes, ApiError> {
        // Most bodies come with their head: no clock is looked at for them.
        let first = next(&mut body).now_or_never().transpose()?.flatten();
        let whole = match first {
            Some(first) if first.len() <= self.limit.min(SMALL) && body.is_end_stream() => first,
            // On the heap: it is rare, and would make the future of every request larger.
            first => Box::pin(self.gather(body, first)).await?,
        };
        match self.encoding {
            None => Ok(whole),
            Some(encoding) => Box::pin(self.decode(encoding, whole)).await,
        }
    }

    /// The whole body as it was sent.
    async fn gather(self, mut body: Body, first: Option<Bytes>) -> Result<Bytes, ApiError> {
        let mut time = Allowance::new(self.bodies.within);
        let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        let expected = declared.saturating_add(first.as_ref().map_or(0, Bytes::len));
        if expected > self.limit {
            throw_away(&mut body, &mut time, self.limit.saturating_mul(PATIENCE)).await;
            return Err(self.too_large());
        }
        let mut taken = Taken::default();
        self.bodies.receive(self.owner, expected, &mut taken).await?;
        // The wait for room is not the client's.
        time = Allowance::new(self.bodies.within);
        let mut all = Vec::with_capacity(expected);
        all.extend_from_slice(&first.unwrap_or_default());
        while let Some(chunk) = time.next(&mut body).await? {
            let length = all.len() + chunk.len();
            if length > self.limit {
                // Their room is for others while the rest is thrown away.
                drop((all, taken));
                throw_away(&mut body, &mut time, self.limit.saturating_mul(PATIENCE)).await;
                return Err(self.too_large());
            }
            if length > all.capacity() {
                // By half, where `Vec` would double: room is taken for all that is allocated.
                let capacity = length.max(all.capacity() + all.capacity() / 2).min(self.limit);
                self.bodies.receive(self.owner, capacity, &mut taken).await?;
                all.reserve_exact(capacity - all.len());
            }
            all.extend_from_slice(&chunk);
        }
        self.bodies.hold(self.owner, all.into(), taken).await
    }

    /// A few bytes can decompress to the largest body: it takes its room before that is known.
    async fn decode(self, encoding: ContentEncoding, encoded: Bytes) -> Result<Bytes, ApiError> {
        let mut taken = Taken::default();
        self.bodies.receive(self.owner, self.limit, &mut taken).await?;
        let body = encoding.decode(encoded, self.limit).await?;
        self.bodies.hold(self.owner, body, taken).await
    }

    fn too_large(self) -> ApiError {
        ApiError::TooLarge { limit: self.limit }
    }
}

/// The time that a body has.
struct Allowance {
    begin: Instant,
    within: Duration,
    read: u64,
}

// === impl Allowance ===

impl Allowance {
    fn new(within: Duration) -> Self {
        Self { begin: Instant::now(), within, read: 0 }
    }

    /// When its time is over, if ever.
    fn end(&self) -> Option<Instant> {
        let more = Duration::from_secs(self.read / PER_SECOND);
        self.begin.checked_add(self.within.saturating_add(more))
    }

    /// The next part of the body, in time.
    async fn next(&mut self, body: &mut Body) -> Result<Option<Bytes>, ApiError> {
        let next = match self.end() {
            Some(end) => tokio::time::timeout_at(end, next(body)).await,
            None => Ok(next(body).await),
        };
        let next = next.map_err(|_| ApiError::BodyTooSlow)??;
        self.read += next.as_ref().map_or(0, |chunk| u64::try_from(chunk.len()).unwrap_or(0));
        Ok(next)
    }
}

/// Reads a refused body to its end, up to a bound.
async fn throw_away(body: &mut Body, time: &mut Allowance, patience: usize) {
    let patience = u64::try_from(patience).unwrap_or(u64::MAX);
    if body.size_hint().lower() > patience {
        return;
    }
    while let Ok(Some(_)) = time.next(body).await {
        if time.read > patience {
            return;
        }
    }
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
    use futures_util::{StreamExt as _, stream};

    use super::*;
    use crate::config::Connections;

    const LIMIT: usize = 100;

    async fn read(body: Body, limit: usize) -> Result<Bytes, ApiError> {
        let bodies = Bodies::new(&Connections::default());
        let reading = Reading { bodies: &bodies, owner: "ann", encoding: None, limit };
        reading.whole(body).await
    }

    /// A body that arrives in these pieces and does not state its length.
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
        let large = [100_000, 1, 300_000, 99_999];
        check(&read(pieces(&large), 500_000).await, Some(500_000));
        check(&read(pieces(&large), 499_999).await, None);
    }

    #[tokio::test]
    async fn a_body_that_announces_its_length_is_judged_by_it() {
        for (length, expect) in [(100, Some(100)), (101, None), (801, None)] {
            check(&read(Body::from(vec![7; length]), LIMIT).await, expect);
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_in_time_is_refused() {
        let limits = Connections { body_timeout: Duration::ZERO, ..Connections::default() };
        let bodies = Bodies::new(&limits);
        let reading = Reading { bodies: &bodies, owner: "ann", encoding: None, limit: LIMIT };
        let begun = stream::iter([Ok::<_, axum::Error>(Bytes::from_static(b"{"))]);
        let never = Body::from_stream(begun.chain(stream::pending()));
        assert!(matches!(reading.whole(never).await, Err(ApiError::BodyTooSlow)));
        check(&reading.whole(pieces(&[10, 10])).await, Some(20));
    }

    /// A slow line is no attack.
    #[test]
    fn bytes_that_arrived_give_more_time() {
        let mut time = Allowance::new(Duration::from_secs(30));
        time.read = 10 * PER_SECOND;
        assert_eq!(time.end(), Some(time.begin + Duration::from_secs(40)));
    }
}
