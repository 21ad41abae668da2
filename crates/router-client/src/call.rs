//! One call: pick a deployment, send, fail over before the first content, meter.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use cost_model::{Outcome, Receipt};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use llm_types::{Additions, OutboundChat, ProviderError, RequestView, Tokens, UpstreamAnswer};

use crate::{
    CallError, Catalogue, Deployment, EarlyComments, MeteredStream, Recorder, StreamEdits,
    account::reason,
    learned::Shape,
    meter::{Meter, Shared},
    reader::Opened,
    whole::Whole,
};

/// A chat request as it came from a client.
#[derive(Debug)]
pub struct ChatCall<'a> {
    /// Names the request in its receipt; different for each, as [`RouterClient::id_at`] makes them.
    ///
    /// [`RouterClient::id_at`]: crate::RouterClient::id_at
    pub id: String,
    /// When it came in. The prices of this day apply.
    pub at: Timestamp,
    /// The model group that is asked for.
    pub asked: &'a str,
    /// The client's body.
    pub body: Bytes,
    /// Where things stand in `body`.
    pub view: &'a RequestView<'a>,
    /// The client's headers that the upstream shall see.
    pub headers: HeaderMap,
    /// The edits to be made to the answer.
    pub edits: StreamEdits,
    /// The bound that is set to the answer's tokens, for a request that names none.
    pub max_output: Option<Tokens>,
    /// The ids of the group's deployments that it may go to; `None`: any.
    pub only: Option<Vec<Arc<str>>>,
    /// Where this call's receipt goes; `None`: where the client's receipts go.
    pub recorder: Option<Arc<dyn Recorder>>,
    /// Where comments go that leave before the answer begins; `None`: they are held until then.
    pub early: Option<Arc<EarlyComments>>,
}

/// An answer of which the first part is there.
#[derive(Debug)]
pub enum Sent {
    /// The whole answer.
    Json(SentJson),
    /// The answer begins.
    Stream {
        /// The upstream's headers.
        headers: HeaderMap,
        /// The upstream's events.
        events: Box<MeteredStream>,
    },
}

/// A whole answer, settled.
#[derive(Debug)]
pub struct SentJson {
    /// The upstream's status, 2xx.
    pub status: StatusCode,
    /// The upstream's headers.
    pub headers: HeaderMap,
    /// The upstream's body, with the cost added when that was asked for.
    pub body: Bytes,
    /// The request's receipt.
    pub receipt: Arc<Receipt>,
}

/// Sends calls.
#[derive(Debug)]
pub(crate) struct Dispatch {
    pub(crate) catalogue: Arc<dyn Catalogue>,
    pub(crate) shared: Arc<Shared>,
    /// Calls beyond the first; `None`: each other deployment of the group once.
    pub(crate) retries: Option<usize>,
}

/// The longest wait before the same deployment is called again.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

// === impl Dispatch ===

impl Dispatch {
    pub(crate) async fn send(&self, call: ChatCall<'_>) -> Result<Sent, CallError> {
        let unknown = || CallError::UnknownGroup { asked: call.asked.to_owned() };
        let group = self.catalogue.group(call.asked).ok_or_else(unknown)?;
        let may =
            |one: &&Arc<Deployment>| call.only.as_ref().is_none_or(|ids| ids.contains(&one.id));
        let in_turn: Vec<_> = group.in_turn().filter(may).collect();
        if in_turn.is_empty() && call.only.is_some() {
            return Err(unknown());
        }
        let mut meter = Meter::open(&self.shared, &call, in_turn.first().copied()).await?;
        match self.first_answer(&mut meter, &in_turn, &call).await {
            Ok(answer) => finish(meter, answer, call.edits).await,
            Err(error) => Err(refused(meter, error).await),
        }
    }

