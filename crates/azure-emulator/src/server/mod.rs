//! Connections and addresses: accepts requests on loopback and calls the handler of each address.

mod chat;
mod embeddings;
mod messages;
mod responses;
mod scripted_refusal;

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::sleep,
};

use self::{chat::Api, responses::Below};
use crate::{
    auth::{credentials, entra},
    control,
    request::{
        endpoint::{Endpoint, Form},
        refusal::Refusal,
    },
    routing::{embedding_models, model_pool},
    state::{
        State,
        request_log::{Ended, Ticket},
    },
    wire::{
        body::{Cut, WireBody},
        headers::{self, About},
        reply::Reply,
    },
};

/// The largest request body, in bytes.
const LARGEST_BODY: usize = 64 << 20;

/// Serves connections until it is dropped; all connections end with it.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, Arc::clone(&state)));
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    // Otherwise small events wait for the client's acknowledgements.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(Arc::clone(&state), request));
    // An error here is a client that disconnected, or a cut that a scenario wanted.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<WireBody>, Cut> {
    let (head, body) = request.into_parts();
    // Before the log: control requests are not what a test counts.
    if head.uri.path().starts_with("/__") {
        let body = read(body).await.ok_or(Cut)?;
        let reply = control::reply(&state, &head.method, head.uri.path(), &body);
        let missing = || {
            headers::refused(&Refusal::no_such_resource(), &About::new(&state, 0, &head.headers))
        };
        return Ok(reply.and_then(|reply| reply.response).unwrap_or_else(missing));
    }
    let ticket = state.log.open(&head);
    let Some(body) = read(body).await else {
        let refusal = Refusal::front(413, "413", "Request body too large");
        let about = About::new(&state, ticket.number(), &head.headers);
        return Ok(recorded(headers::refused(&refusal, &about), ticket));
    };
    if !head.uri.path().ends_with("/token") {
        // Requests for tokens carry secrets; no others have any in the body.
        ticket.note(|seen| seen.body = body.to_vec());
    }
    let reply = dispatch(&state, &head, &body, &ticket);
    // Waited for here, so that the log already has the request while its answer is late.
    if !reply.wait.is_zero() {
        sleep(reply.wait).await;
    }
    match reply.response {
        Some(response) => Ok(recorded(response, ticket)),
        None => {
            ticket.end(Ended::Cut);
            Err(Cut)
        }
    }
}

fn dispatch(state: &State, head: &http::request::Parts, body: &Bytes, ticket: &Ticket) -> Reply {
    let (path, query) = (head.uri.path(), head.uri.query());
    let refuse = |refusal: &Refusal| {
        let about = About::new(state, ticket.number(), &head.headers);
        Reply::now(headers::refused(refusal, &about))
    };
    if let Some((endpoint, path)) = Endpoint::below_responses(path, query) {
        let (endpoint, method, headers) = (&endpoint, &head.method, &head.headers);
        return Below { endpoint, method, path, headers, body }.reply(state, ticket);
    }
    if head.method == Method::POST {
        if let Some(endpoint) = Endpoint::of_chat(path, query) {
            return chat::reply(state, (Api::Chat, &endpoint), &head.headers, body, ticket);
        }
        if let Some(endpoint) = Endpoint::of_responses(path, query) {
            return chat::reply(state, (Api::Responses, &endpoint), &head.headers, body, ticket);
        }
        if let Some(endpoint) = Endpoint::of_embeddings(path, query) {
            return embeddings::reply(state, &endpoint, &head.headers, body, ticket);
        }
        if path == messages::PATH || path == messages::COUNT_PATH {
            return messages::reply(state, path, &head.headers, body, ticket);
        }
        if path.ends_with("/oauth2/v2.0/token") {
            return entra::client_credentials(state, body, ticket);
        }
    }
    match (&head.method, path) {
        (&Method::GET, "/metadata/identity/oauth2/token") => {
            entra::managed_identity(state, &head.headers, query, ticket)
        }
        (&Method::GET, "/openai/v1/models") => {
            match credentials::check(state, &head.headers, Form::V1) {
                Ok(()) => models(state),
                Err(refusal) => refuse(&refusal),
            }
        }
        _ => refuse(&Refusal::no_such_resource()),
    }
}

/// The models of this resource, in OpenAI's form.
fn models(state: &State) -> Reply {
    let model = |id: &str| serde_json::json!({ "created": 0, "id": id, "object": "model" });
    let routers = state.settings.deployments.iter().map(|name| model(name));
    let data = routers.chain(model_pool::known().map(model));
    let data: Vec<_> = data.chain(embedding_models::names().map(model)).collect();
    let body = serde_json::json!({ "data": data, "object": "list" });
    Reply::json(http::StatusCode::OK, &body)
}

async fn read(body: Incoming) -> Option<Bytes> {
    Limited::new(body, LARGEST_BODY).collect().await.ok().map(http_body_util::Collected::to_bytes)
}

fn recorded(response: Response<WireBody>, ticket: Ticket) -> Response<WireBody> {
    ticket.note(|seen| seen.status = Some(response.status().as_u16()));
    response.map(|body| body.recorded(ticket))
}
