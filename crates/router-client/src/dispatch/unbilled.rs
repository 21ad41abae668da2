//! Requests that cost nothing, such as counting the tokens of a prompt: they have no receipt and are not
//! metered.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use llm_types::{Additions, Dialect, Outbound, Page, ProviderError, RequestView, UpstreamAnswer};

use crate::{
    answer::whole::joined, dispatch::Dispatch, dispatch::attempt::keep_passing, error::CallError,
    routing::deployment::Deployment,
};

/// A request that costs nothing.
#[derive(Debug)]
pub struct Unbilled<'a> {
    /// The model group that is asked for.
    pub asked: &'a str,
    /// The API.
    pub dialect: Dialect,
    /// Where things stand in the client's body, if it has one.
    pub view: Option<&'a RequestView<'a>>,
    /// The page of the API.
    pub page: Page,
    /// The client's headers that the upstream shall see.
    pub headers: HeaderMap,
    /// The ids of the group's deployments that it may go to; `None`: any.
    pub only: Option<Vec<Arc<str>>>,
}

/// What the upstream answered, as it came.
#[derive(Debug)]
pub struct Passed {
    /// The upstream's status, 2xx.
    pub status: StatusCode,
    /// The upstream's headers that its provider passes on.
    pub headers: HeaderMap,
    /// The upstream's body.
    pub body: Bytes,
}

// === impl Dispatch ===

impl Dispatch {
    /// Calls one deployment after the other, each once, until one answers.
    pub(crate) async fn pass_unbilled(&self, request: &Unbilled<'_>) -> Result<Passed, CallError> {
        let unknown = || CallError::UnknownGroup { asked: request.asked.to_owned() };
        let group = self.catalogue.group(request.asked).ok_or_else(unknown)?;
        let mut turns = group.turns();
        if let Some(ids) = &request.only {
            turns.retain(|turn| ids.contains(&turn.deployment.id));
        }
        let mut failure = None;
        for turn in turns {
            let error = match pass(turn.deployment, request).await {
                Ok(passed) => return Ok(passed),
                Err(error) => error,
            };
            let retryable = error.is_retryable();
            let deployment = Arc::clone(&turn.deployment.name);
            failure = Some(CallError::Unbilled { error, deployment });
            if !retryable {
                break;
            }
        }
        Err(failure.unwrap_or_else(unknown))
    }
}

async fn pass(deployment: &Deployment, request: &Unbilled<'_>) -> Result<Passed, ProviderError> {
    if let Some(gate) = &deployment.gate {
        gate.pass().await?;
    }
    let Unbilled { dialect, view, page, headers, .. } = request;
    let rewritten =
        |view: &RequestView<'_>| view.rewritten(&deployment.upstream_model, &Additions::NONE);
    let body = view.map_or_else(Bytes::new, rewritten);
    let (dialect, page) = (*dialect, page.clone());
    let provider = &*deployment.provider;
    let outbound = Outbound { dialect, page, body, headers: headers.clone() };
    match provider.send(outbound).await {
        Ok(UpstreamAnswer { status, mut headers, body }) => {
            keep_passing(provider, &mut headers);
            Ok(Passed { status, headers, body: joined(body).await? })
        }
        Err(ProviderError::Refused(mut refusal)) => {
            keep_passing(provider, &mut refusal.headers);
            Err(ProviderError::Refused(refusal))
        }
        Err(error) => Err(error),
    }
}
