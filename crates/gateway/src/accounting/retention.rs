//! Retention: deletes old entries (their daily sums stay), old audit entries, old counts of refused
//! requests, and sessions that have ended.

use std::{sync::Arc, time::Duration};

use ledger::StoreError;
use tokio_util::sync::CancellationToken;

use super::books::Books;
use crate::config::{Kept, Retention};

/// How often sessions that have ended are looked for, where entries are kept for ever.
const DAY: Duration = Duration::from_secs(86_400);
/// Microseconds.
const MINUTE: i64 = 60_000_000;
/// Between two batches, so that entries that come in are not kept waiting.
const PAUSE: Duration = Duration::from_millis(50);

/// Deletes old entries at intervals until `stop` is cancelled.
pub(crate) async fn keep(
    books: Arc<Books>,
    (retention, kept): (Option<Retention>, Kept),
    stop: CancellationToken,
) {
    let every = retention.as_ref().map_or(DAY, |retention| retention.every);
    loop {
        let now = books.now();
        if let Some(retention) = &retention {
            let deleted = delete(&books, retention.period.before(now), &stop).await;
            if deleted > 0 {
                let period = retention.period.as_str();
                tracing::info!(deleted, period, "old entries were deleted; their sums are kept");
            }
        }
        if let Err(error) = delete_rest(&books, &kept, now).await {
            tracing::warn!(%error, "old audit entries could not be deleted; trying again later");
        }
        // Only a debug line: an ended session is refused whether its row is still there or not.
        if let Err(error) = books.store().delete_sessions_before(now).await {
            tracing::debug!(%error, "sessions that have ended could not be deleted");
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Deletes old entries of the audit and old counts of refused requests.
async fn delete_rest(books: &Books, kept: &Kept, now: i64) -> Result<(), StoreError> {
    let store = books.store();
    if let Some(period) = &kept.audit {
        let mut deleted = 0;
        loop {
            match store.delete_audit_before(period.before(now), now).await? {
                0 => break,
                more => deleted += more,
            }
            tokio::time::sleep(PAUSE).await;
        }
        if deleted > 0 {
            tracing::info!(
                deleted,
                period = period.as_str(),
                "old entries of the audit were deleted"
            );
        }
    }
    if let Some(period) = &kept.refusals {
        while store.delete_refusals_before(period.before(now).div_euclid(MINUTE)).await? {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// Deletes batch by batch. Returns how many there were.
async fn delete(books: &Books, before: i64, stop: &CancellationToken) -> u64 {
    let mut all = 0;
    // There may be millions of entries: a stop waits for one batch only.
    while !stop.is_cancelled() {
        match books.store().delete_before(before).await {
            Ok(0) => break,
            Ok(deleted) => all += deleted,
            Err(error) => {
                tracing::warn!(%error, "old entries could not be deleted; trying again later");
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    all
}
