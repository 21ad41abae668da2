//! Dispatch of one call: picks a deployment, and fails over to others until an answer begins.

pub(crate) mod attempt;
pub(crate) mod call;
pub(crate) mod unbilled;

use std::{sync::Arc, time::Duration};

use cost_model::{Outcome, Receipt};
use http::StatusCode;
use llm_types::ProviderError;

use crate::{
    answer::stream::MeteredStream,
    dispatch::{
        attempt::{Begun, attempt, pass},
        call::{Call, Sent},
    },
    error::CallError,
    meter::{
        Meter, Shared,
        account::{Opening, reason},
    },
    routing::{catalogue::Catalogue, group::Group, strategy::Turn},
};

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

impl Dispatch {
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Sent, CallError> {
        let unknown = || CallError::UnknownGroup { asked: call.asked.to_owned() };
        let group = self.catalogue.group(call.asked).ok_or_else(unknown)?;
        let mut turns = group.turns();
        if let Some(ids) = &call.only {
            turns.retain(|turn| ids.contains(&turn.deployment.id));
            if turns.is_empty() {
                // As if the group did not exist: the caller may use none of its deployments.
                return Err(unknown());
            }
        }
        leave_routers_out(&call, &mut turns)?;
        let mut meter = Meter::open(&self.shared, &opening(&call, &turns)).await?;
        match self.first_answer(&mut meter, (&group, &turns), &call).await {
            Ok(answer) => finish(meter, answer, &call).await,
            Err(error) => {
                let lacking = matches!(error, ProviderError::Refused(_)) && all_lack(&turns, &call);
                let (error, receipt) = refused(meter, error).await;
                Err(if lacking {
                    CallError::NoApi { error, receipt }
                } else {
                    CallError::Provider { error, receipt }
                })
            }
        }
    }

    /// Calls one deployment after the other until one answers.
    async fn first_answer(
        &self,
        meter: &mut Meter,
        (group, in_turn): (&Arc<Group>, &[Turn<'_>]),
        call: &Call<'_>,
    ) -> Result<Begun, ProviderError> {
        let count = in_turn.len();
        let mut calls = self.retries.map_or(count, |retries| retries.saturating_add(1));
        // Unless they are to be tried again, each is tried once.
        let turns = self.retries.map_or(count, |_| usize::MAX);
        let (mut failure, mut at_limit, mut passed_over) = (None, None, 0);
        for (turn, next) in in_turn.iter().cycle().take(turns).enumerate() {
            // It takes no call away from the others, and nothing is waited for on its account.
            if let Err(error) = pass(meter, next.deployment).await {
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
            let error = match attempt(meter, (group, next), call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            calls -= 1;
            // The same deployment would say the same again.
            let in_vain = matches!(error, ProviderError::Unbounded { .. }) && turn + 1 >= count;
            // Another one may have the API that this one lacks.
            let lacking = next.deployment.learned.lacks(call.view.dialect(), call.at);
            let again = calls > 0 && (error.is_retryable() || lacking) && !in_vain;
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

/// Takes the routers out of a call's turns, where its API knows none.
fn leave_routers_out(call: &Call<'_>, turns: &mut Vec<Turn<'_>>) -> Result<(), CallError> {
    let dialect = call.view.dialect();
    if dialect.is_routed() || turns.is_empty() {
        return Ok(());
    }
    turns.retain(|turn| !turn.deployment.router);
    let asked = || call.asked.to_owned();
    if turns.is_empty() { Err(CallError::OnlyRouters { asked: asked(), dialect }) } else { Ok(()) }
}

/// The facts with which the account of a call is opened.
fn opening<'a>(call: &'a Call<'_>, turns: &[Turn<'a>]) -> Opening<'a> {
    Opening {
        dialect: call.view.dialect(),
        spoken: call.spoken,
        id: &call.id,
        at: call.at,
        asked: call.asked,
        body: &call.body,
        stream: call.view.stream,
        answers: call.view.answers(),
        recorder: call.recorder.as_ref(),
        first: turns.first().map(|turn| turn.deployment),
    }
}

async fn finish(meter: Meter, begun: Begun, call: &Call<'_>) -> Result<Sent, CallError> {
    let edits = call.edits;
    match begun {
        Begun::Stream(headers, opened) => {
            let events = Box::new(MeteredStream::new(call.view.dialect(), meter, opened, edits));
            Ok(Sent::Stream { headers, events })
        }
        Begun::Whole(whole) => whole.settled(meter, edits).await.map(Sent::Json),
    }
}

/// Whether all deployments have refused the API of the call lately.
fn all_lack(turns: &[Turn<'_>], call: &Call<'_>) -> bool {
    let dialect = call.view.dialect();
    turns.iter().all(|turn| turn.deployment.learned.lacks(dialect, call.at))
}

/// Settles a call that has no answer.
async fn refused(mut meter: Meter, error: ProviderError) -> (ProviderError, Arc<Receipt>) {
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
    (error, meter.settle(outcome))
}

fn wait(failure: &ProviderError, repeats: usize) -> Duration {
    let asked = match failure {
        ProviderError::Refused(refusal) => refusal.retry_after,
        _ => None,
    };
    // From half a second to eight.
    let doubled = Duration::from_millis(500 << repeats.min(4));
    asked.unwrap_or(doubled).min(LONGEST_WAIT)
}