    /// Calls one deployment after the other until one answers.
    async fn first_answer(
        &self,
        meter: &mut Meter,
        in_turn: &[&Arc<Deployment>],
        call: &ChatCall<'_>,
    ) -> Result<Begun, ProviderError> {
        let count = in_turn.len();
        let mut calls = self.retries.map_or(count, |retries| retries.saturating_add(1));
        // Unless they are to be tried again, each is tried once.
        let turns = self.retries.map_or(count, |_| usize::MAX);
        let (mut failure, mut at_limit, mut passed_over) = (None, None, 0);
        for (turn, deployment) in in_turn.iter().cycle().take(turns).enumerate() {
            // It takes no call away from the others, and nothing is waited for on its account.
            if let Err(error) = pass(meter, deployment).await {
                at_limit = Some(error);
                passed_over += 1;
                if passed_over == count {
                    break;
                }
                continue;
            }
            passed_over = 0;
            if failure.is_some() && !meter.has_room().await {
                break;
            }
            if let Some(failure) = failure.as_ref().filter(|_| turn >= count) {
                tokio::time::sleep(wait(failure, turn - count)).await;
            }
            let error = match attempt(meter, deployment, call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            calls -= 1;
            // The same deployment would say the same again.
            let in_vain = matches!(error, ProviderError::Unbounded { .. }) && turn + 1 >= count;
            let again = calls > 0 && error.is_retryable() && !in_vain;
            failure = Some(error);
            if !again {
                break;
            }
        }
        // What was sent may have cost something, and says more than that others could not be asked.
        let none = || ProviderError::Interrupted("the group has no deployment".into());
        Err(failure.or(at_limit).unwrap_or_else(none))
    }
}

/// An answer from which there is no way back to another deployment.
enum Begun {
    Whole(Whole),
    Stream(HeaderMap, Opened),
}

/// Whether a deployment may be called.
async fn pass(meter: &mut Meter, deployment: &Arc<Deployment>) -> Result<(), ProviderError> {
    let Some(gate) = &deployment.gate else { return Ok(()) };
    let passed = gate.pass().await;
    if let (Err(error), Some(account)) = (&passed, meter.account()) {
        account.passed_over(deployment, error);
    }
    passed
}

/// Calls one deployment; where it refuses what was added here, once more without that.
async fn attempt(
    meter: &mut Meter,
    deployment: &Arc<Deployment>,
    call: &ChatCall<'_>,
) -> Result<Begun, ProviderError> {
    let now = call.at;
    let takes = Additions { max_output: call.max_output, ..deployment.takes() };
    let shape = deployment.learned.shape(call.view, takes, now);
    let error = match attempt_as(meter, deployment, call, &shape).await {
        Err(ProviderError::Refused(refusal)) => refusal,
        other => return other,
    };
    let known = (call.view, &*deployment.learned, now);
    let Some(lesson) = shape.without(&error, known) else {
        return Err(ProviderError::Refused(error));
    };
    if !meter.has_room().await {
        return Err(ProviderError::Refused(error));
    }
    let again = attempt_as(meter, deployment, call, &lesson.next).await;
    let told = match &again {
        Ok(_) => Some(None),
        Err(ProviderError::Refused(refusal)) => Some(Some(&**refusal)),
        // Nothing is learned where nothing was answered.
        Err(_) => None,
    };
    if told.is_some_and(|refusal| lesson.is_confirmed(refusal)) {
        deployment.learned.remember(&lesson, now);
    }
    again
}

/// Calls one deployment with these additions.
async fn attempt_as(
    meter: &mut Meter,
    deployment: &Arc<Deployment>,
    call: &ChatCall<'_>,
    shape: &Shape,
) -> Result<Begun, ProviderError> {
    if let Some(account) = meter.account() {
        account.attempt(deployment);
    }
    if call.max_output.is_some() {
        meter.bounds(shape.bound(call.view), shape.is_unbounded(call.view)).await?;
    }
    let body = call.view.rewritten(&deployment.upstream_model, &shape.additions);
    let outbound = OutboundChat { body, headers: call.headers.clone() };
    let begun = match deployment.provider.chat(outbound).await {
        Ok(answer) => {
            if let Some(account) = meter.account() {
                account.answered(answer.status.as_u16(), &answer.headers);
            }
            let mut events = Vec::new();
            let begun = begin(answer, call.early.as_deref(), &mut events).await;
            if let Some(account) = meter.account().filter(|_| begun.is_err()) {
                account.note_events(&events);
            }
            begun
        }
        Err(error) => Err(error),
    };
    if let (Err(error), Some(account)) = (&begun, meter.account()) {
        account.failed(error);
    }
    begun
}

async fn begin(
    answer: UpstreamAnswer,
    early: Option<&EarlyComments>,
    events: &mut Vec<Bytes>,
) -> Result<Begun, ProviderError> {
    if is_event_stream(&answer.headers) {
        Ok(Begun::Stream(answer.headers, Opened::read(answer.body, early, events).await?))
    } else {
        Ok(Begun::Whole(Whole::read(answer).await?))
    }
}

async fn finish(meter: Meter, begun: Begun, edits: StreamEdits) -> Result<Sent, CallError> {
    match begun {
        Begun::Stream(headers, opened) => {
            let events = Box::new(MeteredStream::new(meter, opened, edits));
            Ok(Sent::Stream { headers, events })
        }
        Begun::Whole(whole) => whole.settled(meter, edits).await.map(Sent::Json),
    }
}

/// Whether the headers announce server-sent events. Media types are case-insensitive.
fn is_event_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/event-stream")
}

/// Settles a call that has no answer.
async fn refused(mut meter: Meter, error: ProviderError) -> CallError {
    meter.count().await;
    let outcome = match &error {
        ProviderError::Refused(refusal) => {
            Outcome::Refused { status: refusal.status.as_u16(), code: refusal.code.clone() }
        }
        ProviderError::AtLimit { .. } => {
            let status = StatusCode::TOO_MANY_REQUESTS.as_u16();
            Outcome::Refused { status, code: Some(Outcome::AT_LIMIT.to_owned()) }
        }
        // Nothing was sent, so this counts as a refusal at the door.
        error if !error.was_sent() => Outcome::Refused { status: 0, code: None },
        error => Outcome::Failed { reason: reason(error) },
    };
    CallError::Provider { error, receipt: meter.settle(outcome) }
}

fn wait(failure: &ProviderError, repeats: usize) -> Duration {
    let asked = match failure {
        ProviderError::Refused(refusal) => refusal.retry_after,
        _ => None,
    };
    let doubled = Duration::from_millis(500 << repeats.min(4));
    asked.unwrap_or(doubled).min(LONGEST_WAIT)
}
