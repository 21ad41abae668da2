//! Refused sign-ins in the audit: one entry for each client address and minute.

use serde_json::json;

use super::{ChangedBy, Done};
use crate::store::{Store, StoreError};

/// How often sign-ins from one address were refused in one minute, by one run of a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedSignIns {
    /// The client's address, or the common name of many.
    pub peer: String,
    /// Minutes since 1970.
    pub minute: i64,
    /// All of them so far.
    pub count: u64,
}

/// Microseconds.
const MINUTE: i64 = 60_000_000;

// === impl Store: refused sign-ins ===

impl Store {
    /// Records how many sign-ins were refused so far. A count replaces the one that the same run has
    /// recorded of the same address and minute.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_refused_sign_ins(
        &self,
        run: &str,
        all: &[RefusedSignIns],
    ) -> Result<(), StoreError> {
        let steps = all.iter().map(|refused| {
            let RefusedSignIns { peer, minute, count } = refused;
            let mut by = ChangedBy::new(ChangedBy::NOBODY, minute.saturating_mul(MINUTE));
            by.audit_id = id(run, refused);
            by.ip = peer.parse::<std::net::IpAddr>().is_ok().then(|| peer.clone());
            let subject = format!("client:{peer}");
            by.audit_again(Done::new("refuse_sign_in", &subject).after(&json!({ "count": count })))
        });
        Ok(self.db.transact(steps.collect::<Vec<_>>()).await?)
    }
}

/// The same for each count of one run, address and minute; sorts by the minute.
fn id(run: &str, refused: &RefusedSignIns) -> String {
    use sha2::{Digest as _, Sha256};

    let digest: [u8; 32] =
        Sha256::digest(format!("{run} {} {}", refused.minute, refused.peer)).into();
    let millis = u64::try_from(refused.minute.saturating_mul(MINUTE) / 1_000).unwrap_or(0);
    // A hash instead of random bits: the same count has the same id whenever it is stored.
    let mut random = [0; 10];
    random.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().to_string()
}
