//! A whole answer: read, metered, settled, and given its cost.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use cost_model::{Outcome, Receipt};
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode};
use llm_types::{ByteStream, Dialect, ProviderError, UpstreamAnswer};

use crate::{
    answer::{splice, stream::StreamEdits},
    error::CallError,
    events::error_envelope::{self, ReportedError},
    meter::Meter,
};

/// A whole answer, settled.
#[derive(Debug)]
pub struct SentJson {
    /// The upstream's status, 2xx.
    pub status: StatusCode,
    /// The upstream's headers that its provider passes on.
    pub headers: HeaderMap,
    /// The upstream's body, with the cost added when that was asked for.
    pub body: Bytes,
    /// The request's receipt.
    pub receipt: Arc<Receipt>,
}

/// A whole answer as it came.
pub(crate) struct Whole {
    dialect: Dialect,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The largest answer that is read.
const LARGEST: usize = 64 * 1024 * 1024;

/// How much of a body that is no answer is repeated, in bytes.
const LONGEST_FOUND: usize = 120;

// === impl Whole ===

impl Whole {
    /// Reads an answer to its end. Up to there nobody has seen any of it, so that another
    /// deployment can take over.
    pub(crate) async fn read(
        dialect: Dialect,
        answer: UpstreamAnswer,
    ) -> Result<Self, ProviderError> {
        let UpstreamAnswer { status, headers, body } = answer;
        let body = joined(body).await?;
        check(dialect, &body, &headers)?;
        Ok(Self { dialect, status, headers, body })
    }

    /// Settles the request, and adds its cost to the answer when that is asked for.
    ///
    /// # Errors
    /// When the answer is no JSON object.
    pub(crate) async fn settled(
        self,
        mut meter: Meter,
        edits: StreamEdits,
    ) -> Result<SentJson, CallError> {
        let Self { dialect, status, headers, body } = self;
        let Ok(peek) = dialect.peek(&body) else {
            let reason = "the answer is not valid JSON".to_owned();
            if let Some(account) = meter.account() {
                account.answered_whole(false);
            }
            meter.count().await;
            return Err(CallError::BadAnswer { receipt: meter.settle(Outcome::Failed { reason }) });
        };
        if let Some(account) = meter.account() {
            account.note(&peek);
            account.reported(&peek);
            if !account.knows_counts() || account.recorder().keeps_answers() {
                let said = dialect.said(&body);
                account.answered_whole(!said.is_empty());
                account.delivered_text(&said);
            }
        }
        meter.count().await;
        let receipt = meter.settle(Outcome::Completed);
        let body = match peek.usage {
            Some(usage) if edits.add_cost => splice::with_cost(&body, usage, &receipt.cost),
            _ => body.clone(),
        };
        Ok(SentJson { status, headers, body, receipt })
    }
}

/// Whether a body is an answer: with a status of 200 some upstreams send an error, a page of a
/// proxy's, or nothing.
///
/// # Errors
/// When it is not. Another deployment may then answer.
fn check(dialect: Dialect, body: &[u8], headers: &HeaderMap) -> Result<(), ProviderError> {
    if dialect.is_surely_answer(body) {
        return Ok(());
    }
    let peek = dialect.peek(body).ok();
    let error = peek.as_ref().and_then(|peek| ReportedError::find(dialect, body, peek, false));
    match error {
        Some(error) => Err(error_envelope::refusal(body, error, headers.clone())),
        None if peek.is_some_and(|peek| peek.is_answer) => Ok(()),
        None => Err(ProviderError::NoAnswer { expected: dialect.answer(), found: describe(body) }),
    }
}

/// The beginning of what came in place of an answer.
fn describe(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(LONGEST_FOUND)]);
    match text.trim() {
        "" => "an empty body".to_owned(),
        text => format!("`{}`", text.replace(char::is_control, " ")),
    }
}

/// All chunks in one; a single one, which is the rule, is not copied.
pub(crate) async fn joined(mut body: ByteStream) -> Result<Bytes, ProviderError> {
    let first = body.next().await.transpose()?.unwrap_or_default();
    let Some(second) = body.next().await.transpose()? else { return Ok(first) };
    let mut all = BytesMut::with_capacity(first.len() + 2 * second.len());
    all.extend_from_slice(&first);
    all.extend_from_slice(&second);
    while let Some(chunk) = body.next().await.transpose()? {
        all.extend_from_slice(&chunk);
        if all.len() > LARGEST {
            return Err(ProviderError::Interrupted("the answer is larger than 64 MiB".into()));
        }
    }
    Ok(all.freeze())
}
