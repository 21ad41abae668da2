//! One attempt: a deployment is called, once more where it refuses what was added to the request.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header::CONTENT_TYPE};
use llm_types::{Additions, Dialect, Outbound, Page, Provider, ProviderError, UpstreamAnswer};

use crate::{
    answer::whole::Whole,
    dispatch::call::Call,
    events::{early_comments::EarlyComments, reader::Opened},
    meter::Meter,
    routing::{deployment::Deployment, group::Group, learned::Shape, strategy::Turn},
};

/// An answer from which there is no way back to another deployment.
pub(super) enum Begun {
    Whole(Whole),
    Stream(HeaderMap, Opened),
}

/// Whether a deployment may be called.
pub(super) async fn pass(
    meter: &mut Meter,
    deployment: &Arc<Deployment>,
) -> Result<(), ProviderError> {
    let Some(gate) = &deployment.gate else { return Ok(()) };
    let passed = gate.pass().await;
    if let (Err(error), Some(account)) = (&passed, meter.account()) {
        account.passed_over(deployment, error);
    }
    passed
}

/// Calls one deployment; where it refuses what was added here, once more without that.
pub(super) async fn attempt(
    meter: &mut Meter,
    (group, turn): (&Arc<Group>, &Turn<'_>),
    call: &Call<'_>,
) -> Result<Begun, ProviderError> {
    let (deployment, now) = (turn.deployment, call.at);
    let mut takes =
        Additions { max_output: call.max_output, ..deployment.takes(call.view.dialect()) };
    if !call.page.is_empty() {
        // Only the page that answers takes a bound.
        takes.bound = None;
    }
    let shape = deployment.learned.shape(call.view, takes, now);
    let error = match attempt_as(meter, (group, turn), call, &shape).await {
        Err(ProviderError::Refused(refusal)) => refusal,
        other => return other,
    };
    let known = (call.view, &*deployment.learned, now);
    let Some(lesson) = shape.without(&error, known) else {
        return Err(ProviderError::Refused(error));
    };
    // The refused call may have cost something, which a strict budget must have room for as well.
    if !meter.has_room().await {
        return Err(ProviderError::Refused(error));
    }
    let again = attempt_as(meter, (group, turn), call, &lesson.next).await;
    let outcome = match &again {
        Ok(_) => Some(None),
        Err(ProviderError::Refused(refusal)) => Some(Some(&**refusal)),
        // Nothing is learned where nothing was answered.
        Err(_) => None,
    };
    if outcome.is_some_and(|refusal| lesson.is_confirmed(refusal)) {
        deployment.learned.remember(&lesson, now);
    }
    again
}

/// Calls one deployment with these additions.
async fn attempt_as(
    meter: &mut Meter,
    (group, turn): (&Arc<Group>, &Turn<'_>),
    call: &Call<'_>,
    shape: &Shape,
) -> Result<Begun, ProviderError> {
    let deployment = turn.deployment;
    if let Some(account) = meter.account() {
        account.attempt(group, turn);
    }
    if call.max_output.is_some() {
        meter.bounds(shape.bound(call.view), shape.is_unbounded(call.view)).await?;
    }
    let dialect = call.view.dialect();
    let body = call.view.rewritten(&deployment.upstream_model, &shape.additions);
    let page = Page::posted(call.page);
    let outbound = Outbound { dialect, page, body, headers: call.headers.clone() };
    let provider = &*deployment.provider;
    let begun = match provider.send(outbound).await {
        Ok(mut answer) => {
            if let Some(account) = meter.account() {
                account.answered(answer.status.as_u16(), &answer.headers);
            }
            keep_passing(provider, &mut answer.headers);
            let mut events = Vec::new();
            let begun = begin(dialect, answer, call.early.as_deref(), &mut events).await;
            if let Some(account) = meter.account().filter(|_| begun.is_err()) {
                // What came before the error may name the model, and with it the price.
                account.note_events(&events);
                if let Err(ProviderError::Refused(refusal)) = &begun {
                    account.note_failed(&refusal.body);
                }
            }
            begun
        }
        Err(ProviderError::Refused(mut refusal)) => {
            if dialect.chat_stands_in() && provider.lacks_api(&refusal) {
                deployment.learned.lack(dialect, call.at);
            }
            keep_passing(provider, &mut refusal.headers);
            Err(ProviderError::Refused(refusal))
        }
        Err(error) => Err(error),
    };
    if let (Err(error), Some(account)) = (&begun, meter.account()) {
        account.failed(error);
    }
    begun
}

/// Removes the headers of an answer that the provider does not pass on.
pub(super) fn keep_passing(provider: &dyn Provider, headers: &mut HeaderMap) {
    // The type decides how the answer is read, whatever the provider passes on.
    let passes = |name: &HeaderName| provider.passes(name) || name == CONTENT_TYPE;
    let others: Vec<_> = headers.keys().filter(|name| !passes(name)).cloned().collect();
    for name in others {
        headers.remove(name);
    }
}

async fn begin(
    dialect: Dialect,
    answer: UpstreamAnswer,
    early: Option<&EarlyComments>,
    events: &mut Vec<Bytes>,
) -> Result<Begun, ProviderError> {
    if is_event_stream(&answer.headers) {
        Ok(Begun::Stream(
            answer.headers,
            Opened::read((dialect, answer.body), early, events).await?,
        ))
    } else {
        Ok(Begun::Whole(Whole::read(dialect, answer).await?))
    }
}

/// Whether the headers announce server-sent events. Media types are case-insensitive.
fn is_event_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/event-stream")
}
