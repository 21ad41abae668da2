//! `POST /health/test_connection`: sends one small request to a deployment, which need not be
//! stored yet. It is billed and recorded like any other.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State};
use bytes::Bytes;
use gateway_api::litellm::model::ConnectionTerms;
use http::{HeaderMap, HeaderName, HeaderValue};
use llm_types::{Dialect, RequestView, Tokens};
use router_client::{Call, CallError, Group, Groups, RouterClient, Sent, StreamEdits};

use super::{
    change::Change,
    connection_report::{Asked, Tested},
    empty, over,
    row::warnings,
    stored,
};
use crate::{
    accounting::Finished,
    api::litellm::fields::{Fields, wrong},
    app::{App, Worker},
    auth::{Admin, Caller},
    deployments::{Member, text_of, worst_case},
    http::ApiError,
    inference::{Request, RequestRecorder, recorder::durable},
    openapi::{Conflict, NoRoom, NotDone, NotFound},
};

/// Tag of such requests in the ledger.
const TAG: &str = "fareway:test-connection";
/// The most that is asked for: any model has an answer, or the beginning of a thought, for this.
const MAX_COMPLETION: Tokens = Tokens(16);
/// Somebody looks at the page and waits.
const PATIENCE: Duration = Duration::from_secs(60);
/// The id of what is not stored.
const NEW: &str = "fareway-test-connection";

/// What is to be tested.
#[derive(Clone)]
struct Target {
    /// Its name in the ledger: the group, or the model string if it has none.
    asked: String,
    configured: Arc<Member>,
    warnings: Vec<String>,
}

/// Sends a small request to a deployment, which is billed. A deployment that does not answer is not
/// an error: see `status`.
#[utoipa::path(post, path = "/health/test_connection", tag = "models", request_body = ConnectionTerms,
    responses((status = 200, body = Tested), NotDone, NotFound, Conflict, NoRoom))]
pub(crate) async fn test_connection(
    State(worker): State<Worker>,
    caller: Caller,
    _: Admin,
    Fields(terms, _): Fields<ConnectionTerms>,
) -> Result<Json<Tested>, ApiError> {
    let ConnectionTerms { mode, model_name, litellm_params, fields, sold, .. } = terms;
    let wanted = mode.value().map(|mode| dialect_of(&mode)).transpose()?;
    let change = Change::new(model_name, litellm_params, fields, sold)?;
    let target = target(&worker.app, change).await?;
    let (configured, warnings) = (Arc::clone(&target.configured), target.warnings.clone());
    let dialect = wanted.unwrap_or_else(|| configured.dialect(&worker.app.prices()));
    let asked = Asked::new(&configured, (dialect, MAX_COMPLETION), warnings);
    let background = worker.app.background.clone();
    let asking = Finished::new(ask(worker, caller, target, dialect), background);
    Ok(Json(match tokio::time::timeout(PATIENCE, asking).await {
        Err(_) => asked.too_late(PATIENCE),
        Ok(Ok(Sent::Json(answer))) => asked.answered(&answer),
        Ok(Ok(Sent::Stream { events, .. })) => asked.streamed(events.served()),
        Ok(Err(ApiError::Call(
            CallError::Provider { error, receipt } | CallError::NoApi { error, receipt },
        ))) => asked.failed(&error, &receipt),
        Ok(Err(ApiError::Call(CallError::BadAnswer { receipt }))) => asked.no_answer(&receipt),
        Ok(Err(error)) => return Err(error),
    }))
}

/// What the fields describe: a model as it is, with a change, or one that is not stored.
async fn target(app: &App, change: Change) -> Result<Target, ApiError> {
    let id = change.id.clone();
    let (known, has_params) = (id.as_deref(), change.has_params());
    if let Some(fixed) = known.and_then(|id| app.deployments.fixed(id)).filter(|_| !has_params) {
        let (asked, configured) = (fixed.group.clone(), Arc::clone(fixed));
        return Ok(Target { asked, configured, warnings: Vec::new() });
    }
    let found = match known {
        Some(id) => stored(app, id).await?,
        None => None,
    };
    let mut entry = match (found, known) {
        (Some(model), _) => over(app, &model, change)?,
        (None, Some(id)) if !has_params => {
            return Err(ApiError::NoSuch { what: "model", id: id.to_owned() });
        }
        (None, _) => {
            let mut entry = empty(NEW);
            change.apply(&mut entry);
            entry
        }
    };
    if entry.model_name.is_empty() {
        let model = entry.params.get("model").and_then(|model| text_of(model));
        entry.model_name = model.unwrap_or_default();
    }
    let added = entry.read(app.deployments.transport())?;
    let warnings = warnings(&added);
    Ok(Target { asked: entry.model_name, configured: added.configured, warnings })
}

/// The API that LiteLLM calls so.
fn dialect_of(mode: &str) -> Result<Dialect, ApiError> {
    let named = |dialect: &Dialect| dialect.litellm_mode() == mode;
    match Dialect::ALL.into_iter().find(named) {
        Some(dialect) => Ok(dialect),
        None if mode == "completion" => Ok(Dialect::Chat),
        None => Err(wrong("mode", "`chat`, `embedding`, `responses` or `messages`", mode)),
    }
}

/// Asks once, as any request is asked; what it costs is booked.
async fn ask(
    worker: Worker,
    caller: Caller,
    target: Target,
    dialect: Dialect,
) -> Result<Sent, ApiError> {
    let Worker { app, writer, .. } = worker;
    let Target { asked, configured, .. } = target;
    // The name is replaced by the deployment's, and a bound is added under the name that it takes.
    let body = Bytes::from_static(dialect.trial().as_bytes());
    let view = RequestView::parse(dialect, &body).map_err(CallError::from)?;
    let now = app.now();
    let request = Request {
        app: &app,
        caller: &caller,
        asked: &asked,
        view: &view,
        longest: Some(MAX_COMPLETION),
        body: &body,
        now,
    };
    let ceiling = || worst_case::ceiling(&configured, &app.prices(), now);
    let places = caller.enter(&app.auth)?;
    let mut admitted = request.admit_within(places, ceiling).await?;
    admitted.who.tags = vec![TAG.to_owned()];
    let client = client(&app, &asked, &configured);
    let recorder = RequestRecorder::new(Arc::clone(&app), Arc::clone(&writer), admitted);
    let call = Call {
        id: RouterClient::id_at(now),
        spoken: dialect,
        at: now,
        asked: &asked,
        body: body.clone(),
        view: &view,
        headers: trial_headers(dialect),
        edits: StreamEdits::default(),
        max_output: dialect.longest_answer().is_none().then_some(MAX_COMPLETION),
        only: None,
        recorder: Some(Arc::new(recorder)),
        page: "",
        early: None,
    };
    let sent = client.send(call).await;
    // What is settled must be durable before the answer leaves.
    durable(writer.commit_all().await);
    Ok(sent?)
}

/// The headers without which the smallest request is refused.
fn trial_headers(dialect: Dialect) -> HeaderMap {
    let header = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderMap::from_iter(dialect.trial_header().map(header))
}

/// A client for one deployment, with connections of its own, so that connecting is tested as well.
fn client(app: &App, asked: &str, configured: &Member) -> RouterClient {
    let transport = match configured.by_api {
        true => app.deployments.transport(),
        false => &app.config().transport,
    };
    let transport = transport.with_own_pool();
    let group = Group::new(asked, vec![Arc::new(configured.over(&transport))]);
    router_client::Builder::new(Arc::new(Groups::new([group])))
        .prices(app.shared_prices())
        // The first result is what the caller wants to see.
        .retries(Some(0))
        .build()
}
