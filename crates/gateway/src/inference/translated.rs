//! Requests whose model group has no deployment with their API: they are sent as chats, and the answers
//! translated back.

use api_translation::{Answers, Api, EventTranslator, Target, Translation};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use llm_types::{Additions, BoundName, Dialect, EventSplitter, RequestView, event_data};
use router_client::{CallError, MeteredStream, SentJson};

use crate::{app::App, auth::Caller, http::ApiError};

/// The API whose requests are translated, if they are.
fn api_of(dialect: Dialect) -> Option<Api> {
    match dialect {
        Dialect::Responses => Some(Api::Responses),
        Dialect::Messages => Some(Api::Messages),
        Dialect::Chat | Dialect::Embeddings => None,
    }
}

/// The translation of a request that no deployment takes as it is; `None` where one does, and where
/// there is none at all, which admission refuses. `id` is what the answer is called if the upstream
/// names none.
pub(super) fn needed(
    app: &App,
    caller: &Caller,
    (view, asked): (&RequestView<'_>, &str),
    (id, now): (&str, Timestamp),
) -> Result<Option<Translation>, ApiError> {
    let Some(api) = api_of(view.dialect()) else { return Ok(None) };
    let Some(bound) = bound_of_chat(app, caller, (view, asked), now) else { return Ok(None) };
    let created = u64::try_from(now.as_second()).unwrap_or_default();
    let target = Target { deployment: asked, bound, id, created };
    // Without the keys that are for the gateway alone.
    let body = view.rewritten(asked, &Additions::NONE);
    Translation::request(api, &body, &target).map(Some).map_err(ApiError::NotTranslated)
}

/// The answer to a request for the number of its tokens, if it would be sent as a chat: counted here.
pub(super) fn count(
    app: &App,
    caller: &Caller,
    (view, asked): (&RequestView<'_>, &str),
    body: &[u8],
) -> Result<Option<Bytes>, ApiError> {
    let Some(bound) = bound_of_chat(app, caller, (view, asked), app.now()) else {
        return Ok(None);
    };
    let target = Target { deployment: asked, bound, id: "", created: 0 };
    let chat = Translation::count_tokens(body, &target).map_err(ApiError::NotTranslated)?;
    let counted = router_client::prompt_tokens(Dialect::Chat, &chat.body);
    Ok(Some(api_translation::counted_tokens(counted.0)))
}

/// The name under which chats are bounded where a request is to be sent as one; `None` where a
/// deployment has its API, or there is no deployment.
fn bound_of_chat(
    app: &App,
    caller: &Caller,
    (view, asked): (&RequestView<'_>, &str),
    now: Timestamp,
) -> Option<BoundName> {
    let set = app.set();
    let mut usable = set.of_group(asked).filter(|member| caller.may_use(member)).peekable();
    let takes = usable.peek()?.deployment.takes(Dialect::Chat);
    let native = usable.any(|member| member.deployment.has_api(view.dialect(), now));
    (!native).then(|| takes.bound.unwrap_or(BoundName::MaxCompletionTokens))
}

/// A whole answer in the client's API.
pub(super) fn whole(answers: &Answers, answer: SentJson) -> Result<SentJson, ApiError> {
    match answers.whole(&answer.body) {
        Ok(body) => Ok(SentJson { body, ..answer }),
        Err(broken) => {
            tracing::warn!(%broken, "an answer could not be translated");
            Err(CallError::BadAnswer { receipt: answer.receipt }.into())
        }
    }
}

/// A whole answer as the events of the client's API, for a client whose stream has begun.
pub(super) fn as_events(answers: &Answers, answer: &Bytes) -> Response {
    let mut translator = answers.events();
    let events = [translator.push(answer), translator.finish()].concat();
    Response::new(events.into())
}

/// A stream in the client's API. Comments pass.
pub(super) fn events(
    answers: &Answers,
    upstream: Box<MeteredStream>,
) -> impl Stream<Item = Bytes> + Send + Unpin + use<> {
    let state = (upstream, EventSplitter::default(), answers.events());
    let translated = stream::unfold(Some(state), async |state| {
        let (mut upstream, mut splitter, mut translator) = state?;
        match upstream.next().await {
            Some(chunk) => {
                splitter.push(chunk);
                let events = translate(&mut splitter, &mut translator);
                Some((events, Some((upstream, splitter, translator))))
            }
            None => Some((translator.finish(), None)),
        }
    });
    Box::pin(translated)
}

/// The events that have come so far.
fn translate(splitter: &mut EventSplitter, translator: &mut EventTranslator) -> Bytes {
    let mut all = BytesMut::new();
    while let Some(event) = splitter.next_event() {
        match event_data(&event) {
            Some(data) => all.extend_from_slice(&translator.push(&data)),
            None => all.extend_from_slice(&event),
        }
    }
    all.freeze()
}
